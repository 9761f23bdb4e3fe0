"""What the prizes and prize rules of a draft still lack, or where they contradict the form."""

from collections.abc import Iterator

from fundapp.domain.errors import Problem
from fundapp.domain.gates import LICENCE_CODES, LOG_GATES, RELEASE_CODES
from fundapp.domain.prize_rules import CATEGORY_CODE, GateCode, PrizeRules
from fundapp.domain.questions import Question, QuestionKind
from fundapp.domain.rules import RoundContent
from fundapp.domain.uploads import FileKind

_LOG_KINDS = {FileKind.TEXT.value, FileKind.ARCHIVE.value}

Found = Iterator[Problem]
"""Sentences with the part that mends each: prizes, prize_rules or form."""


def categories_of(content: RoundContent) -> tuple[str, ...]:
    """Return the prize categories: the options of the question `prize_category`."""
    return next((asked.options for asked in _questions(content) if asked.code == CATEGORY_CODE), ())


def prize_problems(rules: PrizeRules, content: RoundContent) -> list[Problem]:
    """Return what contradicts: places and categories, gates and questions, re-runs and logs."""
    return [*_categories(content), *_gates(rules, content), *_reruns(rules, content)]


def _categories(content: RoundContent) -> Found:
    categories = categories_of(content)
    asked = next((one for one in _questions(content) if one.code == CATEGORY_CODE), None)
    if asked is not None and asked.kind is not QuestionKind.SINGLE_CHOICE:
        yield Problem("form", f"Let “{asked.label}” take one of several answers: the categories.")
    elif asked is not None and not asked.required:
        yield Problem("form", f"Make “{asked.label}” required: it is the prize category.")
    for place in content.prizes:
        if place.category and place.category not in categories:
            yield Problem(
                "prizes",
                f"“{place.title}” is for “{place.category}”, which is no answer to the question "
                f"“{CATEGORY_CODE}”. Choose another category, or add it to the form.",
            )
    if content.prizes and all(place.category for place in content.prizes):
        held = {place.category for place in content.prizes}
        for category in categories:
            if category not in held:
                yield Problem("prizes", f"Nobody can win in “{category}”. Add a prize for it.")


def _gates(rules: PrizeRules, content: RoundContent) -> Found:
    takes_logs = _takes_logs(content)
    for gate in rules.gates:
        if gate.code in LOG_GATES and not takes_logs:
            yield Problem(
                "form",
                "A gate reads logs. Add a question for files that takes text or archives, or "
                "remove the gate.",
            )
            break
    codes = {asked.code for asked in _questions(content)}
    for code, wanted, what in (
        (GateCode.LICENCE, LICENCE_CODES, "the licence"),
        (GateCode.RESPONSIBLE_RELEASE, RELEASE_CODES, "responsible release"),
    ):
        if rules.asks_for(code) and not codes & set(wanted):
            names = " or ".join(f"“{name}”" for name in wanted)
            yield Problem(
                "form", f"A gate reads the answer on {what}. Ask for it, with the code {names}."
            )


def _reruns(rules: PrizeRules, content: RoundContent) -> Found:
    if rules.rerun_days and not _takes_logs(content):
        yield Problem(
            "form",
            "Winners are run again, but no question takes logs to compare with. Add a question "
            "for files that takes text or archives.",
        )


def _takes_logs(content: RoundContent) -> bool:
    return any(
        asked.kind is QuestionKind.FILE and (not asked.accepts or _LOG_KINDS & set(asked.accepts))
        for asked in _questions(content)
    )


def _questions(content: RoundContent) -> Iterator[Question]:
    for section in content.sections:
        yield from section.questions
