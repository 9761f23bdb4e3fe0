"""A draw in words and rules: what is fixed beforehand, what it means for a decision."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.states import DecisionKind
from fundapp.domain.text import one_line

LONGEST_SOURCE = 300
LONGEST_VALUE = 300
"""Characters of what names the public value, and of the value itself."""

MOST_IN_DRAW = 300
"""With more applications the chances take minutes, and a draw among so many decides too much."""

_CHANCE = (
    "Chance decided: this application and others were too close to call, so the places left were "
    "drawn by lot. {} Anybody can repeat the draw from the page of the call."
)
WON = _CHANCE.format("This one was drawn.")
LOST = _CHANCE.format("This one was not drawn.")
"""What the letter says to whom the draw decided about."""


@dataclass(frozen=True, kw_only=True)
class DrawTerms:
    """What is fixed with the list, under the same hash.

    ranking: SHA-256 of the frozen ranking that the list comes from. known_on: the first day on
    which the public value can be known. Where the sums asked for differ, `costs` has them by
    reference, and `money` is what the drawn order is funded from; both in minor units of
    `currency`. Else `costs` is empty.
    """

    round_reference: str
    ranking: str
    known_on: date
    currency: str
    money: int = 0
    costs: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_by_order(self) -> bool:
        """Tell whether money goes down a drawn order, instead of to a number of places."""
        return bool(self.costs)

    @property
    def data(self) -> dict[str, Any]:
        """Return the terms as plain data."""
        shared: dict[str, Any] = {
            "round": self.round_reference,
            "ranking": self.ranking,
            "known_on": self.known_on.isoformat(),
        }
        if not self.is_by_order:
            return shared
        funding = {"currency": self.currency, "money": self.money, "costs": dict(self.costs)}
        return shared | funding

    @property
    def label(self) -> str:
        """Return the terms as one line: what the list calls its round."""
        return json.dumps(self.data, sort_keys=True, separators=(",", ":"))


def terms_of(label: str) -> DrawTerms | None:
    """Return the terms that a list was frozen with; None for a list with other words."""
    try:
        data = json.loads(label)
        terms = DrawTerms(
            round_reference=data["round"],
            ranking=data["ranking"],
            known_on=date.fromisoformat(data["known_on"]),
            currency=data.get("currency", ""),
            money=data.get("money", 0),
            costs=data.get("costs", {}),
        )
        return terms if terms.label == label else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


@dataclass(frozen=True)
class DrawOutcome:
    """What the draw said of one application. place: in the drawn order, None without a chance.

    by_chance is False where its chance was one or none, so that the draw decided nothing.
    """

    is_won: bool
    by_chance: bool
    place: int | None

    @property
    def word(self) -> str:
        """Return what boards say."""
        if not self.by_chance:
            return "had a sure place" if self.is_won else "had no chance in the draw"
        return "won the draw" if self.is_won else "lost the draw"

    @property
    def sentence(self) -> str:
        """Return what the letter says; "" where chance decided nothing."""
        if not self.by_chance:
            return ""
        return WON if self.is_won else LOST


def reason_after_draw(
    reason: str, outcome: DrawOutcome | None, *, kind: DecisionKind, reference: str
) -> str:
    """Return a decision's reason with the sentence on chance where the draw decided it.

    A decision against the draw needs a reason of its own: InvalidInput without one.
    """
    if outcome is None or not outcome.by_chance:
        return reason
    own = reason.replace(WON, "").replace(LOST, "").strip()
    if outcome.is_won is (kind is DecisionKind.AWARD):
        return f"{own}\n\n{outcome.sentence}".strip()
    if not own:
        what = "gets no award" if outcome.is_won else "gets an award"
        sentence = f"{reference} {outcome.word}. Say why it {what} all the same."
        raise InvalidInput([Problem("reason", sentence)])
    return own


def read_source(typed: str) -> str:
    """Return what names the public value. InvalidInput for none or too long a text."""
    return _line(
        typed,
        field_name="source",
        longest=LONGEST_SOURCE,
        if_missing="Name the value, such as “the numbers of Lotto 6aus49 of Saturday 28 November "
        "2026, in rising order with one space between them”.",
    )


def read_public_value(typed: str) -> str:
    """Return the public value on one line. InvalidInput for none or too long a text."""
    return _line(
        typed,
        field_name="public_value",
        longest=LONGEST_VALUE,
        if_missing="Enter the value exactly as it was published.",
    )


def _line(typed: str, *, field_name: str, longest: int, if_missing: str) -> str:
    text = one_line(typed)
    if not text:
        raise InvalidInput([Problem(field_name, if_missing)])
    if len(text) > longest:
        sentence = f"Shorten this to {longest} characters. It has {len(text):,}."
        raise InvalidInput([Problem(field_name, sentence)])
    return text
