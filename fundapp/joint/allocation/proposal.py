"""A first proposal of who pays the prizes, down the ranking. People decide; this only suggests.

The ladder fixes the sums and the ranking who gets them, so all that is left to find is who
pays. That is the transportation problem of `payments`, with the values that plans of grants
use: money goes where its owner wants it, and where that is equal the funders use even parts of
their envelopes. Money is in whole minor units of the round's currency.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fundapp.joint.allocation.affordability import affordability
from fundapp.joint.allocation.instance import Application, Funder, Instance, Level
from fundapp.joint.allocation.options import Chosen, Options, options_of
from fundapp.joint.allocation.payments import pay
from fundapp.joint.allocation.vertices import Payments

METHOD = "prizes-1"
"""Name and version of the method, to be stored with what it made."""

ShowMoney = Callable[[int], str]
"""Writes an amount of minor units for people."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A ranked application: its shared `rank`, and the funders that may pay for it.

    A funder may not pay where its officer is recused or where it opted out. `above` is how
    far the score that counts for a funder lies above the lowest mark (absent: 0). `label` is
    what sentences call the application. `group`: with whom it competes, where not with all.
    """

    application: str
    rank: int
    may_pay: frozenset[str]
    above: Mapping[str, float] = field(default_factory=dict)
    label: str = ""
    group: str = ""

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
    seed: str = "",
    funder_labels: Mapping[str, str] | None = None,
    prizes: Sequence[str] = (),
) -> Proposal:
    """Propose the sums of `ladder`, the first prize first, to the first entries of `ranked`.

    A prize that cannot be paid beside those above it goes to nobody else: the rank decides,
    not who may pay. No envelope is overdrawn. `seed` draws who pays the odd unit among funders
    alike in everything. `prizes` are what sentences call the sums, "Prize 1" and so on without.
    Raises ValueError without a funder, for sums below one unit,
    envelopes below zero and unknown funders.
    """
    options = options_of(_asked(ranked, ladder, envelopes, seed=seed))
    called = prizes or [f"Prize {place}" for place in range(1, len(ladder) + 1)]
    chosen, refusals = _payable(options, show, called)
    payments = pay(options, chosen)
    labels = funder_labels or {}
    names = [funder.name for funder in options.funders]
    awards = []
    for place, entry in enumerate(ranked):
        if place >= len(ladder):
            explanation = f"No prize: place {place + 1}, and there are {len(ladder)}."
            awards.append(ProposedAward(entry.application, 0, {}, explanation))
            continue
        contributions = _paid_for(place, names, payments)
        parts = [
            f"{labels.get(name, name)} pays {show(part)}" for name, part in contributions.items()
        ]
        explanation = refusals.get(place) or f"{called[place]}: {', '.join(parts)}."
        awards.append(ProposedAward(entry.application, ladder[place], contributions, explanation))
    spent = dict(zip(names, payments.sum(axis=1).tolist(), strict=True))
    return Proposal(
        tuple(awards),
        {name: money - spent[name] for name, money in envelopes.items()},
        tuple(_split_ties(ranked, awards)),
    )


def _asked(
    ranked: Sequence[Entry], ladder: Sequence[int], envelopes: Mapping[str, int], *, seed: str
) -> Instance:
    """Return the prizes as requests, in the order of their places."""
    return Instance(
        funders=tuple(Funder(name=name, envelope=money) for name, money in envelopes.items()),
        applications=tuple(
            Application(
                name=entry.application,
                levels=(
                    Level(cost=sum_, values={f: sum_ * above for f, above in entry.above.items()}),
                ),
                may_pay=entry.may_pay,
                rank=place,
            )
            for place, (entry, sum_) in enumerate(zip(ranked, ladder, strict=False), start=1)
        ),
        seed=seed,
    )


def _payable(
    options: Options, show: ShowMoney, called: Sequence[str]
) -> tuple[Chosen, Mapping[int, str]]:
    """Return the prizes that can be paid, each beside those above it, and why others cannot."""
    afford = affordability(options)
    chosen = np.zeros(options.count, bool)
    refusals = {}
    for place, cost in enumerate(options.cost.tolist()):
        chosen[place] = True
        lacking = max(int(afford.over(chosen).max()), cost - int(options.most[:, place].sum()))
        if lacking <= 0:
            continue
        chosen[place] = False
        why = (
            f"it takes {show(cost)}, and the funders that may pay have {show(cost - lacking)} left"
            if options.most[:, place].any()
            else "no funder may pay for it"
        )
        refusals[place] = f"{called[place]} cannot be paid: {why}."
    return chosen, refusals


def _paid_for(place: int, names: Sequence[str], payments: Payments) -> dict[str, int]:
    parts = zip(names, payments[:, place].tolist(), strict=True)
    return {name: part for name, part in parts if part}


def _split_ties(ranked: Sequence[Entry], awards: Sequence[ProposedAward]) -> list[str]:
    """Return a sentence for each shared rank of which some are funded and some are not."""
    sides: dict[tuple[str, int], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for entry, award in zip(ranked, awards, strict=True):
        sides[entry.group, entry.rank][0 if award.is_funded else 1].append(entry.shown)
    return [
        f"Equal scores, unequal outcome. Funded: {', '.join(funded)}. "
        f"Not funded: {', '.join(others)}. Look at these together."
        for _, (funded, others) in sorted(sides.items())
        if funded and others
    ]
