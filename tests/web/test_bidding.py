"""Pages of bids, profiles and changes by hand: what they save, show and keep."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.joint_evaluation import BidValue
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.models import Answer, AssignmentPlan, Bid, Person, ReviewerProfile
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_person,
    a_question,
    a_round,
    a_seat,
    a_section,
    an_application,
    an_envelope,
    an_organisation,
)

BrowserOf = Callable[[Person], FlaskClient]


class Fund:
    """A round that takes bids, two applications on topics, two reviewers, their browsers."""

    def __init__(self, session: Session, browser_of: BrowserOf, *, is_blind: bool = False) -> None:
        manager = a_manager(session)
        self.round = a_round(
            session,
            RoundState.SCREENING,
            created_by_id=manager.id,
            takes_bids=True,
            is_blind=is_blind,
            reviews_wanted=1,
            funders_wanted=1,
        )
        topics = a_question(
            session,
            a_section(session, self.round),
            code="topics",
            kind="several_choices",
            settings={"options": ["Agents", "Law"]},
        )
        funder, organisation = a_funder(session), an_organisation(session, "Zembla Gauge")
        an_envelope(session, self.round, funder)
        self.applications = [
            an_application(session, self.round, organisation, ApplicationState.UNDER_REVIEW)
            for _ in range(2)
        ]
        for application, topic in zip(self.applications, ("Agents", "Law"), strict=True):
            session.add(
                Answer(
                    application_id=application.id,
                    question_id=topics.id,
                    value=[topic],
                    changed_by_id=application.contact_id,
                    changed_at=NOW,
                )
            )
        people = [a_person(session, f"{name} Sample") for name in ("Rita", "Otto")]
        self.seats = [a_seat(session, self.round, funder, person_id=person.id) for person in people]
        session.commit()
        self.manager = browser_of(manager)
        self.reviewer = browser_of(people[0])
        self.bids = f"/rounds/{self.round.id}/bids"


@pytest.fixture
def fund(session: Session, client_of: BrowserOf) -> Fund:
    return Fund(session, client_of)


def test_bids_are_saved_with_and_without_scripts(session: Session, fund: Fund) -> None:
    first, second = (f"bid-{one.id}" for one in fund.applications)
    assert fund.reviewer.post(fund.bids, data={first: "eager", second: ""}).status_code == 303
    told = fund.reviewer.post(f"{fund.bids}/autosave", data={first: "eager", second: "willing"})
    assert (told.status_code, told.json["problems"] if told.json else None) == (200, [])
    values = session.scalars(select(Bid.value).order_by(Bid.value)).all()
    assert values == [BidValue.EAGER, BidValue.WILLING]
    page = fund.reviewer.get(fund.bids).text
    assert "You have bid on 2 of 2" in page
    assert re.findall(r'value="(\w+)" selected', page) == ["eager", "willing"]
    board = fund.manager.get(f"/rounds/{fund.round.id}/assignments").text
    assert "1 of 2 reviewers have bid." in board
    assert "<li>Otto Sample</li>" in board


@pytest.mark.parametrize("value", ["very", "<script>", "x" * 10_000])
def test_what_is_no_bid_changes_nothing(session: Session, fund: Fund, value: str) -> None:
    posted = {f"bid-{fund.applications[0].id}": value, "bid-nothing": "eager"}
    assert fund.reviewer.post(fund.bids, data=posted).status_code == 303
    assert session.scalars(select(Bid.id)).all() == []


def test_applications_are_found_by_topic(fund: Fund) -> None:
    page = fund.reviewer.get(f"{fund.bids}?topic=law").text
    shown = [str(one.reference) in page for one in fund.applications]
    assert shown == [False, True]


@pytest.mark.parametrize("is_blind", [True, False])
def test_a_blind_round_hides_who_applies(
    session: Session, client_of: BrowserOf, *, is_blind: bool
) -> None:
    fund = Fund(session, client_of, is_blind=is_blind)
    assert ("Zembla" in fund.reviewer.get(fund.bids).text) is not is_blind


def test_the_queue_leads_to_the_bids(fund: Fund) -> None:
    assert f'href="{fund.bids}"' in fund.reviewer.get("/reviews").text


def test_a_profile_keeps_what_was_typed(session: Session, fund: Fund) -> None:
    typed = {
        "known-0-topic": "Agents",
        "known-0": "high",
        "own-0-topic": "Speech in noise",
        "own-0-level": "",
        "languages": "English",
    }
    answer = fund.reviewer.post("/account/expertise", data=typed)
    assert answer.status_code == 422
    assert "Choose how well, or remove the topic." in answer.text
    assert 'value="Speech in noise"' in answer.text
    redrawn = fund.reviewer.post("/account/expertise", data=typed | {"add": "own"})
    assert (redrawn.status_code, redrawn.text.count('name="own-1-topic"')) == (200, 1)
    saved = fund.reviewer.post("/account/expertise", data=typed | {"own-0-level": "low"})
    assert saved.status_code == 303
    row = session.scalars(select(ReviewerProfile)).one()
    assert row.expertise == {"Agents": "high", "Speech in noise": "low"}
    assert row.languages == ["en"]
    panel = fund.manager.get(f"/rounds/{fund.round.id}/panel").text
    assert "Agents, Speech in noise, reads English" in panel


def test_two_tabs_do_not_overwrite_each_others_profile(session: Session, fund: Fund) -> None:
    address = "/account/expertise"
    [shown] = re.findall(r'name="version" value="(\d+)"', fund.reviewer.get(address).text)
    tab = {"known-0-topic": "Agents", "version": shown}
    first = tab | {"known-0": "high", "languages": "French"}
    assert fund.reviewer.post(address, data=first).status_code == 303
    second = tab | {"known-0": "low", "languages": "English, Swahili"}
    clash = fund.reviewer.post(address, data=second)
    assert clash.status_code == 409
    assert '<div class="written">French</div>' in clash.text
    assert 'value="English, Swahili"' in clash.text
    assert session.scalars(select(ReviewerProfile.languages)).one() == ["fr"]
    [current] = re.findall(r'name="version" value="(\d+)"', clash.text)
    again = fund.reviewer.post(address, data=second | {"version": current})
    assert again.status_code == 303
    session.expire_all()
    assert session.scalars(select(ReviewerProfile.languages)).one() == ["en", "sw"]


def test_a_pair_is_changed_on_the_page_and_back(session: Session, fund: Fund) -> None:
    made = fund.manager.post(f"/rounds/{fund.round.id}/assignments/propose")
    page = fund.manager.get(made.headers["Location"]).text
    address = re.findall(r'href="(/assignment-plans/[^"]*/reviewers/[^"]*)"', page)[0]
    assert "Somebody else" in fund.manager.get(address).text
    refused = fund.manager.post(address, data={"kind": "swap", "instead_id": "nobody"})
    assert (refused.status_code, "Choose who reviews it instead." in refused.text) == (422, True)
    other = next(
        str(seat.person_id) for seat in fund.seats if not address.endswith(str(seat.person_id))
    )
    changed = fund.manager.post(address, data={"kind": "swap", "instead_id": other})
    page = fund.manager.get(changed.headers["Location"]).text
    assert "Changed by hand" in page
    assert "costs nothing" in page
    undone = fund.manager.post(f"{changed.headers['Location']}/undo")
    assert "Changed by hand" not in fund.manager.get(undone.headers["Location"]).text
    open_plans = select(AssignmentPlan.id).where(AssignmentPlan.discarded_at.is_(None))
    assert [str(one) for one in session.scalars(open_plans)] == [
        undone.headers["Location"].rsplit("/", 1)[1]
    ]


def test_a_fair_draft_is_left_to_a_worker(fund: Fund) -> None:
    address = f"/rounds/{fund.round.id}/assignments/propose"
    ordered = fund.manager.post(address, data={"aim": "fair"})
    page = fund.manager.get(ordered.headers["Location"])
    assert (page.status_code, "We draft the assignments" in page.text) == (200, True)
