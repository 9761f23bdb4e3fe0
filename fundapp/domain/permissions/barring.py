"""The two principles behind the table: conflicts bar, and blind rounds hide."""

from collections.abc import Collection
from uuid import UUID

from fundapp.domain.permissions.facts import Actor, ApplicationFacts, RoundFacts
from fundapp.domain.states import RoundState

AFTER_DECISION = frozenset({RoundState.DECIDED, RoundState.ANNOUNCED, RoundState.CLOSED})


def is_barred(actor: Actor, application: ApplicationFacts) -> bool:
    """A conflict of the person, or of the funder they review or speak for, bars them."""
    return bars(
        actor,
        application.round.id,
        people=application.barred_people,
        funders=application.barred_funders,
    )


def bars(
    actor: Actor, round_id: UUID, *, people: Collection[UUID], funders: Collection[UUID]
) -> bool:
    """Tell whether conflicts of these people and funders in the round bar the actor."""
    if actor.person_id in people:
        return True
    if actor.is_fund_manager:
        return False
    own = actor.offices | {funder for id_, funder in actor.seats.items() if id_ == round_id}
    return not own.isdisjoint(funders)


def hides_applicants(actor: Actor, round_: RoundFacts) -> bool:
    """A blind round hides who applies from all but managers until it is decided."""
    return round_.is_blind and not actor.is_fund_manager and round_.state not in AFTER_DECISION
