"""Awards that nobody answers: reminders before the day, and their end after it."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from fundapp.domain.states import AwardState, OrderState
from fundapp.models import Application, Award, Decision, DocumentOrder, Person, Round
from fundapp.services.audit import record_event
from fundapp.services.award_endings import end_award, tell_manager
from fundapp.services.envelopes import lock_envelopes
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.work import Work

LAPSE_AWARDS = "lapse_awards"
"""Kind of the daily job."""

REMINDED_BEFORE = (1, 7)
"""Days before the last day on which the applicant is reminded."""

_IDS = (
    select(Award.id)
    .join(Decision, Decision.id == Award.decision_id)
    .order_by(Award.answer_by, Award.id)
)


def lapse_due_awards(work: Work) -> None:
    """Job, daily: remind of awards that wait for an answer, and end those whose day is over."""
    with work.transaction() as session:
        remind_applicants(session, now=work.now())
    with work.reading() as session:
        due = session.scalars(
            _IDS.where(*_unanswered(until=work.now().date() - timedelta(days=1)))
        ).all()
    for award_id in due:
        with work.transaction() as session:
            lapse_award(session, award_id, now=work.now())


def lapse_award(session: Session, award_id: UUID, *, now: datetime) -> bool:
    """End an award that nobody answered by its day (23:59 UTC); tell whether it was due.

    Its money goes back, the reserve list moves up, the applicant and the manager are told.
    """
    decision = session.scalars(
        select(Decision).join(Award, Award.decision_id == Decision.id).where(Award.id == award_id)
    ).one()
    envelopes = lock_envelopes(session, decision.round_id)
    award = session.get_one(Award, award_id, with_for_update=True, populate_existing=True)
    is_due = _unanswered(until=now.date() - timedelta(days=1))
    if session.scalar(_IDS.where(*is_due, Award.id == award_id)) is None:
        return False
    moved = end_award(
        session, award, decision, state=AwardState.LAPSED, envelopes=envelopes, now=now
    )
    record_event(
        session, "award.lapsed", award, actor=None, now=now, round_id=decision.round_id,
        application_id=decision.application_id,
    )  # fmt: skip
    tell_manager(session, award, decision, moved=moved, now=now)
    _mail_applicant(
        session, award, decision=decision, template="offer_lapsed", once="lapsed", now=now
    )
    return True


def remind_applicants(session: Session, *, now: datetime) -> int:
    """Mail applicants whose last day to answer comes near; return how many mails.

    One mail from 7 days before and one from the day before, however often this runs.
    """
    first, last = now.date(), now.date() + timedelta(days=max(REMINDED_BEFORE))
    rows = session.execute(
        select(Award, Decision)
        .join(Decision, Decision.id == Award.decision_id)
        .where(*_unanswered(until=last), Award.answer_by >= first)
        .order_by(Award.answer_by, Award.id)
    ).all()
    mails = 0
    for award, decision in rows:
        left = ((award.answer_by or last) - first).days
        window = next(days for days in REMINDED_BEFORE if left <= days)
        once = f"{award.version}:{window}"
        mails += _mail_applicant(
            session, award, decision=decision, template="answer_wanted", once=once, now=now
        )
    return mails


def _unanswered(*, until: date) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of awards without an answer whose last day is `until` or before.

    One whose letter still waits for signatures is not there to be answered.
    """
    is_waiting = (
        select(DocumentOrder.id)
        .where(
            DocumentOrder.application_id == Decision.application_id,
            DocumentOrder.state == OrderState.UNSIGNED,
        )
        .exists()
    )
    return (Award.state == AwardState.ISSUED, Award.answer_by <= until, ~is_waiting)


def _mail_applicant(
    session: Session, award: Award, *, decision: Decision, template: str, once: str, now: datetime
) -> bool:
    application = session.get_one(Application, decision.application_id)
    contact = session.get_one(Person, application.contact_id)
    round_ = session.get_one(Round, decision.round_id)
    day = award.answer_by or now.date()
    text = mail_text(
        template,
        reference=application.reference,
        title=application.title,
        day=f"{day.day} {day:%B %Y}",
        notice=round_.notice,
        application_id=application.id,
    )
    to = Letterbox(contact.email, contact.name)
    key = f"{template}:{award.id}:{once}"
    return queue_mail(session, to, text, now=now, round_id=round_.id, once_key=key) is not None
