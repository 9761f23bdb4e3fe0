"""Identifiers that other registers give: org-id, ROR, ORCID, and codes of countries and money.

Every reader takes what people paste (an address, small letters, spaces), returns the form that
is stored, "" for nothing typed, and raises InvalidInput with a sentence that says what to mend.
Whether the register knows the identifier is not asked: nothing is fetched.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.money import CURRENCIES
from fundapp.domain.text import one_line, quoted, slug

LONGEST_ORG_ID = 120
LONGEST_PREFIX = 60

_COUNTRY_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW
GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY
KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG
TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM
ZW
"""

COUNTRIES = frozenset(_COUNTRY_CODES.split())
"""ISO 3166-1 alpha-2. Codes that anybody may assign for themselves, such as XK, are not in it."""

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR = re.compile(f"0[{_CROCKFORD}]{{6}}[0-9]{{2}}")
_ORCID = re.compile("[0-9]{15}[0-9X]")
_ORG_ID = re.compile("([A-Z]{2})-([A-Z0-9_]{2,20})-([A-Za-z0-9][A-Za-z0-9._/-]*)")
_OWN_LIST = re.compile("360G-[A-Za-z0-9_-]+")
_INTERNATIONAL = frozenset({"XI", "XM", "XR"})
"""What org-id lists of no one country begin with."""


Reader = Callable[[str], str]


