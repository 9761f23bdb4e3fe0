"""A review as plain values: checked, complete or not, kept as a version, compared.

How a form names and reads its fields stands in `review_fields`; problems carry its names.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from fundapp.domain.errors import InvalidInput, Problem, WrongState
from fundapp.domain.evidence_facts import LogPointer, pointer_of
from fundapp.domain.money import Money
from fundapp.domain.rubrics import Rubric, check_marks, weighted_score
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.domain.text import plain, quoted

LONGEST_COMMENT = 20_000
"""Most characters of one comment or reason."""

CONFIDENCE_WORDS: Mapping[int, str] = {
    1: "A guess",
    2: "Unsure",
    3: "Fairly sure",
    4: "Sure",
    5: "Certain: this is my own field",
}


@dataclass(frozen=True, kw_only=True)
class ScoreDraft:
    """What stands for one criterion. A mark of None is an abstention only if it says so.

    evidence: the logs that the mark rests on; () = "no evidence", None = not said.
    """

    mark: int | None = None
    is_abstained: bool = False
    abstain_reason: str = ""
    shared_comment: str = ""
    evidence: tuple[LogPointer, ...] | None = None

    @property
    def is_answered(self) -> bool:
        """Tell whether there is a mark or an abstention."""
        return self.mark is not None or self.is_abstained


NO_SCORE = ScoreDraft()


@dataclass(frozen=True, kw_only=True)
class ReviewDraft:
    """A review in any state of completion.

    scores: by criterion code, absent = untouched. recommended_amount: minor units of the
    round's currency. The shared comments go to the applicant without a name.
    """

    scores: Mapping[str, ScoreDraft] = field(default_factory=dict)
    confidence: int | None = None
    recommended_amount: int | None = None
    shared_comment: str = ""
    private_comment: str = ""

    def score(self, code: str) -> ScoreDraft:
        """Return what stands for a criterion."""
        return self.scores.get(code, NO_SCORE)


@dataclass(frozen=True)
class Change:
    """One thing that a revision changed, in words; texts are shown whole."""

    about: str
    before: str
    after: str


def require_writing(round_state: RoundState, application_state: ApplicationState) -> None:
    """Raise WrongState unless reviews are written now; being late is no hindrance."""
    _require_reviewed(application_state)
    if round_state is RoundState.REVIEWING:
        return
    if round_state in (RoundState.OPEN, RoundState.SCREENING):
        raise WrongState("Reviewing has not begun in this round. You get a mail when it does.")
    raise WrongState("Reviewing has ended in this round, so this can no longer be sent in.")


def require_revising(round_state: RoundState, application_state: ApplicationState) -> None:
    """Raise WrongState unless a review that is in may still be revised."""
    _require_reviewed(application_state)
    if round_state not in (RoundState.REVIEWING, RoundState.DELIBERATING):
        raise WrongState("This round is decided, so reviews stay as they are.")


def _require_reviewed(state: ApplicationState) -> None:
    if state is not ApplicationState.UNDER_REVIEW:
        words = state.value.replace("_", " ")
        raise WrongState(f"This application is {words}, so it is not reviewed any more.")


def check_review(draft: ReviewDraft, rubric: Rubric) -> ReviewDraft:
    """Return `draft` with clean texts; raise InvalidInput for what cannot be stored.

    Refused: a criterion or mark that the rubric does not have, a mark with an abstention,
    a confidence outside 1 to 5, a negative amount, a text over LONGEST_COMMENT.
    """
    problems = list(review_problems(draft, rubric))
    if problems:
        raise InvalidInput(problems)
    return clean_review(draft)


def missing_problems(
    draft: ReviewDraft, rubric: Rubric, *, asks_evidence: bool = True
) -> list[Problem]:
    """Return what a review still needs before it can be sent in, by form field.

    asks_evidence: False for one from a file, which cannot name logs.
    """
    marks = marks_of(draft)
    reasons = {code: score.abstain_reason for code, score in draft.scores.items()}
    return [
        *(
            replace(problem, field=_field_to_mend(draft, problem.field))
            for problem in check_marks(rubric, marks, reasons)
        ),
        *(_missing_evidence(draft, rubric) if asks_evidence else ()),
    ]


def _missing_evidence(draft: ReviewDraft, rubric: Rubric) -> Iterator[Problem]:
    for criterion in rubric.criteria:
        score = draft.score(criterion.code)
        if criterion.wants_evidence and score.mark is not None and score.evidence is None:
            sentence = (
                f"Tick the logs that your mark on “{criterion.title}” rests on, or “No evidence”."
            )
            yield Problem(f"evidence-{criterion.code}", sentence)


def marks_of(draft: ReviewDraft) -> dict[str, int | None]:
    """Return the answered criteria: code to mark, None = abstained."""
    return {code: score.mark for code, score in draft.scores.items() if score.is_answered}


def mean_of(draft: ReviewDraft, rubric: Rubric) -> Fraction | None:
    """Return the weighted mean so far, None without a mark."""
    return weighted_score(rubric, marks_of(draft))


def review_as_data(draft: ReviewDraft) -> dict[str, Any]:
    """Return the review as JSON data, for a version that is kept."""
    return {
        "scores": {
            code: {
                "mark": score.mark,
                "is_abstained": score.is_abstained,
                "abstain_reason": score.abstain_reason,
                "shared_comment": score.shared_comment,
                **_evidence_as_data(score),
            }
            for code, score in draft.scores.items()
        },
        "confidence": draft.confidence,
        "recommended_amount": draft.recommended_amount,
        "shared_comment": draft.shared_comment,
        "private_comment": draft.private_comment,
    }


def review_from_data(data: Mapping[str, Any]) -> ReviewDraft:
    """Return the review that `review_as_data` wrote."""
    scores = {code: _score_from_data(score) for code, score in data["scores"].items()}
    return ReviewDraft(**{**data, "scores": scores})


def evidence_as_list(evidence: Sequence[LogPointer] | None) -> list[dict[str, Any]] | None:
    """Return pointers as they are stored with a score; None stays None."""
    if evidence is None:
        return None
    return [{"attachment_id": str(one.attachment_id), "log": one.log} for one in evidence]


def evidence_from_list(stored: Sequence[Mapping[str, Any]] | None) -> tuple[LogPointer, ...] | None:
    """Return the pointers that `evidence_as_list` wrote."""
    if stored is None:
        return None
    found = (pointer_of(f"{one['attachment_id']}:{one['log']}") for one in stored)
    return tuple(one for one in found if one is not None)


def _evidence_as_data(score: ScoreDraft) -> dict[str, Any]:
    """Return what a version keeps of the evidence; versions without it stay as they were."""
    return {} if score.evidence is None else {"evidence": evidence_as_list(score.evidence)}


def _score_from_data(data: Mapping[str, Any]) -> ScoreDraft:
    return ScoreDraft(**{**data, "evidence": evidence_from_list(data.get("evidence"))})


def changes_between(
    before: ReviewDraft, after: ReviewDraft, rubric: Rubric, *, currency: str
) -> list[Change]:
    """Return what `after` says differently, in the order of the form."""
    old, new = (_told(draft, rubric, currency) for draft in (before, after))
    return [Change(about, old[about], new[about]) for about in new if old[about] != new[about]]


def _told(draft: ReviewDraft, rubric: Rubric, currency: str) -> dict[str, str]:
    told = {}
    for criterion in rubric.criteria:
        score = draft.score(criterion.code)
        told[criterion.title] = _mark_in_words(score)
        told[f"{criterion.title}, for the applicant"] = score.shared_comment
        if criterion.wants_evidence:
            told[f"{criterion.title}, evidence"] = _evidence_in_words(score)
    amount = draft.recommended_amount
    return told | {
        "Confidence": CONFIDENCE_WORDS.get(draft.confidence or 0, ""),
        "Recommended amount": "" if amount is None else str(Money(amount, currency)),
        "Comment for the applicant": draft.shared_comment,
        "Note to the panel": draft.private_comment,
    }


def _mark_in_words(score: ScoreDraft) -> str:
    if score.is_abstained:
        return f"abstained: {score.abstain_reason}"
    return "" if score.mark is None else str(score.mark)


def _evidence_in_words(score: ScoreDraft) -> str:
    if score.evidence is None:
        return ""
    count = len(score.evidence)
    return f"{count} log{'' if count == 1 else 's'}" if count else "no evidence"


def review_problems(draft: ReviewDraft, rubric: Rubric) -> Iterator[Problem]:
    """Yield what of `draft` cannot be stored; see `check_review`."""
    offered = {criterion.code: criterion for criterion in rubric.criteria}
    for code, score in draft.scores.items():
        criterion = offered.get(code)
        if criterion is None:
            yield Problem("", f"The rubric has no criterion {quoted(code)}. Reload the page.")
        elif score.mark is not None and (score.mark not in criterion.marks or score.is_abstained):
            sentence = f"Choose one of the marks {marks_in_words(criterion.marks)}, or abstain."
            yield Problem(f"mark-{code}", sentence)
        yield from _too_long(f"reason-{code}", score.abstain_reason)
        yield from _too_long(f"comment-{code}", score.shared_comment)
    if draft.confidence is not None and draft.confidence not in CONFIDENCE_WORDS:
        yield Problem("confidence", "Choose how sure you are, from 1 to 5.")
    if draft.recommended_amount is not None and draft.recommended_amount < 0:
        yield Problem("recommended_amount", "Enter an amount of 0 or more.")
    yield from _too_long("shared_comment", draft.shared_comment)
    yield from _too_long("private_comment", draft.private_comment)


def _too_long(name: str, text: str) -> Iterator[Problem]:
    if len(text) > LONGEST_COMMENT:
        sentence = f"Shorten this to {LONGEST_COMMENT:,} characters. It has {len(text):,}."
        yield Problem(name, sentence)


def clean_review(draft: ReviewDraft) -> ReviewDraft:
    """Return `draft` with plain texts, untouched criteria left out."""
    scores = {
        code: replace(
            score,
            abstain_reason=plain(score.abstain_reason).strip(),
            shared_comment=plain(score.shared_comment).strip(),
        )
        for code, score in draft.scores.items()
    }
    return replace(
        draft,
        scores={code: score for code, score in scores.items() if score != NO_SCORE},
        shared_comment=plain(draft.shared_comment).strip(),
        private_comment=plain(draft.private_comment).strip(),
    )


def _field_to_mend(draft: ReviewDraft, code: str) -> str:
    if not code:
        return ""
    return f"reason-{code}" if draft.score(code).is_abstained else f"mark-{code}"


def marks_in_words(marks: tuple[int, ...]) -> str:
    """Return "1, 2, 3"."""
    return ", ".join(str(mark) for mark in marks)


def is_far_apart(marks: Collection[int], scale: Sequence[int]) -> bool:
    """Tell whether marks on one criterion differ by more than half of the scale."""
    return len(marks) > 1 and 2 * (max(marks) - min(marks)) > scale[-1] - scale[0]
