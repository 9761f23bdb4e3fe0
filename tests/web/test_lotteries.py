"""The pages of the draw, for the fund and for everybody."""

import json
import shlex
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.cli import commands
from fundapp.domain.states import RoundState
from fundapp.joint.lottery.draw_record import record_from_json, verify_record
from fundapp.models import Lottery, Person, Ranking
from fundapp.queries.lotteries import lotteries_of
from tests.builders import NOW, a_conflict
from tests.services.deliberating import Deliberating
from tests.services.drawing import LATER, SOURCE, VALUE, a_close_round, drawn_list, frozen_list

ClientOf = Callable[[Person], FlaskClient]


@pytest.fixture
def room(session: Session) -> Deliberating:
    return a_close_round(session)


def typed(session: Session, room: Deliberating, **fields: str) -> dict[str, str]:
    ranking = session.scalars(select(Ranking).where(Ranking.round_id == room.round.id)).one()
    whole = {"places": "2", "source": SOURCE, "known_on": "2026-11-03", "ranking": ranking.sha256}
    return whole | fields


def test_the_whole_line_from_the_preview_to_the_public_page(
    session: Session,
    room: Deliberating,
    client_of: ClientOf,
    client: FlaskClient,
    clock: FixedClock,
) -> None:
    manager, at = client_of(room.manager), f"/rounds/{room.round.id}/lottery"
    public = f"/calls/{room.round.reference}/lottery"
    assert client.get(public).status_code == 404
    page = unescape(manager.get(at).text)
    assert "4 are too close to call for 2 places" in page
    assert (page.count("about"), page.count(">none<")) == (3, 1)
    assert manager.post(f"{at}/freeze", data=typed(session, room)).status_code == 303
    commitment = session.scalars(select(Lottery.commitment)).one()
    early = client.get(public).text
    assert [early.count(text) for text in (commitment, SOURCE, "-002", "-003")] == [1, 1, 0, 0]
    assert "Come back then" in manager.get(at).text
    assert manager.post(f"{at}/draw", data={"public_value": VALUE}).status_code == 409
    clock.instant = LATER
    assert manager.post(f"{at}/draw", data={"public_value": VALUE}).status_code == 303
    assert "2 won the draw, 2 did not" in manager.get(at).text
    assert [client.get(f"{public}{kind}").status_code for kind in ("", ".json", ".csv")] == [
        200, 404, 404,
    ]  # fmt: skip
    assert str(room.applications[1].reference) not in client.get(public).text


def test_when_results_are_public_everybody_can_repeat_it(
    session: Session, room: Deliberating, client: FlaskClient
) -> None:
    drawn_list(session, room)
    room.round.state, room.round.announced_at = RoundState.ANNOUNCED, NOW
    session.commit()
    public = f"/calls/{room.round.reference}/lottery"
    page = unescape(client.get(public).text)
    assert "2 of 4 won the draw" in page
    assert [page.count(f">{one.reference}<") for one in room.applications] == [0, 1, 1, 1, 1, 0]
    assert [name in page for name in ("Meter 2", "Applicant 2", "4.4")] == [False] * 3
    record = record_from_json(client.get(f"{public}.json").text)
    assert verify_record(record) == []
    lines = client.get(f"{public}.csv").text.splitlines()
    assert lines[:2] == ["item,lower,upper", f"{room.applications[1].reference},5.0,8.0"]
    call = client.get(f"/calls/{room.round.reference}").text
    assert call.count(f'href="{public}"') == 1
    session.rollback()
    stored = lotteries_of(session, room.round.id)[0]
    assert json.loads(stored.frozen.round_id)["round"] == room.round.reference


