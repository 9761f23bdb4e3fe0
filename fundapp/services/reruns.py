"""Re-runs of provisional winners: asked for, taken back, and settled by a manager."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import Resolution
from fundapp.domain.errors import InvalidInput, NotFound, Problem, StaleVersion, WrongState
from fundapp.domain.permissions import Action, Actor, may
from fundapp.domain.prize_rules import prize_rules_from_data
from fundapp.domain.reruns import OPEN_RERUN_STATES, PASSED_RERUN_STATES, wants_reruns
from fundapp.domain.states import (
    RERUN_TRANSITIONS,
    DecisionKind,
    DecisionState,
    RerunState,
    RoundState,
    advance,
)
from fundapp.evidence.results import result_as_data
from fundapp.models import Rerun
from fundapp.queries.access import actor_for
from fundapp.queries.rerun_claims import claims_of
from fundapp.queries.reruns import newest_first, rerun_facts
from fundapp.services.addresses import read_address
from fundapp.services.audit import record_event
from fundapp.services.decisions import enter_resolution
from fundapp.services.deliberations import Deliberated, held_by, locked_application
from fundapp.services.next_in_line import move_up_ladder
from fundapp.services.notes import read_note
from fundapp.services.people import person_of_address, read_name
from fundapp.services.rerun_mail import send_link, tell_withdrawn
from fundapp.services.reserves import MovedUp, move_up_reserve

SETTLED = "This re-run is settled. Reload the page."


@dataclass(frozen=True)
class SettledRerun:
    """A settled re-run, and who moved up or why nobody did, where it failed."""

    rerun: Rerun
    moved: tuple[MovedUp, ...] = ()


def ask_for_rerun(
    session: Session,
    application_id: UUID,
    *,
    claim: str,
    verifier_name: str,
    verifier_email: str,
    actor: Actor,
    now: datetime,
) -> Rerun:
    """Ask another team to run a provisional winner's evaluation again, by a mailed link.

    claim: the key of the result that is checked. The log is due after as many days as the rules
    say. InvalidInput for a verifier who has a part in the round; WrongState where no re-run is
    wanted, or one is under way or passed.
    """
    here = _provisional(session, application_id, actor=actor)
    chosen = {one.key: one.result for one in claims_of(session, application_id)}.get(claim)
    if chosen is None:
        raise _problem("claim", "Choose the result that is checked.")
    name = read_name(verifier_name, field="verifier_name")
    address = _stranger(session, here, verifier_email)
    days = prize_rules_from_data(here.round.prize_rules).rerun_days
    rerun = Rerun(
        round_id=here.round.id,
        application_id=application_id,
        state=RerunState.ASKED,
        claim=result_as_data(chosen),
        verifier_name=name,
        verifier_email=address,
        asked_by_id=actor.person_id,
        asked_at=now,
        due_at=now + timedelta(days=days),
    )
    session.add(rerun)
    send_link(session, rerun, now=now)
    _record(session, rerun, actor=actor, now=now)
    return rerun


def resend_rerun(session: Session, rerun_id: UUID, *, actor: Actor, now: datetime) -> Rerun:
    """Mail a link that nobody followed yet again, as a new one."""
    _, rerun = _locked(session, rerun_id, actor=actor)
    if rerun.state is not RerunState.ASKED or rerun.verifier_id is not None:
        raise WrongState("The verifier followed the link, so there is nothing to send again.")
    send_link(session, rerun, now=now)
    record_event(
        session, "rerun.resent", rerun, actor=actor, now=now,
        application_id=rerun.application_id,
    )  # fmt: skip
    return rerun


def withdraw_rerun(session: Session, rerun_id: UUID, *, actor: Actor, now: datetime) -> Rerun:
    """Take a re-run back before it is settled, and tell the verifier. Another can be asked."""
    _, rerun = _locked(session, rerun_id, actor=actor)
    if rerun.state is RerunState.WITHDRAWN:
        return rerun
    _settle(rerun, RerunState.WITHDRAWN, "", actor=actor, now=now)
    tell_withdrawn(session, rerun, now=now)
    _record(session, rerun, actor=actor, now=now)
    return rerun


def waive_rerun(
    session: Session, application_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Rerun:
    """Let a provisional winner be awarded without a re-run that nobody was asked for."""
    here = _provisional(session, application_id, actor=actor)
    text = read_note(reason, field="reason", if_missing="Say why no re-run is needed.")
    rerun = Rerun(
        round_id=here.round.id,
        application_id=application_id,
        state=RerunState.WAIVED,
        verifier_name="",
        verifier_email="",
        asked_by_id=actor.person_id,
        asked_at=now,
        due_at=now,
        settled_by_id=actor.person_id,
        settled_at=now,
        reason=text,
    )
    session.add(rerun)
    session.flush()
    _record(session, rerun, actor=actor, now=now)
    return rerun


def settle_rerun(
    session: Session,
    rerun_id: UUID,
    *,
    outcome: RerunState,
    reason: str = "",
    seen: str = "",
    actor: Actor,
    now: datetime,
) -> SettledRerun:
    """Confirm, fail or waive a re-run.

    seen: the SHA-256 of the log that the manager looked at, "" for none; StaleVersion when the
    verifier brought another meanwhile. Without a log it fails only when its day is over. Failing
    makes the pending award a decline, whose reason the entrant reads, and the next in line moves
    up. A reason may be missing only where the comparison says that the claim holds.
    """
    here, rerun = _locked(session, rerun_id, actor=actor)
    if rerun.state not in OPEN_RERUN_STATES:
        raise WrongState(SETTLED)
    if rerun.sha256 != seen:
        raise StaleVersion(
            f"{rerun.verifier_name} brought another log meanwhile. Look at it, then settle.",
            theirs=rerun.sha256,
            their_name=rerun.verifier_name,
            version=0,
        )
    _refuse_early(rerun, outcome, now=now)
    is_clear = outcome is RerunState.CONFIRMED and rerun.comparison.get("verdict") == "holds"
    missing = "" if is_clear else _MISSING[outcome]
    text = read_note(reason, field="reason", if_missing=missing)
    _settle(rerun, outcome, text, actor=actor, now=now)
    _record(session, rerun, actor=actor, now=now)
    if outcome is not RerunState.FAILED:
        return SettledRerun(rerun)
    return SettledRerun(rerun, tuple(_move_up(session, here, text, actor=actor, now=now)))


_MISSING = {
    RerunState.CONFIRMED: "The comparison does not say that it holds. Say why it is confirmed.",
    RerunState.FAILED: "Say why. The entrant reads it.",
    RerunState.WAIVED: "Say why no re-run is needed.",
}


def _refuse_early(rerun: Rerun, outcome: RerunState, *, now: datetime) -> None:
    if outcome not in _MISSING:
        raise _problem("outcome", "Choose what came of it.")
    if rerun.state is not RerunState.ASKED:
        return
    if outcome is RerunState.CONFIRMED:
        raise WrongState("No log is in yet, so nothing is confirmed. Wait for it, or waive it.")
    if outcome is RerunState.FAILED and now < rerun.due_at:
        raise WrongState("The verifier still has time. It can fail without a log after its day.")


def _settle(rerun: Rerun, outcome: RerunState, reason: str, *, actor: Actor, now: datetime) -> None:
    rerun.state = advance(RERUN_TRANSITIONS, rerun.state, outcome, what="This re-run")
    rerun.settled_by_id, rerun.settled_at, rerun.reason = actor.person_id, now, reason


def _move_up(
    session: Session, here: Deliberated, reason: str, *, actor: Actor, now: datetime
) -> list[MovedUp]:
    """Decline a provisional winner and let the next in line move up."""
    decision = here.decision
    if decision is None or not _is_pending_award(here):
        return []
    rung_id, freed = decision.prize_rung_id, held_by(here)
    declined = Resolution(kind=DecisionKind.DECLINE, reason=reason)
    enter_resolution(session, here, declined, decided_by_id=actor.person_id, now=now)
    record_event(
        session,
        "decision.resolved",
        decision,
        actor=actor,
        now=now,
        application_id=here.application.id,
        kind=decision.kind,
        reason=reason,
        method="after a re-run that failed",
    )
    if rung_id is None:
        return []
    if here.round.state is RoundState.DELIBERATING:
        return move_up_ladder(session, here.round, rung_id, freed=freed, actor=actor, now=now)
    return [move_up_reserve(session, decision, freed, rung_id=rung_id, now=now)]


def _provisional(session: Session, application_id: UUID, *, actor: Actor) -> Deliberated:
    """Lock a pending award that wants a re-run, none being under way or passed."""
    here = locked_application(session, application_id, actor=actor)
    if not wants_reruns(here.round.kind, here.round.prize_rules):
        raise WrongState("The rules of this round ask for no re-runs.")
    if not _is_pending_award(here):
        raise WrongState("A re-run is asked of a provisional winner. Enter the award first.")
    newest = session.scalar(
        select(Rerun)
        .where(Rerun.application_id == application_id, Rerun.state != RerunState.WITHDRAWN)
        .order_by(*newest_first())
        .limit(1)
    )
    if newest is not None and newest.state in OPEN_RERUN_STATES:
        raise WrongState(f"{newest.verifier_name} is asked already. Settle that, or take it back.")
    if newest is not None and newest.state in PASSED_RERUN_STATES:
        raise WrongState("The re-run of this entry is settled, so it can be awarded.")
    return here


def _is_pending_award(here: Deliberated) -> bool:
    decision = here.decision
    return (
        decision is not None
        and decision.kind is DecisionKind.AWARD
        and decision.state is DecisionState.PENDING
    )


def _stranger(session: Session, here: Deliberated, email: str) -> str:
    """Return the address of a verifier who, as far as is known, has no part in the round."""
    try:
        address = read_address(email)
    except InvalidInput as error:
        raise _problem("verifier_email", error.problems[0].sentence) from None
    person = person_of_address(session, address)
    if person is not None:
        facts = rerun_facts(session, here.facts, verifier_id=person.id)
        if not may(actor_for(session, person.id), Action.DELIVER_RERUN, facts):
            sentence = "This person has a part in the round or a conflict here. Ask another team."
            raise _problem("verifier_email", sentence)
    return address


def _locked(session: Session, rerun_id: UUID, *, actor: Actor) -> tuple[Deliberated, Rerun]:
    """Lock the envelopes, the application, its decision, then the re-run, in this order."""
    application_id = session.scalar(select(Rerun.application_id).where(Rerun.id == rerun_id))
    if application_id is None:
        raise NotFound("There is no such re-run.")
    here = locked_application(session, application_id, actor=actor)
    rerun = session.get_one(Rerun, rerun_id, with_for_update=True, populate_existing=True)
    return here, rerun


def _record(session: Session, rerun: Rerun, *, actor: Actor, now: datetime) -> None:
    """Write the line of the state that the re-run has come to."""
    record_event(
        session,
        f"rerun.{rerun.state.value}",
        rerun,
        actor=actor,
        now=now,
        application_id=rerun.application_id,
        verdict=rerun.comparison.get("verdict", "") if rerun.comparison else "",
        sha256=rerun.sha256,
        reason=rerun.reason,
    )


def _problem(field: str, sentence: str) -> InvalidInput:
    return InvalidInput([Problem(field, sentence)])
