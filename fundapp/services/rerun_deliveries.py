"""The verifier's side of a re-run: following the link, and bringing the log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.prize_rules import prize_rules_from_data
from fundapp.domain.reruns import OPEN_RERUN_STATES
from fundapp.domain.states import RERUN_TRANSITIONS, RerunState, advance
from fundapp.evidence.reading import NOT_A_LOG
from fundapp.evidence.reruns import compare_rerun, comparison_as_data
from fundapp.evidence.results import result_from_data
from fundapp.models import Person, Rerun, Round
from fundapp.queries.access import application_facts
from fundapp.queries.rerun_claims import claims_of
from fundapp.queries.reruns import facts_of_rerun, rerun_facts
from fundapp.services.attachments import StoredUpload
from fundapp.services.audit import record_event
from fundapp.services.notes import read_note
from fundapp.services.people import add_confirmed_person, as_actor
from fundapp.services.rerun_mail import tell_declined, tell_delivered
from fundapp.services.tokens import hash_of_token

UNKNOWN = "This link is not complete or was never given out. Copy the whole line from the mail."
USED = "Somebody followed this link before. Each link is for one person. Sign in to go on."
OVER = "This re-run is settled or was taken back. Nothing more is needed. Thank you."
BROUGHT = "Your log is in, so there is nothing to decline. Bring another, or answer our mail."


def accept_rerun(session: Session, token: str, *, actor: Actor, now: datetime) -> Rerun:
    """Make the actor the verifier. Following the own link again changes nothing.

    NotAllowed for somebody of an entrant's organisation or with a conflict of interest.
    """
    rerun = _of_link(session, token)
    if rerun.verifier_id == actor.person_id:
        return rerun
    require_unused(rerun.verifier_id, rerun.state)
    application = application_facts(session, rerun.application_id)
    facts = rerun_facts(session, application, verifier_id=actor.person_id)
    require(actor, Action.DELIVER_RERUN, facts)
    rerun.verifier_id, rerun.verifier_name = actor.person_id, actor.name
    record_event(
        session, "rerun.accepted", rerun, actor=actor, now=now,
        application_id=rerun.application_id,
    )  # fmt: skip
    return rerun


def accept_as_new_verifier(
    session: Session, token: str, *, name: str, password_hash: str, now: datetime
) -> Person:
    """Open an account for the asked address, which the link proves, and accept."""
    rerun = _of_link(session, token)
    require_unused(rerun.verifier_id, rerun.state)
    person = add_confirmed_person(
        session, rerun.verifier_email, name=name, password_hash=password_hash, now=now
    )
    accept_rerun(session, token, actor=as_actor(person), now=now)
    return person


def require_unused(verifier_id: UUID | None, state: RerunState) -> None:
    """Raise WrongState when a link was followed, or nothing is wanted any more."""
    if state not in OPEN_RERUN_STATES:
        raise WrongState(OVER)
    if verifier_id is not None:
        raise WrongState(USED)


def deliver_rerun(
    session: Session,
    rerun_id: UUID,
    *,
    upload: StoredUpload,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Rerun:
    """Bring the log of a re-run, or another in its place, until it is settled.

    It is compared with the claim at once. InvalidInput for a file that is no readable log.
    """
    rerun = session.get(Rerun, rerun_id, with_for_update=True, populate_existing=True)
    if rerun is None:
        raise NotFound("There is no such re-run.")
    require(actor, Action.DELIVER_RERUN, facts_of_rerun(session, rerun_id))
    if rerun.state not in OPEN_RERUN_STATES:
        raise WrongState(OVER)
    text = read_note(note, field="note")
    _refuse_unread(upload.logs)
    round_ = session.get_one(Round, rerun.round_id)
    comparison = compare_rerun(
        result_from_data(rerun.claim),
        upload.logs,
        margin=prize_rules_from_data(round_.prize_rules).rerun_margin,
        own_logs=[claim.result.log for claim in claims_of(session, rerun.application_id)],
    )
    rerun.state = advance(RERUN_TRANSITIONS, rerun.state, RerunState.DELIVERED, what="This re-run")
    rerun.filename, rerun.sha256, rerun.size = upload.filename, upload.sha256, upload.size
    rerun.comparison = comparison_as_data(comparison)
    rerun.note, rerun.delivered_at = text, now
    session.flush()
    record_event(
        session, "rerun.delivered", rerun, actor=actor, now=now,
        application_id=rerun.application_id, sha256=rerun.sha256,
        verdict=comparison.verdict, size=rerun.size,
    )  # fmt: skip
    tell_delivered(session, rerun, now=now)
    return rerun


def decline_rerun(
    session: Session, rerun_id: UUID, *, note: str, actor: Actor, now: datetime
) -> Rerun:
    """Say no as the verifier, while no log is in; who asked gets a mail with the note.

    It is then as if taken back, so that another team can be asked. Declining twice changes nothing.
    """
    rerun = session.get(Rerun, rerun_id, with_for_update=True, populate_existing=True)
    if rerun is None:
        raise NotFound("There is no such re-run.")
    require(actor, Action.DECLINE_RERUN, facts_of_rerun(session, rerun_id))
    return _decline(session, rerun, note, actor=actor, now=now)


def decline_rerun_by_link(session: Session, token: str, *, note: str, now: datetime) -> Rerun:
    """Say no without an account, by a link that nobody followed yet."""
    rerun = _of_link(session, token)
    if rerun.state is not RerunState.WITHDRAWN:
        require_unused(rerun.verifier_id, rerun.state)
    return _decline(session, rerun, note, actor=None, now=now)


def _decline(
    session: Session, rerun: Rerun, note: str, *, actor: Actor | None, now: datetime
) -> Rerun:
    if rerun.state is RerunState.WITHDRAWN:
        return rerun
    if rerun.state is not RerunState.ASKED:
        raise WrongState(OVER if rerun.state not in OPEN_RERUN_STATES else BROUGHT)
    text = read_note(note, field="note")
    rerun.state = advance(RERUN_TRANSITIONS, rerun.state, RerunState.WITHDRAWN, what="This re-run")
    rerun.settled_by_id, rerun.settled_at = actor.person_id if actor else None, now
    rerun.reason = text
    session.flush()
    record_event(
        session, "rerun.declined", rerun, actor=actor, now=now,
        application_id=rerun.application_id,
    )  # fmt: skip
    tell_declined(session, rerun, now=now)
    return rerun


def _refuse_unread(logs: Sequence[dict[str, Any]]) -> None:
    """Refuse a file in which no log could be read, with what its reader says."""
    if any(not log.get("error") for log in logs):
        return
    sentence = logs[0]["error"]["text"] if logs else NOT_A_LOG
    raise InvalidInput([Problem("log", sentence)])


def _of_link(session: Session, token: str) -> Rerun:
    rerun = session.scalar(
        select(Rerun).where(Rerun.token_hash == hash_of_token(token)).with_for_update()
    )
    if rerun is None:
        raise NotFound(UNKNOWN)
    return rerun