def test_the_command_on_the_page_makes_the_same_record(
    session: Session,
    room: Deliberating,
    client: FlaskClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn_list(session, room)
    room.round.state, room.round.announced_at = RoundState.ANNOUNCED, NOW
    session.commit()
    public = f"/calls/{room.round.reference}/lottery"
    page = unescape(client.get(public).text)
    command = shlex.split(page.split("<code>fundapp draw ")[1].split("</code>")[0])
    monkeypatch.chdir(tmp_path)
    Path(command[0]).write_text(client.get(f"{public}.csv").text)
    result = CliRunner().invoke(commands, ["draw", *command, "--json", "out.json"])
    assert result.exit_code == 0
    again = json.loads(Path("out.json").read_text())["record"]
    record = json.loads(client.get(f"{public}.json").text)
    assert again | {"source": SOURCE} == record


def test_a_list_that_was_never_drawn_says_so(
    session: Session, room: Deliberating, client: FlaskClient
) -> None:
    frozen_list(session, room)
    room.round.state, room.round.announced_at = RoundState.ANNOUNCED, NOW
    session.commit()
    page = client.get(f"/calls/{room.round.reference}/lottery").text
    assert "The draw did not take place" in page


def test_bad_input_keeps_what_was_typed(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager, at = client_of(room.manager), f"/rounds/{room.round.id}/lottery"
    long = "The numbers <b> of " + "9" * 400
    answer = manager.post(
        f"{at}/freeze", data=typed(session, room, source=long, known_on="soon", places="x")
    )
    page = unescape(answer.text)
    assert (answer.status_code, page.count(long)) == (422, 1)
    for sentence in ("Enter a date such as 2027-02-26.", "Enter a whole number, such as 3."):
        assert sentence in page
    answer = manager.post(f"{at}/freeze", data=typed(session, room, known_on="2026-11-02"))
    assert (answer.status_code, SOURCE in answer.text) == (422, True)
    assert "Enter a day from tomorrow on." in answer.text
    assert manager.post(f"{at}/freeze", data={}).status_code == 422
    assert manager.post(f"{at}/draw", data={}).status_code == 422
    assert manager.post(f"{at}/freeze", data=typed(session, room, places="9")).status_code == 409
    assert manager.get(f"{at}?places=x").status_code == 200
    assert "Draw for fewer places than that" in manager.get(f"{at}?places=99").text
    assert session.scalars(select(Lottery)).all() == []


def test_a_recused_reader_sees_recused_and_draws_nothing(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    frozen_list(session, room)
    a_conflict(
        session,
        room.applications[2].id,
        person_id=room.manager.id,
        recorded_by_id=room.manager.id,
    )
    session.commit()
    manager, at = client_of(room.manager), f"/rounds/{room.round.id}/lottery"
    page = manager.get(at).text
    assert [str(room.applications[number].reference) in page for number in (1, 2)] == [True, False]
    assert page.count("You have a conflict of interest here.") == 2
    tables = page.split("<tbody>")[1:]
    last_rows = [table.split("</tbody>")[0].rpartition("<tr>")[2] for table in tables]
    assert ["Recused" in row for row in last_rows] == [True, True]
    assert "another fund manager" in page
    assert "What will decide" not in page
    assert manager.post(f"{at}/draw", data={"public_value": VALUE}).status_code == 403


def test_officers_see_it_and_decide_nothing(room: Deliberating, client_of: ClientOf) -> None:
    page = client_of(room.officers[0]).get(f"/rounds/{room.round.id}/lottery").text
    assert (page.count("about"), "What will decide" in page) == (3, False)


def test_the_decision_sheet_says_who_won(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    drawn_list(session, room)
    session.commit()
    stored = lotteries_of(session, room.round.id)[0]
    assert stored.draw is not None
    winner = stored.applications[stored.draw.won[0]]
    manager = client_of(room.manager)
    page = manager.get(f"/applications/{winner}/decision").text
    assert page.count("It won the draw.") == 1
    room_page = manager.get(f"/rounds/{room.round.id}/decisions").text
    words = ("won the draw", "lost the draw", "had no chance in the draw")
    assert [room_page.count(word) for word in words] == [2, 1, 1]
