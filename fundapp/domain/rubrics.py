"""Rubrics: weighted criteria with an anchor for every mark, and the score of one review."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fundapp.domain.errors import Problem

TOTAL_WEIGHT = 100
"""What the weights of a rubric add up to."""

_CODE = re.compile("[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing that reviewers judge: `weight` of 100, the `marks` on offer from worst to
    best, and for each mark the anchor, the words that say what it stands for.

    wants_evidence: a mark points to evaluation logs, or says that there is no evidence. facts:
    codes of the facts of logs that stand beside it (domain/evidence_facts).
    """

    code: str
    title: str
    question: str
    weight: int
    marks: tuple[int, ...]
    anchors: Mapping[int, str]
    wants_evidence: bool = False
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rubric:
    """The criteria of a round, in the order in which reviewers see them."""

    criteria: tuple[Criterion, ...]

    @property
    def scale(self) -> tuple[int, ...]:
        """Return the marks that all criteria share, from worst to best; () without criteria."""
        return self.criteria[0].marks if self.criteria else ()


def check_rubric(rubric: Rubric) -> list[Problem]:
    """Return what keeps the rubric from use. Fields are criterion codes, "" for the whole.

    Weights are positive and add up to 100, codes differ, every criterion has the same
    marks (else their mean would mean nothing) and an anchor for each.
    """
    return [
        *_rubric_problems(rubric),
        *(problem for criterion in rubric.criteria for problem in _criterion_problems(criterion)),
    ]


def weighted_score(rubric: Rubric, marks: Mapping[str, int | None]) -> Fraction | None:
    """Return the weighted mean of the marks, exactly, on the rubric's scale.

    The rule for abstentions: a criterion without a mark drops out and the weights of the
    others are scaled up in proportion. None when nothing is marked. Raises ValueError for
    a criterion or a mark that the rubric does not have.
    """
    _refuse_strange(rubric, marks)
    return score_by_weights({one.code: one.weight for one in rubric.criteria}, marks)


def score_by_weights(
    weights: Mapping[str, int], marks: Mapping[str, int | None]
) -> Fraction | None:
    """Return the mean of the marks by `weights` of criteria, exactly; 0 leaves a criterion out.

    Abstentions count as in `weighted_score`. None when nothing that counts is marked.
    """
    marked = [
        (weight, mark)
        for code, weight in weights.items()
        if weight and (mark := marks.get(code)) is not None
    ]
    if not marked:
        return None
    return Fraction(
        sum(weight * mark for weight, mark in marked), sum(weight for weight, _ in marked)
    )


def marked_weight(rubric: Rubric, marks: Mapping[str, int | None]) -> int:
    """Return the weight, of 100, that a score rests on."""
    return sum(
        criterion.weight for criterion in rubric.criteria if marks.get(criterion.code) is not None
    )


def check_marks(
    rubric: Rubric, marks: Mapping[str, int | None], reasons: Mapping[str, str]
) -> list[Problem]:
    """Return what a review still needs before it can be submitted, by criterion code.

    Each criterion has a mark, or None with the reason for abstaining; one at least is marked.
    Raises ValueError like `weighted_score`.
    """
    _refuse_strange(rubric, marks)
    problems = []
    for criterion in rubric.criteria:
        if criterion.code not in marks:
            sentence = f"Mark “{criterion.title}”, or abstain and say why."
            problems.append(Problem(criterion.code, sentence))
        elif marks[criterion.code] is None and not reasons.get(criterion.code, "").strip():
            sentence = f"Say why you abstain on “{criterion.title}”."
            problems.append(Problem(criterion.code, sentence))
    if not problems and marked_weight(rubric, marks) == 0:
        sentence = "You abstain on everything. Mark one criterion, or declare a conflict instead."
        problems.append(Problem("", sentence))
    return problems


def rubric_as_data(rubric: Rubric) -> list[dict[str, Any]]:
    """Return the criteria as JSON data, anchors as a list in the order of the marks.

    What a criterion asks of evidence stands there only where it asks, so that the text of other
    rounds never changes.
    """
    return [
        {
            "code": criterion.code,
            "title": criterion.title,
            "question": criterion.question,
            "weight": criterion.weight,
            "marks": list(criterion.marks),
            "anchors": [criterion.anchors.get(mark, "") for mark in criterion.marks],
            **({"wants_evidence": True} if criterion.wants_evidence else {}),
            **({"facts": list(criterion.facts)} if criterion.facts else {}),
        }
        for criterion in rubric.criteria
    ]


def _refuse_strange(rubric: Rubric, marks: Mapping[str, int | None]) -> None:
    offered = {criterion.code: criterion.marks for criterion in rubric.criteria}
    for code, mark in marks.items():
        if code not in offered:
            raise ValueError(f"The rubric has no criterion {code!r}")
        if mark is not None and mark not in offered[code]:
            raise ValueError(f"{mark!r} is no mark of {code!r}")


def _rubric_problems(rubric: Rubric) -> Iterator[Problem]:
    if not rubric.criteria:
        yield Problem("", "Add at least one criterion.")
        return
    codes = [criterion.code for criterion in rubric.criteria]
    if len(set(codes)) != len(codes):
        yield Problem("", "Two criteria have the same code. Rename one.")
    total = sum(criterion.weight for criterion in rubric.criteria)
    if total != TOTAL_WEIGHT:
        change = (
            f"Add {TOTAL_WEIGHT - total}"
            if total < TOTAL_WEIGHT
            else f"Take off {total - TOTAL_WEIGHT}"
        )
        yield Problem("", f"The weights add up to {total}. {change} to reach {TOTAL_WEIGHT}.")
    if any(criterion.marks != rubric.scale for criterion in rubric.criteria):
        yield Problem("", "Give every criterion the same marks, so that they can be averaged.")


def _criterion_problems(criterion: Criterion) -> Iterator[Problem]:
    if not _CODE.fullmatch(criterion.code):
        sentence = "Begin the code with a small letter and use small letters, digits and _."
        yield Problem(criterion.code, sentence)
    if not criterion.title.strip():
        yield Problem(criterion.code, "Name the criterion.")
    if not criterion.question.strip():
        yield Problem(criterion.code, f"Write the question behind “{criterion.title}”.")
    if criterion.weight < 1:
        yield Problem(criterion.code, f"Give “{criterion.title}” a weight of 1 or more.")
    if len(criterion.marks) < 2 or list(criterion.marks) != sorted(set(criterion.marks)):
        sentence = f"Give “{criterion.title}” two or more different marks, the worst first."
        yield Problem(criterion.code, sentence)
    for mark in criterion.marks:
        if not criterion.anchors.get(mark, "").strip():
            yield Problem(criterion.code, f"Say what a {mark} means for “{criterion.title}”.")
