"""Where a section of an application stands, and what is left to do in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fundapp.domain.answer_fields import Worth, same
from fundapp.domain.answers import Value, check_answer, is_answered, missing_problems
from fundapp.domain.budgets import sum_problem
from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.money import Money
from fundapp.domain.questions import Question


class SectionStatus(StrEnum):
    """The four shapes of the task list: ring, half disc, triangle, disc."""

    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    TO_MEND = "to_mend"
    DONE = "done"


@dataclass(frozen=True)
class SectionCheck:
    """What a section still needs.

    `unreadable` cannot be taken as it is, `sums` do not add up (as lines under work never
    do), `missing` is not there.
    """

    is_begun: bool
    unreadable: tuple[Problem, ...]
    sums: tuple[Problem, ...]
    missing: tuple[Problem, ...]

    @property
    def to_mend(self) -> tuple[Problem, ...]:
        """Return what is there and wrong."""
        return self.unreadable + self.sums

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return all that stands between this section and submission."""
        return self.to_mend + self.missing

    @property
    def status(self) -> SectionStatus:
        """Return the status; a section of optional questions is not begun until one is answered."""
        if not self.is_begun:
            return SectionStatus.NOT_BEGUN
        if self.to_mend:
            return SectionStatus.TO_MEND
        return SectionStatus.BEGUN if self.missing else SectionStatus.DONE


def check_section(
    questions: Sequence[Question],
    answers: Mapping[str, Value],
    *,
    currency: str,
    worth: Worth = same,
) -> SectionCheck:
    """Check stored `answers` (by question code) of one section.

    Money is in `currency`; `worth` tells what it is in the round's.
    """
    return SectionCheck(
        is_begun=any(is_answered(answers.get(question.code)) for question in questions),
        unreadable=tuple(_unreadable(questions, answers, currency, worth=worth)),
        sums=tuple(_sums(questions, answers)),
        missing=tuple(
            problem
            for question in questions
            for problem in missing_problems(question, answers.get(question.code))
        ),
    )


def _unreadable(
    questions: Sequence[Question],
    answers: Mapping[str, Value],
    currency: str,
    *,
    worth: Worth,
) -> Iterator[Problem]:
    for question in questions:
        value = answers.get(question.code)
        try:
            yield from check_answer(question, value, currency=currency, worth=worth)[1]
        except InvalidInput as error:
            yield from error.problems


def _sums(questions: Sequence[Question], answers: Mapping[str, Value]) -> Iterator[Problem]:
    for question in questions:
        value = answers.get(question.code)
        requested = answers.get(question.adds_up_to)
        if isinstance(value, list) and isinstance(requested, Mapping):
            rows = [row for row in value if isinstance(row, Mapping)]
            asked = Money(int(requested["minor"]), str(requested["currency"]))
            problem = sum_problem(rows, asked, field=question.code)
            if problem:
                yield problem
