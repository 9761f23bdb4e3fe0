"""Applicant organisations: their profile and their colleagues."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, StaleVersion, WrongState
from fundapp.domain.organisations import OrganisationProfile, checked_profile
from fundapp.domain.permissions import (
    Action,
    Actor,
    MemberRole,
    OrganisationFacts,
    require,
)
from fundapp.models import Application, Membership, Organisation
from fundapp.queries.countries import country_names
from fundapp.services.audit import record_event


def create_organisation(
    session: Session,
    profile: OrganisationProfile,
    *,
    actor: Actor,
    now: datetime,
    is_fictional: bool = False,
) -> Organisation:
    """Add an organisation; the actor becomes its owner.

    Sent twice, it is made once: an organisation of the same name that the actor owns is
    returned as it is.
    """
    require(actor, Action.USE_ACCOUNT)
    tidy = checked_profile(profile, countries=country_names())
    existing = session.scalar(_owned_by(actor, tidy.name))
    if existing is not None:
        return existing
    organisation = Organisation(**asdict(tidy), is_fictional=is_fictional, created_at=now)
    session.add(organisation)
    session.flush()
    session.add(
        Membership(
            organisation_id=organisation.id,
            person_id=actor.person_id,
            role=MemberRole.OWNER,
            joined_at=now,
        )
    )
    record_event(session, "organisation.created", organisation, actor=actor, now=now)
    session.flush()
    return organisation


def update_organisation(
    session: Session,
    organisation_id: UUID,
    profile: OrganisationProfile,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Change the profile. StaleVersion carries the stored profile when a colleague was first."""
    require(actor, Action.EDIT_ORGANISATION, OrganisationFacts(organisation_id))
    tidy = checked_profile(profile, countries=country_names())
    organisation = _locked(session, organisation_id)
    stored = profile_of(organisation)
    if tidy == stored:
        return organisation
    if organisation.version != version:
        raise StaleVersion(
            "This profile was changed after you opened it. Compare and save again.",
            theirs=stored,
            their_name="A colleague",
            version=organisation.version,
        )
    for name, text in asdict(tidy).items():
        setattr(organisation, name, text)
    organisation.version += 1
    changed = [name for name, text in asdict(tidy).items() if text != getattr(stored, name)]
    record_event(
        session, "organisation.updated", organisation, actor=actor, now=now, fields=changed
    )
    return organisation


def profile_of(organisation: Organisation) -> OrganisationProfile:
    """Return the stored profile."""
    return OrganisationProfile(
        **{name: getattr(organisation, name) for name in OrganisationProfile.__annotations__}
    )


def change_member_role(
    session: Session,
    organisation_id: UUID,
    person_id: UUID,
    *,
    role: MemberRole,
    actor: Actor,
    now: datetime,
) -> Membership:
    """Give a colleague another role. The last owner stays owner (WrongState)."""
    require(actor, Action.INVITE_COLLEAGUE, OrganisationFacts(organisation_id))
    organisation = _locked(session, organisation_id)
    membership = _membership(session, organisation_id, person_id)
    if membership.role is role:
        return membership
    if role is not MemberRole.OWNER:
        _keep_an_owner(session, membership)
    membership.role = role
    record_event(
        session,
        "organisation.role_changed",
        organisation,
        actor=actor,
        now=now,
        person_id=person_id,
        role=role,
    )
    return membership


def remove_member(
    session: Session, organisation_id: UUID, person_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a colleague out; everybody may take out themselves, but not as the last owner.

    The longest-standing owner becomes the contact of the applications that the leaving
    person was the contact of, so that no mail goes to somebody who left.
    """
    subject = OrganisationFacts(organisation_id)
    is_leaving = actor.person_id == person_id
    require(actor, Action.VIEW_ORGANISATION if is_leaving else Action.INVITE_COLLEAGUE, subject)
    organisation = _locked(session, organisation_id)
    membership = _membership(session, organisation_id, person_id)
    _keep_an_owner(session, membership)
    session.delete(membership)
    session.flush()
    _pass_on_contacts(session, organisation_id, person_id)
    record_event(
        session,
        "organisation.member_removed",
        organisation,
        actor=actor,
        now=now,
        person_id=person_id,
    )


def _owned_by(actor: Actor, name: str) -> Select[Organisation]:
    return (
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == actor.person_id,
            Membership.role == MemberRole.OWNER,
            Organisation.name == name,
        )
        .order_by(Organisation.created_at, Organisation.id)
        .limit(1)
    )


def _locked(session: Session, organisation_id: UUID) -> Organisation:
    organisation = session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None:
        raise NotFound("There is no such organisation.")
    return organisation


def _membership(session: Session, organisation_id: UUID, person_id: UUID) -> Membership:
    membership = session.scalar(
        select(Membership).where(
            Membership.organisation_id == organisation_id, Membership.person_id == person_id
        )
    )
    if membership is None:
        raise NotFound("This person is not a colleague in this organisation.")
    return membership


def _keep_an_owner(session: Session, membership: Membership) -> None:
    others = select(func.count()).where(
        Membership.organisation_id == membership.organisation_id,
        Membership.role == MemberRole.OWNER,
        Membership.person_id != membership.person_id,
    )
    if membership.role is MemberRole.OWNER and not session.scalar(others):
        raise WrongState("This is the last owner. Make a colleague an owner first.")


def _pass_on_contacts(session: Session, organisation_id: UUID, person_id: UUID) -> None:
    oldest_owner = session.scalar(
        select(Membership.person_id)
        .where(Membership.organisation_id == organisation_id, Membership.role == MemberRole.OWNER)
        .order_by(Membership.joined_at, Membership.id)
        .limit(1)
    )
    if oldest_owner is None:
        return
    for application in session.scalars(
        select(Application)
        .where(Application.organisation_id == organisation_id, Application.contact_id == person_id)
        .order_by(Application.id)
    ):
        application.contact_id = oldest_owner
