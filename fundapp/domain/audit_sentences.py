"""Audit lines in words: who did what, and its details without ids, minor units and codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fundapp.domain.audit_events import ACTS
from fundapp.domain.money import Money

SYSTEM = "The system"
HASH_SHOWN = 16
"""How many digits of a SHA-256 are shown: enough to compare by eye."""

_LABELS = {
    "after": "to",
    "application_id": "application",
    "before": "from",
    "envelope_money": "envelopes together",
    "funder_id": "funder",
    "is_eligible": "eligible",
    "is_sensitive": "sensitive",
    "new_reviewers": "new reviewers",
    "organisation_id": "organisation",
    "person_id": "person",
    "rules_hash": "rules, SHA-256",
    "sha256": "SHA-256",
    "sight": "what its reader sees, SHA-256",
    "state_sha256": "state, SHA-256",
}
_MONEY = frozenset({"amount", "contributions", "envelope_money"})
_HASHES = frozenset({"sha256", "rules_hash", "files", "commitment", "sight", "state_sha256"})
_CODES = frozenset(
    {
        *("after", "before", "counts", "failed_gates", "fields", "kind", "role", "source"),
        *("state", "verdict"),
    }
)
_NAMED = frozenset({"application_id", "contributions", "funder_id", "organisation_id", "person_id"})
_TIMES = frozenset({"until"})


def audit_sentence(event: str, actor_name: str | None) -> str:
    """Say who did what: "Cleo Sample submitted an application".

    Old lines may carry events that are no longer written; their own words are shown.
    """
    act = ACTS.get(event, event.replace("_", " ").replace(".", ": "))
    return f"{actor_name or SYSTEM} {act}"


def ids_in(details: Mapping[str, Any]) -> Iterator[str]:
    """Give the ids that a line's details name, as text."""
    for key, value in details.items():
        if key in _NAMED:
            yield from value if isinstance(value, dict) else [str(value)]


def detail_lines(
    details: Mapping[str, Any], *, names: Mapping[str, str], currency: str = ""
) -> list[str]:
    """Return the details of a line as "word: value", by word, without empty ones.

    names: what stands for each id; an id without a name was deleted. currency: of the
    round whose minor units the line holds.
    """
    words = _Words(names, currency)
    return sorted(
        f"{_LABELS.get(key, key.replace('_', ' '))}: {words.told(key, value)}"
        for key, value in details.items()
        if value not in (None, "", [], {})
    )


@dataclass(frozen=True)
class _Words:
    """What ids and minor units of one line stand for."""

    names: Mapping[str, str]
    currency: str

    def told(self, key: str, value: Any) -> str:
        """Return the value of a detail as people read it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, dict):
            pairs = [f"{self._text(key, one)} {self._of(key, item)}" for one, item in value.items()]
            return ", ".join(sorted(pairs) if key in _NAMED else pairs)
        if isinstance(value, list):
            return ", ".join(self.told(key, item) for item in value)
        return self._text(key, value) if key in _NAMED else self._of(key, value)

    def _of(self, key: str, value: Any) -> str:
        if key in _MONEY and isinstance(value, int):
            is_known = bool(self.currency)
            return str(Money(value, self.currency)) if is_known else f"{value:,} minor units"
        return _worded(key, str(value))

    def _text(self, key: str, value: Any) -> str:
        if key in _NAMED:
            return self.names.get(str(value), "deleted since")
        return _worded(key, str(value))


def _worded(key: str, text: str) -> str:
    if key in _HASHES and "." not in text:
        return text[:HASH_SHOWN]
    if key in _CODES:
        return text.replace("_", " ")
    if key in _TIMES:
        at = datetime.fromisoformat(text)
        return f"{at.day} {at:%B %Y, %H:%M} UTC"
    return text
