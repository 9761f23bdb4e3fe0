"""The fields of the review form: names, what was typed, and the review it stands for.

A criterion has the fields "mark-<code>" (a mark, ABSTAIN or nothing), "reason-<code>" and
"comment-<code>", and where it wants evidence "evidence-<code>" (logs, or NO_EVIDENCE, parted by
spaces); the others are named after the review's own parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.evidence_facts import NO_EVIDENCE, LogPointer, pointer_of
from fundapp.domain.money import Money, parse_money
from fundapp.domain.reviews import (
    CONFIDENCE_WORDS,
    NO_SCORE,
    ReviewDraft,
    ScoreDraft,
    clean_review,
    marks_in_words,
    review_problems,
)
from fundapp.domain.rubrics import Criterion, Rubric
from fundapp.domain.text import quoted

ABSTAIN = "abstain"


@dataclass(frozen=True)
class PostedReview:
    """The fields of a posted form, as they were typed."""

    fields: Mapping[str, str]


def read_review(typed: Mapping[str, str], rubric: Rubric, *, currency: str) -> ReviewDraft:
    """Return the review that a form posted; raise InvalidInput with all that is to mend."""
    problems: list[Problem] = []
    scores = {
        criterion.code: _read_score(typed, criterion, problems) for criterion in rubric.criteria
    }
    draft = ReviewDraft(
        scores={code: score for code, score in scores.items() if score != NO_SCORE},
        confidence=_read_confidence(typed.get("confidence", ""), problems),
        recommended_amount=_read_amount(typed.get("recommended_amount", ""), currency, problems),
        shared_comment=typed.get("shared_comment", ""),
        private_comment=typed.get("private_comment", ""),
    )
    problems += review_problems(draft, rubric)
    if problems:
        raise InvalidInput(problems)
    return clean_review(draft)


def typed_review(draft: ReviewDraft, rubric: Rubric, *, currency: str) -> dict[str, str]:
    """Return the fields of a form that shows `draft`; `read_review` gives it back."""
    typed = {
        "confidence": str(draft.confidence or ""),
        "recommended_amount": "",
        "shared_comment": draft.shared_comment,
        "private_comment": draft.private_comment,
    }
    if draft.recommended_amount is not None:
        typed["recommended_amount"] = Money(draft.recommended_amount, currency).as_decimal_text()
    for criterion in rubric.criteria:
        score = draft.score(criterion.code)
        mark = ABSTAIN if score.is_abstained else str("" if score.mark is None else score.mark)
        typed[f"mark-{criterion.code}"] = mark
        typed[f"reason-{criterion.code}"] = score.abstain_reason
        typed[f"comment-{criterion.code}"] = score.shared_comment
        if criterion.wants_evidence:
            typed[f"evidence-{criterion.code}"] = _typed_evidence(score.evidence)
    return typed


def _read_score(
    typed: Mapping[str, str], criterion: Criterion, problems: list[Problem]
) -> ScoreDraft:
    text = typed.get(f"mark-{criterion.code}", "").strip()
    mark = next((mark for mark in criterion.marks if str(mark) == text), None)
    if mark is None and text not in ("", ABSTAIN):
        sentence = (
            f"Choose one of the marks {marks_in_words(criterion.marks)} for “{criterion.title}”, "
            f"or abstain. You sent {quoted(text)}."
        )
        problems.append(Problem(f"mark-{criterion.code}", sentence))
    return ScoreDraft(
        mark=mark,
        is_abstained=text == ABSTAIN,
        abstain_reason=typed.get(f"reason-{criterion.code}", ""),
        shared_comment=typed.get(f"comment-{criterion.code}", ""),
        evidence=_read_evidence(typed, criterion, problems) if criterion.wants_evidence else None,
    )


def _read_evidence(
    typed: Mapping[str, str], criterion: Criterion, problems: list[Problem]
) -> tuple[LogPointer, ...] | None:
    name = f"evidence-{criterion.code}"
    words = typed.get(name, "").split()
    if not words:
        return None
    pointers = [pointer_of(word) for word in words if word != NO_EVIDENCE]
    if pointers and NO_EVIDENCE in words:
        problems.append(Problem(name, "Tick logs, or “No evidence”, not both."))
    if None in pointers:
        problems.append(Problem(name, "One of the logs is not known. Reload the page."))
    return tuple(sorted({one for one in pointers if one is not None}))


def _typed_evidence(evidence: tuple[LogPointer, ...] | None) -> str:
    if evidence is None:
        return ""
    return " ".join(one.as_field for one in evidence) or NO_EVIDENCE


def _read_confidence(text: str, problems: list[Problem]) -> int | None:
    if not text.strip():
        return None
    for number in CONFIDENCE_WORDS:
        if text.strip() == str(number):
            return number
    problems.append(Problem("confidence", "Choose how sure you are, from 1 to 5."))
    return None


def _read_amount(text: str, currency: str, problems: list[Problem]) -> int | None:
    if not text.strip():
        return None
    try:
        return parse_money(text, currency, field="recommended_amount").minor
    except InvalidInput as error:
        problems += error.problems
        return None


def field_labels(rubric: Rubric) -> dict[str, str]:
    """Return every field of the form with what it is called, in the order of the form."""
    labels = {}
    for criterion in rubric.criteria:
        labels[f"mark-{criterion.code}"] = criterion.title
        labels[f"reason-{criterion.code}"] = f"{criterion.title}: why you abstain"
        labels[f"comment-{criterion.code}"] = f"{criterion.title}: for the applicant"
        if criterion.wants_evidence:
            labels[f"evidence-{criterion.code}"] = f"{criterion.title}: evidence"
    return labels | {
        "confidence": "How sure are you?",
        "recommended_amount": "Recommended amount",
        "shared_comment": "For the applicant",
        "private_comment": "For the panel only",
    }


def keep_text(mine: str, theirs: str, choice: str) -> str:
    """Return the text that stays of two: "mine", "theirs" or "joined", theirs first."""
    if choice == "theirs":
        return theirs
    if choice == "joined":
        return "\n\n".join(text for text in (theirs, mine) if text)
    return mine
