"""Rounds: their call, questions, rubric, envelopes, panel and prize ladder."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.domain.permissions import PeerReviews
from fundapp.domain.states import RoundKind, RoundState
from fundapp.models.base import Base, Identified, reference_to, state_type


class Round(Identified, Base):
    """One dated opening. Sums are in minor units of `currency`.

    `notice` is the strip that every page, PDF and export of the round carries
    ("Sample: ...", "Replay of public reviews; ..."). `rules` is the frozen text whose
    SHA-256 is `rules_hash`; both are set when the round opens. `last_number` counts
    the application numbers given out. `cancelled_because` is what the public page says of
    a cancelled call. `takes_bids`: reviewers say what they want to review.
    `weighs_confidence`: sure reviews count more. `corrects_strictness`: strict and lenient
    reviewers are calibrated where they can be told apart. `needs_signatures`: an award letter is
    final when an officer of each paying funder has signed it. `announcement_languages` (BCP 47):
    those that the announcement is printed in beside English. `announced_at` is the one instant at
    which the results become public; it may lie ahead, and every reading compares it with now.
    `prize_rules`: gates, pairs, re-runs, nominations, votes and gallery (domain/prize_rules).
    `version` guards against lost updates.
    """

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("reviews_wanted >= 1", name="reviews_wanted"),
        CheckConstraint(
            "funders_wanted >= 1 AND funders_wanted <= reviews_wanted", name="funders_wanted"
        ),
    )

    reference: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[RoundKind] = mapped_column(state_type(RoundKind))
    state: Mapped[RoundState] = mapped_column(state_type(RoundState), index=True)
    programme: Mapped[str] = mapped_column(String(200), default="")
    notice: Mapped[str] = mapped_column(default="")
    source_note: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    call_text: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(String(3))
    smallest_award: Mapped[int | None] = mapped_column(BigInteger)
    largest_award: Mapped[int | None] = mapped_column(BigInteger)
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    is_anywhere_on_earth: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    reviews_due_at: Mapped[datetime | None]
    decides_on: Mapped[date | None]
    reviews_wanted: Mapped[int] = mapped_column(default=3)
    funders_wanted: Mapped[int] = mapped_column(default=2)
    is_blind: Mapped[bool] = mapped_column(default=False)
    peer_reviews: Mapped[PeerReviews] = mapped_column(
        state_type(PeerReviews), default=PeerReviews.AFTER_OWN
    )
    takes_bids: Mapped[bool] = mapped_column(default=False)
    weighs_confidence: Mapped[bool] = mapped_column(default=False)
    corrects_strictness: Mapped[bool] = mapped_column(default=True)
    letter_terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    needs_signatures: Mapped[bool] = mapped_column(default=False)
    announcement_languages: Mapped[list[Any]] = mapped_column(default=list)
    prize_rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    retention_months: Mapped[int] = mapped_column(default=84)
    seed: Mapped[str] = mapped_column(String(64))
    rules: Mapped[str] = mapped_column(default="", deferred=True)
    rules_hash: Mapped[str] = mapped_column(String(64), default="")
    copied_from_id: Mapped[UUID | None] = reference_to("round", nullable=True)
    last_number: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[UUID] = reference_to("person")
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    state_since: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    cancelled_because: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    sections: Mapped[list["Section"]] = relationship(
        order_by="Section.position", cascade="all, delete-orphan", passive_deletes=True
    )
    criteria: Mapped[list["Criterion"]] = relationship(
        order_by="Criterion.position", cascade="all, delete-orphan", passive_deletes=True
    )
    envelopes: Mapped[list["Envelope"]] = relationship(
        order_by="Envelope.position", cascade="all, delete-orphan", passive_deletes=True
    )
    prizes: Mapped[list["PrizeRung"]] = relationship(
        order_by="PrizeRung.position", cascade="all, delete-orphan", passive_deletes=True
    )


class Section(Identified, Base):
    """One page of the application form."""

    __tablename__ = "section"
    __table_args__ = (Index("ix_section_round_position", "round_id", "position"),)

    round_id: Mapped[UUID] = reference_to("round", index=False, owner=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    intro: Mapped[str] = mapped_column(default="")

    questions: Mapped[list["Question"]] = relationship(
        order_by="Question.position", cascade="all, delete-orphan", passive_deletes=True
    )


class Question(Identified, Base):
    """One question of a section. kind and settings are those of domain/questions.py.

    `settings` holds what depends on the kind (options, columns, minimum, maximum,
    accepted file kinds).
    """

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        Index("ix_question_section_position", "section_id", "position"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False, owner=True)
    section_id: Mapped[UUID] = reference_to("section", index=False, owner=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(24))
    label: Mapped[str] = mapped_column(String(300))
    help: Mapped[str] = mapped_column(default="")
    is_required: Mapped[bool] = mapped_column(default=False)
    is_identifying: Mapped[bool] = mapped_column(default=False)
    max_words: Mapped[int | None]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Criterion(Identified, Base):
    """One weighted criterion. `marks` lists the allowed marks; `anchors` describes each.

    `wants_evidence`: who marks it points to evaluation logs or says "no evidence". `facts`: which
    facts of the logs are shown beside it (domain/evidence_facts).
    """

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        CheckConstraint("weight > 0", name="weight"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False, owner=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(default="")
    weight: Mapped[int]
    marks: Mapped[list[Any]]
    anchors: Mapped[dict[str, Any]] = mapped_column(default=dict)
    wants_evidence: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[list[Any]] = mapped_column(default=list)


class Envelope(Identified, Base):
    """One funder's money in one round, in minor units of the round's currency.

    `committed` is the sum of the funder's contributions in this round that its officer
    did not refuse, without awards that the applicant refused; the check is the last
    guard against overdrawing it. A funder that gives in another currency has its own sum
    there, in minor units of `own_currency`; `amount` is that at the round's frozen rate.
    """

    __tablename__ = "envelope"
    __table_args__ = (
        UniqueConstraint("round_id", "funder_id"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("committed >= 0 AND committed <= amount", name="not_overdrawn"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False, owner=True)
    funder_id: Mapped[UUID] = reference_to("funder")
    position: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)
    committed: Mapped[int] = mapped_column(BigInteger, default=0)
    own_currency: Mapped[str | None] = mapped_column(String(3))
    own_amount: Mapped[int | None] = mapped_column(BigInteger)


class PrizeRung(Identified, Base):
    """One place of a prize round's ladder: its title ("First prize") and sum.

    category: the option of the question `prize_category` that it is for, "" for all entries.
    """

    __tablename__ = "prize_rung"
    __table_args__ = (UniqueConstraint("round_id", "position"),)

    round_id: Mapped[UUID] = reference_to("round", index=False, owner=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    amount: Mapped[int] = mapped_column(BigInteger)
    category: Mapped[str] = mapped_column(String(120), default="")


class PanelSeat(Identified, Base):
    """A reviewer of a round's panel: for which funder, how many reviews at most.

    `label` is the name shown where reviewers' names are hidden ("Reviewer 7").
    """

    __tablename__ = "panel_seat"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        CheckConstraint("review_load >= 0", name="review_load"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False)
    person_id: Mapped[UUID] = reference_to("person")
    funder_id: Mapped[UUID] = reference_to("funder")
    label: Mapped[str] = mapped_column(String(64))
    review_load: Mapped[int] = mapped_column(default=10)
    topics: Mapped[list[Any]] = mapped_column(default=list)
    languages: Mapped[list[Any]] = mapped_column(default=list)
    is_active: Mapped[bool] = mapped_column(default=True)
    joined_at: Mapped[datetime]


class Extension(Identified, Base):
    """A later deadline for one organisation in one round."""

    __tablename__ = "extension"
    __table_args__ = (UniqueConstraint("round_id", "organisation_id"),)

    round_id: Mapped[UUID] = reference_to("round", index=False)
    organisation_id: Mapped[UUID] = reference_to("organisation")
    until_at: Mapped[datetime]
    reason: Mapped[str]
    granted_by_id: Mapped[UUID] = reference_to("person")
    granted_at: Mapped[datetime]
