"""Rankings, decisions, contributions, awards and releases."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.domain.states import AwardState, ContributionState, DecisionKind, DecisionState
from fundapp.models.base import Base, Identified, reference_to, state_type


class Ranking(Identified, Base):
    """A frozen order of a round's applications, with the method that made it.

    rows: list of {application_id, rank, raw, score, reviews, spread}; numbers are
    strings of exact fractions or decimals, so that freezing loses nothing. evaluation: what
    holds for the round as a whole (variances, agreement, whether strictness was corrected).
    """

    __tablename__ = "ranking"

    round_id: Mapped[UUID] = reference_to("round")
    method: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(default="")
    rows: Mapped[list[Any]]
    evaluation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_by_id: Mapped[UUID] = reference_to("person", index=False)
    frozen_at: Mapped[datetime]


class Decision(Identified, Base):
    """What the funders resolve on one application. Pending until released.

    `amount` (minor units) is set for an award and equals the sum of its contributions;
    `reserve_place` orders the reserve list; `prize_rung_id` and `citation` belong to a
    prize; the winner approves the citation (`citation_approved_at`) or says what to change
    (`citation_wish`). `follows_id` is the award whose freed money this one moved up with. `version`
    guards against lost updates.
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_round_id_state_kind", "round_id", "state", "kind"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), unique=True)
    kind: Mapped[DecisionKind] = mapped_column(state_type(DecisionKind))
    state: Mapped[DecisionState] = mapped_column(state_type(DecisionState))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    reserve_place: Mapped[int | None]
    prize_rung_id: Mapped[UUID | None] = reference_to("prize_rung", index=False, nullable=True)
    citation: Mapped[str] = mapped_column(default="")
    citation_wish: Mapped[str] = mapped_column(default="")
    citation_approved_at: Mapped[datetime | None]
    citation_approved_by_id: Mapped[UUID | None] = reference_to(
        "person", index=False, nullable=True
    )
    reason: Mapped[str] = mapped_column(default="")
    advice: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[UUID] = reference_to("person", index=False)
    decided_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    follows_id: Mapped[UUID | None] = reference_to("decision", index=False, nullable=True)
    version: Mapped[int] = mapped_column(default=1)


class Contribution(Identified, Base):
    """One funder's part of one award, in minor units, and its officer's word on it.

    `own_amount` is the same in the currency of the funder's envelope, where it has its own.
    `paid_when` is when the funder pays, as a line for the letter ("on acceptance").
    """

    __tablename__ = "contribution"
    __table_args__ = (
        UniqueConstraint("decision_id", "funder_id"),
        CheckConstraint("amount > 0", name="amount"),
    )

    decision_id: Mapped[UUID] = reference_to("decision", index=False)
    funder_id: Mapped[UUID] = reference_to("funder")
    amount: Mapped[int] = mapped_column(BigInteger)
    own_amount: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[ContributionState] = mapped_column(state_type(ContributionState))
    condition: Mapped[str] = mapped_column(default="")
    paid_when: Mapped[str] = mapped_column(String(60), default="")
    answered_by_id: Mapped[UUID | None] = reference_to("person", index=False, nullable=True)
    answered_at: Mapped[datetime | None]
    answer_note: Mapped[str] = mapped_column(default="")


class Award(Identified, Base):
    """A released award: a decision in force, with its letter's terms.

    `version` counts its amendments; what each said stands in `AwardVersion`.
    """

    __tablename__ = "award"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), unique=True)
    state: Mapped[AwardState] = mapped_column(state_type(AwardState))
    conditions: Mapped[list[Any]] = mapped_column(default=list)
    answer_by: Mapped[date | None]
    issued_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class AwardVersion(Identified, Base):
    """What an award said in one of its versions, kept when it is amended or taken back.

    terms: amount, contributions, conditions, tranches and day to answer, as plain data.
    """

    __tablename__ = "award_version"
    __table_args__ = (UniqueConstraint("award_id", "version"),)

    award_id: Mapped[UUID] = reference_to("award", index=False)
    version: Mapped[int]
    terms: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[UUID] = reference_to("person", index=False)
    made_at: Mapped[datetime]


class Tranche(Identified, Base):
    """A planned instalment of an award and what releases it."""

    __tablename__ = "tranche"
    __table_args__ = (UniqueConstraint("award_id", "position"),)

    award_id: Mapped[UUID] = reference_to("award", index=False)
    position: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)
    released_by: Mapped[str] = mapped_column(String(200))
    not_before_on: Mapped[date | None]


class Release(Identified, Base):
    """Decisions told together: how many of each kind, by whom, when."""

    __tablename__ = "release"

    round_id: Mapped[UUID] = reference_to("round")
    counts: Mapped[dict[str, Any]]
    released_by_id: Mapped[UUID] = reference_to("person", index=False)
    released_at: Mapped[datetime]
