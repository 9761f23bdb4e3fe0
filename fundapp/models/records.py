"""Issued documents, the audit record, the outbox and background jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.domain.states import DocumentKind, JobState, MailState, OrderState
from fundapp.models.base import Base, Identified, reference_to, state_type


class IssuedDocument(Identified, Base):
    """A stored PDF. Reissuing makes a new version; the old one stays.

    kind: award_letter, decline_letter, reserve_letter, announcement, submission_copy.
    The bytes live in the file store. `unsealed_sha256` is of the file before it was sealed,
    "" for one that was not; `code` lets whoever holds the paper ask about it.
    """

    __tablename__ = "issued_document"
    __table_args__ = (
        UniqueConstraint("reference", "kind", "version"),
        Index("ix_issued_document_sha256", "sha256"),
        Index("ix_issued_document_unsealed_sha256", "unsealed_sha256"),
    )

    round_id: Mapped[UUID] = reference_to("round")
    application_id: Mapped[UUID | None] = reference_to("application", nullable=True)
    kind: Mapped[str] = mapped_column(String(24))
    reference: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(16), default="en")
    sha256: Mapped[str] = mapped_column(String(64))
    unsealed_sha256: Mapped[str] = mapped_column(String(64), default="")
    code: Mapped[str] = mapped_column(String(16), default="")
    size: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(default="")
    issued_by_id: Mapped[UUID | None] = reference_to("person", index=False, nullable=True)
    issued_at: Mapped[datetime]


class DocumentOrder(Identified, Base):
    """A document that the worker is to print, and what came of it.

    `reference` already names the version. `problem` says why a failed one could not be
    printed; ordering it again puts it back to queued. `note` is why it is issued anew.
    `text_id` is the fund's own wording that it is printed with, None for the shipped one.
    """

    __tablename__ = "document_order"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index("ix_document_order_round_id_state", "round_id", "state"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False)
    application_id: Mapped[UUID | None] = reference_to("application", nullable=True)
    kind: Mapped[DocumentKind] = mapped_column(state_type(DocumentKind))
    reference: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(16), default="en")
    text_id: Mapped[UUID | None] = reference_to("letter_text", index=False, nullable=True)
    code: Mapped[str] = mapped_column(String(16), default="")
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[OrderState] = mapped_column(state_type(OrderState))
    problem: Mapped[str] = mapped_column(default="")
    ordered_by_id: Mapped[UUID] = reference_to("person", index=False)
    ordered_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    document_id: Mapped[UUID | None] = reference_to("issued_document", index=False, nullable=True)


class LetterSignature(Identified, Base):
    """An officer's signature on one funder's part of one version of an award letter.

    statement: what was signed, as canonical JSON; sha256 is its hash. The officer's password was
    asked again before.
    """

    __tablename__ = "letter_signature"
    __table_args__ = (UniqueConstraint("order_id", "funder_id"),)

    order_id: Mapped[UUID] = reference_to("document_order", index=False)
    funder_id: Mapped[UUID] = reference_to("funder", index=False)
    person_id: Mapped[UUID] = reference_to("person", index=False)
    statement: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]


class LetterText(Identified, Base):
    """The fund's own words for one kind of letter in one language; each change is a new version.

    parts: Markdown with merge fields by the part of the letter (domain/letter_texts). A part that
    is missing is printed as shipped. round_id None = for all rounds.
    """

    __tablename__ = "letter_text"
    __table_args__ = (UniqueConstraint("round_id", "kind", "language", "version"),)

    round_id: Mapped[UUID | None] = reference_to("round", index=False, nullable=True)
    kind: Mapped[DocumentKind] = mapped_column(state_type(DocumentKind))
    language: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    parts: Mapped[dict[str, Any]]
    written_by_id: Mapped[UUID] = reference_to("person", index=False)
    written_at: Mapped[datetime]


class RoundFile(Identified, Base):
    """A file of a round that the worker makes for one person: a board paper, or the whole pack.

    What its reader may not see is left out, so nobody else gets it. state_sha256: of the round's
    data that it was made from, which last changed at `changed_at`.
    """

    __tablename__ = "round_file"
    __table_args__ = (Index("ix_round_file_round_id_ordered_at", "round_id", "ordered_at"),)

    round_id: Mapped[UUID] = reference_to("round", index=False)
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[OrderState] = mapped_column(state_type(OrderState))
    filename: Mapped[str] = mapped_column(String(120), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    state_sha256: Mapped[str] = mapped_column(String(64), default="")
    changed_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")
    ordered_by_id: Mapped[UUID] = reference_to("person", index=False)
    ordered_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ColumnSet(Identified, Base):
    """The columns that a person likes in one export, under a name of their own."""

    __tablename__ = "column_set"
    __table_args__ = (UniqueConstraint("person_id", "export", "name"),)

    person_id: Mapped[UUID] = reference_to("person", index=False)
    export: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(80))
    columns: Mapped[list[Any]]
    saved_at: Mapped[datetime]


class Publisher(Identified, Base):
    """Who publishes the fund's open data; at most one row.

    prefix: the 360Giving publisher prefix ("360G-example"). org_id: the fund's identifier.
    """

    __tablename__ = "publisher"

    prefix: Mapped[str] = mapped_column(String(60))
    org_id: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    website: Mapped[str] = mapped_column(String(500), default="")
    licence: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[UUID] = reference_to("person", index=False)
    changed_at: Mapped[datetime]


class AuditEvent(Base):
    """One line of the append-only record: who did what to which thing, when.

    The database itself refuses to change or delete a line (triggers in the first
    migration). actor_id None = the system acted. round_id is no foreign key: the lines of
    a deleted draft stay.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject_id_at", "subject_id", "at"),
        Index("ix_audit_event_round_id_id", "round_id", "id"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    event: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[UUID]
    round_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class OutboxMessage(Identified, Base):
    """A mail to be sent, written in the same transaction as the change it tells of.

    One row is one Message-ID. `once_key` stops the same news from being queued twice. A mail
    that was sent and came back has `bounced_at` and the other side's reason.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(
            "ix_outbox_message_waiting",
            "queued_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_outbox_message_state_queued_at", "state", "queued_at"),
    )

    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    once_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    to_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str]
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    round_id: Mapped[UUID | None] = reference_to("round", index=False, nullable=True)
    state: Mapped[MailState] = mapped_column(state_type(MailState))
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    bounce_reason: Mapped[str] = mapped_column(default="")
    last_error: Mapped[str] = mapped_column(default="")


class Job(Identified, Base):
    """Background work, written in the same transaction as the change that wants it.

    A worker leases a job until `lease_until`; a lease that ran out returns the job.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_job_state_due_at", "state", "due_at"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    once_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    state: Mapped[JobState] = mapped_column(state_type(JobState))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    done_steps: Mapped[int] = mapped_column(default=0)
    total_steps: Mapped[int] = mapped_column(default=0)
    queued_by_id: Mapped[UUID | None] = reference_to("person", index=False, nullable=True)
    queued_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
