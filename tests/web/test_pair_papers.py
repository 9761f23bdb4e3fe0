"""The board paper and the announcement list entries by the pairs where these were frozen last."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.domain.round_files import RoundFileKind
from fundapp.domain.states import DocumentKind, OrderState, RoundState
from fundapp.models import DocumentOrder, Person, RoundFile
from fundapp.queries.access import actor_for
from fundapp.queries.announcements import announcement_row
from fundapp.queries.board_paper_rows import BoardPaper
from fundapp.queries.board_papers import Making, board_paper
from fundapp.services.round_files import order_round_file
from fundapp.web.installation import installation
from fundapp.worker import run_until_idle
from tests.builders import NOW, a_conflict
from tests.documents.shared_rows import FUND
from tests.web.pair_room import ClientOf, PairRoom, a_pair_room
from tests.web.test_pair_board import judged, marked

LADDER = (("First prize", 3_000_000, ""), ("Second prize", 1_000_000, ""))


@pytest.fixture
def room(session: Session, client_of: ClientOf) -> PairRoom:
    """Judges order five entries as they are numbered; the rubric says the contrary."""
    room = a_pair_room(session, rungs=LADDER)
    marked(session, room, (1, 2, 3, 4, 5))
    judged(session, client_of, room)
    return room


@pytest.fixture
def manager(client_of: ClientOf, room: PairRoom) -> FlaskClient:
    return client_of(room.manager)


def paper(session: Session, room: PairRoom, reader: Person) -> BoardPaper:
    session.rollback()
    actor = actor_for(session, reader.id)
    making = Making(reader=actor, reader_name=actor.name, fund=FUND, made_at=NOW)
    return board_paper(session, room.round.id, making)


def told(row: BoardPaper) -> list[tuple[int | None, str, bool, str, str]]:
    return [
        (line.place, line.title, line.is_inside, line.chance, line.band) for line in row.ranking
    ]


def means(session: Session, room: PairRoom) -> list[float]:
    """Return the poster's lines from the top."""
    order = DocumentOrder(
        round_id=room.round.id,
        kind=DocumentKind.ANNOUNCEMENT,
        reference=f"{room.round.reference}-EN",
        version=1,
        state=OrderState.ISSUED,
        ordered_by_id=room.manager.id,
        ordered_at=NOW,
    )
    session.add(order)
    session.flush()
    found = [entry.mean for entry in announcement_row(session, order.id, fund=FUND).entries]
    session.rollback()
    return found


def test_the_one_frozen_last_orders_both(
    session: Session, room: PairRoom, manager: FlaskClient, clock: FixedClock
) -> None:
    assert means(session, room) == [5.0, 4.0, 3.0, 2.0, 1.0]
    manager.post(f"{room.board}/freeze")
    row = paper(session, room, room.manager)
    assert told(row) == [(n, f"Gauge {n}", n <= 2, "", "") for n in range(1, 6)]
    assert [line.mark for line in row.ranking] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert (row.inside, row.cut, row.unranked) == (2, None, ())
    assert {item.is_close for item in row.items} <= {False}
    assert means(session, room) == [1.0, 2.0, 3.0, 4.0, 5.0]
    clock.instant += timedelta(hours=1)
    assert manager.post(f"/rounds/{room.round.id}/ranking/freeze").status_code == 303
    by_rubric = paper(session, room, room.manager)
    assert [line.title for line in by_rubric.ranking] == [f"Gauge {n}" for n in range(5, 0, -1)]
    assert means(session, room) == [5.0, 4.0, 3.0, 2.0, 1.0]


def test_what_a_conflict_closes_leaves_no_gap(
    session: Session, room: PairRoom, manager: FlaskClient
) -> None:
    manager.post(f"{room.board}/freeze")
    officer = room.officer.id
    a_conflict(session, room.entries[0].id, person_id=officer, recorded_by_id=officer)
    session.commit()
    row = paper(session, room, room.officer)
    assert [line[:3] for line in told(row)] == [(n - 1, f"Gauge {n}", n == 2) for n in range(2, 6)]


def test_an_entry_in_no_pair_has_no_place(session: Session, client_of: ClientOf) -> None:
    room = a_pair_room(session, rungs=LADDER)
    marked(session, room, (1, 2, 3, 4, 5))
    browser = client_of(room.judges[0])
    session.commit()
    assert room.say(browser, 1, 0).status_code == 303
    room.round.state = RoundState.DELIBERATING
    session.commit()
    client_of(room.manager).post(f"{room.board}/freeze")
    row = paper(session, room, room.manager)
    assert [line[:2] for line in told(row)] == [(1, "Gauge 2"), (2, "Gauge 1")]
    references = [entry.reference for entry in room.entries[2:]]
    assert sorted(row.unranked) == [f"{ref} Gauge {n}" for n, ref in enumerate(references, 3)]
    assert means(session, room)[:2] == [2.0, 1.0]


def test_the_paper_is_printed(
    app: Flask, session: Session, room: PairRoom, manager: FlaskClient
) -> None:
    manager.post(f"{room.board}/freeze")
    session.rollback()
    actor = actor_for(session, room.manager.id)
    kind = RoundFileKind.BOARD_PAPER
    file_id = order_round_file(session, room.round.id, kind=kind, actor=actor, now=NOW).id
    session.commit()
    run_until_idle(app)
    session.expire_all()
    file = session.get_one(RoundFile, file_id)
    reader = PdfReader(BytesIO(installation().files.get(file.sha256)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert ("Ranking by pairs" in text, "Chance" in text) == (True, False)
    assert "The places are those of the frozen order by pairs." in text
    assert "Nothing stands out" not in text
