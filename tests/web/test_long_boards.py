"""Boards of more rows than one page holds: places, totals and forms stay those of the whole."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import DecisionKind
from fundapp.models import Decision, Person
from fundapp.services.decisions import resolve_application, take_back_decision
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW
from tests.services.deliberating import Deliberating, a_deliberation
from tests.statements import counted_statements

ClientOf = Callable[[Person], FlaskClient]
ROWS, ON_A_PAGE = 103, 100
SUM = 100_000


@pytest.fixture
def room(session: Session) -> Deliberating:
    """103 applications; the last three in the order have an award that waits."""
    room = a_deliberation(session, marks=((5, 5),) * ON_A_PAGE + ((1, 1),) * (ROWS - ON_A_PAGE))
    actor = room.actor(session)
    freeze_ranking(session, room.round.id, actor=actor, now=NOW)
    for application in room.applications[ON_A_PAGE:]:
        resolve_application(
            session,
            application.id,
            kind=DecisionKind.AWARD,
            contributions={room.funders[0].id: SUM},
            actor=actor,
            now=NOW,
        )
    return room


def pages_of(browser: FlaskClient, address: str) -> list[str]:
    sign = "&" if "?" in address else "?"
    return [browser.get(f"{address}{sign}page={number}").text for number in (1, 2)]


def places_on(page: str) -> int:
    return len(re.findall(r'<td data-label="Place"', page))


def test_each_board_comes_in_pages(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    browser = client_of(room.manager)
    for ending in ("ranking", "ranking/table", "decisions"):
        first, second = pages_of(browser, f"/rounds/{room.round.id}/{ending}")
        assert (places_on(first), places_on(second)) == (ON_A_PAGE, ROWS - ON_A_PAGE), ending
        assert "Page 1 of 2, 103 applications" in first
        assert f'/rounds/{room.round.id}/{ending}?page=1" rel="prev"' in second
        assert browser.get(f"/rounds/{room.round.id}/{ending}?page=x").status_code == 200
        assert places_on(browser.get(f"/rounds/{room.round.id}/{ending}?page=99").text) == 3


def test_counts_and_sums_are_those_of_all_rows(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    browser = client_of(room.manager)
    for page in pages_of(browser, f"/rounds/{room.round.id}/ranking"):
        assert re.search(r"At the sums asked for, that pays \d+ of 103\.", page)
    for page in pages_of(browser, f"/rounds/{room.round.id}/decisions"):
        assert "3 grants, €597,000 left" in page
        assert "€3,000" in page


def test_places_go_on_where_the_page_before_ended(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    browser = client_of(room.manager)
    first, second = pages_of(browser, f"/rounds/{room.round.id}/decisions")
    places = [
        int(place)
        for page in (first, second)
        for place in re.findall(r'<td data-label="Place" class="number strong">(\d+)', page)
    ]
    assert (len(places), places) == (ROWS, sorted(places))


def test_the_plan_is_entered_whole(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    for application in room.applications[ON_A_PAGE:]:
        actor = room.actor(session)
        take_back_decision(session, application.id, version=1, actor=actor, now=NOW)
    session.commit()
    browser = client_of(room.manager)
    made = browser.post(f"/rounds/{room.round.id}/allocation-plans", data={"reserves": "2"})
    address = made.headers["Location"]
    first, second = pages_of(browser, address)
    assert (places_on(first), places_on(second)) == (ON_A_PAGE, ROWS - ON_A_PAGE)
    shown = [re.findall('name="sha256" value="(.+?)"', page) for page in (first, second)]
    assert shown[0] == shown[1]
    assert browser.post(f"{address}/enter", data={"sha256": shown[1][0]}).status_code == 303
    session.rollback()
    kinds = session.scalars(select(Decision.kind)).all()
    counts = {kind: kinds.count(kind) for kind in DecisionKind}
    assert (counts[DecisionKind.AWARD], counts[DecisionKind.RESERVE]) == (3, 2)


def test_an_officer_approves_what_the_page_shows(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    browser = client_of(room.officers[0])
    address = f"/rounds/{room.round.id}/contributions"
    first, second = pages_of(browser, address)
    assert all("3 parts wait for your word" in page for page in (first, second))
    assert ("Approve all" in first, "Approve all 3 parts shown" in second) == (False, True)
    assert "3 more wait on other pages." in first


def test_the_release_lists_its_letters_in_pages(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    for application in room.applications[:ON_A_PAGE]:
        resolve_application(
            session,
            application.id,
            kind=DecisionKind.DECLINE,
            actor=room.actor(session),
            now=NOW,
        )
    browser = client_of(room.manager)
    address = f"/rounds/{room.round.id}/release"
    page = browser.get(address).text
    assert "3 to settle before the release" in page
    assert page.count('data-label="Mail to"') == ON_A_PAGE


def test_a_second_page_takes_no_more_statements(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    browser = client_of(room.manager)
    for ending in ("ranking", "decisions"):
        counts = []
        for number in (1, 2):
            with counted_statements() as statements:
                browser.get(f"/rounds/{room.round.id}/{ending}?page={number}")
            counts.append(len(statements))
        assert counts[0] == counts[1]
