"""Seats, offices, stakes and extensions."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from fundapp.domain.funders import FunderProfile
from fundapp.domain.permissions import Actor
from fundapp.domain.states import RoundState
from fundapp.models import AuditEvent, Extension, Funder, PanelSeat, Person, Round
from fundapp.queries.access import actor_for
from fundapp.services.extensions import grant_extension
from fundapp.services.funders import (
    add_funder,
    add_officer,
    funder_stamp,
    profile_of,
    record_investment,
    update_funder,
)
from fundapp.services.panels import seat_reviewer, unseat_reviewer
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_person,
    a_round,
    an_envelope,
    an_organisation,
)


@pytest.fixture
def manager(session: Session) -> Actor:
    return actor_for(session, a_manager(session).id)


@pytest.fixture
def round_(session: Session) -> Round:
    return a_round(session)


@pytest.fixture
def funder(session: Session, round_: Round) -> Funder:
    funder = a_funder(session)
    an_envelope(session, round_, funder)
    return funder


def seat(
    session: Session, round_: Round, person: Person, *, funder: Funder, actor: Actor, load: int = 5
) -> PanelSeat:
    return seat_reviewer(
        session,
        round_.id,
        person_id=person.id,
        funder_id=funder.id,
        review_load=load,
        actor=actor,
        now=NOW,
    )


def test_a_seat_keeps_its_label_through_leaving_and_coming_back(
    session: Session, round_: Round, funder: Funder, manager: Actor
) -> None:
    person = a_person(session)
    first = seat(session, round_, person, funder=funder, actor=manager)
    unseat_reviewer(session, round_.id, first.id, actor=manager, now=NOW)
    assert not first.is_active
    again = seat(session, round_, person, funder=funder, actor=manager, load=9)
    assert (again.id, again.label, again.review_load) == (first.id, "Reviewer 1", 9)
    assert again.is_active
    assert session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)).all() == [
        "panel_seat.taken",
        "panel_seat.left",
        "panel_seat.taken",
    ]


@pytest.mark.parametrize("load", [0, -1, 501])
def test_a_load_has_limits(
    session: Session, round_: Round, funder: Funder, manager: Actor, load: int
) -> None:
    with pytest.raises(InvalidInput, match="1 to 500"):
        seat(session, round_, a_person(session), funder=funder, actor=manager, load=load)


def test_reviewers_sit_for_a_funder_of_the_round(
    session: Session, round_: Round, manager: Actor
) -> None:
    with pytest.raises(InvalidInput, match="takes part in this round"):
        seat(session, round_, a_person(session), funder=a_funder(session), actor=manager)


def test_unconfirmed_people_are_invited_instead(
    session: Session, round_: Round, funder: Funder, manager: Actor
) -> None:
    person = a_person(session, email_confirmed_at=None)
    with pytest.raises(InvalidInput, match="Invite them by mail"):
        seat(session, round_, person, funder=funder, actor=manager)


def test_only_managers_seat(session: Session, round_: Round, funder: Funder) -> None:
    person = a_person(session)
    with pytest.raises(NotAllowed):
        seat(session, round_, person, funder=funder, actor=actor_for(session, person.id))


def test_a_seat_of_another_round_is_not_found(
    session: Session, round_: Round, funder: Funder, manager: Actor
) -> None:
    taken = seat(session, round_, a_person(session), funder=funder, actor=manager)
    with pytest.raises(NotFound):
        unseat_reviewer(session, a_round(session).id, taken.id, actor=manager, now=NOW)


def test_funders_have_their_own_short_names(session: Session, manager: Actor) -> None:
    one = add_funder(session, FunderProfile(name="Erewhon Trust"), actor=manager, now=NOW)
    assert one.code == "erewhon-trust"
    with pytest.raises(InvalidInput, match="Erewhon Trust has this short name"):
        add_funder(
            session,
            FunderProfile(name="Another", code="Erewhon Trust"),
            actor=manager,
            now=NOW,
        )
    changed = update_funder(
        session,
        one.id,
        FunderProfile(name="Erewhon Fund", code="ere"),
        version=funder_stamp(profile_of(one)),
        actor=manager,
        now=NOW,
    )
    assert (changed.name, changed.code) == ("Erewhon Fund", "ere")


def test_people_and_organisations_must_be_there(session: Session, manager: Actor) -> None:
    funder = a_funder(session)
    with pytest.raises(NotFound):
        add_officer(session, funder.id, person_id=uuid4(), actor=manager, now=NOW)
    with pytest.raises(NotFound):
        record_investment(session, funder.id, uuid4(), note="", actor=manager, now=NOW)
    with pytest.raises(NotFound):
        add_officer(session, uuid4(), person_id=manager.person_id, actor=manager, now=NOW)


def test_an_extension_can_be_changed_while_the_call_is_screened(
    session: Session, round_: Round, manager: Actor
) -> None:
    organisation = an_organisation(session)
    later = NOW + timedelta(weeks=7)
    for state, reason in ((RoundState.OPEN, "Flood."), (RoundState.SCREENING, "Second flood.")):
        round_.state = state
        grant_extension(
            session,
            round_.id,
            organisation.id,
            until=later,
            reason=reason,
            actor=manager,
            now=NOW,
        )
    assert session.scalars(select(Extension.reason)).all() == ["Second flood."]
    round_.state = RoundState.REVIEWING
    with pytest.raises(WrongState):
        grant_extension(
            session,
            round_.id,
            organisation.id,
            until=later,
            reason="Third.",
            actor=manager,
            now=NOW,
        )


def test_an_extension_ends_in_the_future(session: Session, round_: Round, manager: Actor) -> None:
    with pytest.raises(InvalidInput, match="still to come"):
        grant_extension(
            session,
            round_.id,
            an_organisation(session).id,
            until=NOW + timedelta(weeks=7),
            reason="Flood.",
            actor=manager,
            now=NOW + timedelta(weeks=8),
        )
