"""The rows of the check-your-answers page."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from fundapp.domain.answer_texts import printed_text
from fundapp.domain.blinding import Trace
from fundapp.domain.errors import Problem
from fundapp.domain.questions import TEXT_KINDS, QuestionKind
from fundapp.queries.drafts import Draft, SectionState
from fundapp.queries.evidence import evidence_of
from fundapp.queries.questions import AskedQuestion
from fundapp.web.evidence_rows import claims_without_logs


def check_rows(draft: Draft, state: SectionState) -> list[dict[str, Any]]:
    """Return a section's answers as rows of the macro `summary_list`, each with its link."""
    return [_row(draft, state, asked) for asked in state.section.questions]


def things_left(draft: Draft) -> list[dict[str, str]]:
    """Return what stands between the draft and submission, each with the way to it."""
    return [_thing(draft, state, problem) for state, problem in draft.problems]


def traces_shown(draft: Draft, traces: Iterable[Trace]) -> list[dict[str, Any]]:
    """Return where the applicant's names stand, each with the way to it."""
    section_of = {
        asked.code: state for state in draft.sections for asked in state.section.questions
    }
    return [
        {"href": _address(draft, section_of[trace.read.code], trace.read.code), "trace": trace}
        for trace in traces
    ]


def claims_shown(session: Session, draft: Draft) -> list[str]:
    """Return the results that the answers tell and no attached log shows. At most 1 statement."""
    attached = {file.sha256 for files in draft.files.values() for file in files}
    if not attached:
        return []
    evidence = evidence_of(session, draft.head.id, hide_identity=False, is_own=True)
    texts = (
        printed_text(asked.question, draft.answer(asked).value)
        for state in draft.sections
        for asked in state.section.questions
        if asked.question.kind in TEXT_KINDS
    )
    there = {sha256: logs for sha256, logs in evidence.items() if sha256 in attached}
    return claims_without_logs(texts, there)


def _thing(draft: Draft, state: SectionState, problem: Problem) -> dict[str, str]:
    labels = {asked.code: asked.question.label for asked in state.section.questions}
    label = labels.get(problem.field.partition("-")[0], "")
    return {
        "href": _address(draft, state, problem.field),
        "sentence": problem.sentence,
        "note": " · ".join(filter(None, (state.section.title, label))),
    }


def _address(draft: Draft, state: SectionState, field: str) -> str:
    return url_for(
        "sections.show_section",
        application_id=draft.head.id,
        section_id=state.section.id,
        check=1,
        _anchor=field,
    )


def _row(draft: Draft, state: SectionState, asked: AskedQuestion) -> dict[str, Any]:
    question = asked.question
    if question.kind is QuestionKind.FILE:
        value = "\n".join(attached.filename for attached in draft.files.get(asked.id, ()))
    else:
        value = printed_text(question, draft.answer(asked).value)
    return {
        "label": question.label,
        "value": value,
        "written": question.kind in TEXT_KINDS,
        "change_href": _address(draft, state, question.code),
    }
