"""The shipped words of letters as Markdown with merge fields: where a manager starts from."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from html import unescape

from fundapp.documents.environments import template_environment
from fundapp.documents.formats import LANGUAGES, Formats
from fundapp.documents.letter_samples import sample_letter
from fundapp.documents.merge_fields import field_texts
from fundapp.domain.letter_texts import LETTERS
from fundapp.domain.states import DocumentKind, RoundKind
from fundapp.queries.document_rows import Announcement, FundIdentity, PrintedRow

_FUND = FundIdentity(
    name="Fund (sample)",
    tagline="",
    address="",
    site="https://fund.example",
    mail="office@fund.example",
)
_MANY = 12
"""So many funders that their number is written in digits."""

_STRONG = re.compile("</?strong[^>]*>")
_TAG = re.compile("<[^>]*>")
_SPACES = re.compile("[ \t\n]+")


@cache
def shipped_parts(
    kind: DocumentKind, language: str, round_kind: RoundKind = RoundKind.GRANT
) -> Mapping[str, str]:
    """Return the shipped words by part. The form of words around a number is that of many."""
    environment = template_environment(language)
    row = _sample(kind, language, round_kind)
    template = environment.get_template(f"{kind.value}.html")
    context = template.new_context({"row": row, "own": {}})
    values = field_texts(row, kind, Formats(LANGUAGES[language]))
    return {
        part.name: _with_fields(_markdown("".join(template.blocks[part.name](context))), values)
        for part in LETTERS[kind].parts
    }


def sample_values(
    kind: DocumentKind, *, language: str, fund: FundIdentity, round_kind: RoundKind
) -> Mapping[str, str]:
    """Return what each field says in the sample letter."""
    row = sample_letter(kind, language=language, fund=fund, round_kind=round_kind)
    return field_texts(row, kind, Formats(LANGUAGES[language]))


def _sample(kind: DocumentKind, language: str, round_kind: RoundKind) -> PrintedRow:
    row = sample_letter(kind, language=language, fund=_FUND, round_kind=round_kind)
    return replace(row, funders=row.funders[:1] * _MANY) if isinstance(row, Announcement) else row


def _markdown(html: str) -> str:
    text = unescape(_TAG.sub("", _STRONG.sub("**", html)))
    return _SPACES.sub(" ", text).strip()


def _with_fields(text: str, values: Mapping[str, str]) -> str:
    """Return the text with each sample value replaced by its field, the longest first."""
    names = {value: name for name, value in values.items() if value}
    found = "|".join(_whole(value) for value in sorted(names, key=len, reverse=True))
    return re.sub(found, lambda match: f"{{{{ {names[match.group()]} }}}}", text)


def _whole(value: str) -> str:
    """Return the pattern of a value; a number is not found within another."""
    pattern = re.escape(value)
    return rf"(?<![\d:.,]){pattern}(?![\d:])" if value.isdecimal() else pattern
