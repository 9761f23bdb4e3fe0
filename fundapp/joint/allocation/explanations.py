"""Why a plan is as it is, as data and as sentences, all read off the plan itself.

What would change is answered by `reruns`, which take longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from fundapp.joint.allocation.allocate import Question, prepare
from fundapp.joint.allocation.instance import Instance
from fundapp.joint.allocation.options import Chosen
from fundapp.joint.allocation.plan import Grant, Plan
from fundapp.joint.allocation.wording import (
    ShowMoney,
    and_list,
    or_list,
    percent_text,
    value_text,
)

NOTE = "No other plan improves one funder without hurting another, given these inputs."
"""What may be said of a plan that is certified; it is not "optimal for everyone"."""


@dataclass(frozen=True)
class GrantReason:
    """Why a grant is made: whose own lists it is in (`wanted_by`), and who pays what."""

    application: str
    wanted_by: tuple[str, ...]
    payers: Mapping[str, int]
    sentence: str


@dataclass(frozen=True)
class FunderGain:
    """What a funder gains: `alone` and `joint` values, `gain` relative (None from nothing).

    `from_others` are funded applications that it values and pays nothing for; `left` is its
    unspent money in minor units; `at_floor` tells that it gets no more than it must.
    """

    funder: str
    alone: float
    joint: float
    gain: float | None
    from_others: tuple[str, ...]
    spent: int
    left: int
    at_floor: bool
    sentence: str


@dataclass(frozen=True)
class NearMiss:
    """An application left out that somebody values, at its smallest level.

    `missing` is the money that lacks, with every grant of the plan kept and paid anew as
    need be; `if_added` the funders of whom any one could add it; `if_left` the grants of
    which any one makes room by leaving. Nothing is said of what else would then fit better.
    """

    application: str
    cost: int
    missing: int
    if_added: tuple[str, ...]
    if_left: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Explanations:
    """All that is said about a plan.

    `near_misses` come in the order of what they would add to the welfare; `left_out` are
    sentences for the applications that could not be funded at all, by application; `binding`
    are sentences on the restrictions that the plan runs into; `notes` on the plan as a whole.
    """

    grants: tuple[GrantReason, ...]
    funders: tuple[FunderGain, ...]
    near_misses: tuple[NearMiss, ...]
    left_out: Mapping[str, str]
    binding: tuple[str, ...]
    notes: tuple[str, ...]


def explain(instance: Instance, plan: Plan, *, show: ShowMoney) -> Explanations:
    """Return why `plan`, a plan of `instance`, is as it is; `show` writes money."""
    question = prepare(instance)
    reader = _Reader(question, plan, show)
    return Explanations(
        tuple(reader.grant(grant) for grant in plan.grants),
        tuple(reader.funder(f) for f in range(len(question.options.funders))),
        tuple(reader.near_miss(option) for option in reader.missed()),
        reader.left_out(),
        tuple(reader.binding()),
        tuple(reader.notes()),
    )


class _Reader:
    """A plan beside its question, in the arrays' places."""

    def __init__(self, question: Question, plan: Plan, show: ShowMoney) -> None:
        self.question, self.plan, self.show = question, plan, show
        self.options = question.options
        self.funders = {one.name: one.shown for one in self.options.funders}
        self.titles = {one.name: one.shown for one in self.options.applications}
        self.place = {one.name: i for i, one in enumerate(self.options.applications)}
        funded = {(self.place[one.application], one.level) for one in plan.grants}
        pairs = zip(self.options.owner.tolist(), self.options.level.tolist(), strict=True)
        self.chosen: Chosen = np.array([pair in funded for pair in pairs], bool)

    def name(self, option: int) -> str:
        return self.options.applications[int(self.options.owner[option])].name

    def payers(self, names: Sequence[str]) -> list[str]:
        return [self.funders[name] for name in names]

    def grants(self, names: Sequence[str]) -> list[str]:
        return [self.titles[name] for name in names]

    def grant(self, grant: Grant) -> GrantReason:
        name = grant.application
        wanted_by = tuple(f for f, names in self.plan.alone_lists.items() if name in names)
        levels = self.options.applications[self.place[name]].levels
        valued_by = [f for f, value in levels[grant.level].values.items() if value > 0]
        if wanted_by:
            why = f"{and_list(self.payers(wanted_by))} would fund it alone too"
        elif valued_by:
            why = f"it is worth it together to {and_list(self.payers(sorted(valued_by)))}"
        else:
            why = "it is pinned"
        payers = self.plan.payers[name]
        paid = and_list([f"{self.funders[f]} pays {self.show(part)}" for f, part in payers.items()])
        smaller = " at a reduced amount" if grant.level < len(levels) - 1 else ""
        return GrantReason(name, wanted_by, payers, f"Funded{smaller} because {why}. {paid}.")

    def funder(self, f: int) -> FunderGain:
        funder = self.options.funders[f]
        alone, joint = self.plan.alone[funder.name], self.plan.values[funder.name]
        free = tuple(
            self.name(int(o))
            for o in np.flatnonzero(self.chosen & (self.options.value[f] > 0))
            if funder.name not in self.plan.payers[self.name(int(o))]
        )
        spent = self.plan.spent_by(funder.name)
        gain = joint / alone - 1 if alone > 0 else None
        floor = max(alone, self.question.instance.floors.get(funder.name, 0.0))
        return FunderGain(
            funder.name,
            alone,
            joint,
            gain,
            free,
            spent,
            funder.envelope - spent,
            0 < joint <= floor * (1 + 1e-9),
            self._gain_sentence(funder.name, gain, free),
        )

    def _gain_sentence(self, funder: str, gain: float | None, free: Sequence[str]) -> str:
        alone, joint = (value_text(one[funder]) for one in (self.plan.alone, self.plan.values))
        if gain is None:
            outside = self.plan.outside.get(funder, "")
            return f"{outside} It does not count in the balance; the plan is worth {joint} to it."
        sentence = f"{self.funders[funder]}: alone {alone}, joint {joint} ({percent_text(gain)})."
        if not free:
            return sentence
        if len(free) <= 3:
            return f"{sentence} Others pay for {and_list(self.grants(free))}."
        return f"{sentence} Others pay for {len(free)} of the grants that it values."

    def missed(self) -> list[int]:
        """Return the smallest options of what is left out, the most welcome first."""
        out = [
            int(group[-1])
            for group in self.options.groups()
            if not self.chosen[group].any() and (self.options.value[:, group] > 0).any()
        ]
        goal = self.question.goal
        ratios = np.maximum(goal.ratios(self.chosen), 1e-9)
        adds = (goal.weights / ratios) @ goal.gain
        return sorted(out, key=lambda option: (-adds[option], option))

    def near_miss(self, option: int) -> NearMiss:
        afford = self.question.afford
        over = afford.over(self.chosen) + afford.need[:, option]
        missing = max(0, int(over.max()))
        broken = over > 0
        if_added = tuple(
            funder.name
            for f, funder in enumerate(self.options.funders)
            if missing and afford.members[broken, f].all()
        )
        if_left = tuple(
            self.name(int(o))
            for o in np.flatnonzero(self.chosen)
            if missing
            and self.options.owner[o] not in self.options.forced
            and (over - afford.need[:, o] <= 0).all()
        )
        cost = int(self.options.cost[option])
        name = self.name(option)
        sentence = self._miss_sentence(name, cost, missing, if_added=if_added, if_left=if_left)
        return NearMiss(name, cost, missing, if_added, if_left, sentence)

    def _miss_sentence(
        self,
        name: str,
        cost: int,
        missing: int,
        *,
        if_added: Sequence[str],
        if_left: Sequence[str],
    ) -> str:
        start = f"{self.titles[name]} was left out: it costs {self.show(cost)}"
        if not missing:
            return f"{start}, and the rules on slices and leads leave no room for it."
        ways = []
        if if_added:
            ways.append(f"{or_list(self.payers(if_added))} added {self.show(missing)}")
        if if_left:
            ways.append(f"{or_list(self.grants(if_left))} left")
        lacks = f"{start}, and {self.show(missing)} is missing where money may be used for it"
        return f"{lacks}. It would fit if {', or if '.join(ways)}." if ways else f"{lacks}."

    def left_out(self) -> dict[str, str]:
        found = {}
        have = set(self.options.owner.tolist())
        for i, application in enumerate(self.options.applications):
            if i in have:
                continue
            places = np.flatnonzero(self.question.every.owner == i)
            most = self.question.every.most[:, places].sum(axis=0)
            if not (self.question.every.value[:, places] > 0).any():
                why = "no funder values it"
            elif not most.any():
                why = "no funder may pay for it"
            elif (most < self.question.every.cost[places]).all():
                why = "the funders that may pay for it may not pay enough"
            else:
                why = "the funders that may pay for it have too little money"
            found[application.name] = f"{application.shown} could not be funded: {why}."
        return found

    def binding(self) -> list[str]:
        found = []
        for f, funder in enumerate(self.options.funders):
            gain = self.funder(f)
            if gain.left == 0 and funder.envelope:
                found.append(f"{funder.shown} has spent its whole envelope.")
            if gain.at_floor:
                found.append(f"{funder.shown} gets just what it must get at least.")
        caps = {
            (one.name, f): cap for one in self.options.applications for f, cap in one.caps.items()
        }
        at_cap = [p for p in self.plan.payments if caps.get((p.application, p.funder)) == p.amount]
        found += [
            f"{self.funders[p.funder]} pays all that it may pay for {self.titles[p.application]}."
            for p in at_cap
        ]
        return found

    def notes(self) -> list[str]:
        certified = [NOTE] if self.plan.certified_optimal else []
        if self.plan.decided_by == "order":
            certified.append(
                "Other plans are as good: the larger sum of gains and then the published order "
                "decided between them."
            )
        if not self.plan.floors_kept:
            certified.append("Somebody gets less than alone: this preview does not keep floors.")
        return [*certified, *chain(self.plan.outside.values())]
