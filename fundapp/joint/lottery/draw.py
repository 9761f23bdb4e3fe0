"""The draw of a lottery: committed before, decided by a public value, repeatable by anyone.

1. The list of items with intervals and chances is frozen; the SHA-256 of its text is published.
2. A public value that did not exist then (a named future state lottery, a public beacon) is added.
   seed = SHA-256 of: the commitment, a line end, the public value.
3. The items are put into the order of SHA-256(seed, item), a starting point below one is
   SHA-256(seed, "start") in billionths, and exactly `select` items are taken by systematic
   sampling: start, start + 1, start + 2 ... on the running sum of the chances. Each item has
   exactly its chance. Madow 1949.

Everything is in whole numbers, so every machine draws the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from fundapp.joint.lottery.partial_lottery import BILLION, Entry, Lottery

FORMAT = "fundapp lottery 1"


@dataclass(frozen=True)
class FrozenLottery:
    """What is published before the draw, with the entries in the order of their items."""

    round_id: str
    select: int
    worst_case: float
    entries: tuple[Entry, ...]

    @property
    def text(self) -> str:
        """The canonical text: plain ASCII, a line per item, names as JSON strings."""
        lines = [FORMAT, f"round {json.dumps(self.round_id)}", f"select {self.select}"]
        lines += [
            f"{json.dumps(entry.item)} {entry.lower!r} {entry.upper!r} {entry.printed}"
            for entry in self.entries
        ]
        return "\n".join(lines) + "\n"

    @property
    def commitment(self) -> str:
        """The SHA-256 of the text, in hexadecimal: to be published before the draw."""
        return sha256(self.text.encode("ascii")).hexdigest()


@dataclass(frozen=True)
class DrawRecord:
    """A draw with all that is needed to repeat it.

    `source` says in words where the public value comes from. `order` is the order of the systematic
    sample, `start` its starting point in billionths. `selected` are in the order of the items.
    """

    frozen: FrozenLottery
    commitment: str
    source: str
    public_value: str
    seed: str
    order: tuple[str, ...]
    start: int
    selected: tuple[str, ...]

    @property
    def decided_by_chance(self) -> tuple[str, ...]:
        """The items whose selection or not was left to the draw, in the order of the items."""
        return tuple(entry.item for entry in self.frozen.entries if entry.is_drawn)


def freeze_lottery(lottery: Lottery, *, round_id: str) -> FrozenLottery:
    """Return the list to publish: nothing in it may change from here on."""
    return FrozenLottery(round_id, lottery.select, lottery.worst_case, lottery.entries)


def run_draw(frozen: FrozenLottery, *, public_value: str, source: str = "") -> DrawRecord:
    """Draw. The public value must not have been known to anybody when the list was frozen.

    Raises ValueError for an empty public value.
    """
    if not public_value.strip():
        raise ValueError("The draw needs a public value, such as the numbers of a named lottery")
    seed = _hash(frozen.commitment, public_value)
    ordered = sorted(frozen.entries, key=lambda entry: _hash(seed, "item", entry.item))
    start = _number(seed, "start") % BILLION
    selected = systematic_sample([entry.billionths for entry in ordered], start=start)
    chosen = {ordered[position].item for position in selected}
    return DrawRecord(
        frozen=frozen,
        commitment=frozen.commitment,
        source=source,
        public_value=public_value,
        seed=seed,
        order=tuple(entry.item for entry in ordered),
        start=start,
        selected=tuple(entry.item for entry in frozen.entries if entry.item in chosen),
    )


def systematic_sample(billionths: Sequence[int], *, start: int) -> tuple[int, ...]:
    """Return the positions whose part of the running sum holds start, start + 1, ... (in ones).

    `start` is in billionths below one. A chance of one always holds a point, none never does.
    """
    before = 0
    selected: list[int] = []
    for position, chance in enumerate(billionths):
        if -((start - before - chance) // BILLION) > -((start - before) // BILLION):
            selected.append(position)
        before += chance
    return tuple(selected)


@dataclass(frozen=True)
class FundedInOrder:
    """What the money pays for down an order; `next_item` is the first that it does not reach."""

    funded: tuple[str, ...]
    left: int
    next_item: str | None


def funding_order(record: DrawRecord) -> tuple[str, ...]:
    """Return the items in the order of funding, for items of unequal cost.

    First the sure ones, then the others in an order that prefers larger chances; those without a
    chance are left out. The first `select` of it hold each item with nearly, not exactly,
    its chance (Pareto sampling: Rosén 1997), as exact fractions.
    """
    kept = [entry for entry in record.frozen.entries if entry.billionths > 0]

    def place(entry: Entry) -> tuple[Fraction, int]:
        # the middle of one of 2^256 equal parts, so that it is neither none nor one
        share = 2 * _number(record.seed, "order", entry.item) + 1
        odds_missed = Fraction(BILLION - entry.billionths, entry.billionths)
        return Fraction(share, 2**257 - share) * odds_missed, share

    return tuple(entry.item for entry in sorted(kept, key=place))


def fund_down(order: Sequence[str], costs: Mapping[str, int], *, money: int) -> FundedInOrder:
    """Fund down the order while the money lasts; costs and money in minor units of one currency.

    Stops at the first item that it does not reach: passing over it would favour cheap items
    against the drawn order. Raises ValueError for a missing or negative cost.
    """
    funded: list[str] = []
    left = money
    for item in order:
        cost = costs.get(item, -1)
        if cost < 0:
            raise ValueError(f"{item} needs a cost of at least nothing")
        if cost > left:
            return FundedInOrder(tuple(funded), left, item)
        left -= cost
        funded.append(item)
    return FundedInOrder(tuple(funded), left, None)


def _hash(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _number(*parts: str) -> int:
    return int(_hash(*parts), 16)
