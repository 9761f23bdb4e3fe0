"""Saving answers: valid or not, never silently over a colleague's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.answers import Value
from fundapp.domain.applications import (
    AMOUNT_CODE,
    TITLE_CODE,
    Stamp,
    digest_of,
    stamp_of,
    title_from,
)
from fundapp.domain.clashes import changed_too, who_changed
from fundapp.domain.errors import NotFound, Problem, StaleVersion
from fundapp.domain.permissions import Actor
from fundapp.domain.questions import ROW_KINDS, QuestionKind
from fundapp.domain.states import ApplicationState
from fundapp.models import Answer, Application, Person, Question
from fundapp.queries.exchange_rates import RoundRates
from fundapp.queries.questions import AskedQuestion, question_of
from fundapp.services.editing import (
    EditedApplication,
    Typed,
    check_typed,
    open_for_editing,
    take_request,
    with_currency,
)


@dataclass(frozen=True)
class SavedAnswer:
    """An answer as it stands after saving; `problems` say what is to mend in it.

    `stamp` is what the form that was sent may go on with: where a colleague changed an
    answer that the form still shows as it was, it stays the old one.
    """

    question_id: UUID
    code: str
    value: Value
    version: int
    problems: tuple[Problem, ...]
    stamp: Stamp


@dataclass(frozen=True)
class Clash:
    """One answer changed twice: what was stored meanwhile, by whom, when, and what was typed.

    is_own: the same person stored it, in another window.
    """

    code: str
    theirs: Value
    mine: Value
    their_name: str
    is_own: bool
    their_at: datetime
    stamp: Stamp


def save_answer(
    session: Session,
    application_id: UUID,
    question_id: UUID,
    *,
    raw: object,
    version: int,
    actor: Actor,
    now: datetime,
) -> SavedAnswer:
    """Store what was typed for one question, valid or not.

    `raw` is what `domain/answers.check_answer` takes; `version` the version it was typed
    over, 0 for the first. StaleVersion when a colleague stored something else since;
    InvalidInput only for what is too large to keep.
    """
    edited = open_for_editing(session, application_id, actor=actor, now=now)
    row = session.get(Question, question_id)
    if row is None or row.round_id != edited.round.id:
        raise NotFound("There is no such question.")
    asked = AskedQuestion(row.id, question_of(row))
    typed = [(asked, raw, Stamp(version, ""))]
    return store_answers(session, edited, typed, actor=actor, now=now)[0]


def store_answers(
    session: Session,
    edited: EditedApplication,
    typed: Sequence[Typed],
    *,
    actor: Actor,
    now: datetime,
) -> list[SavedAnswer]:
    """Store what was typed in an application that is open for editing, valid or not.

    An answer that was not touched is left alone; StaleVersion (its `theirs` a tuple of
    Clash) when two people changed the same one: then nothing is stored. Sums are read in the
    currency that the answer on the sum names; when it names another, the sums that were not
    typed now stay the numbers they are.
    """
    stored = _stored(session, edited.application.id, [asked.id for asked, _, _ in typed])
    edited = with_currency(session, edited, typed, stored=stored)
    outcomes = [
        _outcome(session, edited, one, answer=stored.get(one[0].id), actor=actor) for one in typed
    ]
    clashes = [outcome for outcome in outcomes if isinstance(outcome, Clash)]
    if clashes:
        raise _stale(clashes)
    saved = [outcome for outcome in outcomes if isinstance(outcome, SavedAnswer)]
    before = edited.rates.asked_in(_sum_standing(typed, stored))
    for one in saved:
        answer = stored.get(one.question_id)
        if one.version > (answer.version if answer else 0):
            _write(session, edited, one, answer=answer, actor=actor, now=now)
    session.flush()
    if any(one.code == AMOUNT_CODE for one in saved) and before != edited.currency:
        _relabel(session, edited, actor=actor, now=now)
        session.flush()
    return saved


def _sum_standing(typed: Sequence[Typed], stored: Mapping[UUID, Answer]) -> Value:
    found = (stored.get(asked.id) for asked, _, _ in typed if asked.code == AMOUNT_CODE)
    return next((answer.value for answer in found if answer), None)


def _relabel(session: Session, edited: EditedApplication, *, actor: Actor, now: datetime) -> None:
    """Put the application's other sums into its new currency: the numbers stay."""
    rows = session.execute(
        select(Answer, Question)
        .join(Question, Question.id == Answer.question_id)
        .where(
            Answer.application_id == edited.application.id,
            Question.kind.in_((QuestionKind.MONEY, *ROW_KINDS)),
            Question.code != AMOUNT_CODE,
        )
        .order_by(Question.position, Question.id)
    )
    for answer, question in rows.all():
        asked = AskedQuestion(question.id, question_of(question))
        value, problems = check_typed(edited, asked, answer.value)
        if value != answer.value:
            version = answer.version + 1
            change = SavedAnswer(
                asked.id, asked.code, value, version, tuple(problems), stamp_of(version, value)
            )
            _write(session, edited, change, answer=answer, actor=actor, now=now)


