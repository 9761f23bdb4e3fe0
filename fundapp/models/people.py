"""People, their sign-ins, one-time links, invitations and throttling."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.domain.permissions import MemberRole
from fundapp.domain.states import InvitationState
from fundapp.models.base import Base, Identified, reference_to, state_type


class Person(Identified, Base):
    """Somebody with an account. `email` is stored in lower case.

    `language` (BCP 47) is the one that letters to this person are first written in; `orcid`
    has its four groups of digits.
    """

    __tablename__ = "person"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    email_confirmed_at: Mapped[datetime | None]
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_fund_manager: Mapped[bool] = mapped_column(default=False)
    is_fictional: Mapped[bool] = mapped_column(default=False)
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    language: Mapped[str] = mapped_column(String(16), default="en")
    orcid: Mapped[str] = mapped_column(String(19), default="")
    created_at: Mapped[datetime]
    deletion_requested_at: Mapped[datetime | None]
    anonymised_at: Mapped[datetime | None]


class SignIn(Identified, Base):
    """One signed-in browser. The cookie holds a token; only its hash is kept."""

    __tablename__ = "sign_in"

    person_id: Mapped[UUID] = reference_to("person")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200), default="")


class OneTimeLink(Identified, Base):
    """A mailed link: confirm an address, or set a new password."""

    __tablename__ = "one_time_link"

    purpose: Mapped[str] = mapped_column(String(24))
    person_id: Mapped[UUID] = reference_to("person")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Invitation(Identified, Base):
    """A link that makes somebody a reviewer, an officer or a colleague.

    kind: "reviewer" (round and funder set), "officer" (funder set) or "colleague"
    (organisation and member role set).
    """

    __tablename__ = "invitation"

    kind: Mapped[str] = mapped_column(String(16))
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    round_id: Mapped[UUID | None] = reference_to("round", nullable=True)
    funder_id: Mapped[UUID | None] = reference_to("funder", nullable=True)
    organisation_id: Mapped[UUID | None] = reference_to("organisation", nullable=True)
    member_role: Mapped[MemberRole | None] = mapped_column(state_type(MemberRole))
    review_load: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[InvitationState] = mapped_column(state_type(InvitationState))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[UUID] = reference_to("person")
    accepted_by_id: Mapped[UUID | None] = reference_to("person", nullable=True)
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer_note: Mapped[str] = mapped_column(default="")


class Attempt(Identified, Base):
    """One throttled try (a sign-in, a mailed link), kept for the length of its window."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)

    key: Mapped[str] = mapped_column(String(160))
    at: Mapped[datetime]


class Membership(Identified, Base):
    """A colleague in an applicant organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("organisation_id", "person_id"),)

    organisation_id: Mapped[UUID] = reference_to("organisation", index=False)
    person_id: Mapped[UUID] = reference_to("person")
    role: Mapped[MemberRole] = mapped_column(state_type(MemberRole))
    joined_at: Mapped[datetime]
