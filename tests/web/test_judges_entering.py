"""Judges of a prize cannot enter it: refused at submission, on the panel, told when one joins."""

import re
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.permissions import MemberRole
from fundapp.domain.states import ApplicationState, ConflictState, RoundKind
from fundapp.models import (
    Application,
    Conflict,
    Funder,
    Invitation,
    Membership,
    OutboxMessage,
    PanelSeat,
    Person,
)
from tests.builders import NOW, a_funder, a_manager, a_person, a_seat, an_envelope, an_officer
from tests.services.test_applications import Call
from tests.web.test_evidence import ClientOf, text_of


class Prize:
    """A prize round with a finished entry, a funder, and a manager's browser."""

    def __init__(self, session: Session, client_of: ClientOf, kind: RoundKind) -> None:
        self.session, self.client_of = session, client_of
        self.call = Call(session, kind=kind)
        self.funder: Funder = a_funder(session)
        an_envelope(session, self.call.round, self.funder)
        self.entry: Application = self.call.finished()
        self.writer = client_of(session.get_one(Person, self.entry.contact_id))
        self.manager = client_of(a_manager(session))
        self.judge = a_person(session, "Judith Sample")
        session.commit()

    def joins(self) -> None:
        """Make the judge a colleague of the entrant."""
        self.session.add(
            Membership(
                organisation_id=self.call.organisation.id,
                person_id=self.judge.id,
                role=MemberRole.EDITOR,
                joined_at=NOW,
            )
        )
        self.session.commit()

    def submit(self) -> str:
        """Return what the entrant reads after submitting."""
        path = f"/applications/{self.entry.id}/submit"
        return text_of(self.writer.post(path, follow_redirects=True))

    def invited(self, path: str, **fields: str) -> int:
        posted = {"name": "Judith Sample", "email": self.judge.email, **fields}
        return self.manager.post(path, data=posted).status_code

    def to_panel(self) -> int:
        return self.invited(
            f"/rounds/{self.call.round.id}/panel", funder_id=str(self.funder.id), review_load="5"
        )

    def link(self) -> str:
        """Return the path of the newest mailed link."""
        newest = select(OutboxMessage.body).order_by(OutboxMessage.queued_at.desc())
        found = re.search(r"\{site\}(/\S+)", self.session.scalars(newest).first() or "")
        assert found is not None
        return found[1]


@pytest.fixture
def prize(session: Session, client_of: ClientOf) -> Prize:
    return Prize(session, client_of, RoundKind.PRIZE)


def test_an_organisation_with_a_judge_cannot_enter(prize: Prize) -> None:
    prize.joins()
    seat = a_seat(prize.session, prize.call.round, prize.funder, person_id=prize.judge.id)
    prize.session.commit()
    told = prize.submit()
    assert "Somebody in your organisation judges this prize" in told
    assert "Judith" not in told
    prize.session.refresh(prize.entry)
    assert prize.entry.state is ApplicationState.DRAFT
    seat.is_active = False
    prize.session.commit()
    assert "We have your application" in prize.submit()


def test_who_is_invited_to_the_panel_counts(prize: Prize) -> None:
    assert prize.to_panel() == 303
    prize.joins()
    assert "Somebody in your organisation judges this prize" in prize.submit()


def test_an_officer_of_a_funder_counts_and_is_told_themselves(prize: Prize) -> None:
    prize.judge = an_officer(prize.session, prize.funder)
    prize.joins()
    prize.writer = prize.client_of(prize.judge)
    assert "You judge this prize, are invited to, or speak for a funder of it." in prize.submit()


def test_who_entered_gets_no_seat(prize: Prize) -> None:
    prize.joins()
    assert "We have your application" in prize.submit()
    answer = prize.manager.post(
        f"/rounds/{prize.call.round.id}/panel",
        data={
            "name": "Judith Sample",
            "email": prize.judge.email,
            "funder_id": str(prize.funder.id),
            "review_load": "5",
        },
    )
    assert answer.status_code == 422
    assert "is in an organisation that entered this prize" in unescape(answer.text)


def test_who_enters_after_the_invitation_cannot_accept_it(prize: Prize) -> None:
    assert prize.to_panel() == 303
    invitation = prize.session.scalars(select(Invitation)).one()
    prize.call.submit(prize.entry)
    prize.session.commit()
    prize.joins()
    browser = prize.client_of(prize.judge)
    answer = browser.post(f"{prize.link()}/accept")
    assert "Your organisation entered this prize, so you cannot judge it." in text_of(answer)
    prize.session.refresh(invitation)
    assert prize.session.scalars(select(PanelSeat)).all() == []
    assert invitation.state.value == "offered"


def test_a_judge_who_joins_later_is_barred_and_the_manager_told(prize: Prize) -> None:
    seat = a_seat(prize.session, prize.call.round, prize.funder, person_id=prize.judge.id)
    prize.session.commit()
    assert "We have your application" in prize.submit()
    organisation = prize.call.organisation.id
    answer = prize.writer.post(
        f"/organisations/{organisation}/invite",
        data={"name": "Judith Sample", "email": prize.judge.email, "role": "editor"},
    )
    assert answer.status_code == 303
    assert prize.client_of(prize.judge).post(f"{prize.link()}/accept").status_code == 303
    conflict = prize.session.scalars(select(Conflict)).one()
    assert (conflict.application_id, conflict.person_id, conflict.state) == (
        prize.entry.id,
        prize.judge.id,
        ConflictState.PROPOSED,
    )
    register = text_of(prize.manager.get(f"/rounds/{prize.call.round.id}/conflicts"))
    assert "since after it entered this prize" in register
    assert seat.is_active


def test_a_grant_round_asks_nothing_of_this(session: Session, client_of: ClientOf) -> None:
    grant = Prize(session, client_of, RoundKind.GRANT)
    grant.joins()
    a_seat(session, grant.call.round, grant.funder, person_id=grant.judge.id)
    session.commit()
    assert "We have your application" in grant.submit()
