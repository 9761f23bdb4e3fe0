"""From the fields of a posted form to the raw answer of a question.

Field names: the question's code; in groups and budgets "code-row-column", rows from 0. The
currency chosen beside a sum is "code-currency"; it goes before the sum.
"""

import re
from collections.abc import Mapping, Sequence

from fundapp.domain.asked_sums import joined
from fundapp.domain.questions import ROW_KINDS, Question, QuestionKind, columns_of

Posted = Mapping[str, Sequence[str]]


def posted_answer(question: Question, posted: Posted) -> str | list[str] | list[dict[str, str]]:
    """Return what was posted for `question`, as `check_answer` takes it.

    Fields that are absent count as empty. Rows come in the order of their numbers, which
    may have gaps.
    """
    if question.kind in ROW_KINDS:
        return [
            {
                column.code: _first(posted, f"{question.code}-{row}-{column.code}")
                for column in columns_of(question)
            }
            for row in _rows(question, posted)
        ]
    if question.kind in (QuestionKind.SEVERAL_CHOICES, QuestionKind.FILE):
        return list(posted.get(question.code, ()))
    if question.kind is QuestionKind.MONEY:
        chosen = _first(posted, f"{question.code}-currency")
        return joined(_first(posted, question.code), chosen)
    return _first(posted, question.code)


def is_posted(question: Question, posted: Posted) -> bool:
    """Tell whether the form had any field of `question`."""
    return question.code in posted or bool(_rows(question, posted))


def _first(posted: Posted, name: str) -> str:
    return next(iter(posted.get(name, ())), "")


def _rows(question: Question, posted: Posted) -> list[int]:
    pattern = re.compile(f"{re.escape(question.code)}-([0-9]{{1,4}})-[a-z0-9_]+")
    matches = (pattern.fullmatch(name) for name in posted)
    return sorted({int(match[1]) for match in matches if match})
