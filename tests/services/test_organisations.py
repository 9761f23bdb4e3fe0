"""Organisations: profile, colleagues, and what two people at once cannot break."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, StaleVersion, WrongState
from fundapp.domain.organisations import OrganisationProfile
from fundapp.domain.permissions import MemberRole
from fundapp.models import Membership, Organisation
from fundapp.queries.access import actor_for
from fundapp.services.organisations import (
    change_member_role,
    create_organisation,
    profile_of,
    remove_member,
    update_organisation,
)
from tests.builders import NOW, a_member, a_person, a_round, an_application, an_organisation

PROFILE = OrganisationProfile(name="Zembla Gauge", country="KE")


def test_creator_becomes_owner_and_a_double_click_makes_one(session: Session) -> None:
    person = a_person(session)
    first = create_organisation(session, PROFILE, actor=actor_for(session, person.id), now=NOW)
    again = create_organisation(session, PROFILE, actor=actor_for(session, person.id), now=NOW)
    assert again.id == first.id
    assert actor_for(session, person.id).memberships == {first.id: MemberRole.OWNER}
    assert session.scalar(select(func.count()).select_from(Organisation)) == 1


def test_every_bad_field_gets_its_sentence(session: Session) -> None:
    person = a_person(session)
    bad = OrganisationProfile(name=" \u202e ", country="XX", website="nowhere", about="x" * 5_001)
    with pytest.raises(InvalidInput) as caught:
        create_organisation(session, bad, actor=actor_for(session, person.id), now=NOW)
    assert [(problem.field, problem.sentence) for problem in caught.value.problems] == [
        ("about", "5,001 characters. Shorten by 1."),
        ("name", "Enter the name of your organisation."),
        ("country", "Choose the country of your registered office."),
        (
            "website",
            "Enter an address such as https://example.org. You entered “https://nowhere”.",
        ),
    ]


def test_a_second_editor_does_not_overwrite_the_first(session: Session) -> None:
    organisation = an_organisation(session, about="Before.")
    ada, ben = (actor_for(session, a_member(session, organisation).id) for _ in range(2))
    mine = OrganisationProfile(name="Zembla Gauge", country="KE", about="Ada's text.")
    update_organisation(session, organisation.id, mine, version=1, actor=ada, now=NOW)
    theirs = OrganisationProfile(name="Zembla Gauge", country="KE", about="Ben's text.")
    with pytest.raises(StaleVersion) as caught:
        update_organisation(session, organisation.id, theirs, version=1, actor=ben, now=NOW)
    assert (caught.value.theirs, caught.value.version) == (mine, 2)
    assert profile_of(organisation) == mine


def test_a_viewer_reads_only(session: Session) -> None:
    organisation = an_organisation(session)
    viewer = actor_for(session, a_member(session, organisation, MemberRole.VIEWER).id)
    with pytest.raises(NotAllowed, match="Ask an owner"):
        update_organisation(session, organisation.id, PROFILE, version=1, actor=viewer, now=NOW)


def test_the_last_owner_stays(session: Session) -> None:
    organisation = an_organisation(session)
    owner = actor_for(session, a_member(session, organisation).id)
    with pytest.raises(WrongState, match="last owner"):
        remove_member(session, organisation.id, owner.person_id, actor=owner, now=NOW)
    with pytest.raises(WrongState, match="last owner"):
        change_member_role(
            session,
            organisation.id,
            owner.person_id,
            role=MemberRole.VIEWER,
            actor=owner,
            now=NOW,
        )


def test_who_leaves_hands_the_contact_on(session: Session) -> None:
    organisation = an_organisation(session)
    owner, editor = a_member(session, organisation), a_member(session, organisation)
    application = an_application(session, a_round(session), organisation, contact_id=editor.id)
    actor = actor_for(session, editor.id)
    remove_member(session, organisation.id, editor.id, actor=actor, now=NOW)
    assert application.contact_id == owner.id
    assert list(session.scalars(select(Membership.person_id))) == [owner.id]
