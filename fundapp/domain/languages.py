"""The languages that letters and announcements are written in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fundapp.domain.errors import InvalidInput, Problem

DEFAULT = "en"


@dataclass(frozen=True)
class Language:
    """A language of documents: BCP 47 code, its own name, English name, locale, direction.

    locale: the CLDR locale that its dates, sums and numbers follow.
    """

    code: str
    own_name: str
    name: str
    locale: str
    direction: str = "ltr"


LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        Language("en", "English", "English", "en_GB"),
        Language("fr", "Français", "French", "fr"),
        Language("es", "Español", "Spanish", "es"),
        Language("ar", "العربية", "Arabic", "ar", "rtl"),
        Language("zh", "中文（简体）", "Chinese (simplified)", "zh_Hans"),
        Language("hi", "हिन्दी", "Hindi", "hi"),
    )
}


def checked_language(code: str, *, field: str = "language") -> str:
    """Return the code of a language that documents are written in. Raises InvalidInput."""
    if code not in LANGUAGES:
        names = ", ".join(language.name for language in LANGUAGES.values())
        raise InvalidInput([Problem(field, f"Choose one of: {names}.")])
    return code


def in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Return each code once, in the order of LANGUAGES; unknown ones come last."""
    places = {code: place for place, code in enumerate(LANGUAGES)}
    return tuple(sorted(set(codes), key=lambda code: (places.get(code, len(places)), code)))


OTHERS: Mapping[str, Language] = {
    code: language for code, language in LANGUAGES.items() if code != DEFAULT
}
"""The languages beside English."""
