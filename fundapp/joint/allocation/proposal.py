"""A first proposal of who pays the prizes, down the ranking. People decide; this only suggests.

Each prize is split in proportion to what the envelopes of the funders that may pay have
left. Money is in whole minor units of the round's currency.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

METHOD = "proportional-1"
"""Name and version of the method, to be stored with what it made."""

ShowMoney = Callable[[int], str]
"""Writes an amount of minor units for people."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A ranked application: its shared `rank`, and the funders that may pay for it.

    A funder may not pay where its officer is recused or where it opted out. `label` is
    what sentences call the application.
    """

    application: str
    rank: int
    may_pay: frozenset[str]
    label: str = ""

    @property
    def shown(self) -> str:
        """Return what sentences call the application."""
        return self.label or self.application


@dataclass(frozen=True)
class ProposedAward:
    """What one application gets: `contributions` by funder add up to `amount`, or are empty."""

    application: str
    amount: int
    contributions: Mapping[str, int]
    explanation: str

    @property
    def is_funded(self) -> bool:
        """Tell whether the application gets money."""
        return bool(self.contributions)


@dataclass(frozen=True)
class Proposal:
    """The proposed awards in the order of the ranking, and what each envelope has left.

    `notes` name equal scores of which only some are funded.
    """

    awards: tuple[ProposedAward, ...]
    left: Mapping[str, int]
    notes: tuple[str, ...]
    method: str = METHOD


def propose_prizes(
    ranked: Sequence[Entry],
    ladder: Sequence[int],
    envelopes: Mapping[str, int],
    *,
    show: ShowMoney,
    funder_labels: Mapping[str, str] | None = None,
) -> Proposal:
    """Propose the sums of `ladder`, the first prize first, to the first entries of `ranked`.

    A prize that cannot be paid goes to nobody else: the rank decides, not who may pay.
    No envelope is overdrawn. Raises ValueError for sums below one unit, envelopes below zero
    and unknown funders.
    """
    _refuse_impossible(ranked, ladder, envelopes)
    till = _Till(envelopes, show, funder_labels or {})
    awards = []
    for place, entry in enumerate(ranked, start=1):
        amount = ladder[place - 1] if place <= len(ladder) else 0
        contributions = till.pay(amount, entry.may_pay) if amount else {}
        if contributions:
            explanation = f"Prize {place}: {till.payers(contributions)}."
        elif amount:
            refusal = till.refusal(amount, entry.may_pay)
            explanation = f"Prize {place} cannot be paid: {refusal}."
        else:
            explanation = f"No prize: place {place}, and there are {len(ladder)}."
        awards.append(ProposedAward(entry.application, amount, contributions, explanation))
    return Proposal(tuple(awards), till.left, tuple(_split_ties(ranked, awards)))


def share_out(amount: int, left: Mapping[str, int]) -> dict[str, int]:
    """Split `amount` in proportion to what is `left`, in whole units, in the order of the ids.

    Every funder pays the difference of two rounded running totals, so the parts add up,
    are within one unit of the exact share and never above what is left, as long as
    `amount` is at most the sum of `left` (else ValueError). Zero parts are left out.
    """
    total = sum(left.values())
    if not 0 < amount <= total:
        raise ValueError("More is asked for than is left")
    parts = {}
    reached = 0
    for funder in sorted(left):
        before = amount * reached // total
        reached += left[funder]
        part = amount * reached // total - before
        if part:
            parts[funder] = part
    return parts


class _Till:
    """The envelopes while they are spent, and the words for it."""

    def __init__(
        self, envelopes: Mapping[str, int], show: ShowMoney, labels: Mapping[str, str]
    ) -> None:
        self.left = {funder: envelopes[funder] for funder in sorted(envelopes)}
        self.show = show
        self.labels = labels

    def pay(self, amount: int, may_pay: Collection[str]) -> dict[str, int]:
        """Take `amount` out of the envelopes that may pay; {} where it does not fit."""
        open_to_it = {funder: self.left[funder] for funder in may_pay}
        if amount > sum(open_to_it.values()):
            return {}
        parts = share_out(amount, open_to_it)
        for funder, part in parts.items():
            self.left[funder] -= part
        return parts

    def payers(self, contributions: Mapping[str, int]) -> str:
        """Return who pays what, for a sentence."""
        return ", ".join(
            f"{self.labels.get(funder, funder)} pays {self.show(part)}"
            for funder, part in contributions.items()
        )

    def refusal(self, amount: int, may_pay: Collection[str]) -> str:
        """Return why `amount` cannot be paid, for a sentence."""
        if not may_pay:
            return "no funder may pay for it"
        left = self.show(sum(self.left[funder] for funder in may_pay))
        return f"it takes {self.show(amount)}, and the funders that may pay have {left} left"


def _refuse_impossible(
    ranked: Sequence[Entry], amounts: Sequence[int], envelopes: Mapping[str, int]
) -> None:
    if any(amount < 1 for amount in amounts):
        raise ValueError("An award is at least one minor unit")
    if any(envelope < 0 for envelope in envelopes.values()):
        raise ValueError("An envelope is below zero")
    if any(not entry.may_pay <= envelopes.keys() for entry in ranked):
        raise ValueError("A funder without an envelope may not pay")


def _split_ties(ranked: Sequence[Entry], awards: Sequence[ProposedAward]) -> list[str]:
    """Return a sentence for each shared rank of which some are funded and some are not."""
    sides: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for entry, award in zip(ranked, awards, strict=True):
        sides[entry.rank][0 if award.is_funded else 1].append(entry.shown)
    return [
        f"Equal scores, unequal outcome. Funded: {', '.join(funded)}. "
        f"Not funded: {', '.join(others)}. Look at these together."
        for _, (funded, others) in sorted(sides.items())
        if funded and others
    ]
