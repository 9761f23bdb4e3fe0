"""Two people, one answer: the posted section, the choice between texts, the script's answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from fundapp.domain.applications import Stamp, stamps_as_text, stamps_from_text
from fundapp.domain.clashes import changed_too
from fundapp.domain.errors import InvalidInput, Problem, StaleVersion
from fundapp.domain.questions import ROW_KINDS, TEXT_KINDS, Question, QuestionKind
from fundapp.queries.drafts import Draft, SectionState
from fundapp.services.answers import Clash
from fundapp.web.access import time_zone
from fundapp.web.applicant.fields import clock_text, fields_of_value

JOINABLE = TEXT_KINDS | ROW_KINDS | {QuestionKind.SEVERAL_CHOICES}
"""Kinds of which two answers can be put together."""


@dataclass
class PostedSection:
    """What a section's form sent: fields, the stamps of what it had shown, a file to remove."""

    fields: dict[str, list[str]]
    stamps: dict[str, Stamp]
    detach: UUID | None = None


def read_section(form: MultiDict[str, str], draft: Draft, state: SectionState) -> PostedSection:
    """Read a posted section: removes the line whose button was pressed, takes the chosen text.

    InvalidInput when the form did not come whole.
    """
    if "version" not in form:
        sentence = "The form was not sent whole. Go back, reload the page and send it again."
        raise InvalidInput([Problem("", sentence)])
    fields = {name: form.getlist(name) for name in form}
    posted = PostedSection(fields, stamps_from_text(form["version"]), _uuid(form.get("detach")))
    _remove_line(posted.fields, form.get("remove", ""))
    seen = stamps_from_text(form.get("seen", ""))
    for asked in state.section.questions:
        choice = form.get(f"keep-{asked.code}")
        if choice and asked.code in seen:
            value, has_rates = draft.answer(asked).value, draft.head.takes_other_currencies
            theirs = fields_of_value(asked.question, value, with_code=has_rates)
            posted.stamps[asked.code] = seen[asked.code]
            _choose(posted.fields, asked.question, theirs, choice=choice)
    return posted


def answer_to_script(
    posted: PostedSection, state: SectionState, error: StaleVersion
) -> dict[str, Any]:
    """Return what the script needs to show both texts.

    Lines that two people changed are compared on the page that the plain save shows,
    because the script cannot add or remove lines; only the sentence is returned then.
    """
    clashes: tuple[Clash, ...] = error.theirs
    questions = {asked.code: asked.question for asked in state.section.questions}
    if any(questions[clash.code].kind in ROW_KINDS for clash in clashes):
        newest = max(clashes, key=lambda clash: clash.their_at)
        whose = changed_too(newest.their_name, "the same list", is_own=newest.is_own)
        problem = f"{whose} Press Save to see both."
        return {"problem": problem, "problems": []}
    theirs: dict[str, Any] = {}
    for clash in clashes:
        posted.stamps[clash.code] = clash.stamp
        has_rates = bool(state.rates.by_currency)
        fields = fields_of_value(questions[clash.code], clash.theirs, with_code=has_rates)
        texts = fields.get(clash.code, [])
        is_list = questions[clash.code].kind is QuestionKind.SEVERAL_CHOICES
        theirs[clash.code] = texts if is_list else "".join(texts)
    return {
        "theirs": theirs,
        "their_name": error.their_name,
        "their_time": clock_text(max(clash.their_at for clash in clashes), time_zone()),
        "version": stamps_as_text(posted.stamps),
        "problem": str(error),
    }


def _remove_line(fields: dict[str, list[str]], line: str) -> None:
    code, _, place = line.rpartition("-")
    if code and place.isdigit():
        for name in [name for name in fields if name.startswith(f"{code}-{place}-")]:
            del fields[name]


def _choose(
    fields: dict[str, list[str]],
    question: Question,
    theirs: Mapping[str, list[str]],
    *,
    choice: str,
) -> None:
    """Leave in `fields` what was chosen: mine as posted, theirs as stored, or both."""
    if choice == "mine":
        return
    prefix = f"{question.code}-"
    own = {
        name: fields[name] for name in fields if name == question.code or name.startswith(prefix)
    }
    for name in own:
        del fields[name]
    fields.update({name: list(texts) for name, texts in theirs.items()})
    if choice != "joined" or question.kind not in JOINABLE:
        return
    if question.kind in ROW_KINDS:
        fields.update(_lines_after(theirs, own, prefix))
    elif question.kind is QuestionKind.SEVERAL_CHOICES:
        fields[question.code] = [*theirs.get(question.code, []), *own.get(question.code, [])]
    else:
        glue = "\n\n" if question.kind is QuestionKind.LONG_TEXT else " "
        texts = [*theirs.get(question.code, []), *own.get(question.code, [])]
        fields[question.code] = [glue.join(texts)]


def _lines_after(
    theirs: Mapping[str, list[str]], own: Mapping[str, list[str]], prefix: str
) -> dict[str, list[str]]:
    """Return my lines under numbers that follow theirs, without those they have as well."""
    their_lines, my_lines = _lines(theirs, prefix), _lines(own, prefix)
    start = max(their_lines, default=-1) + 1
    added = [line for line in my_lines.values() if line not in their_lines.values()]
    return {
        f"{prefix}{start + place}-{column}": texts
        for place, line in enumerate(added)
        for column, texts in line.items()
    }


def _lines(fields: Mapping[str, list[str]], prefix: str) -> dict[int, dict[str, list[str]]]:
    lines: dict[int, dict[str, list[str]]] = {}
    for name, texts in fields.items():
        place, _, column = name.removeprefix(prefix).partition("-")
        if name.startswith(prefix) and place.isdigit():
            lines.setdefault(int(place), {})[column] = texts
    return lines


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
