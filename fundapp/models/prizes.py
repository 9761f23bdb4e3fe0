"""Prizes: nominations, judging by pairs, public votes, re-runs, minutes and credentials."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.domain.states import NominationState, PairVerdict, RerunState
from fundapp.models.base import Base, Identified, reference_to, state_type


class Nomination(Identified, Base):
    """A public evaluation that somebody holds worth a prize; its maker is asked by a link.

    The maker's yes begins a draft (`application_id`); without it nothing is entered. The link
    holds a token, only its hash is kept.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        UniqueConstraint("round_id", "website"),
        Index("ix_nomination_round_id_state", "round_id", "state"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False)
    title: Mapped[str] = mapped_column(String(300))
    website: Mapped[str] = mapped_column(String(500))
    reason: Mapped[str] = mapped_column(default="")
    maker_name: Mapped[str] = mapped_column(String(200))
    maker_email: Mapped[str] = mapped_column(String(254))
    nominator_name: Mapped[str] = mapped_column(String(200), default="")
    nominator_email: Mapped[str] = mapped_column(String(254), default="")
    state: Mapped[NominationState] = mapped_column(state_type(NominationState))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    application_id: Mapped[UUID | None] = reference_to("application", nullable=True)
    nominated_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    asked_by_id: Mapped[UUID | None] = reference_to("person", index=False, nullable=True)
    answered_at: Mapped[datetime | None]
    answer_note: Mapped[str] = mapped_column(default="")


class PairJudgement(Identified, Base):
    """One judge's order of two entries. `left_id` is the smaller id, so a pair has one row.

    A judge may change their mind while the round is reviewing: the row then has the newest word.
    """

    __tablename__ = "pair_judgement"
    __table_args__ = (
        UniqueConstraint("person_id", "left_id", "right_id"),
        Index("ix_pair_judgement_round_id", "round_id"),
        CheckConstraint("left_id < right_id", name="order"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False)
    person_id: Mapped[UUID] = reference_to("person", index=False)
    left_id: Mapped[UUID] = reference_to("application")
    right_id: Mapped[UUID] = reference_to("application")
    verdict: Mapped[PairVerdict] = mapped_column(state_type(PairVerdict))
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    judged_at: Mapped[datetime]


class JuryMinute(Identified, Base):
    """What the jury said when it met, in one entry of its minutes. Never changed, only added to.

    category: the prize category that it is about, "" for all.
    """

    __tablename__ = "jury_minute"
    __table_args__ = (Index("ix_jury_minute_round_id_written_at", "round_id", "written_at"),)

    round_id: Mapped[UUID] = reference_to("round", index=False)
    category: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str]
    present: Mapped[list[Any]] = mapped_column(default=list)
    written_by_id: Mapped[UUID] = reference_to("person", index=False)
    written_at: Mapped[datetime]


class PublicVote(Identified, Base):
    """One mail address's vote in one round. It counts once its mailed link was opened.

    voter_hash: a keyed hash of the address; the address itself is not kept.
    """

    __tablename__ = "public_vote"
    __table_args__ = (
        UniqueConstraint("round_id", "voter_hash"),
        Index("ix_public_vote_application_id", "application_id"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False)
    application_id: Mapped[UUID] = reference_to("application", index=False)
    voter_hash: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    cast_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class Rerun(Identified, Base):
    """A provisional winner's result, run again by another team, and what came of it.

    claim: the log and metric of the entry that is checked; comparison: difference, interval and
    verdict, as data. `sha256` is that of the verifier's file in the file store. The verifier is
    asked by a link, of which only the hash is kept.
    """

    __tablename__ = "rerun"
    __table_args__ = (Index("ix_rerun_round_id_state", "round_id", "state"),)

    round_id: Mapped[UUID] = reference_to("round", index=False)
    application_id: Mapped[UUID] = reference_to("application")
    state: Mapped[RerunState] = mapped_column(state_type(RerunState))
    claim: Mapped[dict[str, Any]] = mapped_column(default=dict)
    verifier_name: Mapped[str] = mapped_column(String(200))
    verifier_email: Mapped[str] = mapped_column(String(254))
    verifier_id: Mapped[UUID | None] = reference_to("person", nullable=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    asked_by_id: Mapped[UUID] = reference_to("person", index=False)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    filename: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    comparison: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(default="")
    delivered_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None] = reference_to("person", index=False, nullable=True)
    settled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")


class Credential(Identified, Base):
    """An Open Badges 3.0 credential of a winner, as it was signed; revoking it leaves the row.

    token: the signed credential (compact JWS). `number` is its place in the list of statuses.
    """

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("number"),)

    award_id: Mapped[UUID] = mapped_column(ForeignKey("award.id"), unique=True)
    number: Mapped[int]
    token: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[UUID | None] = reference_to("person", index=False, nullable=True)
    reason: Mapped[str] = mapped_column(default="")
