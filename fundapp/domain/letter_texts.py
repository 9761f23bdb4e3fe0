"""The fund's own words in letters: which parts they have, which merge fields, what is refused.

A text is Markdown with merge fields such as {{ amount }}. A field is a name that is looked up in
the list of its kind of letter and nothing else: no expression, no filter, no template.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from fundapp.domain.errors import Problem
from fundapp.domain.states import DocumentKind
from fundapp.domain.text import plain, quoted

FIELD = re.compile(r"\{\{[^\S\n]*([a-z_]+)[^\S\n]*\}\}")
"""A merge field: its name is the group."""

MOST_ITEMS = 12
"""Most entries of the lists of one part."""

_OPEN, _CLOSE = "{{", "}}"
_FOREIGN = re.compile(r"\{%|%\}|\{#|#\}")
_NEAR_ENOUGH = 0.6


class Shape(StrEnum):
    """What a part may consist of."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A place of a letter that can have the fund's own words.

    longest: in characters, as typed; longest_value: of what one field fills in. wall: so
    many characters fit on a line at least.
    """

    name: str
    label: str
    hint: str
    shape: Shape
    longest: int
    most_lines: int
    most_fields: int
    longest_value: int = 200
    wall: int = 40


@dataclass(frozen=True)
class MergeField:
    """A name that stands for something of each letter, and what that is."""

    name: str
    meaning: str


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter: its parts in the order in which they are read, and its fields."""

    kind: DocumentKind
    label: str
    parts: tuple[Part, ...]
    fields: tuple[MergeField, ...]

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the fields, in order."""
        return tuple(field.name for field in self.fields)


_SUBJECT = Part(
    name="subject",
    label="Subject",
    hint="The heading of the letter, one line.",
    shape=Shape.LINE,
    longest=120,
    most_lines=1,
    most_fields=3,
    longest_value=80,
    wall=24,
)
_OPENING = Part(
    name="opening",
    label="Opening",
    hint="After the salutation. The reason of the decision follows it.",
    shape=Shape.TEXT,
    longest=1_500,
    most_lines=24,
    most_fields=12,
)
_NEXT_STEP = Part(
    name="next_step",
    label="Next step",
    hint="Beside the text, in a narrow column.",
    shape=Shape.PARAGRAPH,
    longest=200,
    most_lines=4,
    most_fields=3,
    longest_value=48,
    wall=18,
)
_CLOSING = Part(
    name="closing",
    label="Closing",
    hint="Above the signatures.",
    shape=Shape.TEXT,
    longest=600,
    most_lines=10,
    most_fields=6,
)
_STATEMENT = Part(
    name="statement",
    label="Statement",
    hint="Under the title of the round.",
    shape=Shape.PARAGRAPH,
    longest=400,
    most_lines=6,
    most_fields=6,
)
_HOW = Part(
    name="how",
    label="How it was decided",
    hint="At the end.",
    shape=Shape.TEXT,
    longest=1_500,
    most_lines=24,
    most_fields=12,
)

_LETTER = (_SUBJECT, _OPENING, _NEXT_STEP, _CLOSING)

_EVERYWHERE = (
    MergeField("round", "title of the round"),
    MergeField("date", "date of the letter"),
    MergeField("fund", "name of the fund"),
    MergeField("site", "web address of the fund"),
    MergeField("mail", "mail address of the fund"),
)
_OF_A_LETTER = (
    MergeField("organisation", "the organisation that applied"),
    MergeField("person", "who the letter is to; without a person, the organisation"),
    MergeField("title", "title of the application"),
    MergeField("reference", "reference of the application"),
    MergeField("reviewers", "how many reviewers read it"),
    MergeField("reviewing_funders", "how many funders they belong to"),
    MergeField("appeal_by", "last day to contest a fact"),
    *_EVERYWHERE,
)
_COUNTS = (
    MergeField("reviewed", "how many applications were reviewed"),
    MergeField("funded", "how many are funded"),
)
_OF_AN_AWARD = (
    MergeField("amount", "the sum, in the currency that was asked in"),
    MergeField("funders", "who pays, all names"),
    MergeField("answer_by", "last day to accept"),
    MergeField("prize", "the prize, in a prize round"),
)
_OF_A_WITHDRAWAL = (
    MergeField("amount", "the sum of the award, in the currency of the round"),
    MergeField("ended", "reference of the award letter that it ends"),
)
_OF_A_RESERVE = (
    MergeField("place", "place on the reserve list"),
    MergeField("held_until", "until when the place is held"),
)
_OF_AN_ANNOUNCEMENT = (
    MergeField("total", "the sum of all awards"),
    MergeField("funders", "who pays, all names"),
    MergeField("funder_count", "how many pay"),
    MergeField("awards", "how many are awarded"),
    MergeField("entries", "how many were reviewed"),
    MergeField("reviews", "how many reviews were written"),
    MergeField("reviewers", "how many reviewers wrote them"),
)

LETTERS: Mapping[DocumentKind, LetterKind] = {
    letter.kind: letter
    for letter in (
        LetterKind(
            DocumentKind.AWARD_LETTER, "Award letter", _LETTER, (*_OF_AN_AWARD, *_OF_A_LETTER)
        ),
        LetterKind(
            DocumentKind.DECLINE_LETTER, "Decline letter", _LETTER, (*_COUNTS, *_OF_A_LETTER)
        ),
        LetterKind(
            DocumentKind.RESERVE_LETTER,
            "Reserve letter",
            _LETTER,
            (*_OF_A_RESERVE, *_COUNTS, *_OF_A_LETTER),
        ),
        LetterKind(
            DocumentKind.WITHDRAWAL_LETTER,
            "Withdrawal letter",
            _LETTER,
            (*_OF_A_WITHDRAWAL, *_OF_A_LETTER),
        ),
        LetterKind(
            DocumentKind.ANNOUNCEMENT,
            "Announcement",
            (_STATEMENT, _HOW),
            (*_OF_AN_ANNOUNCEMENT, *_EVERYWHERE),
        ),
    )
}
"""Every kind of letter whose words a fund can change."""


def tidy_parts(kind: DocumentKind, parts: Mapping[str, str]) -> dict[str, str]:
    """Return the parts of this kind that say something, without controls and outer space."""
    texts = {part.name: plain(parts.get(part.name, "")).strip() for part in LETTERS[kind].parts}
    return {name: text for name, text in texts.items() if text}


def check_parts(kind: DocumentKind, parts: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with tidy parts, one sentence a part: lengths, lines, merge fields."""
    letter = LETTERS[kind]
    found = ((part, parts.get(part.name, "")) for part in letter.parts)
    sentences = ((part.name, _wrong(part, text, letter.field_names)) for part, text in found)
    return [Problem(name, sentence) for name, sentence in sentences if sentence]