def _outcome(
    session: Session,
    edited: EditedApplication,
    typed: Typed,
    *,
    answer: Answer | None,
    actor: Actor,
) -> SavedAnswer | Clash:
    """Tell what becomes of one typed answer: left as it is, changed, or a clash."""
    asked, raw, stamp = typed
    value, problems = check_typed(edited, asked, raw)
    version, standing = (answer.version, answer.value) if answer else (0, None)
    saved = partial(SavedAnswer, asked.id, asked.code, problems=tuple(problems))
    if value == standing:
        return saved(value=value, version=version, stamp=stamp_of(version, value))
    is_stale = version != stamp.version
    is_touched = digest_of(value)[:12] != stamp.digest
    if is_stale and not is_touched:
        return saved(value=standing, version=version, stamp=stamp)
    if is_stale and answer is not None:
        return _clash(session, asked, answer, mine=value, actor=actor)
    return saved(value=value, version=version + 1, stamp=stamp_of(version + 1, value))


def _stored(
    session: Session, application_id: UUID, question_ids: Sequence[UUID]
) -> dict[UUID, Answer]:
    rows = session.scalars(
        select(Answer).where(
            Answer.application_id == application_id, Answer.question_id.in_(question_ids)
        )
    )
    return {answer.question_id: answer for answer in rows}


def _clash(
    session: Session, asked: AskedQuestion, answer: Answer, *, mine: Value, actor: Actor
) -> Clash:
    is_own = answer.changed_by_id == actor.person_id
    name = session.scalar(select(Person.name).where(Person.id == answer.changed_by_id))
    return Clash(
        code=asked.code,
        theirs=answer.value,
        mine=mine,
        their_name=who_changed(name or "Somebody", is_own=is_own),
        is_own=is_own,
        their_at=answer.changed_at,
        stamp=stamp_of(answer.version, answer.value),
    )


def _stale(clashes: Sequence[Clash]) -> StaleVersion:
    newest = max(clashes, key=lambda clash: clash.their_at)
    sentence = changed_too(newest.their_name, is_own=newest.is_own)
    return StaleVersion(
        f"{sentence} Nothing was overwritten: choose which text stays.",
        theirs=tuple(clashes),
        their_name=newest.their_name,
        version=newest.stamp.version,
    )


def _write(
    session: Session,
    edited: EditedApplication,
    change: SavedAnswer,
    *,
    answer: Answer | None,
    actor: Actor,
    now: datetime,
) -> None:
    application = edited.application
    if answer is None:
        answer = Answer(application_id=application.id, question_id=change.question_id)
        session.add(answer)
    answer.value = change.value
    answer.problems = [vars(problem) for problem in change.problems]
    answer.version = change.version
    answer.changed_by_id = actor.person_id
    answer.changed_at = now
    if application.state is ApplicationState.DRAFT:
        _name_draft(application, change, rates=edited.rates)


def _name_draft(application: Application, change: SavedAnswer, *, rates: RoundRates) -> None:
    """Name a draft in lists by its answers; once submitted, by what was submitted."""
    if change.code == TITLE_CODE:
        application.title = title_from(change.value)
    elif change.code == AMOUNT_CODE:
        take_request(application, change.value, rates=rates)
