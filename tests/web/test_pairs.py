"""Judging by pairs, from the first pair to the frozen order, through the real pages."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, AssignmentState, PairVerdict, RoundState
from fundapp.models import Assignment, AuditEvent, PairJudgement
from tests.builders import a_conflict
from tests.statements import counted_statements
from tests.web.pair_room import ClientOf, PairRoom, a_pair_room

FORM = re.compile(r'action="(/rounds/[^"]+/pairs/([0-9a-f-]{36})/([0-9a-f-]{36}))"')


@pytest.fixture
def room(session: Session) -> PairRoom:
    return a_pair_room(session)


def asked(page: str) -> tuple[str, UUID, UUID]:
    """Return where the form goes, and the entries in the order shown."""
    found = FORM.search(page)
    assert found
    return found[1], UUID(found[2]), UUID(found[3])


def judge_all(room: PairRoom, browser: FlaskClient, *, most: int = 20) -> int:
    """Go by the true order until nothing is asked any more; return how many were asked."""
    for count in range(most):
        page = browser.get(room.address).text
        if "No pair waits for you" in page:
            return count
        address, one, other = asked(page)
        better = min(one, other, key=room.place)
        answer = browser.post(address, data={"verdict": str(better), "version": "0"})
        assert (answer.status_code, answer.location) == (303, room.address)
    return most


def test_a_judge_is_led_through_all_pairs(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    browser = client_of(room.judges[0])
    page = browser.get(room.address).text
    assert "You have compared 0 pairs. About " in page
    assert page.index("The first") < page.index("The second")
    assert "We count &lt;b&gt;twice&lt;/b&gt;." in page
    assert judge_all(room, browser) == 10
    assert "You have compared all pairs" in browser.get(room.address).text
    rows = session.scalars(select(PairJudgement)).all()
    assert len(rows) == 10
    for row in rows:
        left_wins = room.place(row.left_id) < room.place(row.right_id)
        assert row.verdict is (PairVerdict.LEFT if left_wins else PairVerdict.RIGHT)
    assert browser.get(f"{room.address}/own").text.count("Change<") == 10


def test_sides_are_drawn_and_stay(client_of: ClientOf, room: PairRoom) -> None:
    sides = []
    for judge in room.judges:
        browser = client_of(judge)
        for one in range(5):
            for other in range(one + 1, 5):
                _, first, second = asked(browser.get(room.of_pair(one, other)).text)
                again = asked(browser.get(room.of_pair(other, one)).text)
                assert again[1:] == (first, second)
                sides.append(first < second)
    assert 3 < sum(sides) < 27


def test_a_word_is_changed_and_a_lost_update_is_told(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    browser = client_of(room.judges[0])
    room.say(browser, 0, 1, note="Cleaner <logs>.")
    page = browser.get(room.of_pair(0, 1)).text
    assert "You put this one first" in page
    assert "Cleaner &lt;logs&gt;." in page
    assert room.say(browser, 1, 0, version="1").location == f"{room.address}/own"
    late = room.say(browser, 0, 1, version="1", note="My words.")
    assert late.status_code == 409
    assert "You changed this pair in another window." in late.text
    assert "My words." in late.text
    assert 'name="version" value="2"' in late.text
    row = session.scalars(select(PairJudgement)).one()
    assert (row.version, row.note) == (2, "")


def test_the_same_word_twice_is_stored_once(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    browser = client_of(room.judges[0])
    assert [room.say(browser, 0, 1).status_code for _ in range(2)] == [303, 303]
    assert [row.version for row in session.scalars(select(PairJudgement))] == [1]
    lines = session.scalars(select(AuditEvent).where(AuditEvent.event == "round.pair_judged")).all()
    assert [line.details for line in lines] == [{"version": 1}]


def test_a_pair_is_left_out_and_comes_back(client_of: ClientOf, room: PairRoom) -> None:
    browser = client_of(room.judges[0])
    page = browser.get(room.address).text
    _, *first = asked(page)
    found = re.search(r'href="([^"]+)">Leave this pair out', page)
    assert found
    without = browser.get(found[1]).text
    address, *second = asked(without)
    assert {*first} != {*second}
    hidden = re.search(r'name="without" value="([0-9a-f.]+)"', without)
    assert hidden
    posted = {"verdict": "equal", "version": "0", "without": hidden[1]}
    location = browser.post(address, data=posted).location
    assert location == found[1]
    assert judge_all(room, browser) == 9


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"verdict": ""}, "Say which one is better"),
        ({"verdict": "<script>"}, "Say which one is better"),
        ({"verdict": "equal", "note": "long " * 500}, "Shorten your note to 2,000 characters."),
    ],
)
def test_bad_input_keeps_the_note(
    session: Session, client_of: ClientOf, room: PairRoom, fields: dict[str, str], sentence: str
) -> None:
    posted = {"note": "Kept.", "version": "x", "without": "%%%", **fields}
    answer = client_of(room.judges[0]).post(room.of_pair(0, 1), data=posted)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert posted["note"] in answer.text
    assert session.scalars(select(PairJudgement)).all() == []


def test_pairs_of_nothing_are_not_there(client_of: ClientOf, room: PairRoom) -> None:
    browser = client_of(room.judges[0])
    here = room.entries[0].id
    for other in (here, room.round.id):
        address = f"{room.address}/{here}/{other}"
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"verdict": "equal"}).status_code == 404


def test_a_conflict_closes_an_entry(session: Session, client_of: ClientOf, room: PairRoom) -> None:
    browser = client_of(room.judges[0])
    room.say(browser, 0, 1)
    person_id = room.judges[0].id
    a_conflict(session, room.entries[0].id, person_id=person_id, recorded_by_id=person_id)
    session.commit()
    assert judge_all(room, browser) == 6
    assert browser.get(room.of_pair(0, 1)).status_code == 403
    assert room.say(browser, 1, 0, version="1").status_code == 403
    assert "Gauge 1<" not in browser.get(f"{room.address}/own").text


def test_one_entry_is_no_pair(session: Session, client_of: ClientOf, room: PairRoom) -> None:
    person_id = room.judges[0].id
    for row in session.scalars(select(Assignment).where(Assignment.person_id == person_id)):
        if row.application_id != room.entries[0].id:
            row.state = AssignmentState.WITHDRAWN
    browser = client_of(room.judges[0])
    assert "Comparing takes two entries, and one is open to you" in browser.get(room.address).text
    assert room.say(browser, 0, 1).status_code == 403


def test_only_entries_of_one_category_are_asked_where_prizes_are_by_category(
    session: Session, client_of: ClientOf
) -> None:
    room = a_pair_room(
        session,
        categories=("a", "a", "a", "b", "b"),
        rungs=(("First", 300, "a"), ("Second", 200, "b")),
    )
    assert judge_all(room, client_of(room.judges[0])) == 4


@pytest.mark.parametrize("is_blind", [True, False])
def test_a_blind_round_hides_who_enters(
    session: Session, client_of: ClientOf, *, is_blind: bool
) -> None:
    room = a_pair_room(session, is_blind=is_blind)
    browser = client_of(room.judges[0])
    shown = browser.get(room.address).text
    assert ("Secret Team" in shown) is not is_blind
    assert ("We are the Zembla people." in shown) is not is_blind
    room.say(browser, 0, 1)
    assert "Secret Team" not in browser.get(f"{room.address}/own").text


def test_words_are_said_while_reviewing_only(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    browser = client_of(room.judges[0])
    room.say(browser, 0, 1)
    room.round.state = RoundState.DELIBERATING
    session.commit()
    assert room.say(browser, 1, 2).status_code == 409
    assert "Entries are compared while the round is reviewing." in browser.get(room.address).text
    assert "Change<" not in browser.get(f"{room.address}/own").text


def test_an_entry_that_left_is_not_compared(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    browser = client_of(room.judges[0])
    room.entries[0].state = ApplicationState.WITHDRAWN
    session.commit()
    assert room.say(browser, 0, 1).status_code == 409
    assert judge_all(room, browser) == 6


def test_rounds_that_do_not_compare_have_no_such_page(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    room.round.prize_rules = {}
    browser = client_of(room.judges[0])
    assert browser.get(room.address).status_code == 404
    assert room.say(browser, 0, 1).status_code == 404


def test_as_many_statements_for_many_entries(session: Session, client_of: ClientOf) -> None:
    counts = []
    for entries in (5, 30):
        room = a_pair_room(session, entries=entries)
        browser = client_of(room.judges[0])
        room.say(browser, 0, 1)
        for address in (room.address, f"{room.address}/own"):
            with counted_statements() as counted:
                assert browser.get(address).status_code == 200
            counts.append(len(counted))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12
