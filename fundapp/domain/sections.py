"""Where a section of an application stands, and what is left to do in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

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
    """What a section still needs: `to_mend` cannot be taken as it is, `missing` is not there."""

    is_begun: bool
    to_mend: tuple[Problem, ...]
    missing: tuple[Problem, ...]

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
    questions: Sequence[Question], answers: Mapping[str, Value], *, currency: str
) -> SectionCheck:
    """Check stored `answers` (by question code) of one section. Money is in `currency`."""
    return SectionCheck(
        is_begun=any(is_answered(answers.get(question.code)) for question in questions),
        to_mend=tuple(_to_mend(questions, answers, currency)),
        missing=tuple(
            problem
            for question in questions
            for problem in missing_problems(question, answers.get(question.code))
        ),
    )


def section_status(
    questions: Sequence[Question], answers: Mapping[str, Value], *, currency: str
) -> SectionStatus:
    """Return where the section stands, for the task list."""
    return check_section(questions, answers, currency=currency).status


def _to_mend(
    questions: Sequence[Question], answers: Mapping[str, Value], currency: str
) -> Iterator[Problem]:
    for question in questions:
        value = answers.get(question.code)
        try:
            yield from check_answer(question, value, currency=currency)[1]
        except InvalidInput as error:
            yield from error.problems
        requested = answers.get(question.adds_up_to)
        if isinstance(value, list) and isinstance(requested, Mapping):
            rows = [row for row in value if isinstance(row, Mapping)]
            asked = Money(int(requested["minor"]), str(requested["currency"]))
            problem = sum_problem(rows, asked, field=question.code)
            if problem:
                yield problem
