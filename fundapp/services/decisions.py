"""What the funders resolve on each application, until it is released."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.clashes import changed_too
from fundapp.domain.decisions import Resolution, check_resolution, overdrawn
from fundapp.domain.errors import InvalidInput, NotFound, StaleVersion, WrongState
from fundapp.domain.lotteries import reason_after_draw
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import (
    ApplicationState,
    ContributionState,
    DecisionKind,
    DecisionState,
    RoundKind,
    RoundState,
)
from fundapp.domain.text import plain
from fundapp.models import Contribution, Decision, Person, Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.allocations import AllocationProposal, allocation_proposal
from fundapp.queries.lotteries import draw_outcomes
from fundapp.services.audit import record_event
from fundapp.services.deliberations import (
    Deliberated,
    held_by,
    locked_application,
    open_for_decision,
    terms_for,
)
from fundapp.services.envelopes import lock_envelopes, move_money
from fundapp.services.own_parts import settle_own_parts

NO_CONTRIBUTIONS: Mapping[UUID, int] = {}


def resolve_application(
    session: Session,
    application_id: UUID,
    *,
    kind: DecisionKind,
    contributions: Mapping[UUID, int] = NO_CONTRIBUTIONS,
    reserve_place: int | None = None,
    prize_rung_id: UUID | None = None,
    citation: str = "",
    reason: str = "",
    advice: str = "",
    version: int = 0,
    actor: Actor,
    now: datetime,
    method: str = "by hand",
) -> Decision:
    """Enter or change the decision on an application; it stays pending until released.

    contributions: minor units by funder. version: of the decision that was looked at, 0
    for none. Money that the earlier decision took is free for the new one. A funder's
    approval stands as long as its own sum stays. Where a draw decided, the reason says so, and
    a decision against the draw needs a reason of its own. Raises StaleVersion with the
    decision that stands now, InvalidInput, EnvelopeOverdrawn, WrongState.
    """
    here = open_for_decision(session, application_id, actor=actor)
    _refuse_stale(session, here.decision, version, actor=actor)
    resolution = Resolution(
        kind=kind,
        contributions={funder: sum_ for funder, sum_ in contributions.items() if sum_},
        reserve_place=reserve_place if kind is DecisionKind.RESERVE else None,
        prize_rung_id=prize_rung_id if kind is DecisionKind.AWARD else None,
        citation=plain(citation).strip(),
        reason=_reason(session, here, plain(reason).strip(), kind=kind),
        advice=plain(advice).strip(),
    )
    terms = terms_for(session, here)
    problems = [*check_resolution(resolution, terms), *overdrawn(resolution, terms)]
    if problems:
        raise InvalidInput(problems)
    decision = enter_resolution(session, here, resolution, decided_by_id=actor.person_id, now=now)
    _record(session, decision, resolution, method=method, actor=actor, now=now)
    return decision


def enter_resolution(
    session: Session,
    here: Deliberated,
    resolution: Resolution,
    *,
    decided_by_id: UUID,
    now: datetime,
) -> Decision:
    """Store a checked resolution on a locked application and move its money; no audit line.

    Raises EnvelopeOverdrawn.
    """
    decision = _store(session, here, resolution, decided_by_id=decided_by_id, now=now)
    _pay(session, here, resolution, decision=decision)
    return decision


def propose_allocation(
    session: Session, round_id: UUID, *, reserves: int = 0, actor: Actor, now: datetime
) -> AllocationProposal:
    """Work out who could pay the prizes down the frozen ranking. Changes nothing.

    Only applications without a decision are looked at, and only what the envelopes have
    left is spent. reserves: how many of those left out go to the reserve list.
    """
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.DECIDE, facts_of_round(session, round_))
    if round_.state is not RoundState.DELIBERATING:
        raise WrongState("A proposal is made while the round is deliberating.")
    if round_.kind is not RoundKind.PRIZE:
        raise WrongState("Grants are planned by all funders together: work out a plan.")
    return allocation_proposal(session, round_id, reserves=reserves, reader=actor)


def apply_proposal(
    session: Session,
    round_id: UUID,
    *,
    sha256: str = "",
    reserves: int = 0,
    actor: Actor,
    now: datetime,
) -> list[Decision]:
    """Enter the proposal's decisions, all or none; each can still be changed by hand.

    sha256: of the proposal that was looked at; WrongState when it has become another.
    """
    lock_envelopes(session, round_id)
    proposal = propose_allocation(session, round_id, reserves=reserves, actor=actor, now=now)
    if sha256 and sha256 != proposal.sha256:
        raise WrongState(
            "Decisions or envelopes changed since this proposal was made, so nothing was "
            "entered. Look at the new proposal."
        )
    return [
        resolve_application(
            session,
            row.application_id,
            kind=row.kind,
            contributions=row.contributions,
            reserve_place=row.reserve_place,
            prize_rung_id=row.prize_rung_id,
            actor=actor,
            now=now,
            method=proposal.method,
        )
        for row in proposal.rows
        if row.kind is not None
    ]


def take_back_decision(
    session: Session, application_id: UUID, *, version: int, actor: Actor, now: datetime
) -> None:
    """Remove a decision that was not released, and free its money.

    Raises StaleVersion, WrongState.
    """
    here = locked_application(session, application_id, actor=actor)
    if here.decision is None:
        return
    _refuse_stale(session, here.decision, version, actor=actor)
    if here.decision.state is not DecisionState.PENDING or _is_reserve(here):
        raise WrongState("This decision was released and stays. Enter a new one instead.")
    drop_decision(session, here, actor=actor, now=now)


def drop_decision(
    session: Session, here: Deliberated, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    """Delete the pending decision of a locked application and free its money, with an audit line.

    `reason` says why when nobody decided to.
    """
    decision = here.decision
    if decision is None:
        return
    record_event(
        session,
        "decision.taken_back",
        decision,
        actor=actor,
        now=now,
        kind=decision.kind,
        amount=decision.amount,
        application_id=here.application.id,
        reason=reason,
    )
    held = held_by(here)
    move_money(session, here.envelopes, {f: -sum_ for f, sum_ in held.items()})
    for contribution in here.contributions.values():
        session.delete(contribution)
    session.flush()
    session.delete(decision)
    session.flush()
    settle_own_parts(session, here.round, here.envelopes, funders=held)


def _refuse_stale(
    session: Session, decision: Decision | None, version: int, *, actor: Actor
) -> None:
    stands = decision.version if decision else 0
    if stands == version:
        return
    person = session.get(Person, decision.decided_by_id) if decision else None
    name = person.name if person else "Somebody"
    is_own = person is not None and person.id == actor.person_id
    raise StaleVersion(
        f"{changed_too(name, 'this decision', is_own=is_own)} Nothing was overwritten: look at "
        "what stands now, then decide again.",
        theirs=decision,
        their_name=name,
        version=stands,
    )


def _reason(session: Session, here: Deliberated, reason: str, *, kind: DecisionKind) -> str:
    """Return the reason, with the sentence on chance while the draw stands."""
    if here.round.state is not RoundState.DELIBERATING:
        return reason
    outcome = draw_outcomes(session, here.round.id).get(here.application.id)
    reference = here.application.reference or ""
    return reason_after_draw(reason, outcome, kind=kind, reference=reference)


def _store(
    session: Session,
    here: Deliberated,
    resolution: Resolution,
    *,
    decided_by_id: UUID,
    now: datetime,
) -> Decision:
    decision = here.decision
    if decision is None:
        decision = Decision(round_id=here.round.id, application_id=here.application.id, version=0)
        session.add(decision)
    decision.kind = resolution.kind
    # Back on the reserve list: that was told already, so there is nothing to release.
    stays = resolution.kind is DecisionKind.RESERVE and _is_reserve(here)
    decision.state = DecisionState.RELEASED if stays else DecisionState.PENDING
    decision.amount = resolution.amount
    decision.reserve_place = resolution.reserve_place
    decision.prize_rung_id = resolution.prize_rung_id
    decision.citation = resolution.citation
    decision.reason = resolution.reason
    decision.advice = resolution.advice
    decision.decided_by_id = decided_by_id
    decision.decided_at = now
    decision.version += 1
    session.flush()
    return decision


def _record(
    session: Session,
    decision: Decision,
    resolution: Resolution,
    *,
    method: str,
    actor: Actor,
    now: datetime,
) -> None:
    record_event(
        session,
        "decision.resolved",
        decision,
        actor=actor,
        now=now,
        application_id=decision.application_id,
        kind=resolution.kind,
        amount=decision.amount,
        contributions=dict(resolution.contributions),
        reserve_place=decision.reserve_place,
        reason=decision.reason,
        method=method,
    )


def _pay(
    session: Session, here: Deliberated, resolution: Resolution, *, decision: Decision
) -> None:
    """Bring the contributions and the envelopes to what the resolution says."""
    wanted, held = resolution.contributions, held_by(here)
    changes = {funder: wanted.get(funder, 0) - held.get(funder, 0) for funder in {*wanted, *held}}
    move_money(session, here.envelopes, changes)
    for funder, row in here.contributions.items():
        if funder not in wanted:
            session.delete(row)
    for funder, amount in wanted.items():
        part = here.contributions.get(funder)
        if part is None:
            part = Contribution(decision_id=decision.id, funder_id=funder)
            session.add(part)
        elif part.amount == amount and part.state is not ContributionState.REFUSED:
            continue
        _propose(part, amount)
    session.flush()
    settle_own_parts(session, here.round, here.envelopes, funders=changes)


def _propose(part: Contribution, amount: int) -> None:
    """Put a part before its officer anew."""
    part.amount = amount
    part.state = ContributionState.PROPOSED
    part.condition = part.paid_when = part.answer_note = ""
    part.answered_by_id = part.answered_at = None


def _is_reserve(here: Deliberated) -> bool:
    """Tell whether the applicant was told before to be on the reserve list."""
    return here.application.state is ApplicationState.RESERVED
