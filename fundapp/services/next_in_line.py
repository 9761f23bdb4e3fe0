"""Who moves up in a prize ladder when a provisional winner's re-run failed."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import Resolution, Terms, check_resolution, overdrawn, shown
from fundapp.domain.permissions import Actor
from fundapp.domain.reruns import MOVED_UP, Place, Standing, next_in_line
from fundapp.domain.reserves import pay_from
from fundapp.domain.states import (
    ApplicationState,
    DecisionKind,
    RerunState,
)
from fundapp.models import Application, Decision, PrizeRung, Rerun, Round
from fundapp.queries.rerun_claims import categories_of_entries
from fundapp.queries.reruns import newest_first
from fundapp.services.audit import record_event
from fundapp.services.decisions import enter_resolution
from fundapp.services.deliberations import Deliberated, held_by, locked_rows, terms_for
from fundapp.services.rankings import newest_ranking
from fundapp.services.reserves import MovedUp, payers_out


def move_up_ladder(
    session: Session,
    round_: Round,
    rung_id: UUID,
    *,
    freed: Mapping[UUID, int],
    actor: Actor,
    now: datetime,
) -> list[MovedUp]:
    """Give a vacant place to the next in line, theirs to the one after, and so on.

    freed: minor units that went back to each funder; the caller holds the locks of the
    envelopes. Each award is pending anew: officers give their word, and each winner is verified.
    The last of the list says why nobody moved up, where that is so.
    """
    moved: list[MovedUp] = []
    vacant: UUID | None = rung_id
    while vacant is not None:
        application_id, problem = _next(session, round_, vacant)
        if application_id is None:
            return [*moved, MovedUp(problem=problem)]
        here = locked_rows(session, application_id)
        left_place = here.decision.prize_rung_id if here.decision else None
        left_parts = held_by(here)
        told = _enter(session, here, vacant, freed=freed, actor=actor, now=now)
        moved.append(told)
        if told.problem:
            return moved
        vacant, freed = left_place, left_parts
    return moved


def _next(session: Session, round_: Round, rung_id: UUID) -> tuple[UUID | None, str]:
    """Return the next in line for a place, or a sentence why there is none."""
    places = {
        rung.id: Place(id=rung.id, position=rung.position, category=rung.category)
        for rung in session.scalars(select(PrizeRung).where(PrizeRung.round_id == round_.id))
    }
    line = next_in_line(places[rung_id], _standings(session, round_, places))
    if not line:
        return None, "Nobody else is in line for this place."
    if len(line) > 1:
        return None, f"{len(line)} entries share the next place. Decide by hand who moves up."
    return line[0].id, ""


def _standings(session: Session, round_: Round, places: Mapping[UUID, Place]) -> list[Standing]:
    """Return the entries of the frozen ranking that can still be awarded."""
    ranking = newest_ranking(session, round_.id)
    categories = categories_of_entries(session, round_.id)
    failed = _failed(session, round_.id)
    rows: Any = session.execute(
        select(Application.id, Decision)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(
            Application.round_id == round_.id,
            Application.state == ApplicationState.UNDER_REVIEW,
        )
    )
    decisions: dict[UUID, Decision | None] = {row[0]: row[1] for row in rows}
    found = []
    for position, row in enumerate(ranking.rows if ranking else (), start=1):
        application_id = UUID(row["application_id"])
        if application_id not in decisions or application_id in failed or row["rank"] is None:
            continue
        decision = decisions[application_id]
        is_award = decision is not None and decision.kind is DecisionKind.AWARD
        rung = decision.prize_rung_id if decision and is_award else None
        found.append(
            Standing(
                id=application_id,
                rank=row["rank"],
                position=position,
                category=categories.get(application_id, ""),
                prize=places[rung] if rung else None,
            )
        )
    return found


def _failed(session: Session, round_id: UUID) -> Collection[UUID]:
    """Return the entries whose newest re-run failed."""
    rows = session.execute(
        select(Rerun.application_id, Rerun.state)
        .where(Rerun.round_id == round_id, Rerun.state != RerunState.WITHDRAWN)
        .order_by(*newest_first())
    )
    newest: dict[UUID, RerunState] = {}
    for row in rows:
        newest.setdefault(row.application_id, row.state)
    return {id_ for id_, state in newest.items() if state is RerunState.FAILED}


def _enter(
    session: Session,
    here: Deliberated,
    rung_id: UUID,
    *,
    freed: Mapping[UUID, int],
    actor: Actor,
    now: datetime,
) -> MovedUp:
    application = here.application
    told = MovedUp(application.id, application.reference or "", application.title)
    terms = terms_for(session, here)
    amount = terms.rungs.get(rung_id, 0)
    out = payers_out(session, here, terms)
    left = {funder: max(sum_, 0) for funder, sum_ in terms.left.items() if funder not in out}
    is_award = here.decision is not None and here.decision.kind is DecisionKind.AWARD
    resolution = Resolution(
        kind=DecisionKind.AWARD,
        contributions=pay_from(amount, freed=freed, left=left) if amount else {},
        prize_rung_id=rung_id,
        citation=here.decision.citation if here.decision and is_award else "",
        reason=MOVED_UP,
    )
    if check_resolution(resolution, terms) or overdrawn(resolution, terms):
        problem = _lack(terms, amount, left=sum(left.values()))
        return MovedUp(told.application_id, told.reference, told.title, problem)
    decision = enter_resolution(session, here, resolution, decided_by_id=actor.person_id, now=now)
    record_event(
        session,
        "decision.moved_up_ladder",
        decision,
        actor=None,
        now=now,
        application_id=decision.application_id,
        amount=decision.amount,
        contributions=dict(resolution.contributions),
        reason=decision.reason,
    )
    return told


def _lack(terms: Terms, amount: int, *, left: int) -> str:
    return (
        f"The prize is {shown(amount, terms.currency)}, and the funders that may pay it have "
        f"{shown(left, terms.currency)} left. Nothing was entered."
    )
