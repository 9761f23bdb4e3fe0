"""The languages that letters and announcements are written in."""

from collections.abc import Iterable, Mapping, Sequence
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


def checked_languages(codes: Iterable[str], *, field: str) -> tuple[str, ...]:
    """Return the codes beside English, each once, in the order of LANGUAGES.

    Raises InvalidInput for a language that documents are not written in.
    """
    wanted = {checked_language(code, field=field) for code in codes}
    return tuple(code for code in LANGUAGES if code in wanted - {DEFAULT})


def announcement_languages(others: Sequence[str]) -> tuple[str, ...]:
    """Return the languages that an announcement is printed in: English, then `others`."""
    return (DEFAULT, *(code for code in others if code != DEFAULT))
