"""The pages on which a round ends before its time: a draft deleted, a call cancelled."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, RoundState
from fundapp.models import Person, Round
from tests.builders import (
    a_criterion,
    a_funder,
    a_manager,
    a_member,
    a_question,
    a_round,
    a_seat,
    a_section,
    an_application,
    an_envelope,
    an_organisation,
)

Browser = Callable[[Person], FlaskClient]
REASON = "A funder withdrew <b>its</b> envelope. مرحبا"


@pytest.fixture
def manager(session: Session, client_of: Browser) -> FlaskClient:
    return client_of(a_manager(session))


def test_the_page_says_what_goes_with_a_draft(session: Session, manager: FlaskClient) -> None:
    round_ = a_round(session, RoundState.DRAFT)
    funder = a_funder(session)
    a_question(session, a_section(session, round_))
    a_criterion(session, round_)
    an_envelope(session, round_, funder)
    a_seat(session, round_, funder)
    session.commit()
    board = manager.get(f"/rounds/{round_.id}").text
    assert f'href="/rounds/{round_.id}/delete"' in board
    page = manager.get(f"/rounds/{round_.id}/delete").text
    for sentence in (
        f"Delete the draft {round_.reference}?",
        "question of the form",
        "criterion with its anchors",
        "envelope of €500,000",
        "reviewer loses the seat on the panel and gets no mail",
    ):
        assert sentence in page, sentence


def test_a_draft_is_deleted_once(session: Session, manager: FlaskClient) -> None:
    round_ = a_round(session, RoundState.DRAFT)
    reference, path = round_.reference, f"/rounds/{round_.id}/delete"
    session.commit()
    answer = manager.post(path, follow_redirects=True)
    assert f"{reference} is deleted." in answer.text
    session.expire_all()
    assert session.scalars(select(Round.id)).all() == []
    again = manager.post(path)
    assert again.status_code == 404
    assert "There is no such round." in again.text


def test_an_open_call_is_not_deleted_but_cancelled(session: Session, manager: FlaskClient) -> None:
    round_ = a_round(session)
    session.commit()
    page = manager.get(f"/rounds/{round_.id}/delete").text
    assert f'href="/rounds/{round_.id}/cancellation"' in page
    assert "Delete the draft" not in page


def test_the_page_counts_before_it_cancels(session: Session, manager: FlaskClient) -> None:
    round_ = a_round(session)
    contact = a_member(session, an_organisation(session))
    for state in (ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.SUBMITTED):
        organisation = an_organisation(session)
        an_application(session, round_, organisation, state, contact_id=contact.id)
    session.commit()
    page = manager.get(f"/rounds/{round_.id}/cancellation").text
    for sentence in (
        "<b>1</b><div>draft becomes read only",
        "<b>2</b><div>submitted applications stay undecided; they get no letter",
        "<b>1</b><div>person gets a mail with the reason",
    ):
        assert sentence in page, sentence


@pytest.mark.parametrize("typed", ["", "word " * 2_001, "\x00"])
def test_without_a_reason_nothing_is_cancelled(
    session: Session, manager: FlaskClient, typed: str
) -> None:
    round_ = a_round(session)
    session.commit()
    answer = manager.post(f"/rounds/{round_.id}/cancellation", data={"reason": typed})
    assert answer.status_code == 422
    assert typed.strip("\x00 ") in answer.text
    session.refresh(round_)
    assert round_.state is RoundState.OPEN


def test_a_cancelled_call_says_so_everywhere(
    session: Session, manager: FlaskClient, client_of: Browser, client: FlaskClient
) -> None:
    round_ = a_round(session, title="Seed grants")
    a_question(session, a_section(session, round_))
    organisation = an_organisation(session)
    owner = client_of(a_member(session, organisation))
    application = an_application(session, round_, organisation, ApplicationState.DRAFT)
    session.commit()
    path = f"/rounds/{round_.id}/cancellation"
    assert manager.post(path, data={"reason": REASON}).status_code == 303
    assert manager.post(path, data={"reason": "Twice"}).status_code == 303
    escaped = "A funder withdrew &lt;b&gt;its&lt;/b&gt; envelope. مرحبا"
    board = manager.get(f"/rounds/{round_.id}").text
    assert (escaped in board, "Close the call" in board) == (True, False)
    call = client.get(f"/calls/{round_.reference}").text
    assert (escaped in call, "Start an application" in call) == (True, False)
    assert "Cancelled" in client.get("/calls").text
    assert "No call is open" in client.get("/").text
    own = owner.get(f"/applications/{application.id}").text
    assert (escaped in own, "Withdraw" in own, "Go on writing" in own) == (True, False, False)
    assert "Call cancelled" in owner.get("/applications").text
    assert "was cancelled" in owner.get(f"/applications/{application.id}/check").text
    assert owner.get(f"/calls/{round_.reference}/apply").status_code == 200
    late = owner.post(f"/calls/{round_.reference}/apply", data={"organisation": organisation.id})
    assert late.status_code == 303


def test_exports_of_a_cancelled_call(session: Session, manager: FlaskClient) -> None:
    round_ = a_round(session, RoundState.CANCELLED)
    application = an_application(session, round_, an_organisation(session))
    session.commit()
    page = manager.get(f"/rounds/{round_.id}/exports")
    assert page.status_code == 200
    table = manager.get(f"/rounds/{round_.id}/exports/csv/decisions")
    assert table.status_code == 200
    assert str(application.reference) in table.text
