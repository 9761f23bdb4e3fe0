"""Applicant organisations for their own people: profile, colleagues, open invitations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import MemberRole
from fundapp.domain.states import InvitationState
from fundapp.models import Invitation, Membership, Organisation, Person


@dataclass(frozen=True)
class OrganisationName:
    """An organisation in a list."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Colleague:
    """A person in an organisation."""

    person_id: UUID
    name: str
    email: str
    role: MemberRole
    joined_at: datetime


@dataclass(frozen=True)
class OpenInvitation:
    """A colleague who was invited and has not answered."""

    id: UUID
    name: str
    email: str
    role: MemberRole
    invited_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class OrganisationRecord:
    """An organisation as its people see it. country: ISO 3166 alpha-2."""

    id: UUID
    name: str
    country: str
    legal_form: str
    registration: str
    address: str
    website: str
    about: str
    org_id: str
    ror: str
    is_individual: bool
    may_be_named: bool
    is_fictional: bool
    version: int
    colleagues: tuple[Colleague, ...]
    invitations: tuple[OpenInvitation, ...]


def organisations_named(
    session: Session, organisation_ids: Iterable[UUID]
) -> list[OrganisationName]:
    """Return these organisations by name. 1 statement."""
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(list(organisation_ids)))
        .order_by(Organisation.name, Organisation.id)
    )
    return [OrganisationName(id=id_, name=name) for id_, name in rows]


def organisation_record(
    session: Session, organisation_id: UUID, *, now: datetime
) -> OrganisationRecord:
    """Return an organisation with its colleagues and open invitations. 3 statements."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound("There is no such organisation.")
    return OrganisationRecord(
        id=organisation.id,
        name=organisation.name,
        country=organisation.country,
        legal_form=organisation.legal_form,
        registration=organisation.registration,
        address=organisation.address,
        website=organisation.website,
        about=organisation.about,
        org_id=organisation.org_id,
        ror=organisation.ror,
        is_individual=organisation.is_individual,
        may_be_named=organisation.may_be_named,
        is_fictional=organisation.is_fictional,
        version=organisation.version,
        colleagues=_colleagues(session, organisation_id),
        invitations=_invitations(session, organisation_id, now),
    )


def _colleagues(session: Session, organisation_id: UUID) -> tuple[Colleague, ...]:
    rows = session.execute(
        select(Membership, Person.name, Person.email)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id)
        .order_by(Person.name, Person.id)
    )
    return tuple(
        Colleague(membership.person_id, name, email, membership.role, membership.joined_at)
        for membership, name, email in rows
    )


def _invitations(
    session: Session, organisation_id: UUID, now: datetime
) -> tuple[OpenInvitation, ...]:
    rows = session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.state == InvitationState.OFFERED,
            Invitation.expires_at > now,
        )
        .order_by(Invitation.invited_at, Invitation.id)
    )
    return tuple(
        OpenInvitation(
            id=row.id,
            name=row.name,
            email=row.email,
            role=row.member_role or MemberRole.VIEWER,
            invited_at=row.invited_at,
            expires_at=row.expires_at,
        )
        for row in rows
    )
