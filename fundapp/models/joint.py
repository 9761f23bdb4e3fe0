"""What joint evaluation keeps: profiles, bids, weights, evaluations, plans, wishes, draws."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.domain.joint_evaluation import BidValue, WishKind
from fundapp.models.base import Base, Identified, reference_to, state_type


class ReviewerProfile(Identified, Base):
    """What a person can judge, by their own word.

    `expertise` gives a level ("high", "medium", "low") by topic; `languages` are BCP 47
    tags of the languages that they review in. `version` guards against lost updates.
    """

    __tablename__ = "reviewer_profile"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    expertise: Mapped[dict[str, Any]] = mapped_column(default=dict)
    languages: Mapped[list[Any]] = mapped_column(default=list)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Bid(Identified, Base):
    """How much a reviewer wants to review an application."""

    __tablename__ = "bid"
    __table_args__ = (
        UniqueConstraint("application_id", "person_id"),
        Index("ix_bid_round_id_person_id", "round_id", "person_id"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False)
    application_id: Mapped[UUID] = reference_to("application", index=False)
    person_id: Mapped[UUID] = reference_to("person")
    value: Mapped[BidValue] = mapped_column(state_type(BidValue))
    entered_at: Mapped[datetime]


class FunderWeight(Identified, Base):
    """What a criterion counts for one funder, where it weighs them by its own lights.

    A funder without rows weighs as the rubric does; one with rows has one for each criterion,
    0 for a criterion that it leaves out.
    """

    __tablename__ = "funder_weight"
    __table_args__ = (
        UniqueConstraint("criterion_id", "funder_id"),
        CheckConstraint("weight >= 0", name="weight"),
        Index("ix_funder_weight_round_id_funder_id", "round_id", "funder_id"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False, owner=True)
    funder_id: Mapped[UUID] = reference_to("funder")
    criterion_id: Mapped[UUID] = reference_to("criterion", index=False, owner=True)
    weight: Mapped[int]


class JointEvaluation(Identified, Base):
    """What a round's reviews say together, computed once for one state of the reviews.

    `inputs_sha256` is of all that the computation read, so a stored result is never stale:
    other reviews have another hash. `result` is what the method gave; `seconds` it took.
    """

    __tablename__ = "joint_evaluation"
    __table_args__ = (UniqueConstraint("round_id", "inputs_sha256"),)

    round_id: Mapped[UUID] = reference_to("round", index=False)
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(40))
    result: Mapped[dict[str, Any]]
    seconds: Mapped[float]
    made_at: Mapped[datetime]


class AllocationPlan(Identified, Base):
    """A plan of who pays what, to be looked at beside others before one is entered.

    `inputs` is all that it was computed from (envelopes, requests, values, wishes, the
    ranking's hash); `result` what came out; `sha256` of both. `is_exact` tells the proven
    plan from the instant preview. Entering a plan makes its decisions; the newest entered
    one is the floor of the next.
    """

    __tablename__ = "allocation_plan"
    __table_args__ = (Index("ix_allocation_plan_round_id_made_at", "round_id", "made_at"),)

    round_id: Mapped[UUID] = reference_to("round", index=False)
    name: Mapped[str] = mapped_column(String(80))
    method: Mapped[str] = mapped_column(String(40))
    is_exact: Mapped[bool]
    inputs: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    seconds: Mapped[float]
    made_by_id: Mapped[UUID] = reference_to("person", index=False)
    made_at: Mapped[datetime]
    entered_by_id: Mapped[UUID | None] = reference_to("person", index=False, nullable=True)
    entered_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]


class FundingWish(Identified, Base):
    """What a funder says beforehand of one application: it pays nothing, or at least a sum.

    `amount` is in minor units of the round's currency, for a pin only.
    """

    __tablename__ = "funding_wish"
    __table_args__ = (
        UniqueConstraint("application_id", "funder_id"),
        CheckConstraint("(kind = 'pin') = (amount IS NOT NULL)", name="amount_of_pin"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
        Index("ix_funding_wish_round_id_funder_id", "round_id", "funder_id"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False)
    application_id: Mapped[UUID] = reference_to("application", index=False)
    funder_id: Mapped[UUID] = reference_to("funder")
    kind: Mapped[WishKind] = mapped_column(state_type(WishKind))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(default="")
    entered_by_id: Mapped[UUID] = reference_to("person", index=False)
    entered_at: Mapped[datetime]


class Lottery(Identified, Base):
    """A draw among applications too close to call: frozen first, drawn when the seed is public.

    `entries` lists reference, interval and probability of each; `commitment` is the SHA-256
    of the frozen list, published at once. `source` names the public value that does not
    exist yet at the freeze; `public_value` is what it turned out to be. `record` is all that
    anybody needs to run the draw again.
    """

    __tablename__ = "lottery"
    __table_args__ = (CheckConstraint("places >= 1", name="places"),)

    round_id: Mapped[UUID] = reference_to("round")
    places: Mapped[int]
    entries: Mapped[list[Any]]
    source: Mapped[str]
    commitment: Mapped[str] = mapped_column(String(64))
    frozen_by_id: Mapped[UUID] = reference_to("person", index=False)
    frozen_at: Mapped[datetime]
    public_value: Mapped[str] = mapped_column(default="")
    record: Mapped[dict[str, Any]] = mapped_column(default=dict)
    drawn_by_id: Mapped[UUID | None] = reference_to("person", index=False, nullable=True)
    drawn_at: Mapped[datetime | None]


class ExchangeRate(Identified, Base):
    """What one unit of another currency is worth in the round's, frozen when the round opens.

    `rate` is a decimal text, exact; `source` says who published it, `quoted_on` for which day.
    """

    __tablename__ = "exchange_rate"
    __table_args__ = (UniqueConstraint("round_id", "currency"),)

    round_id: Mapped[UUID] = reference_to("round", index=False, owner=True)
    currency: Mapped[str] = mapped_column(String(3))
    rate: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(200))
    quoted_on: Mapped[date]
