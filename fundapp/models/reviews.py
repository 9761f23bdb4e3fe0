"""Conflicts, assignments, reviews and the discussion after them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.domain.states import AssignmentState, ConflictSource, ConflictState, ReviewState
from fundapp.models.base import Base, Identified, reference_to, state_type


class Conflict(Identified, Base):
    """A conflict of interest of one person, or of one whole funder, with one application.

    `note` is what was declared or the evidence found; `resolution` what a manager wrote
    when confirming or dismissing it.
    """

    __tablename__ = "conflict"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (funder_id IS NULL)", name="one_party"),
        UniqueConstraint("application_id", "person_id", "source"),
        UniqueConstraint("application_id", "funder_id", "source"),
    )

    application_id: Mapped[UUID] = reference_to("application", index=False)
    person_id: Mapped[UUID | None] = reference_to("person", nullable=True)
    funder_id: Mapped[UUID | None] = reference_to("funder", nullable=True)
    source: Mapped[ConflictSource] = mapped_column(state_type(ConflictSource))
    state: Mapped[ConflictState] = mapped_column(state_type(ConflictState))
    note: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[UUID] = reference_to("person", index=False)
    recorded_at: Mapped[datetime]
    resolved_by_id: Mapped[UUID | None] = reference_to("person", index=False, nullable=True)
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str] = mapped_column(default="")


class AssignmentPlan(Identified, Base):
    """A draft of assignments (by hand, CSV or automatic) before it is applied or discarded.

    pairs: list of {application_id, person_id, reason}; shortfalls: list of sentences.
    details: how good it is (objective, best possible, solver, whether it is proven).
    """

    __tablename__ = "assignment_plan"

    round_id: Mapped[UUID] = reference_to("round")
    method: Mapped[str] = mapped_column(String(24))
    pairs: Mapped[list[Any]]
    shortfalls: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_by_id: Mapped[UUID] = reference_to("person", index=False)
    made_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]


class Assignment(Identified, Base):
    """A reviewer asked to review an application."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_active",
            "application_id",
            "person_id",
            unique=True,
            sqlite_where=text("state IN ('offered', 'accepted', 'done')"),
            postgresql_where=text("state IN ('offered', 'accepted', 'done')"),
        ),
        Index("ix_assignment_person_id_state_due_at", "person_id", "state", "due_at"),
        Index("ix_assignment_round_id_state", "round_id", "state"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False)
    application_id: Mapped[UUID] = reference_to("application")
    person_id: Mapped[UUID] = reference_to("person", index=False)
    funder_id: Mapped[UUID] = reference_to("funder", index=False)
    state: Mapped[AssignmentState] = mapped_column(state_type(AssignmentState))
    method: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(default="")
    answer_note: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime | None]
    offered_by_id: Mapped[UUID] = reference_to("person", index=False)
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class Review(Identified, Base):
    """One reviewer's marks and comments on one application.

    `confidence` is 1 (guess) to 5 (certain). `version` grows with each save and guards
    against lost updates, by every UPDATE naming it too; `last_number` counts submitted
    versions. `mean_mark` is the weighted mean of the marks as they stand, for lists; what
    is decided is computed from the scores themselves.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("confidence IS NULL OR confidence BETWEEN 1 AND 5", name="confidence"),
        Index("ix_review_application_id_state", "application_id", "state"),
    )

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"), unique=True)
    application_id: Mapped[UUID] = reference_to("application", index=False)
    person_id: Mapped[UUID] = reference_to("person")
    state: Mapped[ReviewState] = mapped_column(state_type(ReviewState))
    confidence: Mapped[int | None]
    shared_comment: Mapped[str] = mapped_column(default="")
    private_comment: Mapped[str] = mapped_column(default="")
    recommended_amount: Mapped[int | None] = mapped_column(BigInteger)
    mean_mark: Mapped[float | None]
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    last_number: Mapped[int] = mapped_column(default=0)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Score(Identified, Base):
    """One mark by one reviewer on one criterion. mark None = abstained, with a reason.

    evidence: the logs that the mark rests on, as {attachment_id, log}; [] = "no evidence", None =
    not said.
    """

    __tablename__ = "score"
    __table_args__ = (UniqueConstraint("review_id", "criterion_id"),)

    review_id: Mapped[UUID] = reference_to("review", index=False)
    criterion_id: Mapped[UUID] = reference_to("criterion")
    mark: Mapped[int | None]
    is_abstained: Mapped[bool] = mapped_column(default=False)
    abstain_reason: Mapped[str] = mapped_column(default="")
    shared_comment: Mapped[str] = mapped_column(default="")
    evidence: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))


class ReviewVersion(Identified, Base):
    """A review as it was submitted or revised; every version is kept."""

    __tablename__ = "review_version"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    review_id: Mapped[UUID] = reference_to("review", index=False)
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime]


class DiscussionNote(Identified, Base):
    """One contribution to the panel's discussion of an application."""

    __tablename__ = "discussion_note"
    __table_args__ = (Index("ix_discussion_note_application_id_at", "application_id", "at"),)

    application_id: Mapped[UUID] = reference_to("application", index=False)
    person_id: Mapped[UUID] = reference_to("person", index=False)
    text: Mapped[str]
    at: Mapped[datetime]