def fields_in(text: str) -> list[str]:
    """Return the names of the merge fields in a checked text, as often as they stand there."""
    return FIELD.findall(text)


def nearest_field(name: str, known: Sequence[str]) -> str:
    """Return the known name that is spelled most like `name`, "" where none comes near."""
    near = get_close_matches(name.lower().replace(" ", "_"), known, n=1, cutoff=_NEAR_ENOUGH)
    return near[0] if near else ""


def _wrong(part: Part, text: str, known: Sequence[str]) -> str:
    """Return the first thing that is wrong with a part, "" when nothing is."""
    if len(text) > part.longest:
        return f"{len(text):,} characters. Shorten by {len(text) - part.longest:,}."
    lines = text.count("\n") + 1
    if lines > part.most_lines:
        room = "one line" if part.most_lines == 1 else f"{part.most_lines} lines"
        return f"{lines} lines, with the empty ones. There is room for {room}."
    if foreign := _FOREIGN.search(text):
        return f"Take {quoted(foreign.group())} away. Only fields such as {{{{ fund }}}} work here."
    wrong = next(_wrong_fields(text, known), "")
    used = len(fields_in(text))
    if not wrong and used > part.most_fields:
        return f"{used} fields. There is room for {part.most_fields}."
    return wrong


def _wrong_fields(text: str, known: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each field that is not closed, not opened or not known."""
    after = 0
    while True:
        start, stray = text.find(_OPEN, after), text.find(_CLOSE, after)
        if stray != -1 and (start == -1 or stray < start):
            yield "}} closes a field that {{ did not open. Take it away, or write {{ before it."
            after = stray + len(_CLOSE)
            continue
        if start == -1:
            return
        name, is_closed, after = _field_at(text, start + len(_OPEN))
        if not is_closed:
            yield f"The field {quoted(_OPEN + name)} is not closed. Write }}}} after its name."
        elif name not in known:
            yield _unknown(name, known)


def _field_at(text: str, start: int) -> tuple[str, bool, int]:
    """Return a field's name, whether it is closed on its line, and where to read on."""
    end = text.find(_CLOSE, start)
    inner = text[start:end] if end != -1 else text[start:]
    if end == -1 or "\n" in inner or _OPEN in inner:
        line = inner.partition("\n")[0].partition(_OPEN)[0]
        return line.strip(), False, start + len(line)
    return inner.strip(), True, end + len(_CLOSE)


def _unknown(name: str, known: Sequence[str]) -> str:
    if not name:
        return f"{{{{ }}}} names no field. Write one of: {', '.join(known)}."
    near = nearest_field(name, known)
    if near:
        return f"There is no field {quoted(name)} here. Did you mean {{{{ {near} }}}}?"
    return f"There is no field {quoted(name)} here. There are: {', '.join(known)}."
