"""The list from which a manager screens, and the preview of what a mark will do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.screening import require_screenable
from fundapp.domain.states import (
    OPEN_ASSIGNMENT_STATES,
    ApplicationState,
    ConflictState,
    RoundKind,
    RoundState,
)
from fundapp.domain.text import one_line
from fundapp.models import (
    Answer,
    Application,
    Assignment,
    Attachment,
    Conflict,
    Decision,
    EligibilityCheck,
    Organisation,
    Person,
    Question,
    Round,
)
from fundapp.queries.paging import Page, page_of

PAGE_SIZE = 50
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class ScreenedRound:
    """A round as its screening pages show it; `counts` by state, submitted ones only."""

    id: UUID
    reference: str
    title: str
    notice: str
    state: RoundState
    has_gates: bool
    counts: dict[ApplicationState, int]


@dataclass(frozen=True)
class ScreeningFilter:
    """Narrows the list: one state, words of reference, title or organisation."""

    state: ApplicationState | None = None
    text: str = ""


@dataclass(frozen=True)
class ScreeningRow:
    """One application. A recused row (its reader has a conflict) has nothing but its id.

    `missing` are questions that an imported application leaves open; `reason` is that of
    the newest check.
    """

    id: UUID
    is_recused: bool
    reference: str = ""
    title: str = ""
    organisation: str = ""
    contact_name: str = ""
    contact_email: str = ""
    state: ApplicationState = ApplicationState.SUBMITTED
    submitted_at: datetime | None = None
    missing: tuple[str, ...] = ()
    reason: str = ""
    open_reviews: int = 0
    obstacle: str = ""

    def gets_mail(self, *, is_eligible: bool) -> bool:
        """Tell whether the contact gets a mail when the application is marked so."""
        return not is_eligible or self.state is ApplicationState.INELIGIBLE


def screened_round(session: Session, round_id: UUID) -> ScreenedRound:
    """Return the round and how many applications are in which state. 2 statements."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    counted = session.execute(
        select(Application.state, func.count().label("number"))
        .where(Application.round_id == round_id, Application.number.is_not(None))
        .group_by(Application.state)
    )
    counts = {row.state: row.number for row in counted}
    return ScreenedRound(
        id=round_.id,
        reference=round_.reference,
        title=round_.title,
        notice=round_.notice,
        state=round_.state,
        has_gates=round_.kind is RoundKind.PRIZE and "gates" in round_.prize_rules,
        counts={state: counts.get(state, 0) for state in ApplicationState if state in counts},
    )


def screening_page(
    session: Session,
    round_: ScreenedRound,
    wanted: ScreeningFilter,
    *,
    reader_id: UUID,
    number: int,
) -> Page[ScreeningRow]:
    """Return one page of the round's submitted applications by number. 3 statements.

    A narrowed list leaves out what the reader is recused from, so that no search tells
    what stands there.
    """
    statement = _listed(round_, wanted, reader_id=reader_id)
    page = page_of(session, statement, lambda row: row, number=number, size=PAGE_SIZE)
    rows = _rows(session, page.rows, round_state=round_.state)
    return Page(rows, number=page.number, last=page.last, total=page.total)


def listed_ids(
    session: Session, round_: ScreenedRound, wanted: ScreeningFilter, *, reader_id: UUID
) -> list[UUID]:
    """Return the ids of the whole list, every page of it. 1 statement."""
    statement = _listed(round_, wanted, reader_id=reader_id).with_only_columns(Application.id)
    return list(session.scalars(statement))


def chosen_applications(
    session: Session, round_: ScreenedRound, application_ids: Iterable[UUID], *, reader_id: UUID
) -> list[ScreeningRow]:
    """Return these applications of the round by number. 2 statements."""
    statement = _applications(reader_id).where(
        Application.round_id == round_.id, Application.id.in_(list(application_ids))
    )
    return _rows(session, session.execute(statement).all(), round_state=round_.state)


@dataclass(frozen=True)
class PastCheck:
    """One eligibility check that was made."""

    is_eligible: bool
    reason: str
    checked_by: str
    checked_at: datetime


