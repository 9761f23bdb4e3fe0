"""The fund's own words made ready for paper: a little Markdown, and merge fields filled in.

Texts come from fund managers, values from applicants too. Neither can write a tag: the markup is
written here, every text in it escaped, and the whole cleaned once more with a list of tags.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from fundapp.documents.formats import LANGUAGES, Formats
from fundapp.documents.merge_fields import field_values
from fundapp.documents.texts import cleaned, direction, line_breaks
from fundapp.domain.errors import DocumentFailed
from fundapp.domain.letter_texts import FIELD, LETTERS, MOST_ITEMS, Part, Shape, fields_in
from fundapp.domain.states import DocumentKind
from fundapp.queries.document_rows import (
    Announcement,
    AwardLetter,
    DeclineLetter,
    PrintedRow,
    ReserveLetter,
    WithdrawalLetter,
)

KIND_OF: Mapping[type[PrintedRow], DocumentKind] = {
    AwardLetter: DocumentKind.AWARD_LETTER,
    DeclineLetter: DocumentKind.DECLINE_LETTER,
    ReserveLetter: DocumentKind.RESERVE_LETTER,
    WithdrawalLetter: DocumentKind.WITHDRAWAL_LETTER,
    Announcement: DocumentKind.ANNOUNCEMENT,
}

TAGS = {"p", "strong", "em", "ul", "ol", "li", "br", "bdi", "span"}
_ATTRIBUTES = {tag: {"dir"} for tag in ("p", "li", "span", "bdi")} | {"ol": {"start"}}
_LARGEST_START = 999

# While Markdown is read a field stands between two characters for private use, and a third keeps
# stars from foreign punctuation: beside signs, and without spaces (Chinese), they would not count.
_BEGIN, _END, _APART = "\ue000", "\ue001", "\ue002"
_HELD = re.compile(f"{_BEGIN}([a-z_]+){_END}")
_PRIVATE = re.compile(f"[{_BEGIN}{_END}{_APART}]")
_RUN_CHARACTER = r"[^\s\u2e80-\uffff]"
_RUN = re.compile(f"{_RUN_CHARACTER}+")
_TAGS_APART = re.compile("(<[^>]*>)")
_MAY_BREAK = "\N{ZERO WIDTH SPACE}"
_SIGN_BESIDE_STAR = re.compile(r"(?<=\*)(?=[^\w\s\x00-\x7f])|(?<=[^\w\s\x00-\x7f])(?=\*)")

_WORDS = MarkdownIt("zero").enable(["list", "emphasis", "newline", "escape"])
_EVERYTHING = MarkdownIt("commonmark", {"html": True}).enable("table")
# It only tells what a text holds, and an address that no page would follow is one, too.
_EVERYTHING.validateLink = lambda url: True  # type: ignore[method-assign]
_REFUSED: Mapping[str, str] = {
    "heading_open": "Headings cannot stand here. Take the # or the line of signs under it away.",
    "image": "Pictures cannot stand here. Take ![ ]( ) away.",
    "link_open": "Write the address itself, without [ ]( ) or < > around it.",
    "html_block": "Tags cannot stand here. Take what is between < and > away.",
    "html_inline": "Tags cannot stand here. Take what is between < and > away.",
    "code_inline": "Code cannot stand here. Take the ` away.",
    "code_block": "Lines cannot begin with four spaces. Take them away.",
    "fence": "Code cannot stand here. Take ``` away.",
    "table_open": "Tables cannot stand here. Write sentences or a list.",
    "hr": "Lines across cannot stand here. Take --- away.",
    "blockquote_open": "Quotations cannot stand here. Take the > away.",
}


@dataclass(frozen=True)
class Setting:
    """What a text is filled with: values by field, direction of the document.

    wall: so many characters fit on a line of the part, at least.
    """

    values: Mapping[str, Markup]
    direction: str
    wall: int = 40


class _NothingToSayError(Exception):
    """A field has no value in this letter."""


def markup_problem(part: Part, text: str) -> str:
    """Return a sentence on Markdown that a part cannot have, "" when all is well.

    The text has its length checked before: this parses it.
    """
    for token in _flat(_EVERYTHING.parse(_canonical(text))):
        if token.type in _REFUSED:
            return _REFUSED[token.type]
    tokens = _WORDS.parse(_canonical(text))
    lists = [token for token in tokens if token.type.endswith("_list_open")]
    if any(token.level for token in lists):
        return "A list cannot stand inside a list. Write one list after the other."
    items = sum(token.type == "list_item_open" for token in tokens)
    if items > MOST_ITEMS:
        return f"{items} entries of lists. There is room for {MOST_ITEMS}."
    paragraphs = sum(token.type == "paragraph_open" for token in tokens)
    if part.shape is not Shape.TEXT and (lists or paragraphs > 1):
        return "Write this as one paragraph, without a list."
    return ""


def own_markup(row: PrintedRow) -> dict[str, Markup]:
    """Return the fund's own words on a row by part, ready to print; "" where the shipped stand.

    A part with a field that has nothing to say in this letter is printed as shipped, so that no
    sentence has a hole. Raises DocumentFailed where a stored text has a field that is gone.
    """
    kind = KIND_OF[type(row)]
    texts = {own.part: own.text for own in row.own_texts}
    empty = {part.name: Markup() for part in LETTERS[kind].parts}
    if not texts or row.language not in LANGUAGES:
        return empty
    written = (part for part in LETTERS[kind].parts if part.name in texts)
    return empty | {
        part.name: _printed(part, cleaned(texts[part.name]), _setting(part, kind, row), row=row)
        for part in written
    }


def _setting(part: Part, kind: DocumentKind, row: PrintedRow) -> Setting:
    language = LANGUAGES[row.language]
    values = field_values(cleaned(row), kind, Formats(language), longest=part.longest_value)
    return Setting(values, language.direction, part.wall)


def _printed(part: Part, text: str, setting: Setting, *, row: PrintedRow) -> Markup:
    unknown = [name for name in fields_in(text) if name not in setting.values]
    if unknown:
        reason = f"its own text “{part.label}” has the field “{unknown[0]}”, which does not exist"
        raise DocumentFailed(f"{row.reference} could not be printed: {reason}.")
    try:
        return markup_of(text, shape=part.shape, setting=setting)
    except _NothingToSayError:
        return Markup()


def markup_of(text: str, *, shape: Shape, setting: Setting) -> Markup:
    """Return checked Markdown as markup: blocks for a text, what stands in a block otherwise."""
    tokens = _WORDS.parse(_canonical(text))
    if shape is Shape.TEXT:
        written = Markup().join(_blocks(tokens, setting))
    else:
        inline = [token for token in tokens if token.type == "inline"]
        words = Markup("<br>").join(_inline(token, setting) for token in inline)
        written = _turned(words, text, setting)
    return Markup(  # noqa: S704 - nh3 cleaned it
        nh3.clean(str(written), tags=TAGS, attributes=_ATTRIBUTES, link_rel=None)
    )


def _canonical(text: str) -> str:
    """Return the text with every field held together, so that Markdown takes it for a word."""
    held = FIELD.sub(rf"{_BEGIN}\1{_END}", _PRIVATE.sub("", text))
    return _SIGN_BESIDE_STAR.sub(_APART, held)


def _blocks(tokens: Sequence[Token], setting: Setting) -> Iterator[Markup]:
    """Yield the markup of blocks. The paragraphs of an entry are lines of it."""
    depth, is_first = 0, True
    for place, token in enumerate(tokens):
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                yield _list_open(token)
            case "bullet_list_close" | "ordered_list_close":
                yield Markup("</{}>").format(Markup(token.tag))  # noqa: S704 - ul or ol
            case "list_item_open":
                depth, is_first = depth + 1, True
                words = next((one for one in tokens[place:] if one.type == "inline"), None)
                yield _open("li", words.content if words else "", setting)
            case "list_item_close":
                depth -= 1
                yield Markup("</li>")
            case "inline" if depth:
                yield (Markup() if is_first else Markup("<br>")) + _inline(token, setting)
                is_first = False
            case "inline":
                yield _open("p", token.content, setting) + _inline(token, setting) + Markup("</p>")


def _list_open(token: Token) -> Markup:
    start = int(token.attrs.get("start", 1))
    if token.tag == "ol" and 1 < start <= _LARGEST_START:
        return Markup('<ol start="{}">').format(start)
    return Markup("<ol>") if token.tag == "ol" else Markup("<ul>")


def _inline(token: Token, setting: Setting) -> Markup:
    return _breakable(Markup().join(_pieces(token.children or [], setting)), setting.wall)


def _breakable(words: Markup, wall: int) -> Markup:
    """Return markup in which a run without a space that is longer than a line can be broken.

    The engine breaks such a run by itself, but not where one box begins right behind another.
    """
    text = words.replace(Markup("<br>"), Markup(" ")).striptags()
    if all(len(run) <= wall for run in _RUN.findall(text)):
        return words
    pieces, before = [], " "
    for piece in _TAGS_APART.split(words):
        if piece.startswith("<"):
            before = " " if piece == "<br>" else before
            pieces.append(Markup(piece))  # noqa: S704 - one of our own tags
        elif piece:
            bare = unescape(piece)
            seam = "" if before.isspace() or bare[0].isspace() else _MAY_BREAK
            cut = re.sub(
                f"{_RUN_CHARACTER}{{{wall}}}(?={_RUN_CHARACTER})", rf"\g<0>{_MAY_BREAK}", bare
            )
            pieces.append(escape(seam + cut))
            before = bare[-1]
    return Markup().join(pieces)


def _pieces(children: Sequence[Token], setting: Setting) -> Iterator[Markup]:
    for child in children:
        match child.type:
            case "strong_open":
                yield Markup("<strong>")
            case "strong_close":
                yield Markup("</strong>")
            case "em_open":
                yield Markup("<em>")
            case "em_close":
                yield Markup("</em>")
            case "softbreak" | "hardbreak":
                yield Markup("<br>")
            case _:
                yield _filled(child.content, setting)


def _filled(text: str, setting: Setting) -> Markup:
    """Return a text with its fields filled in; a name that is no field stays as it is typed."""
    parts = _HELD.split(text.replace(_APART, ""))
    pieces = [
        _value(piece, setting) if place % 2 else line_breaks(piece)
        for place, piece in enumerate(parts)
    ]
    return Markup().join(pieces)


def _value(name: str, setting: Setting) -> Markup:
    if name not in setting.values:
        return escape(f"{{{{ {name} }}}}")
    value = setting.values[name]
    if not value:
        raise _NothingToSayError(name)
    return value


def _open(tag: str, text: str, setting: Setting) -> Markup:
    own = _own_direction(text, setting)
    attribute = Markup(' dir="{}"').format(own) if own != setting.direction else Markup()
    return Markup("<{}{}>").format(Markup(tag), attribute)  # noqa: S704 - p or li


def _turned(words: Markup, text: str, setting: Setting) -> Markup:
    own = _own_direction(text, setting)
    if own == setting.direction:
        return words
    return Markup('<span dir="{}">{}</span>').format(own, words)


def _own_direction(text: str, setting: Setting) -> str:
    """Return the direction of the manager's own words; what is filled in does not turn them."""
    words = _HELD.sub("", _canonical(text))
    has_letters = any(character.isalpha() for character in words)
    return direction(words) if has_letters else setting.direction


def _flat(tokens: Sequence[Token]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])
