"""What each merge field says in one letter: a value of the row, as the language writes it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from markupsafe import Markup

from fundapp.documents.formats import Formats
from fundapp.documents.texts import direction, excerpt, line_breaks
from fundapp.documents.verification import bare_address
from fundapp.domain.letter_texts import LETTERS
from fundapp.domain.money import Money
from fundapp.domain.states import DocumentKind
from fundapp.queries.document_rows import AwardLetter, WithdrawalLetter

Value: TypeAlias = str | int | date | Money | None
_Reader: TypeAlias = Callable[[Any, Formats], Value]

_EVERYWHERE: Mapping[str, _Reader] = {
    "round": lambda row, _: row.round_title,
    "date": lambda row, _: row.issued_at.date(),
    "fund": lambda row, _: row.fund.name,
    "site": lambda row, _: bare_address(row.fund.site),
    "mail": lambda row, _: row.fund.mail,
}
_LETTER: Mapping[str, _Reader] = {
    **_EVERYWHERE,
    "organisation": lambda row, _: row.addressee.organisation,
    "person": lambda row, _: row.addressee.person or row.addressee.organisation,
    "title": lambda row, _: row.application_title,
    "reference": lambda row, _: row.application_reference,
    "reviewers": lambda row, _: row.panel.reviews,
    "reviewing_funders": lambda row, _: row.panel.funders,
    "appeal_by": lambda row, _: row.appeal.until_on if row.appeal else None,
    "reviewed": lambda row, _: row.reviewed,
    "funded": lambda row, _: row.awarded,
    "amount": lambda row, _: _awarded(row),
    "funders": lambda row, formats: formats.listed([part.funder for part in row.contributions]),
    "answer_by": lambda row, _: row.answer_by_on,
    "prize": lambda row, _: row.prize,
    "place": lambda row, _: row.place,
    "held_until": lambda row, _: row.held_until_on,
    "ended": lambda row, _: row.ends,
}
_ANNOUNCEMENT: Mapping[str, _Reader] = {
    **_EVERYWHERE,
    "total": lambda row, _: row.total,
    "funders": lambda row, formats: formats.listed([one.funder for one in row.funders]),
    "funder_count": lambda row, _: len(row.funders),
    "awards": lambda row, _: len(row.winners),
    "entries": lambda row, _: len(row.entries),
    "reviews": lambda row, _: row.reviews,
    "reviewers": lambda row, _: row.reviewers,
}


def field_texts(row: Any, kind: DocumentKind, formats: Formats) -> dict[str, str]:
    """Return what each field of this kind says on `row`, as plain text; "" = nothing."""
    readers = _ANNOUNCEMENT if kind is DocumentKind.ANNOUNCEMENT else _LETTER
    return {
        name: _worded(readers[name](row, formats), formats) for name in LETTERS[kind].field_names
    }


def field_values(
    row: Any, kind: DocumentKind, formats: Formats, *, longest: int
) -> dict[str, Markup]:
    """Return the same as markup: escaped, cut to `longest`, each in a direction of its own."""
    texts = field_texts(row, kind, formats)
    return {name: _isolated(excerpt(text, longest).text) for name, text in texts.items()}


def _awarded(row: AwardLetter | WithdrawalLetter) -> Money:
    """Return the sum in the currency that was asked in, where the letter has one."""
    return row.own.amount if isinstance(row, AwardLetter) and row.own else row.amount


def _isolated(text: str) -> Markup:
    if not text:
        return Markup()
    has_letters = any(character.isalpha() for character in text)
    attribute = Markup(' dir="{}"').format(direction(text)) if has_letters else Markup()
    return Markup("<bdi{}>{}</bdi>").format(attribute, line_breaks(" ".join(text.splitlines())))


def _worded(value: Value, formats: Formats) -> str:
    match value:
        case None:
            return ""
        case Money():
            return formats.money(value)
        case date():
            return formats.day(value)
        case int():
            return formats.number(value)
    return value
