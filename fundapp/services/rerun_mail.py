"""Mails around re-runs: the link, reminders before the day, and word that a log is in."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import DecisionKind, DecisionState, RerunState
from fundapp.models import Application, Decision, Person, Rerun, Round
from fundapp.queries.barred import closed_applications
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.tokens import hash_of_token, new_token
from fundapp.services.work import Work

REMIND_VERIFIERS = "remind_verifiers"
"""Kind of the daily job."""

REMINDED_BEFORE = (1, 7)
"""Days before the last day on which the verifier is reminded."""


def send_link(session: Session, rerun: Rerun, *, now: datetime) -> None:
    """Mail the verifier what is asked, with a new link; an older link stops working."""
    token = new_token()
    rerun.token_hash = hash_of_token(token)
    session.flush()
    _mail_verifier(session, rerun, "rerun_asked", now=now, token=token)


def tell_withdrawn(session: Session, rerun: Rerun, *, now: datetime) -> None:
    """Mail the verifier that the re-run is not needed any more."""
    _mail_verifier(session, rerun, "rerun_withdrawn", now=now, once=f"rerun_withdrawn:{rerun.id}")


def tell_delivered(session: Session, rerun: Rerun, *, now: datetime) -> None:
    """Mail who asked for the re-run that its log is in."""
    once = f"rerun_delivered:{rerun.id}:{rerun.sha256}"
    _mail_manager(session, rerun, "rerun_delivered", now=now, once=once)


def tell_declined(session: Session, rerun: Rerun, *, now: datetime) -> None:
    """Mail who asked for the re-run that its verifier says no, with the verifier's note."""
    once = f"rerun_declined:{rerun.id}"
    _mail_manager(session, rerun, "rerun_declined", now=now, once=once)


def remind_verifiers(work: Work) -> None:
    """Job, daily: remind verifiers of the day, and managers of re-runs whose day is over."""
    with work.transaction() as session:
        remind_of_reruns(session, now=work.now())


def remind_of_reruns(session: Session, *, now: datetime) -> int:
    """Mail verifiers whose day comes near and managers whose re-run is overdue; return how many.

    The verifier gets one mail from 7 days before and one from the day before, the manager one
    when the day is over, however often this runs.
    """
    last = now + timedelta(days=max(REMINDED_BEFORE))
    open_ones = session.scalars(
        select(Rerun)
        .join(Decision, Decision.application_id == Rerun.application_id)
        .where(
            Rerun.state == RerunState.ASKED,
            Rerun.due_at <= last,
            Decision.kind == DecisionKind.AWARD,
            Decision.state == DecisionState.PENDING,
        )
        .order_by(Rerun.due_at, Rerun.id)
    ).all()
    mails = 0
    for rerun in open_ones:
        if rerun.due_at <= now:
            once = f"rerun_overdue:{rerun.id}"
            mails += _mail_manager(session, rerun, "rerun_overdue", now=now, once=once)
            continue
        window = next(days for days in REMINDED_BEFORE if rerun.due_at - now <= timedelta(days))
        once = f"rerun_reminded:{rerun.id}:{window}"
        mails += _mail_verifier(session, rerun, "rerun_reminded", now=now, once=once)
    return mails


def _mail_verifier(
    session: Session,
    rerun: Rerun,
    template: str,
    *,
    now: datetime,
    once: str | None = None,
    **values: Any,
) -> bool:
    round_ = session.get_one(Round, rerun.round_id)
    person = session.get(Person, rerun.verifier_id) if rerun.verifier_id else None
    to = Letterbox(person.email if person else rerun.verifier_email, rerun.verifier_name)
    text = mail_text(
        template,
        task=rerun.claim.get("task") or "",
        model=rerun.claim.get("model") or "",
        round_title=round_.title,
        round_reference=round_.reference,
        notice=round_.notice,
        due_at=rerun.due_at,
        has_accepted=rerun.verifier_id is not None,
        rerun_id=rerun.id,
        **values,
    )
    return queue_mail(session, to, text, now=now, round_id=round_.id, once_key=once) is not None


def _mail_manager(
    session: Session, rerun: Rerun, template: str, *, now: datetime, once: str
) -> bool:
    """Mail who asked, unless a conflict of interest closes the entry to them by now."""
    manager = session.get_one(Person, rerun.asked_by_id)
    if closed_applications(session, manager.id, [rerun.application_id]):
        return False
    application = session.get_one(Application, rerun.application_id)
    round_ = session.get_one(Round, rerun.round_id)
    text = mail_text(
        template,
        reference=application.reference,
        title=application.title,
        verifier=rerun.verifier_name,
        note=rerun.reason,
        round_title=round_.title,
        round_id=round_.id,
        notice=round_.notice,
    )
    to = Letterbox(manager.email, manager.name)
    return queue_mail(session, to, text, now=now, round_id=round_.id, once_key=once) is not None
