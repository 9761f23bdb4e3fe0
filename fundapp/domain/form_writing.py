"""What a fund manager may write into a form: lengths, numbers, tidy texts."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.questions import CHOICE_KINDS, Question, QuestionKind, check_question
from fundapp.domain.rubrics import Criterion
from fundapp.domain.text import one_line, plain

LONGEST_TITLE = 200
LONGEST_INTRO = 2_000
LONGEST_OPTION = 300
MOST_OPTIONS = 100
MOST_COLUMNS = 12
MOST_WORDS = 10_000
LONGEST_ANCHOR = 1_000
LARGEST_MARK = 100
MOST_MARKS = 21

_QUESTION_TEXTS: Mapping[str, int] = {
    "label": 300,
    "help": 1_000,
    "if_missing": 300,
    "if_not_passing": 500,
}


def checked_section(title: str, intro: str) -> tuple[str, str]:
    """Return title and intro as they are stored; raise InvalidInput for either."""
    title, intro = one_line(title), plain(intro).strip()
    problems = [*too_long("title", title, LONGEST_TITLE), *too_long("intro", intro, LONGEST_INTRO)]
    if not title:
        problems.append(Problem("title", "Give the section a title."))
    if problems:
        raise InvalidInput(problems)
    return title, intro


def checked_question(question: Question) -> Question:
    """Return the question as it is stored; raise InvalidInput with a sentence per field."""
    tidy = replace(
        question,
        label=one_line(question.label),
        help=one_line(question.help),
        if_missing=one_line(question.if_missing),
        if_not_passing=one_line(question.if_not_passing),
        options=_lines(question.options) if question.kind in CHOICE_KINDS else (),
        passing=_lines(question.passing) if question.kind is QuestionKind.SINGLE_CHOICE else (),
    )
    problems = [*_sizes(tidy), *check_question(tidy)]
    if problems:
        raise InvalidInput(problems)
    return tidy


def checked_criterion(criterion: Criterion) -> Criterion:
    """Return a criterion as it is stored in a draft; anchors and question may still be missing."""
    tidy = replace(
        criterion,
        title=one_line(criterion.title),
        question=one_line(criterion.question),
        anchors={mark: one_line(criterion.anchors.get(mark, "")) for mark in criterion.marks},
    )
    problems = [*_criterion_texts(tidy), *_marks(tidy)]
    if not 1 <= tidy.weight <= 100:
        problems.append(Problem("weight", "Enter a weight from 1 to 100."))
    if problems:
        raise InvalidInput(problems)
    return tidy


def too_long(field: str, text: str, limit: int) -> Iterator[Problem]:
    """Yield a problem when `text` has more than `limit` characters."""
    if len(text) > limit:
        yield Problem(field, f"{len(text):,} characters. Shorten by {len(text) - limit:,}.")


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in (one_line(one) for one in texts) if text)


def _sizes(question: Question) -> Iterator[Problem]:
    for name, limit in _QUESTION_TEXTS.items():
        yield from too_long(name, getattr(question, name), limit)
    for column in question.columns:
        yield from too_long("columns", column.label, _QUESTION_TEXTS["label"])
    yield from _counts(question)


def _counts(question: Question) -> Iterator[Problem]:
    if len(question.options) > MOST_OPTIONS:
        yield Problem("options", f"Offer at most {MOST_OPTIONS} answers.")
    if any(len(option) > LONGEST_OPTION for option in question.options):
        yield Problem("options", f"Shorten each answer to {LONGEST_OPTION} characters.")
    if question.max_words is not None and question.max_words > MOST_WORDS:
        yield Problem("max_words", f"Allow at most {MOST_WORDS:,} words.")
    if len(question.columns) > MOST_COLUMNS:
        yield Problem("columns", f"Use at most {MOST_COLUMNS} columns.")
    for name in ("minimum", "maximum"):
        if abs(getattr(question, name) or 0) > 10**15:
            yield Problem(name, "This number is too large.")


def _criterion_texts(criterion: Criterion) -> Iterator[Problem]:
    if not criterion.title:
        yield Problem("title", "Name the criterion.")
    yield from too_long("title", criterion.title, LONGEST_TITLE)
    yield from too_long("question", criterion.question, 500)
    for mark, anchor in criterion.anchors.items():
        yield from too_long(f"anchor_{mark}", anchor, LONGEST_ANCHOR)


def _marks(criterion: Criterion) -> Iterator[Problem]:
    marks = criterion.marks
    if len(marks) < 2 or list(marks) != sorted(set(marks)):
        yield Problem("marks", "Give two or more different marks, the worst first: 1, 2, 3, 4, 5.")
    if len(marks) > MOST_MARKS or any(not 0 <= mark <= LARGEST_MARK for mark in marks):
        sentence = f"Use at most {MOST_MARKS} marks, from 0 to {LARGEST_MARK}."
        yield Problem("marks", sentence)
