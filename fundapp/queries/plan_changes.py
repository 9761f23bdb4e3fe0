"""One pair of an open plan: who else could review the application, and what that costs."""

from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.assignment_wishes import price_in_words
from fundapp.domain.errors import NotFound
from fundapp.queries.assignment_plans import OpenPlan
from fundapp.queries.matches import Matcher
from fundapp.queries.matching import match_facts
from fundapp.queries.panel import Pair, Panel, PanelApplication, Seat


@dataclass(frozen=True, kw_only=True)
class Stand:
    """A reviewer beside an application: how well they suit it and what they would have to do.

    `planned` counts reviews that they have or would have by the plan, of `load`. `price`
    is what giving it to them costs at most; "" where that is not known beforehand.
    """

    person_id: UUID
    name: str
    funder: str
    match: float | None
    why: str
    planned: int
    load: int
    price: str = ""
    obstacle: str = ""

    @property
    def is_full(self) -> bool:
        """Tell whether other reviews of theirs would have to move."""
        return self.planned >= self.load


@dataclass(frozen=True)
class ChangeablePair:
    """A pair of a plan and everybody who could take its place, the best match first."""

    plan_id: UUID
    application: PanelApplication
    stand: Stand
    candidates: tuple[Stand, ...]


def changeable_pair(
    session: Session, panel: Panel, plan: OpenPlan, *, pair: Pair
) -> ChangeablePair:
    """Return who could review instead. 3 statements.

    NotFound when the plan does not ask this reviewer for the application.
    """
    application_id, person_id = pair
    application, seat = panel.application_of.get(application_id), panel.seat_of.get(person_id)
    if pair not in plan.pairs or application is None or seat is None:
        raise NotFound("The plan does not ask this reviewer for this application.")
    facts = match_facts(session, panel.round.id)
    matcher = None if facts.say_nothing else Matcher(facts)
    planned = Counter(panel.load_of)
    planned.update(person for _, person in plan.pairs)
    before = {(placed.application_id, placed.person_id) for placed in panel.placed}
    here = _stand(seat, pair, planned=planned[person_id], matcher=matcher)
    others = [
        _candidate(
            panel,
            _stand(
                other,
                (application_id, other.person_id),
                planned=planned[other.person_id],
                matcher=matcher,
            ),
            application=application,
            instead_of=here,
            total=plan.objective,
        )
        for other in panel.seats
        if other.is_active and (application_id, other.person_id) not in plan.pairs | before
    ]
    ordered = sorted(others, key=lambda one: (bool(one.obstacle), -(one.match or 0), one.name))
    return ChangeablePair(plan.id, application, here, tuple(ordered))


def _stand(seat: Seat, pair: Pair, *, planned: int, matcher: Matcher | None) -> Stand:
    match = matcher.match(pair) if matcher else None
    return Stand(
        person_id=seat.person_id,
        name=seat.name,
        funder=seat.funder,
        match=match.value if match else None,
        why=match.explanation if match else "",
        planned=planned,
        load=seat.load,
    )


def _candidate(
    panel: Panel, stand: Stand, *, application: PanelApplication, instead_of: Stand, total: float
) -> Stand:
    """Add the obstacle, or the price: that of the swap alone bounds what it costs."""
    obstacle = panel.obstacle(application, panel.seat_of[stand.person_id])
    if obstacle or stand.is_full or stand.match is None or instead_of.match is None:
        return replace(stand, obstacle=obstacle)
    return replace(stand, price=price_in_words(instead_of.match - stand.match, total))
