"""In which currency an application asks: told by its answer to the question on the sum.

The answer starts with the code of another currency of the round ("KES 4,000,000"), or is
read already. All other sums of the application are in that currency too.
"""

import re
from collections.abc import Collection, Mapping

from fundapp.domain.answers import Value
from fundapp.domain.money import Money

_CODE = re.compile(r"([A-Za-z]{3})(?![A-Za-z])\s*(.*)", re.DOTALL)


def parted(text: str, currencies: Collection[str]) -> tuple[str, str]:
    """Return the code that `text` starts with, of `currencies`, and the rest; "" for no code."""
    match = _CODE.match(text.strip())
    if match is None or match[1].upper() not in currencies:
        return "", text
    return match[1].upper(), match[2]


def joined(text: str, currency: str) -> str:
    """Return what was typed with the currency chosen beside it; a code in the text wins."""
    if not currency or _CODE.match(text.strip()):
        return text
    return f"{currency} {text}".strip()


def currency_asked(value: Value, currencies: Collection[str], *, default: str) -> str:
    """Return the currency of an answer on the sum, read or not; `default` where it names none."""
    if isinstance(value, Mapping):
        return str(value["currency"])
    code, _ = parted(value, currencies) if isinstance(value, str) else ("", "")
    return code or default


def sum_asked(value: Value) -> Money | None:
    """Return the sum asked for, None while the answer is no sum."""
    if not isinstance(value, Mapping):
        return None
    return Money(int(value["minor"]), str(value["currency"]))
