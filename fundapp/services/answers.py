"""Saving answers: valid or not, never silently over a colleague's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from fundapp.domain.answers import Value, check_answer
from fundapp.domain.applications import (
    AMOUNT_CODE,
    TITLE_CODE,
    Stamp,
    amount_from,
    digest_of,
    editing_refusal,
    stamp_of,
    title_from,
)
from fundapp.domain.clashes import changed_too, who_changed
from fundapp.domain.errors import InvalidInput, NotFound, Problem, StaleVersion, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.questions import QuestionKind
from fundapp.domain.states import ApplicationState
from fundapp.models import Answer, Application, Extension, Person, Question, Round
from fundapp.queries.access import facts_of_application
from fundapp.queries.drafts import window_of
from fundapp.queries.questions import AskedQuestion, question_of


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


Typed = tuple[AskedQuestion, object, Stamp]
"""A question, what was typed for it, and what its form had shown."""


@dataclass(frozen=True)
class EditedApplication:
    """An application locked for changing, with its round."""

    application: Application
    round: Round


_LOCKED = (
    select(Application, Round, Extension.until_at)
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
    """Lock an application that the actor may change now (or `action`); 2 statements.

    Raises NotAllowed for others than its editors and WrongState, with the reason, when it
    is too late or the application has moved on.
    """
    row = session.execute(_LOCKED, {"application_id": application_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such application.")
    application, round_, until = row
    require(actor, action, facts_of_application(session, application, round_))
    refusal = editing_refusal(window_of(round_, until), application.state, now)
    if refusal:
        raise WrongState(refusal)
    return EditedApplication(application, round_)


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
    Clash) when two people changed the same one: then nothing is stored.
    """
    stored = _stored(session, edited.application.id, [asked.id for asked, _, _ in typed])
    outcomes = [
        _outcome(session, edited, one, answer=stored.get(one[0].id), actor=actor) for one in typed
    ]
    clashes = [outcome for outcome in outcomes if isinstance(outcome, Clash)]
    if clashes:
        raise _stale(clashes)
    saved = [outcome for outcome in outcomes if isinstance(outcome, SavedAnswer)]
    for one in saved:
        answer = stored.get(one.question_id)
        if one.version > (answer.version if answer else 0):
            _write(session, edited.application, one, answer=answer, actor=actor, now=now)
    session.flush()
    return saved


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
    value, problems = _check(edited, asked, raw)
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


def _check(
    edited: EditedApplication, asked: AskedQuestion, raw: object
) -> tuple[Value, list[Problem]]:
    if asked.question.kind is QuestionKind.FILE:
        raise InvalidInput([Problem(asked.code, "Attach files with the button of the question.")])
    return check_answer(asked.question, raw, currency=edited.round.currency)


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
    application: Application,
    change: SavedAnswer,
    *,
    answer: Answer | None,
    actor: Actor,
    now: datetime,
) -> None:
    if answer is None:
        answer = Answer(application_id=application.id, question_id=change.question_id)
        session.add(answer)
    answer.value = change.value
    answer.problems = [vars(problem) for problem in change.problems]
    answer.version = change.version
    answer.changed_by_id = actor.person_id
    answer.changed_at = now
    if application.state is ApplicationState.DRAFT:
        _name_draft(application, change)


def _name_draft(application: Application, change: SavedAnswer) -> None:
    """Name a draft in lists by its answers; once submitted, by what was submitted."""
    if change.code == TITLE_CODE:
        application.title = title_from(change.value)
    elif change.code == AMOUNT_CODE:
        application.amount_requested = amount_from(change.value)
