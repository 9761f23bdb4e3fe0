"""What of an entry can be checked by a re-run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.prize_rules import CATEGORY_CODE
from fundapp.evidence.results import Result, results_in
from fundapp.models import (
    Answer,
    Application,
    EvidenceReading,
    Question,
    SubmittedVersion,
)
from fundapp.queries.blinding import traces_in_submitted
from fundapp.queries.submitted import submitted_sections


@dataclass(frozen=True)
class Claim:
    """One result of the entry's submitted logs. key: names it in a form."""

    key: str
    result: Result

    @property
    def label(self) -> str:
        """Return the claim in words: "accuracy 0.431 on simpleqa (model m)"."""
        return claim_words(self.result)


def claim_words(result: Result) -> str:
    """Say what a result claims."""
    value = "not a number" if result.value is None else f"{result.value:.4g}"
    error = "" if result.stderr is None else f" ± {result.stderr:.2g}"
    count = "" if result.n is None else f", {result.n:,} samples"
    task, model = result.task or "a task without a name", result.model or "a model without a name"
    return f"{result.metric} {value}{error} on {task}, {model}{count}"


def content_that_counts(session: Session, application_id: UUID) -> Mapping[str, Any]:
    """Return the frozen content of the newest submitted version, {} for none. 1 statement."""
    content = session.scalar(
        select(SubmittedVersion.content)
        .join(
            Application,
            (Application.id == SubmittedVersion.application_id)
            & (Application.last_version == SubmittedVersion.number),
        )
        .where(Application.id == application_id)
    )
    return content or {}


def claims_of(session: Session, application_id: UUID) -> tuple[Claim, ...]:
    """Return the results of all logs in the version that counts. 2 statements."""
    files = [
        attached.sha256
        for section in submitted_sections(content_that_counts(session, application_id))
        for answer in section.answers
        for attached in answer.files
    ]
    readings = session.execute(
        select(EvidenceReading.sha256, EvidenceReading.logs)
        .where(EvidenceReading.sha256.in_(files))
        .order_by(EvidenceReading.sha256)
    )
    logs_by_file = {row.sha256: row.logs for row in readings}
    results = [
        result
        for sha256 in dict.fromkeys(files)
        for result in results_in(logs_by_file.get(sha256, ()))
    ]
    return tuple(
        Claim(f"{result.log[:12]}-{place}", result)
        for place, result in enumerate(results)
        if result.value is not None
    )


RERUN_CODE = "rerun"
"""The code of the question whose answer says how to run the evaluation again."""


@dataclass(frozen=True)
class HowToRun:
    """What the entry says on running it again. is_withheld: in a blind round it names its maker."""

    text: str = ""
    is_withheld: bool = False


def how_to_run(session: Session, application_id: UUID) -> HowToRun:
    """Return what a verifier reads of the entry's own words. 2 statements.

    An answer that is asked for who applies is left out, also where the round is not blind.
    """
    traces = traces_in_submitted(session, [application_id]).get(application_id, ())
    if any(trace.read.code == RERUN_CODE for trace in traces):
        return HowToRun(is_withheld=True)
    content = content_that_counts(session, application_id)
    texts = (
        answer.text
        for section in submitted_sections(content, hide_identity=True)
        for answer in section.answers
        if answer.code == RERUN_CODE
    )
    return HowToRun(next(texts, ""))


def categories_of_entries(session: Session, round_id: UUID) -> Mapping[UUID, str]:
    """Return the prize category that each entry chose, where the round asks. 1 statement."""
    rows = session.execute(
        select(Answer.application_id, Answer.value)
        .join(Question, Question.id == Answer.question_id)
        .where(Question.round_id == round_id, Question.code == CATEGORY_CODE)
        .order_by(Answer.application_id)
    )
    return {row.application_id: row.value for row in rows if isinstance(row.value, str)}
