"""The answer: which grants are made, who pays what, and what that is worth to each funder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

EXACT = "nash-welfare-1"
"""Name and version of the exact method, to be stored with what it made."""

PREVIEW = "equal-shares-1"
"""Name and version of the instant preview."""

CERTIFIED = 1e-6
"""A gap below this counts as proven best."""


@dataclass(frozen=True)
class Grant:
    """A grant made: `level` counts from 0, the smallest; `amount` in minor units."""

    application: str
    level: int
    amount: int


@dataclass(frozen=True)
class Payment:
    """What one funder pays of one grant, in minor units."""

    funder: str
    application: str
    amount: int


@dataclass(frozen=True)
class Plan:
    """A whole answer, in the published order of applications, funders by envelope.

    - `values`, `alone`: what the plan, and going alone, are worth to each funder.
    - `alone_lists`: what each funder would fund on its own.
    - `outside`: funders outside the product, and the sentence why.
    - `objective`: sum of envelope share times natural logarithm of value, of those inside.
    - `gap`: how much larger the objective of the best plan can be at most, as proven.
    - `floors_kept`: nobody is below what it gets alone, nor below an agreed floor.
    - `decided_by`: "welfare" when no other plan is as good; "order" when equally good plans
      were told apart by the sum of gains and the published order; "unsettled" when
      time ran out, or the numbers are too fine, before that was done.
    """

    method: str
    grants: tuple[Grant, ...]
    payments: tuple[Payment, ...]
    values: Mapping[str, float]
    alone: Mapping[str, float]
    alone_lists: Mapping[str, frozenset[str]]
    outside: Mapping[str, str]
    objective: float
    gap: float | None
    floors_kept: bool
    decided_by: str = field(default="welfare")

    @property
    def certified_optimal(self) -> bool:
        """Tell whether it is proven that no plan has a larger objective."""
        return self.gap is not None and self.gap <= CERTIFIED

    @property
    def spent(self) -> int:
        """Return the minor units of all grants."""
        return sum(grant.amount for grant in self.grants)

    @cached_property
    def funded(self) -> frozenset[str]:
        """Return the applications that get a grant."""
        return frozenset(grant.application for grant in self.grants)

    @cached_property
    def payers(self) -> Mapping[str, Mapping[str, int]]:
        """Return who pays what, by application."""
        found: dict[str, dict[str, int]] = {}
        for payment in self.payments:
            found.setdefault(payment.application, {})[payment.funder] = payment.amount
        return found

    def spent_by(self, funder: str) -> int:
        """Return what one funder pays in all."""
        return sum(one.amount for one in self.payments if one.funder == funder)
