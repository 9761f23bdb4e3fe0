"""The working copy of an application: its form, what was answered, and what is left to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from fundapp.domain.answers import Value
from fundapp.domain.applications import AMOUNT_CODE, Stamp, Window, stamp_of
from fundapp.domain.errors import NotFound, Problem
from fundapp.domain.money import Money
from fundapp.domain.sections import SectionCheck, SectionStatus, check_section
from fundapp.domain.states import ApplicationState, RoundKind
from fundapp.domain.windows import Deadline
from fundapp.models import (
    Answer,
    Application,
    Attachment,
    Extension,
    Organisation,
    Person,
    Round,
    SubmittedVersion,
)
from fundapp.queries.exchange_rates import HAS_RATES, RoundRates, own_request, round_rates
from fundapp.queries.questions import AskedQuestion, FormSection, form_of_round


@dataclass(frozen=True)
class AnswerState:
    """What stands for one question: the value, its version, and who changed it last."""

    value: Value
    version: int = 0
    changed_by: str = ""
    changed_at: datetime | None = None

    @property
    def stamp(self) -> Stamp:
        """Return what a form that shows this answer sends back."""
        return stamp_of(self.version, self.value)


NO_ANSWER = AnswerState(None)


@dataclass(frozen=True)
class FileState:
    """One attached file; size in bytes."""

    id: UUID
    question_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime


@dataclass(frozen=True)
class SectionState:
    """One section with the answers to the whole form, checked when somebody asks."""

    section: FormSection
    values: Mapping[str, Value]
    rates: RoundRates

    @property
    def currency(self) -> str:
        """Return the currency of all sums of the application."""
        return self.rates.asked_in(self.values.get(AMOUNT_CODE))

    @cached_property
    def check(self) -> SectionCheck:
        """Return what the section still needs."""
        questions = [asked.question for asked in self.section.questions]
        return check_section(questions, self.values, currency=self.currency, worth=self.rates.worth)

    @property
    def status(self) -> SectionStatus:
        """Return the shape of the task list."""
        return self.check.status


@dataclass(frozen=True)
class ApplicationHead:
    """What every page of an application shows on top."""

    id: UUID
    reference: str | None
    title: str
    amount_requested: int | None
    own_requested: Money | None
    state: ApplicationState
    state_since: datetime
    submitted_at: datetime | None
    last_version: int
    round_id: UUID
    round_reference: str
    round_title: str
    round_kind: RoundKind
    currency: str
    notice: str
    rules_hash: str
    decides_on: Any
    cancelled_because: str
    organisation_id: UUID
    organisation_name: str
    takes_other_currencies: bool
    language: str
    window: Window


@dataclass(frozen=True)
class Draft:
    """An application as its organisation works on it. currency: of all its sums."""

    head: ApplicationHead
    sections: tuple[SectionState, ...]
    answers: Mapping[UUID, AnswerState]
    files: Mapping[UUID, tuple[FileState, ...]]
    rates: RoundRates
    currency: str
    is_changed: bool

    def answer(self, asked: AskedQuestion) -> AnswerState:
        """Return what stands for a question."""
        return self.answers.get(asked.id, NO_ANSWER)

    def section(self, section_id: UUID) -> SectionState:
        """Return one section; NotFound when the form has none of that id."""
        for state in self.sections:
            if state.section.id == section_id:
                return state
        raise NotFound("There is no such section.")

    @property
    def next_section_id(self) -> UUID | None:
        """Return the first section that is not done, None when all are."""
        unfinished = (state for state in self.sections if state.status is not SectionStatus.DONE)
        return next((state.section.id for state in unfinished), None)

    @property
    def problems(self) -> tuple[tuple[SectionState, Problem], ...]:
        """Return all that stands between this draft and submission, with its section."""
        return tuple(
            (state, problem) for state in self.sections for problem in state.check.problems
        )


_HEAD = (
    select(Application, Round, Organisation.name, Extension.until_at, HAS_RATES)
    .join(Round, Round.id == Application.round_id)
    .join(Organisation, Organisation.id == Application.organisation_id)
    .outerjoin(
        Extension,
        (Extension.round_id == Application.round_id)
        & (Extension.organisation_id == Application.organisation_id),
    )
    .where(Application.id == bindparam("application_id"))
)

_ANSWERS = (
    select(Answer.question_id, Answer.value, Answer.version, Person.name, Answer.changed_at)
    .join(Person, Person.id == Answer.changed_by_id)
    .where(Answer.application_id == bindparam("application_id"))
)

_FILES = (
    select(Attachment)
    .where(
        Attachment.application_id == bindparam("application_id"), Attachment.removed_at.is_(None)
    )
    .order_by(Attachment.added_at, Attachment.id)
)

_VERSION = select(SubmittedVersion.content).where(
    SubmittedVersion.application_id == bindparam("application_id"),
    SubmittedVersion.number == bindparam("number"),
)


def window_of(round_: Round, extension_until: datetime | None) -> Window:
    """Return when an organisation may apply in a loaded round."""
    closes = None
    if round_.closes_at is not None:
        closes = Deadline(round_.closes_at, round_.time_zone, round_.is_anywhere_on_earth)
    return Window(round_.state, round_.opens_at, closes, extension_until)


def application_head(session: Session, application_id: UUID) -> ApplicationHead:
    """Return what every page of an application shows. 1 statement."""
    row = session.execute(_HEAD, {"application_id": application_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such application.")
    application, round_, organisation_name, until, has_rates = row
    return ApplicationHead(
        id=application.id,
        reference=application.reference,
        title=application.title,
        amount_requested=application.amount_requested,
        own_requested=own_request(application),
        state=application.state,
        state_since=application.state_since,
        submitted_at=application.submitted_at,
        last_version=application.last_version,
        round_id=round_.id,
        round_reference=round_.reference,
        round_title=round_.title,
        round_kind=round_.kind,
        currency=round_.currency,
        notice=round_.notice,
        rules_hash=round_.rules_hash,
        decides_on=round_.decides_on,
        cancelled_because=round_.cancelled_because,
        organisation_id=application.organisation_id,
        organisation_name=organisation_name,
        takes_other_currencies=has_rates,
        language=application.language,
        window=window_of(round_, until),
    )


def application_draft(session: Session, application_id: UUID) -> Draft:
    """Return the working copy. 4 statements, 5 after submitting; 1 more with other currencies."""
    head = application_head(session, application_id)
    form = form_of_round(session, head.round_id)
    answers = answers_of(session, application_id)
    files = files_of(session, application_id)
    values = values_by_code(form, answers, files)
    rates = round_rates(
        session, head.round_id, currency=head.currency, has_others=head.takes_other_currencies
    )
    return Draft(
        head=head,
        sections=tuple(SectionState(section, values, rates) for section in form),
        answers=answers,
        files=files,
        rates=rates,
        currency=rates.asked_in(values.get(AMOUNT_CODE)),
        is_changed=_is_changed(session, head, values),
    )


def values_by_code(
    form: tuple[FormSection, ...],
    answers: Mapping[UUID, AnswerState],
    files: Mapping[UUID, tuple[FileState, ...]],
) -> dict[str, Value]:
    """Return every answer by question code; a file question's are the ids of its files."""
    values: dict[str, Value] = {}
    for section in form:
        for asked in section.questions:
            attached = [str(attached.id) for attached in files.get(asked.id, ())]
            values[asked.code] = attached or answers.get(asked.id, NO_ANSWER).value
    return values


