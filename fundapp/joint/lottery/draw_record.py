"""The record of a draw as canonical JSON, and the check that anybody can run on it."""

import json
import re
import sys
from typing import Any

import numpy as np

from fundapp.joint.lottery.draw import FORMAT, DrawRecord, FrozenLottery, run_draw
from fundapp.joint.lottery.merit import worst_case
from fundapp.joint.lottery.partial_lottery import (
    BILLION,
    Entry,
    Interval,
    plan_lottery,
    without_inversions,
)

CLOSE = 1e-6
"""Expected number of selected among the best: smaller differences are rounding."""

HEADS = {"format", "round", "select", "worst_case", "entries"}
PROOFS = {"commitment", "source", "public_value", "seed", "order", "start", "selected"}
LARGEST = sys.float_info.max
DECIMAL = re.compile(r"[01]\.[0-9]{9}")


def record_data(record: DrawRecord) -> dict[str, Any]:
    """Return the record as plain data; chances and start are texts with nine decimals."""
    frozen = record.frozen
    return {
        "format": FORMAT,
        "round": frozen.round_id,
        "select": frozen.select,
        "worst_case": frozen.worst_case,
        "entries": [
            {
                "item": entry.item,
                "lower": entry.lower,
                "upper": entry.upper,
                "probability": entry.printed,
            }
            for entry in frozen.entries
        ],
        "commitment": record.commitment,
        "source": record.source,
        "public_value": record.public_value,
        "seed": record.seed,
        "order": list(record.order),
        "start": f"0.{record.start:09d}",
        "selected": list(record.selected),
    }


def record_as_json(record: DrawRecord) -> str:
    """Return the record as canonical JSON: ASCII, keys sorted, no spaces, one line."""
    text = json.dumps(record_data(record), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"{text}\n"


def record_from_json(text: str) -> DrawRecord:
    """Read a record back. Raises ValueError for what is none; says nothing about its truth."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("This is not JSON") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.keys() != HEADS | PROOFS:
        raise ValueError(f"This is no record of the format “{FORMAT}”")
    try:
        return DrawRecord(
            frozen=FrozenLottery(
                _text(data["round"]),
                _count(data["select"]),
                _real(data["worst_case"]),
                tuple(_entry(one) for one in data["entries"]),
            ),
            commitment=_text(data["commitment"]),
            source=_text(data["source"]),
            public_value=_text(data["public_value"]),
            seed=_text(data["seed"]),
            order=tuple(_text(one) for one in data["order"]),
            start=_billionths(data["start"]),
            selected=tuple(_text(one) for one in data["selected"]),
        )
    except TypeError as wrong:
        raise ValueError("A part of the record is of the wrong kind") from wrong


def verify_record(record: DrawRecord) -> list[str]:
    """Run the draw again and return what does not agree, as sentences; nothing where all does.

    Checked: the list (order, intervals, sum of chances), the commitment, the seed, the order, the
    start, who is selected; then that the chances promise what they say, that nobody surely worse
    can be selected before a surely better one, and that no chances promise more.
    """
    found = _list_discrepancies(record.frozen)
    if found:
        return found
    if not record.public_value.strip():
        return ["There is no public value, so nothing was drawn."]
    again = run_draw(record.frozen, public_value=record.public_value, source=record.source)
    for name, sentence in (
        ("commitment", "The commitment is not the hash of the list."),
        ("seed", "The seed does not come from the commitment and the public value."),
        ("order", "The order of the sample does not come from the seed."),
        ("start", "The starting point does not come from the seed."),
        ("selected", "Others than these are selected by this seed."),
    ):
        if getattr(record, name) != getattr(again, name):
            found.append(sentence)
    return found + _chance_discrepancies(record.frozen)


def _list_discrepancies(frozen: FrozenLottery) -> list[str]:
    found = []
    items = [entry.item for entry in frozen.entries]
    if items != sorted(set(items)):
        found.append("The items are not in order, or one comes twice.")
    if not 0 <= frozen.select <= len(items) or not items:
        found.append("There are not enough items for the places.")
    if any(entry.lower > entry.upper for entry in frozen.entries):
        found.append("An interval ends below its start.")
    if any(entry.billionths > BILLION for entry in frozen.entries):
        found.append("A chance is above one.")
    if sum(entry.billionths for entry in frozen.entries) != frozen.select * BILLION:
        found.append("The chances do not add up to the places.")
    return found


def _chance_discrepancies(frozen: FrozenLottery) -> list[str]:
    lower = np.array([entry.lower for entry in frozen.entries])
    upper = np.array([entry.upper for entry in frozen.entries])
    billionths = np.array([entry.billionths for entry in frozen.entries], dtype=np.int64)
    reached = worst_case(billionths, lower, upper, select=frozen.select) / BILLION
    intervals = [Interval(entry.item, entry.lower, entry.upper) for entry in frozen.entries]
    best = plan_lottery(intervals, select=frozen.select).worst_case
    found = []
    if abs(reached - frozen.worst_case) > CLOSE:
        found.append(f"The worst case of these chances is {reached:.6f}.")
    if (without_inversions(billionths, lower, upper) != billionths).any():
        found.append("Somebody has a chance while a surely better one is not sure.")
    if reached < best - CLOSE:
        found.append(f"Other chances promise more at worst: {best:.6f}.")
    return found


def _entry(data: Any) -> Entry:
    if not isinstance(data, dict) or data.keys() != {"item", "lower", "upper", "probability"}:
        raise TypeError
    return Entry(
        _text(data["item"]),
        _real(data["lower"]),
        _real(data["upper"]),
        _billionths(data["probability"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not abs(value) <= LARGEST:
        raise ValueError("A number of the record is not finite")
    return float(value)


def _billionths(value: Any) -> int:
    if not DECIMAL.fullmatch(_text(value)):
        raise ValueError("A chance of the record has not nine decimals")
    return int(value.replace(".", ""))
