"""Nominations: anybody names a public evaluation; its maker, asked by a link, enters it or not."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from fundapp.domain.applications import TITLE_CODE
from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.prize_rules import prize_rules_from_data
from fundapp.domain.questions import QuestionKind
from fundapp.domain.states import (
    NOMINATION_TRANSITIONS,
    NominationState,
    RoundKind,
    RoundState,
    advance,
)
from fundapp.models import Application, Nomination, OutboxMessage, Question, Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.drafts import window_of
from fundapp.services.answers import save_answer
from fundapp.services.applications import start_application
from fundapp.services.audit import record_event
from fundapp.services.mail_texts import mail_text
from fundapp.services.nomination_texts import Nominated, read_nomination
from fundapp.services.notes import read_note
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.tokens import hash_of_token, new_token

MOST_IN_A_ROUND = 1_000
KEEP_UNANSWERED = timedelta(days=30)
"""So long after entries close the addresses of an unanswered nomination are kept."""

GONE = "deleted@nomination.invalid"
MAIL_KEY = "nomination_asked:"

UNKNOWN = "This link is not complete or was never given out. Copy the whole line from the mail."
ANSWERED = "This nomination was answered, or taken back by the fund. Nothing more is to do."
NOT_TAKEN = "This call takes no nominations now."


def nominate(session: Session, round_id: UUID, typed: Nominated, *, now: datetime) -> None:
    """Take a nomination; nobody is written to yet. One for each address of an evaluation.

    A second one for the same address is not stored, and nobody is told: what was nominated is
    not public. WrongState when the round takes none now; InvalidInput with a sentence per field.
    """
    round_ = session.get(Round, round_id, with_for_update=True)
    if round_ is None:
        raise NotFound("There is no such call.")
    _refuse_closed(round_, now=now)
    tidy = read_nomination(typed)
    known = select(Nomination.id).where(
        Nomination.round_id == round_id, Nomination.website == tidy.website
    )
    if session.scalar(known) is not None:
        return
    count = select(func.count()).where(Nomination.round_id == round_id)
    if (session.scalar(count) or 0) >= MOST_IN_A_ROUND:
        raise WrongState("This call has all the nominations that it can take.")
    nomination = Nomination(
        round_id=round_id, state=NominationState.RECEIVED, nominated_at=now, **vars(tidy)
    )
    session.add(nomination)
    session.flush()
    _record(session, nomination, actor=None, now=now)


def ask_maker(session: Session, nomination_id: UUID, *, actor: Actor, now: datetime) -> Nomination:
    """Mail the maker a link, once. There are no reminders."""
    nomination, round_ = _managed(session, nomination_id, actor=actor)
    _move(nomination, NominationState.ASKED)
    _refuse_closed(round_, now=now)
    token = new_token()
    nomination.token_hash = hash_of_token(token)
    nomination.asked_at, nomination.asked_by_id = now, actor.person_id
    session.flush()
    text = mail_text(
        "nomination_asked",
        title=nomination.title,
        website=nomination.website,
        nominator=nomination.nominator_name,
        round_title=round_.title,
        round_reference=round_.reference,
        closes_at=round_.closes_at,
        notice=round_.notice,
        token=token,
    )
    to = Letterbox(nomination.maker_email, nomination.maker_name)
    key = f"{MAIL_KEY}{nomination.id}"
    queue_mail(session, to, text, now=now, round_id=round_.id, once_key=key)
    _record(session, nomination, actor=actor, now=now)
    return nomination


def dismiss_nomination(
    session: Session, nomination_id: UUID, *, actor: Actor, now: datetime
) -> Nomination:
    """Put a nomination aside; a link that was sent stops working, the addresses are forgotten."""
    nomination, _ = _managed(session, nomination_id, actor=actor)
    if nomination.state is NominationState.DISMISSED:
        return nomination
    _move(nomination, NominationState.DISMISSED)
    _record(session, nomination, actor=actor, now=now)
    _forget(session, nomination)
    return nomination


def decline_nomination(session: Session, token: str, *, now: datetime) -> None:
    """The maker does not enter: addresses and names are forgotten, nothing more is stored.

    Pressed twice, it changes nothing.
    """
    nomination = _of_link(session, token, again=NominationState.REFUSED)
    if nomination.state is NominationState.REFUSED:
        return
    _move(nomination, NominationState.REFUSED)
    nomination.answered_at = now
    _record(session, nomination, actor=None, now=now)
    _forget(session, nomination)


def enter_nomination(
    session: Session,
    token: str,
    organisation_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> Application:
    """The maker enters: begin a draft of their organisation with title and address filled in.

    Pressed twice, it leads to the same draft.
    """
    nomination = _of_link(session, token, again=NominationState.CONSENTED)
    if nomination.application_id is not None:
        return session.get_one(Application, nomination.application_id)
    text = read_note(note, field="note")
    application = start_application(
        session, nomination.round_id, organisation_id, actor=actor, now=now
    )
    for question_id, answer in _answers(session, nomination):
        save_answer(
            session, application.id, question_id, raw=answer, version=0, actor=actor, now=now
        )
    _move(nomination, NominationState.CONSENTED)
    nomination.application_id, nomination.answered_at = application.id, now
    nomination.answer_note = text
    _record(session, nomination, actor=actor, now=now)
    _forget(session, nomination)
    return application


def forget_nominations(session: Session, *, now: datetime) -> None:
    """Take the addresses out of nominations that nobody answered in time."""
    over = now - KEEP_UNANSWERED
    is_cancelled = (Round.state == RoundState.CANCELLED) & (Round.state_since < over)
    closed = select(Round.id).where((Round.closes_at < over) | is_cancelled)
    waiting = session.scalars(
        select(Nomination).where(
            Nomination.round_id.in_(closed),
            or_(Nomination.maker_email != "", Nomination.nominator_email != ""),
        )
    )
    for nomination in waiting.all():
        _forget(session, nomination)


def forget_nominations_of(session: Session, address: str) -> None:
    """Take a person's name and address out of what they nominated or made."""
    for name, email in (
        (Nomination.maker_name, Nomination.maker_email),
        (Nomination.nominator_name, Nomination.nominator_email),
    ):
        session.execute(
            update(Nomination).where(email == address).values({name.key: "", email.key: ""})
        )


