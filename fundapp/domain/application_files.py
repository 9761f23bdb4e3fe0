"""Applications as a CSV file: application, title, organisation, amount, currency, answers.

Further columns are codes of questions; an empty cell is an answer that is missing. Reading
finds all that is wrong; nothing comes of a file with a bad cell.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fundapp.domain.answer_fields import Worth, same
from fundapp.domain.answers import check_answer
from fundapp.domain.applications import AMOUNT_CODE, TITLE_CODE
from fundapp.domain.asked_sums import currency_asked, joined
from fundapp.domain.csv_files import BadCell, FileRefused, Line, Table, read_table
from fundapp.domain.errors import InvalidInput
from fundapp.domain.organisations import LONGEST as LONGEST_OF_PROFILE
from fundapp.domain.questions import ROW_KINDS, Question, QuestionKind
from fundapp.domain.text import one_line, quoted

NEEDED = ("application", "title", "organisation")
KNOWN = (*NEEDED, "amount", "currency")
LONGEST_KEY = 120

Raw = str | list[str]


@dataclass(frozen=True)
class ApplicationLine:
    """One application. `key` is its name in the source; answers by question code."""

    number: int
    key: str
    organisation: str
    answers: Mapping[str, Raw]


@dataclass(frozen=True, kw_only=True)
class ApplicationForm:
    """What a file must fit: the round's questions by code, its currency, loaded keys.

    others: the other currencies that the round takes; worth: what a sum in one is in its own.
    """

    questions: Mapping[str, Question]
    currency: str
    loaded: Collection[str]
    others: Collection[str] = ()
    worth: Worth = same


def read_applications(content: bytes, form: ApplicationForm) -> tuple[ApplicationLine, ...]:
    """Return the lines of a file; raise FileRefused with everything that is wrong."""
    table = read_table(content, needed=NEEDED)
    bad = [*_strange_heads(table, form), *_doubles(table.lines)]
    codes = [head for head in (TITLE_CODE, AMOUNT_CODE, *table.heads) if head in form.questions]
    codes = [code for code in dict.fromkeys(codes) if code in table.heads]
    found = []
    for line in table.lines:
        answers = {code: _raw(form.questions[code], line.cell(code)) for code in codes}
        answers = {code: raw for code, raw in answers.items() if raw}
        if AMOUNT_CODE in answers and _currency(line, form) in form.others:
            answers[AMOUNT_CODE] = joined(str(answers[AMOUNT_CODE]), _currency(line, form))
        bad += [*_key_problems(line, form), *_sum_problems(line, form)]
        bad += _answer_problems(line, answers, form)
        found.append(
            ApplicationLine(
                line.number, line.cell("application"), one_line(line.cell("organisation")), answers
            )
        )
    if bad:
        raise FileRefused(bad)
    return tuple(found)


def _raw(question: Question, cell: str) -> Raw:
    if question.kind is QuestionKind.SEVERAL_CHOICES:
        return [part.strip() for part in cell.replace("\n", ";").split(";") if part.strip()]
    return cell


def _strange_heads(table: Table, form: ApplicationForm) -> Iterator[BadCell]:
    for head in table.heads:
        question = form.questions.get(head)
        if head in KNOWN:
            continue
        if question is None:
            sentence = f"This round has no question with the code {quoted(head)}."
            yield BadCell(1, head, sentence)
        elif question.kind is QuestionKind.FILE or question.kind in ROW_KINDS:
            sentence = "Files and lists do not fit into a cell. Leave this column out."
            yield BadCell(1, head, sentence)


def _doubles(lines: Sequence[Line]) -> Iterator[BadCell]:
    first: dict[str, int] = {}
    for line in lines:
        key = line.cell("application")
        if key in first:
            sentence = f"{quoted(key)} stands on line {first[key]} already."
            yield BadCell(line.number, "application", sentence)
        elif key:
            first[key] = line.number


def _key_problems(line: Line, form: ApplicationForm) -> Iterator[BadCell]:
    key, organisation = line.cell("application"), one_line(line.cell("organisation"))
    if not key:
        yield BadCell(line.number, "application", "Give each application a name of its own.")
    elif len(key) > LONGEST_KEY:
        sentence = f"Shorten this to {LONGEST_KEY} characters. It has {len(key)}."
        yield BadCell(line.number, "application", sentence)
    elif key in form.loaded:
        yield BadCell(line.number, "application", f"{quoted(key)} is in this round already.")
    if not line.cell("title"):
        yield BadCell(line.number, "title", "Give the application's title.")
    if not organisation:
        yield BadCell(line.number, "organisation", "Say which organisation applies.")
    elif len(organisation) > LONGEST_OF_PROFILE["name"]:
        limit = LONGEST_OF_PROFILE["name"]
        yield BadCell(line.number, "organisation", f"Shorten this to {limit} characters.")


def _sum_problems(line: Line, form: ApplicationForm) -> Iterator[BadCell]:
    currency = _currency(line, form)
    if currency not in (form.currency, *form.others):
        paid = " or ".join((form.currency, *form.others))
        sentence = f"This round pays in {paid}, not in {quoted(currency)}."
        yield BadCell(line.number, "currency", sentence)
    if line.cell("amount") and AMOUNT_CODE not in form.questions:
        yield BadCell(line.number, "amount", "This round asks for no sum. Leave it empty.")


def _currency(line: Line, form: ApplicationForm) -> str:
    """Return the currency of a line's sums; the round's where the cell is empty."""
    return line.cell("currency").upper() or form.currency


def _answer_problems(
    line: Line, answers: Mapping[str, Raw], form: ApplicationForm
) -> Iterator[BadCell]:
    known = (form.currency, *form.others)
    currency = currency_asked(str(answers.get(AMOUNT_CODE, "")), known, default=form.currency)
    for code, raw in answers.items():
        try:
            question = form.questions[code]
            _, problems = check_answer(question, raw, currency=currency, worth=form.worth)
        except InvalidInput as error:
            problems = list(error.problems)
        for problem in problems:
            yield BadCell(line.number, code, problem.sentence)
