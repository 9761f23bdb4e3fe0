"""A round as its exports tell it: plain records, masked as the reader may see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fundapp.domain.money import Money
from fundapp.domain.rubrics import Criterion
from fundapp.domain.states import DocumentKind
from fundapp.queries.deliberations import FunderEnvelope, RoundHead

LETTER_KINDS = (
    DocumentKind.AWARD_LETTER,
    DocumentKind.DECLINE_LETTER,
    DocumentKind.RESERVE_LETTER,
    DocumentKind.WITHDRAWAL_LETTER,
)


@dataclass(frozen=True, kw_only=True)
class ExportedReview:
    """One review that counts. marks: criterion code to mark, None = abstained.
    evidence: how many logs a mark rests on, by the code of a criterion that asks.

    confidence: from 1 to 5, None where the review does not say.
    """

    reviewer: str
    funder: str
    marks: Mapping[str, int | None]
    evidence: Mapping[str, int]
    score: float | None
    confidence: int | None = None


@dataclass(frozen=True, kw_only=True)
class ExportedApplication:
    """One submitted application. decision "" = none yet; contributions by funder's code.

    letter: reference of its newest letter, "" where there is none. estimate: the model's, with the
    ends of its 90 % interval; chance: of being inside the money, from 0 to 1. own_scores: by the
    code of each funder with own weights. own_requested and own_amount: in the applicant's
    currency, own_contributions in the funder's, where these are not the round's. decided_on and
    released_on are days in UTC. changed_at: when the newest of all this came to be.
    """

    reference: str
    source: str
    title: str
    organisation: str
    state: str
    is_complete: bool
    requested: Money | None
    decision: str
    amount: Money | None
    prize: str
    reserve_place: int | None
    contributions: Mapping[str, Money]
    own_requested: Money | None
    own_amount: Money | None
    own_contributions: Mapping[str, Money]
    rank: int | None
    raw_score: float | None
    aggregated_score: float | None
    estimate: float | None
    estimate_low: float | None
    estimate_high: float | None
    chance: float | None
    band: str
    own_scores: Mapping[str, float]
    criterion_means: Mapping[str, float]
    reviews: tuple[ExportedReview, ...]
    letter: str
    decided_on: date | None
    released_on: date | None
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class ExportedRerun:
    """One re-run of a provisional winner. verdict "" = nothing to compare; days in UTC.

    changed_at: when something last became of it.
    """

    application: str
    state: str
    task: str
    metric: str
    model: str
    claimed: float | None
    claimed_error: float | None
    found: float | None
    found_error: float | None
    difference: float | None
    low: float | None
    high: float | None
    verdict: str
    sentence: str
    due_on: date
    delivered_on: date | None
    settled_on: date | None
    reason: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class TellsRound:
    """A round with its applications, which may be read anew from the database each time.

    own_weights: by funder that has its own, then by criterion code. recused: how many applications
    the reader's own conflicts leave out. changed_at: when the round itself last changed. reruns: of
    a prize round, by application and then as they were asked for.
    """

    head: RoundHead
    source_note: str
    criteria: tuple[Criterion, ...]
    funders: tuple[FunderEnvelope, ...]
    own_weights: Mapping[UUID, Mapping[str, int]]
    applications: Iterable[ExportedApplication]
    recused: int
    rules: Mapping[str, str | bool]
    changed_at: datetime
    reruns: tuple[ExportedRerun, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExportedRound(TellsRound):
    """A round whose applications are all in memory."""

    applications: tuple[ExportedApplication, ...]
