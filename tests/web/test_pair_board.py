"""The order by pairs: who sees it, what it says, freezing it, and what rests on it."""

import re
from datetime import timedelta
from itertools import combinations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.domain.states import RoundKind, RoundState
from fundapp.models import Assignment, Decision, PairJudgement, PrizeRung, Ranking
from fundapp.queries.access import actor_for
from fundapp.queries.exports import streamed_round
from tests.builders import NOW, a_conflict, a_review
from tests.statements import counted_statements
from tests.web.pair_room import ClientOf, PairRoom, a_pair_room


@pytest.fixture
def room(session: Session) -> PairRoom:
    return a_pair_room(
        session, rungs=(("First prize", 3_000_000, ""), ("Second prize", 1_000_000, ""))
    )


def judged(
    session: Session, client_of: ClientOf, room: PairRoom, *, contrary: int | None = None
) -> None:
    """Have all judges say everything, one of them the contrary, and end the reviewing."""
    for number, judge in enumerate(room.judges):
        browser = client_of(judge)
        for pair in combinations(range(len(room.entries)), 2):
            better, worse = pair[::-1] if number == contrary else pair
            assert room.say(browser, better, worse).status_code == 303
    room.round.state = RoundState.DELIBERATING
    session.commit()


def marked(session: Session, room: PairRoom, marks: tuple[int, ...]) -> None:
    """Give each entry one review by the first judge."""
    for entry, mark in zip(room.entries, marks, strict=True):
        assignment = session.scalars(
            select(Assignment).where(
                Assignment.application_id == entry.id,
                Assignment.person_id == room.judges[0].id,
            )
        ).one()
        a_review(session, assignment, {room.criterion: mark}, submitted_at=NOW)
    session.commit()


def in_order(page: str) -> list[int]:
    """Return the numbers of the entries as the page has them."""
    return sorted(range(1, 6), key=lambda number: page.index(f">Gauge {number}<"))


def cells(page: str, label: str) -> list[str]:
    """Return what stands in a column."""
    return re.findall(f'data-label="{label}"[^>]*>([^<]*)<', page)


def propose(room: PairRoom, manager: FlaskClient) -> None:
    """Look at the proposal down the frozen ranking, and enter it."""
    address = f"/rounds/{room.round.id}/decisions/proposal"
    found = re.search(r'name="sha256" value="(\w+)"', manager.get(address).text)
    assert found
    assert manager.post(address, data={"sha256": found[1]}).status_code == 303


def test_three_judges_five_entries_one_frozen_order(
    session: Session, client_of: ClientOf, room: PairRoom, clock: FixedClock
) -> None:
    marked(session, room, (5, 4, 3, 2, 1))
    judged(session, client_of, room)
    manager = client_of(room.manager)
    page = manager.get(room.board).text
    assert "The order by pairs, from 30 verdicts" in page
    assert in_order(page) == [1, 2, 3, 4, 5]
    assert "The rubric does not contradict" in page
    assert cells(page, "As the others") == ["10 of 10"] * 3
    assert cells(page, "Circles") == ["0 of 10"] * 3
    frozen = manager.post(f"{room.board}/freeze")
    assert frozen.location == room.board
    row = session.scalars(select(Ranking)).one()
    assert (row.method, [one["position"] for one in row.rows]) == ("bradley-terry", [1, 2, 3, 4, 5])
    assert "from the pairs, SHA-256" in manager.get(room.board).text
    ranking = manager.get(f"/rounds/{room.round.id}/ranking").text
    assert "from the pairs, not from this rubric" in ranking
    assert "Marks changed since" not in ranking
    clock.instant += timedelta(hours=1)
    assert manager.post(f"{room.board}/freeze").status_code == 303
    assert len(session.scalars(select(Ranking)).all()) == 1


