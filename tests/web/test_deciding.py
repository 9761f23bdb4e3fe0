"""The pages from the ranking to the letter, and what each does with bad input."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.documents.limits import LETTER, LIMITS
from fundapp.domain.states import (
    ApplicationState,
    DecisionKind,
    DecisionState,
    RoundKind,
)
from fundapp.models import (
    Application,
    AuditEvent,
    Award,
    Contribution,
    Decision,
    Envelope,
    IssuedDocument,
    Person,
    PrizeRung,
)
from fundapp.queries.access import actor_for
from fundapp.queries.document_rows import ReserveLetter
from fundapp.queries.exports import exported_round
from fundapp.services.decisions import resolve_application
from fundapp.services.rankings import freeze_ranking
from fundapp.worker import run_until_idle
from tests.builders import NOW, a_conflict
from tests.services.deliberating import REQUEST, Deliberating, a_deliberation

ClientOf = Callable[[Person], FlaskClient]
RTL = "مقياس\u202e <script>alert(1)</script> 😀"


@pytest.fixture
def room(session: Session) -> Deliberating:
    return a_deliberation(session, marks=((5, 5), (4, 4), (3, 3), (2, 2)))


@pytest.fixture
def frozen(session: Session, room: Deliberating) -> Deliberating:
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    return room


def bar(session: Session, application: Application, person: Person) -> None:
    a_conflict(
        session,
        application.id,
        person_id=person.id,
        recorded_by_id=person.id,
    )


def test_the_whole_line_from_the_ranking_to_the_announcement(
    app: Flask,
    session: Session,
    room: Deliberating,
    client_of: ClientOf,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manager = client_of(room.manager)
    officers = [client_of(officer) for officer in room.officers]
    grantee = client_of(session.get_one(Person, room.applications[0].contact_id))
    at = f"/rounds/{room.round.id}"
    assert manager.post(f"{at}/ranking/freeze").status_code == 303
    made = manager.post(f"{at}/allocation-plans", data={"reserves": "1"})
    plan = made.headers["Location"]
    page = manager.get(plan).text
    assert "Plan A funds 3 grants and leaves €0" in page
    sha256 = page.split('name="sha256" value="')[1][:64]
    assert manager.post(f"{plan}/enter", data={"sha256": sha256}).status_code == 303
    assert "4 to settle before the release" not in manager.get(f"{at}/release").text
    for officer in officers:
        page = officer.get(f"{at}/contributions").text
        parts = [entry[:45] for entry in page.split('name="part" value="')[1:]]
        answered = officer.post(
            f"{at}/contributions/approve",
            data={"part": [part.split('"')[0] for part in parts]},
        )
        assert answered.status_code == 303
    assert "Release 4 letters? 3 award, 0 decline, 1 reserve" in manager.get(f"{at}/release").text
    assert manager.post(f"{at}/release").status_code == 303
    assert "0 of 4 documents are printed" in manager.get(f"{at}/letters").text
    with monkeypatch.context() as patch:
        patch.setitem(LIMITS, ReserveLetter, replace(LETTER, wall_seconds=0))
        run_until_idle(app)
    page = manager.get(f"{at}/letters").text
    assert "3 of 4 documents are printed" in page
    assert page.count("-R1 could not be printed: it was not done after 0 seconds.") == 1
    assert manager.post(f"{at}/letters/retry").status_code == 303
    run_until_idle(app)
    assert "All 4 documents are printed" in manager.get(f"{at}/letters").text
    own = grantee.get(f"/applications/{room.applications[0].id}/letters").text
    assert "You are offered €200,000" in own
    document = session.scalars(
        select(IssuedDocument.id).where(IssuedDocument.application_id == room.applications[0].id)
    ).one()
    letter = grantee.get(f"/documents/{document}.pdf")
    assert (letter.mimetype, letter.data[:5]) == ("application/pdf", b"%PDF-")
    accept = f"/applications/{room.applications[0].id}/award/accept"
    assert [grantee.post(accept).status_code for _ in range(2)] == [303, 303]
    public = f"/announcements/{room.round.reference}.pdf"
    assert client.get(public).status_code == 404
    assert manager.post(f"{at}/announce").status_code == 303
    run_until_idle(app)
    assert client.get(public).data[:5] == b"%PDF-"
    assert client.get("/awards").text.count(f'href="{public}"') == 1


def test_the_board_says_where_the_money_ends_and_what_the_marks_cannot_tell(
    room: Deliberating, client_of: ClientOf
) -> None:
    page = unescape(client_of(room.manager).get(f"/rounds/{room.round.id}/ranking").text)
    assert "Ranking: 3 clear, 0 too close to call" in page
    assert "At the sums asked for, that pays 3 of 4." in page
    assert "Nothing is corrected" in page
    assert page.count("<tr") == 7


def test_the_board_says_where_decisions_leave_its_line(
    session: Session, frozen: Deliberating, client_of: ClientOf
) -> None:
    manager, address = client_of(frozen.manager), f"/rounds/{frozen.round.id}/ranking"
    assert "The decisions differ" not in manager.get(address).text
    first, last = frozen.applications[0], frozen.applications[-1]
    actor = frozen.actor(session)
    resolve_application(session, first.id, kind=DecisionKind.DECLINE, actor=actor, now=NOW)
    resolve_application(
        session,
        last.id,
        kind=DecisionKind.AWARD,
        contributions={frozen.funders[0].id: 100},
        actor=actor,
        now=NOW,
    )
    session.commit()
    sentence = (
        "The decisions differ: they give 1 grant after this line and give none to 1 before it."
    )
    assert sentence in manager.get(address).text


def test_the_csv_is_recorded(session: Session, room: Deliberating, client_of: ClientOf) -> None:
    answer = client_of(room.manager).get(f"/rounds/{room.round.id}/ranking.csv")
    lines = answer.text.splitlines()
    assert lines[0].split(",")[:3] == ["place", "position", "application"]
    assert lines[1].split(",")[:4] == ["1", "1", room.applications[0].reference, "Meter 1"]
    session.rollback()
    events = session.scalars(select(AuditEvent.event)).all()
    assert events.count("ranking.exported") == 1


@pytest.mark.parametrize("path", ["ranking", "ranking/table", "ranking.csv", "decisions"])
def test_a_barred_manager_sees_nothing_of_that_row(
    session: Session, frozen: Deliberating, client_of: ClientOf, path: str
) -> None:
    bar(session, frozen.applications[0], frozen.manager)
    page = client_of(frozen.manager).get(f"/rounds/{frozen.round.id}/{path}").text
    assert "Meter 1" not in page
    assert "Applicant 1" not in page
    assert "recused" in page.lower()


@pytest.mark.parametrize("path", ["decisions", "ranking/table"])
def test_no_gap_tells_the_place_of_a_recused_row(
    session: Session, frozen: Deliberating, client_of: ClientOf, path: str
) -> None:
    bar(session, frozen.applications[1], frozen.manager)
    page = client_of(frozen.manager).get(f"/rounds/{frozen.round.id}/{path}").text
    assert re.findall(r'data-label="Place"[^>]*>(?:<div>)?(\d+)', page) == ["1", "2", "3"]


def test_no_gap_tells_the_place_in_the_export(
    session: Session, frozen: Deliberating, client_of: ClientOf
) -> None:
    bar(session, frozen.applications[1], frozen.manager)
    reader = actor_for(session, frozen.manager.id)
    found = exported_round(session, frozen.round.id, reader=reader)
    assert [row.rank for row in found.applications] == [1, 2, 3]


def test_an_officer_sees_recused_where_it_is_barred(
    session: Session, frozen: Deliberating, client_of: ClientOf
) -> None:
    bar(session, frozen.applications[0], frozen.officers[0])
    award(session, frozen, frozen.applications[0], funder=1)
    page = client_of(frozen.officers[0]).get(f"/rounds/{frozen.round.id}/contributions").text
    assert "Meter 1" not in page
    assert page.count("Recused") == 1


def test_a_blind_round_hides_applicants_from_officers(
    session: Session, frozen: Deliberating, client_of: ClientOf
) -> None:
    frozen.round.is_blind = True
    officer = client_of(frozen.officers[0])
    for path in ("ranking", "ranking/table", "ranking.csv", "decisions", "contributions"):
        assert "Applicant 1" not in officer.get(f"/rounds/{frozen.round.id}/{path}").text


@pytest.mark.parametrize("path", ["ranking", "decisions", "decisions/proposal", "release"])
def test_a_prize_round_speaks_of_prizes(session: Session, client_of: ClientOf, path: str) -> None:
    room = a_deliberation(session, kind=RoundKind.PRIZE)
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    session.add(
        PrizeRung(round_id=room.round.id, position=1, title="First prize", amount=5_000_000)
    )
    manager = client_of(room.manager)
    page = manager.get(f"/rounds/{room.round.id}/{path}").text
    assert "grant" not in page.split("<main")[1].split("</main")[0].replace("Seed grants", "")
    sheet = manager.get(f"/applications/{room.applications[0].id}/decision").text
    assert "First prize" in sheet


def award(session: Session, room: Deliberating, application: Application, *, funder: int) -> None:
    resolve_application(
        session,
        application.id,
        kind=DecisionKind.AWARD,
        contributions={room.funders[funder].id: REQUEST},
        actor=room.actor(session),
        now=NOW,
    )


def decision_form(room: Deliberating, **changes: str) -> dict[str, str]:
    return {
        "kind": "award",
        "version": "0",
        f"funder-{room.funders[0].id}": "120,000",
        f"funder-{room.funders[1].id}": "€ 80 000.00",
    } | changes


def test_a_decision_is_entered_by_hand(
    session: Session, frozen: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(frozen.manager)
    answer = manager.post(
        f"/applications/{frozen.applications[0].id}/decision",
        data=decision_form(frozen, reason=RTL),
    )
    assert answer.status_code == 303
    session.rollback()
    amounts = select(Contribution.amount).order_by(Contribution.amount.desc())
    assert session.scalars(amounts).all() == [12_000_000, 8_000_000]
    page = manager.get(f"/applications/{frozen.applications[0].id}/decision").text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "Choose award, reserve list or decline."),
        ({"kind": "maybe"}, "Choose award, reserve list or decline."),
        ({"funder": "many"}, "Enter an amount in EUR, such as 12500"),
        ({"funder": "-5"}, "Enter an amount of 0 or more."),
        ({"funder": "99999999999999999999"}, "Enter a smaller amount."),
        ({"funder": "400000"}, "Lilliput Foundation has EUR 300,000 left."),
        ({"funder": "120000.001"}, "EUR has at most 2 decimals."),
        ({"funder": "150000"}, "is more than the EUR 200,000 asked for. Say why."),
        ({"kind": "reserve"}, "a whole number from 1"),
        ({"kind": "reserve", "reserve_place": "second"}, "Enter the place as a whole number"),
        ({"kind": "reserve", "reserve_place": "0"}, "a whole number from 1"),
        ({"reason": "x" * 4_001}, "4,001 characters. Shorten by 1."),
        ({"reason": "x" * 10_000_000}, "10,000,000 characters. Shorten by 9,996,000."),
        ({"version": "7"}, "Somebody changed this decision too. Nothing was overwritten"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(
    session: Session,
    frozen: Deliberating,
    client_of: ClientOf,
    changes: dict[str, str],
    sentence: str,
) -> None:
    typed = dict(changes)
    if "funder" in typed:
        typed[f"funder-{frozen.funders[0].id}"] = typed.pop("funder")
    form = decision_form(frozen, advice="Keep this text.") | typed
    answer = client_of(frozen.manager).post(
        f"/applications/{frozen.applications[0].id}/decision", data=form
    )
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert sentence in page
    assert "Keep this text." in page
    session.rollback()
    assert session.scalars(select(Decision)).all() == []


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_form_that_was_not_sent_whole_is_told_so(
    frozen: Deliberating, client_of: ClientOf, version: str
) -> None:
    answer = client_of(frozen.manager).post(
        f"/applications/{frozen.applications[0].id}/decision",
        data=decision_form(frozen, version=version),
    )
    assert (answer.status_code, "was not sent whole" in answer.text) == (409, True)


def test_an_officer_refuses_with_a_reason(
    session: Session, frozen: Deliberating, client_of: ClientOf
) -> None:
    award(session, frozen, frozen.applications[0], funder=0)
    part = session.scalars(select(Contribution.id)).one()
    officer = client_of(frozen.officers[0])
    address = f"/contributions/{part}/refuse"
    empty = officer.post(address, data={"amount": str(REQUEST), "note": " "})
    assert (empty.status_code, "Say why." in empty.text) == (422, True)
    long = officer.post(address, data={"amount": str(REQUEST), "note": "x" * 2_001})
    assert (long.status_code, "Shorten this to 2,000" in long.text) == (422, True)
    for _ in range(2):
        answer = officer.post(address, data={"amount": str(REQUEST), "note": RTL})
        assert answer.status_code == 303
    session.rollback()
    assert session.scalars(select(Envelope.committed)).all() == [0, 0]
    page = client_of(frozen.manager).get(f"/rounds/{frozen.round.id}/decisions").text
    assert "A funder refused its part" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "data",
    [{"part": "x"}, {"part": "1:2:3"}, {"part": "00000000-0000-0000-0000-000000000000:ten"}],
)
def test_parts_that_make_no_sense_are_refused(
    frozen: Deliberating, client_of: ClientOf, data: dict[str, str]
) -> None:
    answer = client_of(frozen.officers[0]).post(
        f"/rounds/{frozen.round.id}/contributions/approve", data=data
    )
    assert answer.status_code == 409


def test_nothing_of_a_decision_is_told_before_the_release(
    session: Session, frozen: Deliberating, client_of: ClientOf
) -> None:
    award(session, frozen, frozen.applications[0], funder=0)
    owner = session.get_one(Person, frozen.applications[0].contact_id)
    page = client_of(owner).get(f"/applications/{frozen.applications[0].id}/letters").text
    assert "No decision has been told yet" in page
    assert "200,000" not in page


def test_an_award_is_refused_with_a_note_that_fits(
    session: Session, frozen: Deliberating, client_of: ClientOf
) -> None:
    application = frozen.applications[0]
    award(session, frozen, application, funder=0)
    decision = session.scalars(select(Decision)).one()
    application.state = ApplicationState.AWARDED
    decision.state = DecisionState.RELEASED
    session.add(Award(decision_id=decision.id, state="issued", issued_at=NOW))
    session.flush()
    owner = client_of(session.get_one(Person, application.contact_id))
    address = f"/applications/{application.id}/award/refuse"
    long = owner.post(address, data={"note": "x" * 2_001})
    assert (long.status_code, "Shorten this to 2,000" in long.text) == (422, True)
    assert [owner.post(address, data={"note": RTL}).status_code for _ in range(2)] == [303, 303]
    session.rollback()
    assert session.scalars(select(Envelope.committed)).all() == [0, 0]
