"""Taking an open call back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor
from fundapp.domain.states import ROUND_TRANSITIONS, RoundState, advance
from fundapp.models import Round
from fundapp.queries.cancellations import ApplicantToTell, cancellation_preview
from fundapp.services.audit import record_event
from fundapp.services.mail_texts import mail_text
from fundapp.services.notes import read_note
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.round_drafts import locked_round


def cancel_call(
    session: Session, round_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Round:
    """Cancel an open call for good; the reason is published and mailed.

    Whoever began an application gets one mail. What they wrote stays readable and cannot
    be changed; nothing is decided and no letter goes out. Cancelling twice changes nothing.
    InvalidInput without a reason, WrongState when the call is not open.
    """
    round_ = locked_round(session, round_id, actor=actor)
    if round_.state is RoundState.CANCELLED:
        return round_
    before = round_.state
    target = advance(ROUND_TRANSITIONS, before, RoundState.CANCELLED, what="This round")
    why = "Say why the call is cancelled. Applicants and the public read it."
    round_.cancelled_because = read_note(reason, field="reason", if_missing=why)
    round_.state, round_.state_since = target, now
    preview = cancellation_preview(session, round_id)
    for applicant in preview.applicants:
        _tell(session, round_, applicant, now=now)
    record_event(
        session,
        "round.cancelled",
        round_,
        actor=actor,
        now=now,
        before=before,
        reason=round_.cancelled_because,
        drafts=preview.drafts,
        submitted=preview.submitted,
        mails=preview.mails,
    )
    session.flush()
    return round_


def _tell(session: Session, round_: Round, applicant: ApplicantToTell, *, now: datetime) -> None:
    text = mail_text(
        "call_cancelled",
        round_title=round_.title,
        round_reference=round_.reference,
        notice=round_.notice,
        reason=round_.cancelled_because,
        applications=applicant.applications,
    )
    queue_mail(
        session, Letterbox(applicant.email, applicant.name), text, now=now, round_id=round_.id
    )
