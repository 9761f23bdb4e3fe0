"""Languages by their BCP 47 tag, from Babel's data."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

_NO_LANGUAGES = frozenset({"mis", "mul", "root", "und", "zxx"})


@cache
def language_names(language: str = "en") -> Mapping[str, str]:
    """Return tag -> name in `language`, sorted by name; no regional forms."""
    names = Locale.parse(language).languages
    plain = {tag: name for tag, name in names.items() if tag.isalpha()}
    return dict(
        sorted(
            ((tag, name) for tag, name in plain.items() if tag not in _NO_LANGUAGES),
            key=lambda item: item[1],
        )
    )


@cache
def language_tags() -> Mapping[str, str]:
    """Return the tag by English name and by the tag itself, in small letters."""
    names = language_names()
    return {name.casefold(): tag for tag, name in names.items()} | {tag: tag for tag in names}


def language_name(tag: str) -> str:
    """Return the English name of a language, the tag itself where it has none."""
    return language_names().get(tag, tag)
