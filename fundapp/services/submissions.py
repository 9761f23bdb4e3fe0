"""Freezing what was submitted: one canonical JSON text and its SHA-256."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.answer_texts import printed_text
from fundapp.domain.applications import AMOUNT_CODE, digest_of
from fundapp.domain.asked_sums import sum_asked
from fundapp.domain.money import beside
from fundapp.domain.permissions import Actor
from fundapp.domain.questions import ROW_KINDS, QuestionKind, columns_of
from fundapp.models import Application, Organisation, SubmittedVersion
from fundapp.queries.drafts import Draft
from fundapp.queries.questions import AskedQuestion

FORMAT = "fundapp-application-1"
"""Name and version of the frozen text's structure."""

_PER_VERSION = frozenset(
    {"version", "submitted_at", "submitted_by", "reference", "gates", "gates_note"}
)


def frozen_answers(session: Session, draft: Draft) -> dict[str, Any]:
    """Return what would be frozen of a draft, without number, time and name. 1 statement."""
    head = draft.head
    organisation = session.get_one(Organisation, head.organisation_id)
    return {
        "format": FORMAT,
        "round": {"reference": head.round_reference, "title": head.round_title},
        "rules_hash": head.rules_hash,
        "currency": draft.currency,
        "organisation": {
            "name": organisation.name,
            "country": organisation.country,
            "legal_form": organisation.legal_form,
            "registration": organisation.registration,
            "address": organisation.address,
            "website": organisation.website,
            "about": organisation.about,
        },
        "sections": [
            {
                "title": state.section.title,
                "questions": [_frozen_answer(draft, asked) for asked in state.section.questions],
            }
            for state in draft.sections
        ],
    }


def is_same_as_newest(session: Session, application: Application, frozen: dict[str, Any]) -> bool:
    """Tell whether the newest submitted version says exactly this already. 1 statement."""
    if application.last_version == 0:
        return False
    newest = session.scalar(
        select(SubmittedVersion.content).where(
            SubmittedVersion.application_id == application.id,
            SubmittedVersion.number == application.last_version,
        )
    )
    if newest is None:
        return False
    return {key: part for key, part in newest.items() if key not in _PER_VERSION} == frozen


def add_version(
    session: Session,
    application: Application,
    frozen: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> SubmittedVersion:
    """Store the next version of `application`, which must have its reference."""
    application.last_version += 1
    content = frozen | {
        "reference": application.reference,
        "version": application.last_version,
        "submitted_at": now.isoformat(),
        "submitted_by": actor.name,
    }
    version = SubmittedVersion(
        application_id=application.id,
        number=application.last_version,
        content=content,
        sha256=digest_of(content),
        submitted_by_id=actor.person_id,
        submitted_at=now,
    )
    session.add(version)
    session.flush()
    return version


def _frozen_answer(draft: Draft, asked: AskedQuestion) -> dict[str, Any]:
    question = asked.question
    frozen: dict[str, Any] = {
        "code": question.code,
        "label": question.label,
        "kind": question.kind.value,
        "identifying": question.identifying,
    }
    if question.kind is not QuestionKind.FILE:
        value = draft.answer(asked).value
        if question.kind in ROW_KINDS:
            frozen["columns"] = [
                {"code": column.code, "label": column.label, "kind": column.kind.value}
                for column in columns_of(question)
            ]
        text = printed_text(question, value)
        total = sum_asked(value) if question.code == AMOUNT_CODE else None
        if total is not None and total.currency != draft.head.currency:
            text = beside(draft.rates.worth(total), total)
        return frozen | {"value": value, "text": text, "files": []}
    files = [
        {
            "id": str(attached.id),
            "name": attached.filename,
            "media_type": attached.media_type,
            "size": attached.size,
            "sha256": attached.sha256,
        }
        for attached in draft.files.get(asked.id, ())
    ]
    ids = [attached["id"] for attached in files]
    text = "\n".join(str(attached["name"]) for attached in files)
    return frozen | {"value": ids or None, "text": text, "files": files}