@dataclass(frozen=True)
class Read:
    """Texts by field as they are stored, and what must be mended in them."""

    texts: Mapping[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Register:
    """The shape of the numbers in one register, with an example to show."""

    shape: re.Pattern[str]
    example: str


_REGISTERS: Mapping[str, _Register] = {
    "GB-COH": _Register(re.compile("(?:[0-9]{2}|[A-Z]{2})[0-9]{6}"), "GB-COH-01234567"),
    "GB-CHC": _Register(re.compile("[0-9]{6,7}"), "GB-CHC-1234567"),
    "GB-SC": _Register(re.compile("SC[0-9]{6}"), "GB-SC-SC012345"),
    "US-EIN": _Register(re.compile("[0-9]{2}-?[0-9]{7}"), "US-EIN-12-3456789"),
    "XI-LEI": _Register(re.compile("[A-Z0-9]{18}[0-9]{2}"), "XI-LEI-506700GE1G29325QX363"),
}


def read_org_id(text: str, *, field: str = "org_id") -> str:
    """Return an identifier of an organisation in an official register, as org-id.guide names it.

    It is the code of the list (country and register) and the number there, by hyphens:
    GB-COH-01234567. The numbers of the best known lists are checked by their own shape.
    """
    typed = one_line(text)
    if not typed:
        return ""
    if len(typed) > LONGEST_ORG_ID:
        raise _wrong(field, f"Shorten the identifier to {LONGEST_ORG_ID} characters.")
    if _OWN_LIST.fullmatch(typed):
        return typed
    parts = typed.split("-", 2)
    tidy = "-".join([*(part.upper() for part in parts[:2]), *parts[2:]])
    match = _ORG_ID.fullmatch(tidy)
    if match is None:
        sentence = (
            "Enter the code of the register and the number in it, such as GB-COH-01234567. "
            f"You entered {quoted(typed)}."
        )
        raise _wrong(field, sentence)
    country, register, number = match.groups()
    if country not in COUNTRIES | _INTERNATIONAL:
        raise _wrong(field, f"No country has the code {country}. Compare the first two letters.")
    _check_number(f"{country}-{register}", number, field=field)
    return tidy


def read_ror(text: str, *, field: str = "ror") -> str:
    """Return the nine signs of a ROR identifier, small letters; an address is taken too.

    Six signs of Crockford's base 32 after the first 0 are a number n; the last two digits are
    98 - (100 n mod 97), after ISO 7064 mod 97-10.
    """
    typed = _without_address(text, "ror.org/").lower()
    if not typed:
        return ""
    if not _ROR.fullmatch(typed):
        sentence = (
            "A ROR identifier is 0, six letters or digits, and two digits, such as "
            f"https://ror.org/05d5mza29. You entered {quoted(one_line(text))}."
        )
        raise _wrong(field, sentence)
    number = 0
    for sign in typed[1:7]:
        number = number * 32 + _CROCKFORD.index(sign)
    if int(typed[7:]) != 98 - number * 100 % 97:
        raise _mistyped(field, "ROR identifier", typed)
    return typed


def read_orcid(text: str, *, field: str = "orcid") -> str:
    """Return an ORCID as 0000-0002-1825-0097; an address or bare digits are taken too.

    The last sign is the check of ISO 7064 mod 11-2 over the fifteen digits before it.
    """
    typed = _without_address(text, "orcid.org/")
    if not typed:
        return ""
    signs = typed.replace("-", "").replace(" ", "").upper()
    if not _ORCID.fullmatch(signs):
        sentence = (
            "An ORCID has 16 digits, such as 0000-0002-1825-0097; the last may be an X. "
            f"You entered {quoted(one_line(text))}."
        )
        raise _wrong(field, sentence)
    total = 0
    for digit in signs[:15]:
        total = (total + int(digit)) * 2
    if signs[15] != "0123456789X"[(12 - total % 11) % 11]:
        raise _mistyped(field, "ORCID", typed)
    return "-".join(signs[place : place + 4] for place in range(0, 16, 4))


def read_currency(text: str, *, field: str = "currency") -> str:
    """Return an active currency's code by ISO 4217, capital letters."""
    code = one_line(text).upper()
    if code not in CURRENCIES:
        sentence = "Enter the three letters of a currency, such as EUR, GBP or KES. "
        raise _wrong(field, f"{sentence}You entered {quoted(one_line(text))}.")
    return code


def read_country(text: str, *, field: str = "country") -> str:
    """Return a country's two letters by ISO 3166, capital letters."""
    code = one_line(text).upper()
    if code not in COUNTRIES:
        sentence = "Enter the two letters of a country, such as KE or GB. "
        raise _wrong(field, f"{sentence}You entered {quoted(one_line(text))}.")
    return code


def read_prefix(text: str, *, field: str = "prefix") -> str:
    """Return a publisher's prefix as 360Giving gives it, such as 360G-example."""
    typed = one_line(text)
    if len(typed) > LONGEST_PREFIX or not _OWN_LIST.fullmatch(typed):
        sentence = (
            "Enter the prefix that 360Giving gave the fund: 360G-, then letters, digits and "
            f"hyphens, such as 360G-example. You entered {quoted(typed)}."
        )
        raise _wrong(field, sentence)
    return typed


def read_each(readers: Mapping[str, Reader], typed: Mapping[str, str]) -> Read:
    """Return what each field's reader makes of its text, and the problems of all.

    A text that cannot be read stays as it was typed.
    """
    kept = dict(typed)
    problems: list[Problem] = []
    for field, reader in readers.items():
        try:
            kept[field] = reader(typed[field])
        except InvalidInput as error:
            problems += error.problems
    return Read(kept, tuple(problems))


def own_org_id(prefix: str, reference: str) -> str:
    """Return the identifier of an organisation that stands in no register we know of."""
    return f"{prefix}-org-{slug(reference, fallback='unnamed')}"


def _check_number(register: str, number: str, *, field: str) -> None:
    if register == "XI-ROR":
        read_ror(number, field=field)
    known = _REGISTERS.get(register)
    if known and not known.shape.fullmatch(number):
        sentence = f"A number of this register looks like {known.example}. You entered "
        raise _wrong(field, f"{sentence}{quoted(f'{register}-{number}')}.")
    if register == "XI-LEI" and int("".join(str(int(sign, 36)) for sign in number)) % 97 != 1:
        raise _mistyped(field, "LEI", number)


def _without_address(text: str, host: str) -> str:
    typed = one_line(text)
    before, found, after = typed.partition(host)
    is_address = found and before.lower() in {"", "www.", "https://", "http://", "https://www."}
    return (after if is_address else typed).strip().strip("/")


def _mistyped(field: str, name: str, typed: str) -> InvalidInput:
    sentence = f"The check digits of this {name} do not fit: a sign of {quoted(typed)} is wrong."
    return _wrong(field, sentence)


def _wrong(field: str, sentence: str) -> InvalidInput:
    return InvalidInput([Problem(field, sentence)])