def test_prizes_go_down_the_order_by_pairs(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    marked(session, room, (1, 2, 3, 4, 5))
    judged(session, client_of, room)
    manager = client_of(room.manager)
    manager.post(f"{room.board}/freeze")
    propose(room, manager)
    assert given(session, room) == {"First prize": 0, "Second prize": 1}


def test_the_rubric_can_be_frozen_instead(
    session: Session, client_of: ClientOf, room: PairRoom, clock: FixedClock
) -> None:
    marked(session, room, (1, 2, 3, 4, 5))
    judged(session, client_of, room)
    manager = client_of(room.manager)
    assert re.search("[2-4] stand elsewhere by the rubric", manager.get(room.board).text)
    manager.post(f"{room.board}/freeze")
    clock.instant += timedelta(hours=1)
    assert manager.post(f"/rounds/{room.round.id}/ranking/freeze").status_code == 303
    assert "from the rubric. Freezing the pairs" in manager.get(room.board).text
    propose(room, manager)
    assert given(session, room) == {"First prize": 4, "Second prize": 3}


def given(session: Session, room: PairRoom) -> dict[str, int]:
    """Return by prize how good the entry is that has it."""
    rows = session.execute(
        select(PrizeRung.title, Decision.application_id).join(
            Decision, Decision.prize_rung_id == PrizeRung.id
        )
    )
    return {title: room.place(application_id) for title, application_id in rows}


def test_nobody_sees_the_order_while_judges_compare(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    people = (room.manager, room.officer, *room.judges)
    manager, officer, judge, other, _ = (client_of(person) for person in people)
    room.say(judge, 0, 1)
    for browser in (manager, officer, judge):
        assert browser.get(room.board).status_code == 403
    assert "You have compared 0 pairs" in other.get(f"{room.address}/own").text
    audit = manager.get("/audit").text
    assert "compared two entries" in audit
    assert "Gauge" not in audit


def test_a_judge_who_says_the_contrary_is_seen(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    judged(session, client_of, room, contrary=2)
    page = client_of(room.manager).get(room.board).text
    row = page[page.index(">Uma Sample<") :]
    assert "0 of 10" in row[: row.index("</tr>")]


@pytest.mark.parametrize("is_blind", [True, False])
def test_a_blind_round_tells_officers_neither_applicants_nor_judges(
    session: Session, client_of: ClientOf, *, is_blind: bool
) -> None:
    room = a_pair_room(session, is_blind=is_blind)
    judged(session, client_of, room)
    page = client_of(room.officer).get(room.board).text
    assert ("Secret Team" in page) is not is_blind
    assert ("Rita Sample" in page) is not is_blind
    assert ("Reviewer 1" in page) is is_blind
    assert "Rita Sample" in client_of(room.manager).get(room.board).text


def test_what_a_conflict_closes_leaves_no_gap(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    judged(session, client_of, room)
    officer = room.officer.id
    a_conflict(session, room.entries[0].id, person_id=officer, recorded_by_id=officer)
    page = client_of(room.officer).get(room.board).text
    assert ">Gauge 1<" not in page
    assert "1 recused" in page
    assert 'data-label="Places" class="number strong">1' in page


def test_words_of_a_judge_with_a_conflict_do_not_count(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    judged(session, client_of, room)
    judge = room.judges[0].id
    a_conflict(session, room.entries[0].id, person_id=judge, recorded_by_id=judge)
    page = client_of(room.manager).get(room.board).text
    assert "from 26 verdicts" in page
    assert len(session.scalars(select(PairJudgement)).all()) == 30


def test_unlinked_entries_are_said(session: Session, client_of: ClientOf, room: PairRoom) -> None:
    browser = client_of(room.judges[0])
    room.say(browser, 0, 1)
    room.say(browser, 2, 3)
    room.round.state = RoundState.DELIBERATING
    manager = client_of(room.manager)
    page = manager.get(room.board).text
    assert "Nothing was compared between 2 sets of entries" in page
    assert "Not compared: 1" in page
    manager.post(f"{room.board}/freeze")
    (row,) = session.scalars(select(Ranking))
    assert [one["position"] for one in row.rows] == [1, 2, 3, 4, None]


def test_nothing_is_frozen_without_a_word_or_before_time(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    manager: FlaskClient = client_of(room.manager)
    assert manager.post(f"{room.board}/freeze").status_code == 409
    room.round.state = RoundState.DELIBERATING
    session.commit()
    assert manager.post(f"{room.board}/freeze").status_code == 409
    assert "No pair was judged" in manager.get(room.board).text
    assert client_of(room.officer).post(f"{room.board}/freeze").status_code == 403


def test_the_board_takes_as_many_statements_for_many(session: Session, client_of: ClientOf) -> None:
    counts = []
    for entries in (4, 9):
        room = a_pair_room(session, entries=entries)
        judged(session, client_of, room)
        browser = client_of(room.manager)
        with counted_statements() as counted:
            assert browser.get(room.board).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 16


def test_prizes_by_category_go_to_the_best_of_each(session: Session, client_of: ClientOf) -> None:
    room = a_pair_room(
        session,
        categories=("safety", "safety", "reach", "safety", "reach"),
        rungs=(
            ("Grand prize", 3_000_000, ""),
            ("Safety prize", 1_000_000, "safety"),
            ("Reach prize", 1_000_000, "reach"),
        ),
    )
    judged(session, client_of, room)
    manager = client_of(room.manager)
    manager.post(f"{room.board}/freeze")
    page = manager.get(f"/rounds/{room.round.id}/decisions/proposal").text
    assert "Reach prize (reach)<" in page
    assert "No prize: those that are open to it go to entries above it." in page
    propose(room, manager)
    assert given(session, room) == {"Grand prize": 0, "Safety prize": 1, "Reach prize": 2}


def test_categories_work_from_the_rubric_too(session: Session, client_of: ClientOf) -> None:
    room = a_pair_room(
        session,
        categories=("safety", "safety", "reach", "safety", "reach"),
        rungs=(("Reach prize", 1_000_000, "reach"), ("Law prize", 1_000_000, "law")),
    )
    marked(session, room, (1, 2, 3, 4, 5))
    room.round.state = RoundState.DELIBERATING
    manager = client_of(room.manager)
    manager.post(f"/rounds/{room.round.id}/ranking/freeze")
    propose(room, manager)
    assert given(session, room) == {"Reach prize": 4}


def test_the_proposal_says_what_the_pairs_leave_open(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    room.say(client_of(room.judges[0]), 0, 1)
    room.say(client_of(room.judges[1]), 1, 2)
    room.round.state = RoundState.DELIBERATING
    manager = client_of(room.manager)
    manager.post(f"{room.board}/freeze")
    page = manager.get(f"/rounds/{room.round.id}/decisions/proposal").text
    assert "Too close to call by the pairs: " in page


def test_equal_marks_share_their_places_when_they_are_held_against_the_pairs(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    marked(session, room, (3, 3, 3, 3, 3))
    judged(session, client_of, room)
    assert "The rubric does not contradict" in client_of(room.manager).get(room.board).text


def test_exports_have_the_places_that_were_frozen(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    marked(session, room, (1, 2, 3, 4, 5))
    judged(session, client_of, room)
    manager = client_of(room.manager)
    manager.post(f"{room.board}/freeze")
    told = streamed_round(
        session, room.round.id, reader=actor_for(session, room.manager.id), has_ranks=True
    )
    rows = sorted(told.applications, key=lambda row: row.reference)
    assert [(row.rank, row.raw_score, row.chance) for row in rows] == [
        (place, float(place), None) for place in range(1, 6)
    ]


def test_only_prizes_are_ranked_by_pairs(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    judged(session, client_of, room)
    room.round.kind = RoundKind.GRANT
    answer = client_of(room.manager).post(f"{room.board}/freeze")
    assert answer.status_code == 409
    assert "Grants are decided by the rubric" in answer.text
