"""Applicant organisations, funders and the ties between them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.models.base import Base, Identified, reference_to


class Organisation(Identified, Base):
    """An applicant; a grantee once awarded. country: ISO 3166 alpha-2, "" when imported.

    org_id: its identifier in an official register (GB-COH-01234567). ror: the nine signs after
    ror.org/. An organisation of one person (`is_individual`) is named in open data only where
    `may_be_named`.
    """

    __tablename__ = "organisation"

    name: Mapped[str] = mapped_column(String(200))
    legal_form: Mapped[str] = mapped_column(String(120), default="")
    registration: Mapped[str] = mapped_column(String(120), default="")
    org_id: Mapped[str] = mapped_column(String(120), default="")
    ror: Mapped[str] = mapped_column(String(9), default="")
    is_individual: Mapped[bool] = mapped_column(default=False)
    may_be_named: Mapped[bool] = mapped_column(default=False)
    country: Mapped[str] = mapped_column(String(2), default="")
    address: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(String(500), default="")
    about: Mapped[str] = mapped_column(default="")
    is_fictional: Mapped[bool] = mapped_column(default=False)
    is_imported: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Funder(Identified, Base):
    """An organisation that brings money and reviewers. kind: government, foundation, company.

    org_id: its identifier in an official register. ror: the nine signs after ror.org/.
    """

    __tablename__ = "funder"

    code: Mapped[str] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(24))
    org_id: Mapped[str] = mapped_column(String(120), default="")
    ror: Mapped[str] = mapped_column(String(9), default="")
    website: Mapped[str] = mapped_column(String(500), default="")
    is_fictional: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Office(Identified, Base):
    """A person who speaks for a funder (its officer)."""

    __tablename__ = "office"
    __table_args__ = (UniqueConstraint("funder_id", "person_id"),)

    funder_id: Mapped[UUID] = reference_to("funder", index=False)
    person_id: Mapped[UUID] = reference_to("person")
    title: Mapped[str] = mapped_column(String(120), default="Programme officer")
    since_at: Mapped[datetime]


class Investment(Identified, Base):
    """A funder holds a stake in an applicant: a conflict of interest by itself."""

    __tablename__ = "investment"
    __table_args__ = (UniqueConstraint("funder_id", "organisation_id"),)

    funder_id: Mapped[UUID] = reference_to("funder", index=False)
    organisation_id: Mapped[UUID] = reference_to("organisation")
    note: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[UUID] = reference_to("person")
    recorded_at: Mapped[datetime]
