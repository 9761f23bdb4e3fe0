"""Applications: answers, attachments, submitted versions, eligibility checks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.domain.states import ApplicationState
from fundapp.models.base import Base, Identified, reference_to, state_type


class Application(Identified, Base):
    """The answers given to one round by one organisation (an entry in a prize round).

    `number` and `reference` are given at the first submission. `amount_requested` is
    in minor units of the round's currency; who asked in another has its sum there, in minor
    units of `own_currency`, as `own_amount`. `is_complete` is false for an imported
    application with missing answers. `language` (BCP 47) is that of its letters. `in_gallery`: the
    applicant lets the public page of the announced round show it.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        Index("ix_application_round_id_state_number", "round_id", "state", "number"),
    )

    round_id: Mapped[UUID] = reference_to("round", index=False)
    organisation_id: Mapped[UUID] = reference_to("organisation")
    number: Mapped[int | None]
    reference: Mapped[str | None] = mapped_column(String(48), unique=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    amount_requested: Mapped[int | None] = mapped_column(BigInteger)
    own_currency: Mapped[str | None] = mapped_column(String(3))
    own_amount: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[ApplicationState] = mapped_column(state_type(ApplicationState))
    is_imported: Mapped[bool] = mapped_column(default=False)
    is_complete: Mapped[bool] = mapped_column(default=True)
    source_key: Mapped[str | None] = mapped_column(String(120))
    contact_id: Mapped[UUID] = reference_to("person")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    state_since: Mapped[datetime]
    last_version: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(16), default="en")
    in_gallery: Mapped[bool] = mapped_column(default=False)


class Answer(Identified, Base):
    """What was typed for one question, valid or not.

    `version` grows with each change; a save names the version it was typed over, so
    nobody overwrites a colleague silently. `problems` lists what is to mend.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("application_id", "question_id"),)

    application_id: Mapped[UUID] = reference_to("application", index=False)
    question_id: Mapped[UUID] = reference_to("question")
    value: Mapped[Any] = mapped_column(JSON)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[UUID] = reference_to("person", index=False)
    changed_at: Mapped[datetime]


class Attachment(Identified, Base):
    """A file given as (part of) an answer. The bytes live in the file store under sha256.

    `is_sensitive`: it may be looked at in the app only, each look is recorded, and no export or
    download has it.
    """

    __tablename__ = "attachment"

    application_id: Mapped[UUID] = reference_to("application")
    question_id: Mapped[UUID] = reference_to("question")
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    added_by_id: Mapped[UUID] = reference_to("person", index=False)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    is_sensitive: Mapped[bool] = mapped_column(default=False)


class EvidenceReading(Identified, Base):
    """What was read of a file's content when it was attached, whoever attached it.

    logs: one object per log in it, as evidence/as_data writes them; a refused one has `error`.
    readers: the version of the readers, so that files can be read anew when they learn.
    """

    __tablename__ = "evidence_reading"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    readers: Mapped[int]
    logs: Mapped[list[Any]]
    read_at: Mapped[datetime]


class SubmittedVersion(Identified, Base):
    """Exactly what was submitted: a frozen copy of all answers and its hash."""

    __tablename__ = "submitted_version"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    application_id: Mapped[UUID] = reference_to("application", index=False)
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    submitted_by_id: Mapped[UUID] = reference_to("person", index=False)
    submitted_at: Mapped[datetime]


class EligibilityCheck(Identified, Base):
    """A yes or no before review, with its reason. The newest one counts."""

    __tablename__ = "eligibility_check"

    application_id: Mapped[UUID] = reference_to("application")
    is_eligible: Mapped[bool]
    reason: Mapped[str]
    checked_by_id: Mapped[UUID] = reference_to("person", index=False)
    checked_at: Mapped[datetime]
