"""A partial lottery: who is selected for sure, who takes part in the draw, with which chance.

Chances are whole billionths, so that they add up exactly and two machines agree on every draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from fundapp.joint.lottery.interval_order import Integers, Numbers
from fundapp.joint.lottery.merit import merit, worst_case

BILLION = 1_000_000_000
"""Billionths in a chance of one."""

NO_CHANCE = 1e-8
"""Chances this near to none or to one are taken for rounding errors of the solver."""

TRUSTED = 1e-6
"""What rounding may take from the worst case, in applications, before something is wrong."""


@dataclass(frozen=True)
class Interval:
    """What is known of the quality of one item (an application, by any name): higher is better."""

    item: str
    lower: float
    upper: float


@dataclass(frozen=True)
class Entry:
    """One item in the frozen list, with its chance in billionths."""

    item: str
    lower: float
    upper: float
    billionths: int

    @property
    def probability(self) -> float:
        """The chance as a number from 0 to 1."""
        return self.billionths / BILLION

    @property
    def printed(self) -> str:
        """The chance as it is published: all nine decimals."""
        return f"{self.billionths // BILLION}.{self.billionths % BILLION:09d}"

    @property
    def is_drawn(self) -> bool:
        """Whether chance decides about this one."""
        return 0 < self.billionths < BILLION


@dataclass(frozen=True)
class Lottery:
    """Chances by item, in the order of the items' names; they add up to `select` exactly.

    `worst_case` is the expected number of selected items among the true best, at worst over all
    qualities within the intervals, of the chances as published. `is_needed` is False where only
    one set can be the best; `reason` says it in a sentence either way.
    """

    select: int
    entries: tuple[Entry, ...]
    worst_case: float
    is_needed: bool
    reason: str

    @property
    def probabilities(self) -> dict[str, float]:
        """The chance of each item."""
        return {entry.item: entry.probability for entry in self.entries}


def plan_lottery(intervals: Sequence[Interval], *, select: int) -> Lottery:
    """Return MERIT's lottery for `select` places; see fundapp.joint.lottery.merit.

    Raises ValueError for more places than items, and for intervals that are none.
    """
    items = _checked(intervals, select)
    lower, upper = _ends(items)
    best = merit(lower, upper, select=select)
    billionths = without_inversions(_whole(best.chances, select), lower, upper)
    reached = worst_case(billionths, lower, upper, select=select) / BILLION
    if reached < best.worst_case - TRUSTED:
        raise ArithmeticError("Rounding took too much from the worst case of the chances")
    return Lottery(
        select=select,
        entries=_entries(items, billionths),
        worst_case=reached,
        is_needed=best.sure < select,
        reason=_reason(billionths, select, is_needed=best.sure < select),
    )


def plan_snsf_lottery(intervals: Sequence[Interval], *, select: int) -> Lottery:
    """Return, for comparison, the lottery by the rule of the Swiss National Science Foundation.

    The line is the middle of the `select`-th item. Items wholly above it are selected, items
    wholly below are not, and all others have one chance. The middle stands for the estimate.
    Source: Heyard, Ott, Salanti, Egger 2022.
    Raises ValueError as `plan_lottery` does.
    """
    items = _checked(intervals, select)
    lower, upper = _ends(items)
    line = -np.inf if select == len(items) else np.inf
    if 0 < select < len(items):
        line = np.sort(lower / 2 + upper / 2)[-select]
    is_above, is_out = lower > line, upper < line
    shares = ~is_above & ~is_out
    chances = is_above.astype(np.float64)
    chances[shares] = (select - is_above.sum()) / max(1, shares.sum())
    billionths = _whole(chances, select)
    in_draw = bool(((billionths > 0) & (billionths < BILLION)).any())
    return Lottery(
        select=select,
        entries=_entries(items, billionths),
        worst_case=worst_case(billionths, lower, upper, select=select) / BILLION,
        is_needed=in_draw,
        reason=_reason(billionths, select, is_needed=in_draw),
    )


def without_inversions(billionths: Integers, lower: Numbers, upper: Numbers) -> Integers:
    """Return chances where nobody has one while somebody surely better is not sure to be selected.

    Moves chance from the surely worse to the surely better, which never lowers the worst case.
    """
    moved = billionths.copy()
    while True:
        receives = np.flatnonzero(moved < BILLION)
        gives = np.flatnonzero(moved > 0)
        if not len(receives) or not len(gives):
            return moved
        better = receives[np.argmax(lower[receives])]
        worse = gives[np.argmin(upper[gives])]
        if upper[worse] >= lower[better]:
            return moved
        amount = min(moved[worse], BILLION - moved[better])
        moved[worse] -= amount
        moved[better] += amount


def _checked(intervals: Sequence[Interval], select: int) -> list[Interval]:
    """Return the intervals by item."""
    if not 0 <= select <= len(intervals):
        raise ValueError(f"There are {len(intervals)} items, so {select} cannot be selected")
    if not intervals:
        raise ValueError("There is no item to select from")
    if len({interval.item for interval in intervals}) < len(intervals):
        raise ValueError("An item comes twice")
    for interval in intervals:
        if not (isfinite(interval.lower) and isfinite(interval.upper)):
            raise ValueError(f"The interval of {interval.item} has no finite ends")
        if interval.lower > interval.upper:
            raise ValueError(f"The interval of {interval.item} ends below its start")
    return sorted(intervals, key=lambda interval: interval.item)


def _ends(items: Sequence[Interval]) -> tuple[Numbers, Numbers]:
    lower = np.array([interval.lower for interval in items], dtype=np.float64)
    upper = np.array([interval.upper for interval in items], dtype=np.float64)
    return lower, upper


def _whole(chances: Numbers, select: int) -> Integers:
    """Return chances in billionths that add up exactly; what is left over goes to the drawn."""
    snapped = np.where(chances < NO_CHANCE, 0.0, np.where(chances > 1 - NO_CHANCE, 1.0, chances))
    billionths: Integers = np.rint(snapped * BILLION).astype(np.int64)
    drawn = np.flatnonzero((billionths > 0) & (billionths < BILLION))
    missing = select * BILLION - int(billionths.sum())
    if missing and not len(drawn):
        raise ArithmeticError("The chances do not add up to the places")
    if missing:
        each, extra = divmod(missing, len(drawn))
        billionths[drawn] += each
        billionths[drawn[:extra]] += 1
    if ((billionths < 0) | (billionths > BILLION)).any():
        raise ArithmeticError("The chances do not add up to the places")
    return billionths


def _entries(items: Sequence[Interval], billionths: Integers) -> tuple[Entry, ...]:
    return tuple(
        Entry(interval.item, float(interval.lower) + 0.0, float(interval.upper) + 0.0, chance)
        for interval, chance in zip(items, billionths.tolist(), strict=True)
    )


def _reason(billionths: Integers, select: int, *, is_needed: bool) -> str:
    if select in (0, len(billionths)):
        which = "No" if select == 0 else "Every"
        return f"{which} item is selected, so no lottery is needed."
    if not is_needed:
        return (
            "No lottery is needed: the intervals on the two sides of the line do not overlap, "
            "so it is sure which are best."
        )
    sure, out = int((billionths == BILLION).sum()), int((billionths == 0).sum())
    drawn = len(billionths) - sure - out
    if drawn == 0:
        return (
            "The intervals overlap at the line, yet no draw would guarantee more than selecting "
            f"these {select}."
        )
    return (
        f"The intervals overlap at the line: {sure} of {select} places are given for sure, "
        f"{select - sure} by lot among {drawn}; {out} are not in the draw."
    )
