"""What a round template holds. Sums are in minor units of its currency, lengths in days."""

from dataclasses import dataclass

from fundapp.domain.evidence_facts import EvidenceFact
from fundapp.domain.letter_terms import LetterTerms
from fundapp.domain.prize_rules import NO_PRIZE_RULES, PrizeRules
from fundapp.domain.questions import Question, QuestionKind, Section
from fundapp.domain.rubrics import Criterion, Rubric
from fundapp.domain.states import RoundKind

MARKS = (1, 2, 3, 4, 5)
"""The marks of both templates, from worst to best."""


@dataclass(frozen=True, kw_only=True)
class PrizePlace:
    """One place of a prize ladder and its sum in minor units.

    category: the prize category that it is for, "" for all entries.
    """

    title: str
    amount: int
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class StageDays:
    """How long each stage of a round takes, in days."""

    open: int
    screening: int
    reviewing: int
    deliberating: int


@dataclass(frozen=True, kw_only=True)
class RoundTemplate:
    """A round to begin from: its call (Markdown), form, rubric, rules and letter terms."""

    code: str
    kind: RoundKind
    title: str
    summary: str
    call_text: str
    currency: str
    smallest_award: int | None
    largest_award: int | None
    prizes: tuple[PrizePlace, ...]
    sections: tuple[Section, ...]
    rubric: Rubric
    reviews_wanted: int
    funders_wanted: int
    is_blind: bool
    days: StageDays
    letter_terms: LetterTerms
    prize_rules: PrizeRules = NO_PRIZE_RULES

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return the questions of all sections in their order."""
        return tuple(question for section in self.sections for question in section.questions)


def criterion(
    code: str,
    title: str,
    question: str,
    *,
    weight: int,
    anchors: tuple[str, str, str, str, str],
    facts: tuple[EvidenceFact, ...] = (),
) -> Criterion:
    """Return a criterion marked 1 to 5; `anchors` run from 1 to 5.

    With `facts` of logs beside it a mark points to logs.
    """
    return Criterion(
        code=code,
        title=title,
        question=question,
        weight=weight,
        marks=MARKS,
        anchors=dict(zip(MARKS, anchors, strict=True)),
        wants_evidence=bool(facts),
        facts=tuple(fact.value for fact in facts),
    )


def gate(code: str, label: str, *, if_not: str, help: str = "") -> Question:  # noqa: A002 - as in Question
    """Return a yes-or-no question that only a yes passes; `if_not` says what a no means."""
    return Question(
        code=code,
        label=label,
        help=help,
        kind=QuestionKind.SINGLE_CHOICE,
        options=("Yes", "No"),
        passing=("Yes",),
        if_not_passing=if_not,
        if_missing="Answer yes or no.",
    )


def long_text(
    code: str,
    label: str,
    *,
    words: int,
    if_missing: str = "",
    help: str = "",  # noqa: A002 - as in Question
) -> Question:
    """Return a long text of at most `words` words; optional without `if_missing`."""
    return Question(
        code=code,
        label=label,
        help=help,
        kind=QuestionKind.LONG_TEXT,
        max_words=words,
        required=bool(if_missing),
        if_missing=if_missing,
    )
