"""What a decision touches, locked in the one order that everybody keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import Terms, recused_funders
from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, ApplicationFacts, require
from fundapp.domain.states import (
    DECIDABLE_APPLICATION_STATES,
    ApplicationState,
    ContributionState,
    RoundState,
)
from fundapp.models import (
    Application,
    Award,
    Contribution,
    Decision,
    Envelope,
    Funder,
    PrizeRung,
    Round,
)
from fundapp.queries.access import facts_of_application
from fundapp.queries.checks import RETURNED
from fundapp.queries.deliberations import officers_of
from fundapp.services.envelopes import lock_envelopes
from fundapp.services.rankings import newest_ranking


@dataclass(frozen=True)
class Deliberated:
    """An application under decision, its rows locked."""

    application: Application
    round: Round
    facts: ApplicationFacts
    envelopes: Mapping[UUID, Envelope]
    decision: Decision | None
    contributions: Mapping[UUID, Contribution]


def open_for_decision(session: Session, application_id: UUID, *, actor: Actor) -> Deliberated:
    """Lock what a decision touches; raise when it cannot be decided now.

    While deliberating a frozen ranking must be there. After release only applications on
    the reserve list can be decided anew.
    """
    here = locked_application(session, application_id, actor=actor)
    if here.application.state not in DECIDABLE_APPLICATION_STATES:
        state = here.application.state.value.replace("_", " ")
        raise WrongState(f"This application is {state}, so it cannot be decided.")
    if here.round.state is RoundState.DELIBERATING:
        if newest_ranking(session, here.round.id) is None:
            raise WrongState("Freeze the ranking first, then decide.")
        return here
    is_reserve = here.application.state is ApplicationState.RESERVED
    if not (is_reserve and here.round.state in {RoundState.DECIDED, RoundState.ANNOUNCED}):
        raise WrongState("Decisions are entered while the round is deliberating.")
    return here


def locked_application(session: Session, application_id: UUID, *, actor: Actor) -> Deliberated:
    """Lock the envelopes, then the application and its decision, for somebody who may decide."""
    here = locked_rows(session, application_id)
    require(actor, Action.DECIDE, here.facts)
    return here


def locked_rows(session: Session, application_id: UUID) -> Deliberated:
    """Lock the envelopes, then the application and its decision; the caller asks who may."""
    round_id = session.scalar(select(Application.round_id).where(Application.id == application_id))
    if round_id is None:
        raise NotFound("There is no such application.")
    envelopes = lock_envelopes(session, round_id)
    application = session.get_one(
        Application, application_id, with_for_update=True, populate_existing=True
    )
    round_ = session.get_one(Round, round_id, populate_existing=True)
    facts = facts_of_application(session, application, round_)
    decision = session.scalar(
        select(Decision)
        .where(Decision.application_id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return Deliberated(
        application=application,
        round=round_,
        facts=facts,
        envelopes=envelopes,
        decision=decision,
        contributions=_contributions(session, decision),
    )


def _contributions(session: Session, decision: Decision | None) -> dict[UUID, Contribution]:
    if decision is None:
        return {}
    rows = session.scalars(
        select(Contribution)
        .where(Contribution.decision_id == decision.id)
        .execution_options(populate_existing=True)
    )
    return {row.funder_id: row for row in rows}


def held_by(here: Deliberated) -> dict[UUID, int]:
    """Return what this decision's contributions hold in the envelopes now."""
    return {
        funder: row.amount
        for funder, row in here.contributions.items()
        if row.state is not ContributionState.REFUSED
    }


def terms_for(session: Session, here: Deliberated) -> Terms:
    """Return what a decision on this application must keep to. 4 statements."""
    names = select(Funder.id, Funder.name).where(Funder.id.in_(list(here.envelopes)))
    others = session.execute(
        select(Decision.prize_rung_id, Decision.reserve_place, Award.state)
        .outerjoin(Award, Award.decision_id == Decision.id)
        .where(Decision.round_id == here.round.id, Decision.application_id != here.application.id)
    ).all()
    given = {rung for rung, _, state in others if state not in RETURNED}
    rungs = select(PrizeRung.id, PrizeRung.amount).where(PrizeRung.round_id == here.round.id)
    held = held_by(here)
    return Terms(
        round_kind=here.round.kind,
        requested=here.application.amount_requested,
        left={
            funder: row.amount - row.committed + held.get(funder, 0)
            for funder, row in here.envelopes.items()
        },
        names={row.id: row.name for row in session.execute(names)},
        recused=recused_funders(
            officers_of(session, list(here.envelopes)),
            barred_people=here.facts.barred_people,
            barred_funders=here.facts.barred_funders,
        ),
        rungs={id_: amount for id_, amount in session.execute(rungs) if id_ not in given},
        places_taken={place for _, place, _ in others if place is not None},
        currency=here.round.currency,
    )
