"""An application that is open for changing: who may, until when, and its sums' currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from fundapp.domain.answers import Value, check_answer
from fundapp.domain.applications import AMOUNT_CODE, Stamp, digest_of, editing_refusal
from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.questions import QuestionKind
from fundapp.models import Answer, Application, Extension, Question, Round
from fundapp.queries.access import facts_of_application
from fundapp.queries.drafts import window_of
from fundapp.queries.exchange_rates import HAS_RATES, RoundRates, round_rates
from fundapp.queries.questions import AskedQuestion

Typed = tuple[AskedQuestion, object, Stamp]
"""A question, what was typed for it, and what its form had shown."""


@dataclass(frozen=True)
class EditedApplication:
    """An application locked for changing, with its round.

    `rates` are the round's, `currency` that in which the application's sums are read.
    """

    application: Application
    round: Round
    rates: RoundRates
    currency: str


_LOCKED = (
    select(Application, Round, Extension.until_at, HAS_RATES)
    .join(Round, Round.id == Application.round_id)
    .outerjoin(
        Extension,
        (Extension.round_id == Application.round_id)
        & (Extension.organisation_id == Application.organisation_id),
    )
    .where(Application.id == bindparam("application_id"))
    .with_for_update(of=Application)
    .execution_options(populate_existing=True)
)


def open_for_editing(
    session: Session,
    application_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    action: Action = Action.EDIT_APPLICATION,
) -> EditedApplication:
    """Lock an application that the actor may change now (or `action`).

    2 statements, 3 in a round that takes other currencies.

    Raises NotAllowed for others than its editors and WrongState, with the reason, when it
    is too late or the application has moved on.
    """
    row = session.execute(_LOCKED, {"application_id": application_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such application.")
    application, round_, until, has_rates = row
    require(actor, action, facts_of_application(session, application, round_))
    refusal = editing_refusal(window_of(round_, until), application.state, now)
    if refusal:
        raise WrongState(refusal)
    rates = round_rates(session, round_.id, currency=round_.currency, has_others=has_rates)
    return EditedApplication(application, round_, rates, round_.currency)


def with_currency(
    session: Session,
    edited: EditedApplication,
    typed: Sequence[Typed],
    *,
    stored: Mapping[UUID, Answer],
) -> EditedApplication:
    """Return the application with the currency of its sums, by what was typed now.

    At most 1 statement, none in a round of one currency. What a form shows of the sum asked
    for counts only where somebody changed it there.
    """
    rates = edited.rates
    if not rates.by_currency:
        return edited
    for asked, raw, stamp in typed:
        if asked.code == AMOUNT_CODE:
            answer = stored.get(asked.id)
            chosen = replace(edited, currency=rates.asked_in(str(raw)))
            value, _ = check_typed(chosen, asked, raw)
            is_stale = answer is not None and answer.version != stamp.version
            is_kept = is_stale and digest_of(value)[:12] == stamp.digest
            if answer is None or not is_kept:
                return chosen
            return replace(edited, currency=rates.asked_in(answer.value))
    standing = session.scalar(
        select(Answer.value)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.application_id == edited.application.id, Question.code == AMOUNT_CODE)
    )
    return replace(edited, currency=rates.asked_in(standing))


def check_typed(
    edited: EditedApplication, asked: AskedQuestion, raw: object
) -> tuple[Value, list[Problem]]:
    """Return the value of what was typed and what is to mend in it.

    InvalidInput for what is too large to keep.
    """
    if asked.question.kind is QuestionKind.FILE:
        raise InvalidInput([Problem(asked.code, "Attach files with the button of the question.")])
    return check_answer(asked.question, raw, currency=edited.currency, worth=edited.rates.worth)


def take_request(application: Application, answer: Value, *, rates: RoundRates) -> None:
    """Write what an answer asks for into the application, in both currencies where it has two."""
    for column, value in rates.request_columns(answer).items():
        setattr(application, column, value)
