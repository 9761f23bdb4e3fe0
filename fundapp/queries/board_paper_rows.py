"""What a board paper prints: a round as the funders' joint meeting needs it, as plain data.

Everything is as one reader may see it. Lists by funder have the order of `BoardPaper.funders`.
Nothing of the statistics is imported here: the processes that print would carry it, too.
"""

from dataclasses import dataclass
from datetime import datetime

from fundapp.domain.money import Money
from fundapp.domain.states import RoundKind, RoundState
from fundapp.queries.document_rows import PrintedRow, SharedComment

MOST_DISCUSSED = 40
"""So many applications are told with their comments; more than that no meeting talks through."""


@dataclass(frozen=True, kw_only=True)
class BoardFunder:
    """One funder at the table: its money in the round, and what the proposal makes of it.

    own: the envelope in its own currency, where that is not the round's. alone, joint: the worth
    of what it funds by itself and in the plan, in the plan's unit; gain: relative, None where
    it reaches nothing alone or no plan says. approved, proposed, refused: counts of its parts.
    """

    name: str
    short: str
    envelope: Money
    pays: Money
    own: Money | None = None
    alone: float | None = None
    joint: float | None = None
    gain: float | None = None
    sentence: str = ""
    approved: int = 0
    proposed: int = 0
    refused: int = 0

    @property
    def left(self) -> Money:
        """Return what the proposal leaves of the envelope."""
        return Money(self.envelope.minor - self.pays.minor, self.envelope.currency)


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """An estimate with its central intervals of 50 % and 90 %, and the plain mean."""

    estimate: float
    low50: float | None
    high50: float | None
    low: float | None
    high: float | None
    raw: float | None


@dataclass(frozen=True, kw_only=True)
class RankedLine:
    """One application in the ranking. band: "clear", "close", "clear_no" or "" where unknown.

    ranks: by funder, None where it has none; far: of those, which are far from the place.
    """

    place: int | None
    reference: str
    title: str
    organisation: str
    requested: Money | None
    mark: float | None
    reviews: int
    chance: str
    likely: str
    band: str
    is_inside: bool
    doubt: Doubt | None
    ranks: tuple[int | None, ...]
    far: tuple[bool, ...]


@dataclass(frozen=True, kw_only=True)
class AwardLine:
    """One award of the proposal. parts: what each funder pays, None for nothing.

    prize: the rung of a prize round. asked: where less is given than was asked for. noise: in how
    many draws of the scores it is funded, where that is too few to be sure. waits, refused: the
    funders whose word is missing or no.
    """

    place: int | None
    reference: str
    title: str
    organisation: str
    amount: Money
    parts: tuple[Money | None, ...]
    prize: str = ""
    asked: Money | None = None
    noise: str = ""
    waits: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Who pays what: the decisions as they stand, or a plan that is not entered.

    plan: the plan's name, "" where decisions were made by hand; is_plan: it is not entered yet.
    grants and spent count what is closed to the reader too. near_misses, notes: sentences of the
    plan. reserves: the reserve list, as "reference title". undecided: without a decision.
    """

    plan: str
    is_plan: bool
    is_exact: bool
    is_overtaken: bool
    made_at: datetime | None
    sha256: str
    grants: int
    spent: Money
    awards: tuple[AwardLine, ...]
    reserves: tuple[str, ...]
    undecided: int
    near_misses: tuple[str, ...]
    notes: tuple[str, ...]
    left_to_people: tuple[str, ...]

    @property
    def noisy(self) -> int:
        """Count the awards that the scores are too uncertain for."""
        return sum(bool(award.noise) for award in self.awards)

    @property
    def waiting(self) -> int:
        """Count the parts that wait for a funder's word."""
        return sum(len(award.waits) for award in self.awards)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Which funder ranks an application best and which worst, among how many each."""

    best: str
    best_rank: int
    best_of: int
    worst: str
    worst_rank: int
    worst_of: int


@dataclass(frozen=True, kw_only=True)
class Ends:
    """The criterion on which an application's reviews differ most, and its two ends."""

    title: str
    lowest: int
    highest: int


