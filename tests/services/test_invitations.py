"""Invitations by link."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from fundapp.domain.permissions import Actor, MemberRole
from fundapp.domain.states import InvitationState, RoundState
from fundapp.models import Invitation, Membership, Office, OutboxMessage, PanelSeat, Round
from fundapp.queries.access import actor_for
from fundapp.queries.invitations import invitations_to_round
from fundapp.services import invitations
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_member,
    a_person,
    a_round,
    an_envelope,
    an_organisation,
)

MONTH = timedelta(days=30)


def last_token(session: Session) -> str:
    session.flush()
    bodies = session.scalars(select(OutboxMessage.body)).all()
    tokens = [found[1] for body in bodies if (found := re.search(r"/invitations/(\S+)", body))]
    return tokens[-1]


def manager(session: Session) -> Actor:
    return actor_for(session, a_manager(session).id)


def invite_reviewer(session: Session, round_: Round, **changes: Any) -> Invitation:
    funder = changes.pop("funder", None) or a_funder(session)
    if "funder_id" not in changes:
        an_envelope(session, round_, funder)
    values: dict[str, Any] = {
        "email": "rita@sample.example",
        "name": "Rita Sample",
        "funder_id": funder.id,
        "review_load": 8,
        "actor": changes.pop("actor", None) or manager(session),
        "now": NOW,
    }
    return invitations.invite_reviewer(session, round_.id, **values | changes)


def test_a_reviewer_takes_a_seat(session: Session) -> None:
    round_ = a_round(session)
    invitation = invite_reviewer(session, round_)
    rita = a_person(session, email="rita@sample.example")
    token = last_token(session)
    for _ in range(2):
        invitations.accept_invitation(session, token, actor=actor_for(session, rita.id), now=NOW)
    (seat,) = session.scalars(select(PanelSeat)).all()
    assert (seat.person_id, seat.funder_id) == (rita.id, invitation.funder_id)
    assert (seat.review_load, seat.label) == (8, "Reviewer 1")
    (row,) = invitations_to_round(session, round_.id)
    assert (row.state, row.has_account) == (InvitationState.ACCEPTED, True)


def test_somebody_without_an_account_registers_and_accepts(session: Session) -> None:
    invite_reviewer(session, a_round(session))
    person = invitations.accept_as_new_person(
        session, last_token(session), name="Rita S.", password_hash="hash", now=NOW
    )
    assert (person.email, person.email_confirmed_at) == ("rita@sample.example", NOW)
    assert session.scalars(select(PanelSeat.person_id)).all() == [person.id]


def test_who_has_an_account_must_sign_in(session: Session) -> None:
    invite_reviewer(session, a_round(session))
    rita = a_person(session, email="rita@sample.example", password_hash="own")
    with pytest.raises(WrongState, match="Sign in"):
        invitations.accept_as_new_person(
            session, last_token(session), name="X", password_hash="stranger", now=NOW
        )
    assert rita.password_hash == "own"


def test_declining_needs_no_account_and_tells_the_inviter(session: Session) -> None:
    actor = manager(session)
    invitation = invite_reviewer(session, a_round(session), actor=actor)
    token = last_token(session)
    invitations.decline_invitation(session, token, note="On leave. Ask Otto.", now=NOW)
    invitations.decline_invitation(session, token, note="again", now=NOW)
    assert (invitation.state, invitation.answer_note) == (
        InvitationState.DECLINED,
        "On leave. Ask Otto.",
    )
    session.flush()
    told = session.scalars(
        select(OutboxMessage).where(OutboxMessage.to_address == actor.email)
    ).all()
    assert [mail.subject for mail in told] == ["Rita Sample declined your invitation"]
    with pytest.raises(WrongState, match="was declined"):
        invitations.accept_invitation(session, token, actor=actor, now=NOW)


def test_an_officer_takes_office(session: Session) -> None:
    funder, person = a_funder(session), a_person(session)
    invitations.invite_officer(
        session, funder.id, email=person.email, name="Jon", actor=manager(session), now=NOW
    )
    actor = actor_for(session, person.id)
    invitations.accept_invitation(session, last_token(session), actor=actor, now=NOW)
    assert [(office.funder_id, office.person_id) for office in session.scalars(select(Office))] == [
        (funder.id, person.id)
    ]


def test_an_owner_invites_colleagues_and_an_editor_does_not(session: Session) -> None:
    organisation = an_organisation(session)
    owner = actor_for(session, a_member(session, organisation).id)
    editor = actor_for(session, a_member(session, organisation, MemberRole.EDITOR).id)
    wanted: dict[str, Any] = {
        "email": "new@sample.example",
        "name": "New",
        "role": MemberRole.EDITOR,
        "now": NOW,
    }
    with pytest.raises(NotAllowed):
        invitations.invite_colleague(session, organisation.id, actor=editor, **wanted)
    invitations.invite_colleague(session, organisation.id, actor=owner, **wanted)
    colleague = actor_for(session, a_person(session).id)
    invitations.accept_invitation(session, last_token(session), actor=colleague, now=NOW)
    role = session.scalar(
        select(Membership.role).where(Membership.person_id == colleague.person_id)
    )
    assert role is MemberRole.EDITOR


def test_links_that_do_not_work_say_what_to_do(session: Session) -> None:
    actor = manager(session)
    invitation = invite_reviewer(session, a_round(session), actor=actor)
    token = last_token(session)
    with pytest.raises(NotFound, match="never given out"):
        invitations.decline_invitation(session, "nonsense", note="", now=NOW)
    with pytest.raises(WrongState, match="has expired"):
        invitations.decline_invitation(session, token, note="", now=NOW + MONTH)
    invitations.withdraw_invitation(session, invitation.id, actor=actor, now=NOW)
    with pytest.raises(WrongState, match="was withdrawn"):
        invitations.accept_invitation(session, token, actor=actor, now=NOW)


def test_sending_again_closes_the_old_link(session: Session) -> None:
    actor = manager(session)
    invitation = invite_reviewer(session, a_round(session), actor=actor)
    old = last_token(session)
    later = NOW + timedelta(days=20)
    invitations.resend_invitation(session, invitation.id, actor=actor, now=later)
    assert invitation.expires_at == later + MONTH
    with pytest.raises(NotFound):
        invitations.decline_invitation(session, old, note="", now=later)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"review_load": 0}, "review_load"),
        ({"note": "x" * 2001}, "note"),
    ],
)
def test_bad_invitations(session: Session, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        invite_reviewer(session, a_round(session), **changes)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_nobody_is_invited_twice_or_for_a_funder_outside_the_round(session: Session) -> None:
    round_, funder = a_round(session), a_funder(session)
    invite_reviewer(session, round_, funder=funder)
    with pytest.raises(InvalidInput, match="open invitation"):
        invite_reviewer(session, round_, funder_id=funder.id)
    with pytest.raises(InvalidInput, match="takes part in this round"):
        invite_reviewer(session, round_, funder_id=a_funder(session).id)
    rita = a_person(session, email="rita@sample.example")
    actor = actor_for(session, rita.id)
    invitations.accept_invitation(session, last_token(session), actor=actor, now=NOW)
    with pytest.raises(InvalidInput, match="sits on the panel already"):
        invite_reviewer(session, round_, funder_id=funder.id)


def test_a_decided_round_takes_no_more_reviewers(session: Session) -> None:
    with pytest.raises(WrongState, match="is decided"):
        invite_reviewer(session, a_round(session, RoundState.DECIDED))


def test_only_managers_invite_reviewers(session: Session) -> None:
    with pytest.raises(NotAllowed):
        invite_reviewer(session, a_round(session), actor=actor_for(session, a_person(session).id))
