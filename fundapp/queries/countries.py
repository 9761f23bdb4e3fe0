"""Countries by their ISO 3166 alpha-2 code, from Babel's data."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

_NO_COUNTRIES = frozenset(
    {
        *("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"),
        *("AC", "CP", "CQ", "DG", "EA", "IC", "TA"),
    }
)
"""Unions, unknowns and parts of countries that have a code of their own."""


@cache
def country_names(language: str = "en") -> Mapping[str, str]:
    """Return code -> name in `language`, sorted by name."""
    territories = Locale.parse(language).territories
    countries = {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
    return dict(sorted(countries.items(), key=lambda item: item[1]))