@dataclass(frozen=True, kw_only=True)
class TalkItem:
    """One application to talk about, why, and what reviewers wrote for its applicant."""

    line: RankedLine
    is_close: bool
    is_far: bool
    is_wide: bool
    lowest: float | None
    highest: float | None
    funders: Gap | None
    criterion: Ends | None
    comments: tuple[SharedComment, ...]


@dataclass(frozen=True, kw_only=True)
class Agreeing:
    """A coefficient of agreement with its 95 % interval; None, and why, where it is not known."""

    value: float | None
    low: float | None
    high: float | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Orders:
    """How alike two funders order what both marked: in how many of ten pairs, None: too few."""

    first: str
    second: str
    shared: int
    alike: float | None


@dataclass(frozen=True, kw_only=True)
class HomeMarks:
    """Reviews of applications in which the reviewer's own funder has an interest.

    difference: how much higher they are than one would expect, with a 95 % interval.
    """

    reviews: int
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Strictness:
    """One reviewer by label: how far below the average they mark, with a 90 % interval."""

    label: str
    funder: str
    reviews: int
    strictness: float | None
    low: float | None
    high: float | None
    flag: str


@dataclass(frozen=True, kw_only=True)
class AgreementPart:
    """How far reviewers agree, and how strict each is.

    size: reviews of one application. smallest: marks closer than that are not distinguishable.
    shares: of the spread of all marks, by cause. belonging: how many of those that the money
    reaches truly belong there, in words. reach: how far the widest interval of strictness goes.
    warnings: what the marks cannot tell.
    """

    single: Agreeing | None
    consistency: Agreeing | None
    panel: Agreeing | None
    size: int
    smallest: float | None
    shares: tuple[tuple[str, float], ...]
    belonging: str
    orders: tuple[Orders, ...]
    home: HomeMarks | None
    is_corrected: bool
    why: str
    reviewers: tuple[Strictness, ...]
    reach: float
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DrawPart:
    """A list frozen for a draw of lots. won: references of those drawn, None before the draw."""

    places: int
    chances: int
    source: str
    commitment: str
    frozen_at: datetime
    won: tuple[str, ...] | None
    drawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class BoardPaper(PrintedRow):
    """A round for the funders' joint meeting, as `made_for` may see it.

    inside: how many the envelopes reach from the top, at the sums asked for. cut: the estimate
    where the money ends. axis: the whole marks between which all intervals lie. recused: how many
    are closed to the reader. method, ranking_sha256, frozen_at: of the frozen ranking, "" and None
    before; is_stale: marks changed since. state_sha256 and changed_at: of the round's data.
    """

    round_reference: str
    round_title: str
    kind: RoundKind
    state: RoundState
    made_for: str
    is_blind: bool
    hides_applicants: bool
    funders: tuple[BoardFunder, ...]
    weighing: tuple[str, ...]
    ranking: tuple[RankedLine, ...]
    unranked: tuple[str, ...]
    recused: int
    reviews: int
    reviewers: int
    inside: int
    prizes: int
    cut: float | None
    axis: tuple[int, int]
    proposal: Proposal
    items: tuple[TalkItem, ...]
    agreement: AgreementPart
    draws: tuple[DrawPart, ...]
    method: str
    ranking_sha256: str
    frozen_at: datetime | None
    is_stale: bool
    changed_at: datetime | None
    state_sha256: str

    @property
    def total(self) -> Money:
        """Return what all envelopes hold together."""
        return _sum(tuple(funder.envelope for funder in self.funders), self.proposal.spent)

    @property
    def left(self) -> Money:
        """Return what the proposal leaves in all envelopes."""
        return _sum(tuple(funder.left for funder in self.funders), self.proposal.spent)

    @property
    def applications(self) -> int:
        """Count the applications that were reviewed, or should have been."""
        return len(self.ranking) + len(self.unranked) + self.recused

    def in_band(self, band: str) -> int:
        """Count the applications in a band."""
        return sum(line.band == band for line in self.ranking)


def _sum(parts: tuple[Money, ...], like: Money) -> Money:
    return Money(sum(part.minor for part in parts), like.currency)
