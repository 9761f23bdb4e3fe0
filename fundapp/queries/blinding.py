"""Where an application to a blind round gives its applicant away. Nothing in other rounds."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.answer_texts import printed_text
from fundapp.domain.blinding import Identity, Member, ReadText, Trace, find_traces
from fundapp.domain.questions import QuestionKind
from fundapp.models import Application, Membership, Organisation, Person, Round, SubmittedVersion
from fundapp.queries.drafts import Draft
from fundapp.queries.questions import all_questions

# Names hold no control characters. As one text they take no statement of their own.
_BETWEEN, _WITHIN = "\x1e", "\x1f"

_MEMBERS = (
    select(func.aggregate_strings(Person.name + _WITHIN + Person.email, _BETWEEN))
    .join(Membership, Membership.person_id == Person.id)
    .where(
        Membership.organisation_id == Application.organisation_id, Person.anonymised_at.is_(None)
    )
    .correlate(Application)
    .scalar_subquery()
)

_APPLICANTS = (
    select(Application.id, Organisation.name, Organisation.website, _MEMBERS.label("members"))
    .join(Round, Round.id == Application.round_id)
    .join(Organisation, Organisation.id == Application.organisation_id)
    .where(Round.is_blind.is_(True))
)


def traces_in_draft(session: Session, draft: Draft) -> tuple[Trace, ...]:
    """Return the traces in what would be submitted now. 1 statement."""
    row = session.execute(_APPLICANTS.where(Application.id == draft.head.id)).one_or_none()
    return find_traces(_identity(row), _texts_of_draft(draft)) if row else ()


def traces_in_submitted(
    session: Session, application_ids: Collection[UUID]
) -> dict[UUID, tuple[Trace, ...]]:
    """Return the traces in the newest submitted version of each application. 1 statement."""
    rows = session.execute(
        _APPLICANTS.add_columns(SubmittedVersion.content)
        .join(
            SubmittedVersion,
            (SubmittedVersion.application_id == Application.id)
            & (SubmittedVersion.number == Application.last_version),
        )
        .where(Application.id.in_(application_ids))
    )
    return {row.id: find_traces(_identity(row), _texts_of_content(row.content)) for row in rows}


def applicant_identity(session: Session, application_id: UUID) -> Identity | None:
    """Return by what the applicant of a blind round is known. 1 statement. None elsewhere."""
    row = session.execute(_APPLICANTS.where(Application.id == application_id)).one_or_none()
    return _identity(row) if row else None


def _identity(row: Any) -> Identity:
    people = (person.split(_WITHIN) for person in sorted((row.members or "").split(_BETWEEN)))
    members = tuple(Member(*person) for person in people if len(person) == 2)
    return Identity(row.name, row.website, members)


def _texts_of_draft(draft: Draft) -> Iterator[ReadText]:
    for asked in all_questions([state.section for state in draft.sections]):
        question = asked.question
        if question.identifying:
            continue
        if question.kind is not QuestionKind.FILE:
            text = printed_text(question, draft.answer(asked).value)
            yield ReadText(question.code, question.label, text)
        for attached in draft.files.get(asked.id, ()):
            yield ReadText(question.code, question.label, attached.filename, is_filename=True)


def _texts_of_content(content: Mapping[str, Any]) -> Iterator[ReadText]:
    for question in _questions(content):
        code, label = question["code"], question["label"]
        if not question["files"]:
            yield ReadText(code, label, question["text"])
        for attached in question["files"]:
            yield ReadText(code, label, attached["name"], is_filename=True)


def _questions(content: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for section in content.get("sections", []):
        for question in section["questions"]:
            if not question["identifying"]:
                yield question