def answers_of(session: Session, application_id: UUID) -> dict[UUID, AnswerState]:
    """Return what was answered, by question. 1 statement."""
    rows = session.execute(_ANSWERS, {"application_id": application_id})
    return {question_id: AnswerState(*state) for question_id, *state in rows}


def files_of(session: Session, application_id: UUID) -> dict[UUID, tuple[FileState, ...]]:
    """Return the attached files by question, in the order in which they came. 1 statement."""
    attachments = session.scalars(_FILES, {"application_id": application_id})
    found: dict[UUID, tuple[FileState, ...]] = {}
    for attachment in attachments:
        state = FileState(
            id=attachment.id,
            question_id=attachment.question_id,
            filename=attachment.filename,
            media_type=attachment.media_type,
            size=attachment.size,
            sha256=attachment.sha256,
            added_at=attachment.added_at,
        )
        found[attachment.question_id] = (*found.get(attachment.question_id, ()), state)
    return found


def _is_changed(session: Session, head: ApplicationHead, values: Mapping[str, Value]) -> bool:
    """Tell whether the draft says something else than the version that counts."""
    if head.last_version == 0:
        return False
    content = session.scalar(_VERSION, {"application_id": head.id, "number": head.last_version})
    submitted = {
        question["code"]: question["value"]
        for section in (content or {}).get("sections", [])
        for question in section["questions"]
    }
    return content is not None and submitted != dict(values)