def _answers(session: Session, nomination: Nomination) -> list[tuple[UUID, str]]:
    """Return what the form's first link question and its title are filled with."""
    rows = session.execute(
        select(Question.id, Question.code, Question.kind)
        .where(Question.round_id == nomination.round_id)
        .order_by(Question.position, Question.id)
    ).all()
    titles = [row.id for row in rows if row.code == TITLE_CODE]
    links = [row.id for row in rows if row.kind == QuestionKind.LINK]
    filled = [(id_, nomination.title) for id_ in titles]
    return filled + [(id_, nomination.website) for id_ in links[:1]]


def _refuse_closed(round_: Round, *, now: datetime) -> None:
    takes = prize_rules_from_data(round_.prize_rules).takes_nominations
    if round_.kind is not RoundKind.PRIZE or not takes or window_of(round_, None).refusal(now):
        raise WrongState(NOT_TAKEN)


def _managed(session: Session, nomination_id: UUID, *, actor: Actor) -> tuple[Nomination, Round]:
    nomination = session.get(Nomination, nomination_id, with_for_update=True)
    if nomination is None:
        require(actor, Action.RUN_ROUNDS)
        raise NotFound("There is no such nomination.")
    round_ = session.get_one(Round, nomination.round_id)
    require(actor, Action.RUN_ROUNDS, facts_of_round(session, round_))
    return nomination, round_


def _of_link(session: Session, token: str, *, again: NominationState) -> Nomination:
    nomination = session.scalar(
        select(Nomination)
        .where(Nomination.token_hash == hash_of_token(token))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if nomination is None:
        raise NotFound(UNKNOWN)
    if nomination.state not in (NominationState.ASKED, again):
        raise WrongState(ANSWERED)
    return nomination


def _move(nomination: Nomination, target: NominationState) -> None:
    nomination.state = advance(
        NOMINATION_TRANSITIONS, nomination.state, target, what="This nomination"
    )


def _forget(session: Session, nomination: Nomination) -> None:
    """Drop the names and addresses, and what was mailed to the maker."""
    nomination.maker_name = nomination.maker_email = ""
    nomination.nominator_name = nomination.nominator_email = ""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.once_key == f"{MAIL_KEY}{nomination.id}")
        .values(to_address=GONE, to_name="", body="")
    )
    session.flush()


def _record(
    session: Session, nomination: Nomination, *, actor: Actor | None, now: datetime
) -> None:
    event = f"nomination.{nomination.state.value}"
    record_event(session, event, nomination, actor=actor, now=now, round_id=nomination.round_id)
