"""What the page of a plan of who pays what shows to one reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from fundapp.domain.decisions import FunderWord
from fundapp.queries.allocation_plans import PlanTab
from fundapp.queries.decisions import DecisionRoom
from fundapp.queries.deliberations import FunderEnvelope


@dataclass(frozen=True)
class PlanCell:
    """What one funder pays of one application in a plan, None for nothing; word: why not,
    or that it is pinned.
    """

    amount: int | None
    word: str = ""


@dataclass(frozen=True)
class PlannedRow:
    """One application in a plan. A recused row has nothing but its id.

    is_reduced: funded with less than was asked for. reason: why it is funded or left out.
    drawn: in how many draws of the scores it is funded, in words, "" while that is not known.
    is_noisy: funded, and too seldom to be sure.
    """

    id: UUID
    is_recused: bool = False
    rank: int | None = None
    reference: str = ""
    title: str = ""
    organisation: str = ""
    requested: int | None = None
    amount: int | None = None
    is_reduced: bool = False
    reserve_place: int | None = None
    cells: Mapping[UUID, PlanCell] = field(default_factory=dict)
    reason: str = ""
    drawn: str = ""
    is_noisy: bool = False


@dataclass(frozen=True)
class PlanFunder:
    """One funder in a plan; sums in minor units, values in the plan's own unit.

    envelope: what the plan may spend; mark: the score up to which it would not fund. gain:
    relative to going alone, None where it reaches nothing alone. words: how many of its parts
    are proposed, approved, refused, once the plan is entered.
    """

    funder: FunderEnvelope
    envelope: int
    mark: float
    paid: int
    alone: float
    joint: float
    gain: float | None
    sentence: str
    words: Mapping[FunderWord, int]

    @property
    def left(self) -> int:
        """Return what the plan leaves of the envelope."""
        return self.envelope - self.paid


@dataclass(frozen=True)
class NearMiss:
    """An application left out: what is missing, and what funding it would take."""

    id: UUID
    title: str
    rank: int | None
    sentence: str
    price: str


@dataclass(frozen=True)
class PlanView:
    """A plan as it is shown. funded and left_out in the order of the ranking.

    is_overtaken: what it rests on has changed, so it can only be made anew. has_own_scores:
    some funders weigh the criteria by their own lights.
    """

    id: UUID
    name: str
    room: DecisionRoom
    tabs: tuple[PlanTab, ...]
    made_by: str
    made_at: datetime
    entered_at: datetime | None
    discarded_at: datetime | None
    sha256: str
    is_exact: bool
    is_certified: bool
    gap: float | None
    is_finished: bool
    is_overtaken: bool
    has_own_scores: bool
    what_if: Mapping[str, Any]
    funders: tuple[PlanFunder, ...]
    funded: tuple[PlannedRow, ...]
    left_out: tuple[PlannedRow, ...]
    near_misses: tuple[NearMiss, ...]
    notes: tuple[str, ...]
    left_to_people: tuple[str, ...]

    @property
    def grants(self) -> int:
        """Count the grants, those closed to the reader too."""
        return len(self.funded)

    @property
    def spent(self) -> int:
        """Return the minor units of all grants."""
        return sum(one.paid for one in self.funders)

    @property
    def left(self) -> int:
        """Return what the plan leaves in all envelopes."""
        return sum(one.left for one in self.funders)

    @property
    def noisy(self) -> int:
        """Count the grants that the scores are too uncertain for."""
        return sum(row.is_noisy for row in self.funded)