def checks_of_application(session: Session, application_id: UUID) -> list[PastCheck]:
    """Return the checks of an application, the newest first. 1 statement."""
    rows = session.execute(
        select(
            EligibilityCheck.is_eligible,
            EligibilityCheck.reason,
            Person.name,
            EligibilityCheck.checked_at,
        )
        .join(Person, Person.id == EligibilityCheck.checked_by_id)
        .where(EligibilityCheck.application_id == application_id)
        .order_by(EligibilityCheck.checked_at.desc(), EligibilityCheck.id.desc())
    )
    return [PastCheck(*row) for row in rows]


def _listed(
    round_: ScreenedRound, wanted: ScreeningFilter, *, reader_id: UUID
) -> Select[*tuple[Any, ...]]:
    statement = _applications(reader_id).where(Application.round_id == round_.id)
    conditions = _conditions(wanted)
    return statement.where(*conditions, ~_is_recused(reader_id)) if conditions else statement


def _conditions(wanted: ScreeningFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        conditions.append(Application.state == wanted.state)
    words = one_line(wanted.text)[:LONGEST_SEARCH]
    if words:
        columns = (Application.reference, Application.title, Organisation.name)
        conditions.append(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    return conditions


def _is_recused(reader_id: UUID) -> ColumnElement[bool]:
    return exists().where(
        Conflict.application_id == Application.id,
        Conflict.person_id == reader_id,
        Conflict.state != ConflictState.DISMISSED,
    )


def _applications(reader_id: UUID) -> Select[*tuple[Any, ...]]:
    newest_reason = (
        select(EligibilityCheck.reason)
        .where(EligibilityCheck.application_id == Application.id)
        .order_by(EligibilityCheck.checked_at.desc(), EligibilityCheck.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    open_reviews = (
        select(func.count())
        .select_from(Assignment)
        .where(
            Assignment.application_id == Application.id,
            Assignment.state.in_(OPEN_ASSIGNMENT_STATES),
        )
        .scalar_subquery()
    )
    return (
        select(
            Application,
            Organisation.name.label("organisation"),
            Person.name.label("contact_name"),
            Person.email.label("contact_email"),
            newest_reason.label("reason"),
            open_reviews.label("open_reviews"),
            exists().where(Decision.application_id == Application.id).label("is_decided"),
            _is_recused(reader_id).label("is_recused"),
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Person, Person.id == Application.contact_id)
        .where(Application.number.is_not(None))
        .order_by(Application.number)
    )


def _rows(session: Session, found: Sequence[Any], *, round_state: RoundState) -> list[ScreeningRow]:
    missing = _missing(session, [row.Application for row in found])
    return [_row(row, missing.get(row.Application.id, ()), round_state) for row in found]


def _row(row: Any, missing: Iterable[str], round_state: RoundState) -> ScreeningRow:
    application = row.Application
    if row.is_recused:
        return ScreeningRow(id=application.id, is_recused=True)
    return ScreeningRow(
        id=application.id,
        is_recused=False,
        reference=application.reference or "",
        title=application.title,
        organisation=row.organisation,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        state=application.state,
        submitted_at=application.submitted_at,
        missing=tuple(missing),
        reason=row.reason or "",
        open_reviews=row.open_reviews,
        obstacle=_obstacle(application, round_state, is_decided=row.is_decided),
    )


def _obstacle(application: Application, round_state: RoundState, *, is_decided: bool) -> str:
    try:
        require_screenable(
            application.reference or "This application",
            application.state,
            round_state=round_state,
            is_decided=is_decided,
        )
    except WrongState as refusal:
        return str(refusal)
    return ""


def _missing(session: Session, applications: Iterable[Application]) -> dict[UUID, list[str]]:
    """Return the required questions that incomplete applications leave open. 1 statement."""
    incomplete = [found.id for found in applications if not found.is_complete]
    is_answered = exists().where(
        Answer.application_id == Application.id,
        Answer.question_id == Question.id,
        cast(Answer.value, Text).not_in(("null", '""', "[]")),
        cast(Answer.problems, Text) == "[]",
    )
    is_attached = exists().where(
        Attachment.application_id == Application.id,
        Attachment.question_id == Question.id,
        Attachment.removed_at.is_(None),
    )
    rows = session.execute(
        select(Application.id, Question.label)
        .join(Question, Question.round_id == Application.round_id)
        .where(
            Application.id.in_(incomplete),
            Question.is_required.is_(True),
            ~is_answered,
            ~is_attached,
        )
        .order_by(Application.number, Question.position, Question.id)
    )
    found: dict[UUID, list[str]] = {}
    for application_id, label in rows:
        found.setdefault(application_id, []).append(label)
    return found
