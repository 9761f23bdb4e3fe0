"""Winners are verified by another team: asked, run, compared, settled, and the next moves up."""

import copy
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from fundapp.adapters.clock import FixedClock
from fundapp.domain.mail import without_secrets
from fundapp.domain.states import (
    ContributionState,
    DecisionKind,
    DocumentKind,
    RerunState,
    RoundState,
)
from fundapp.models import (
    Contribution,
    Decision,
    DocumentOrder,
    Organisation,
    OutboxMessage,
    Person,
    Rerun,
    SubmittedVersion,
)
from fundapp.queries.document_rows import ConfirmedResult
from fundapp.queries.documents import letter_rows
from tests.builders import a_conflict, a_person
from tests.documents.shared_rows import FUND
from tests.services.deliberating import Deliberating
from tests.statements import counted_statements
from tests.web.rerun_room import (
    FIRST,
    HOW,
    LATER,
    SECOND,
    a_log,
    a_prize_room,
    approve_all,
    award,
    decide,
    sent,
)

ClientOf = Callable[[Person], FlaskClient]


def text_of(page: TestResponse) -> str:
    """The main part of a page as text."""
    main = page.text.split("<main")[1].split("</main")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_prize_room(session)
    award(session, room, 0, 0)
    award(session, room, 1, 1)
    decide(session, room, 2, DecisionKind.DECLINE)
    decide(session, room, 3, DecisionKind.DECLINE)
    session.commit()
    return room


def ask(
    manager: FlaskClient, room: Deliberating, number: int, *, email: str = "vera@lab.example"
) -> TestResponse:
    """Ask through the form for a re-run of an entry's only result."""
    address = f"/applications/{room.applications[number].id}/rerun"
    claim = manager.get(address).text.split('name="claim"')[1].split('value="')[1].split('"')[0]
    form = {"claim": claim, "verifier_name": "Vera Sample", "verifier_email": email}
    return manager.post(address, data=form)


def newest_mail(session: Session, template: str) -> OutboxMessage:
    session.rollback()
    mails = session.scalars(select(OutboxMessage).order_by(OutboxMessage.queued_at)).all()
    return next(mail for mail in reversed(mails) if template in mail.subject)


def link_of(session: Session) -> str:
    mails = session.scalars(select(OutboxMessage).order_by(OutboxMessage.queued_at)).all()
    links = [found[0] for mail in mails if (found := re.findall(r"/rerun-links/\S+", mail.body))]
    (link,) = links[-1:]
    return link


def rerun_of(session: Session, room: Deliberating, number: int) -> Rerun:
    session.rollback()
    return session.scalars(
        select(Rerun).where(
            Rerun.application_id == room.applications[number].id,
            Rerun.state != RerunState.WITHDRAWN,
        )
    ).one()


def settle(
    manager: FlaskClient, rerun: Rerun, outcome: str, reason: str = "", seen: str | None = None
) -> TestResponse:
    data = {"outcome": outcome, "reason": reason, "seen": rerun.sha256 if seen is None else seen}
    return manager.post(f"/reruns/{rerun.id}/settlement", data=data)


def verify(
    app: Flask,
    session: Session,
    manager: FlaskClient,
    room: Deliberating,
    number: int,
    content: bytes,
) -> FlaskClient:
    """Ask, follow the link with a new account, and bring a log; return the verifier's browser."""
    assert ask(manager, room, number, email=f"vera{number}@lab.example").status_code == 303
    session.rollback()
    link = link_of(session)
    browser = app.test_client()
    form = {"name": "Vera Sample", "password": "a walk along the river"}
    assert browser.post(f"{link}/register", data=form).status_code == 303
    rerun = rerun_of(session, room, number)
    brought = browser.post(
        f"/reruns/{rerun.id}", data=sent(content), content_type="multipart/form-data"
    )
    assert brought.status_code == 303, text_of(brought)
    session.rollback()
    return browser


def test_one_winner_fails_the_next_moves_up_and_all_is_released(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    at = f"/rounds/{room.round.id}"
    approve_all(session, room)
    session.commit()
    preview = text_of(manager.get(f"{at}/release"))
    assert preview.count("Its re-run is not asked for yet.") == 2
    assert manager.post(f"{at}/release").status_code == 422

    verify(app, session, manager, room, 0, a_log(0.3, day=20))
    failing = rerun_of(session, room, 0)
    page = text_of(manager.get(f"/reruns/{failing.id}/settlement"))
    assert "The results differ The re-run is lower by more than chance explains. Claim" in page
    assert "Difference -0.2 95 % interval of it -0.255 to -0.145" in page
    answer = settle(manager, failing, "failed", "The re-run found 0.3 where the entry says 0.5.")
    assert answer.status_code == 303
    told = manager.get(f"{at}/reruns").text
    first, second, third, _ = [one.reference for one in room.applications]
    assert f"{first} is declined. {second} moved up" in told
    assert f"{third} moved up" in told

    decisions = {
        one.application_id: one
        for one in session.scalars(select(Decision).where(Decision.round_id == room.round.id))
    }
    kinds = [decisions[one.id].kind for one in room.applications]
    assert kinds == [
        DecisionKind.DECLINE,
        DecisionKind.AWARD,
        DecisionKind.AWARD,
        DecisionKind.DECLINE,
    ]
    assert [decisions[one.id].amount for one in room.applications[1:3]] == [FIRST, SECOND]
    assert decisions[room.applications[2].id].reason == (
        "Moved up because the re-run of an entry placed before it did not confirm its result."
    )
    parts = session.scalars(
        select(Contribution.state).join(Decision, Decision.id == Contribution.decision_id)
    ).all()
    assert set(parts) == {ContributionState.PROPOSED}

    for number in (1, 2):
        verify(app, session, manager, room, number, a_log(0.51, day=20 + number))
        assert settle(manager, rerun_of(session, room, number), "confirmed").status_code == 303
    assert manager.post(f"{at}/release").status_code == 422
    approve_all(session, room)
    session.commit()
    ready = text_of(manager.get(f"{at}/release"))
    assert ready.count("confirmed by a re-run") == 2
    assert manager.post(f"{at}/release").status_code == 303
    told = text_of(manager.get(f"{at}/reruns"))
    assert ("The winners are told" in told, "First prize" in told) == (True, True)
    session.rollback()
    session.refresh(room.round)
    assert room.round.state is RoundState.DECIDED
    orders = session.scalars(
        select(DocumentOrder.id).where(DocumentOrder.kind == DocumentKind.AWARD_LETTER)
    ).all()
    letters = letter_rows(session, orders, fund=FUND).values()
    result = ConfirmedResult(task="meters", metric="accuracy", model="openai/tested", value="0.5")
    assert [letter.confirmed for letter in letters] == [result, result]  # type: ignore[attr-defined]


def test_the_decision_room_shows_each_rerun(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    at = f"/rounds/{room.round.id}/decisions"
    assert text_of(manager.get(at)).count("No re-run asked for") == 2
    verify(app, session, manager, room, 0, a_log(0.5, day=20))
    page = text_of(manager.get(at))
    assert (page.count("Re-run: log is in"), page.count("No re-run asked for")) == (1, 1)
    officer = client_of(room.officers[0])
    session.commit()
    assert "Vera" not in officer.get(at).text


def test_the_verifier_sees_what_is_needed_and_nothing_else(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    room.round.is_blind = True
    session.commit()
    ask(client_of(room.manager), room, 0)
    session.rollback()
    link = link_of(session)
    browser = app.test_client()
    page = browser.get(link)
    assert "Task meters Model openai/tested Due" in text_of(page)
    form = {"name": "Vera Sample", "password": "a walk along the river"}
    assert browser.post(f"{link}/register", data=form).status_code == 303
    rerun = rerun_of(session, room, 0)
    own = browser.get(f"/reruns/{rerun.id}")
    text = text_of(own)
    assert f"How the entry says it is run {HOW}" in text
    assert "Result: accuracy 0.5 ± 0.02 (400 samples)" in text
    first = room.applications[0]
    for hidden in (
        first.title,
        "Applicant 1",
        "Zembla",
        "First prize",
        "git@example.org",
        "Remark",
    ):
        assert hidden not in page.text
        assert hidden not in own.text
    assert browser.get(f"/applications/{first.id}/read").status_code == 403
    assert browser.get(f"/rounds/{room.round.id}/reruns").status_code == 403
    assert browser.get(f"/reruns/{rerun.id}/settlement").status_code == 403
    assert browser.get(f"/reruns/{rerun.id}/log").status_code == 403
    assert browser.get(link).headers["Location"] == f"/reruns/{rerun.id}"
    assert "1 re-run waits for you" in text_of(browser.get("/reruns"))


def test_words_that_name_their_maker_are_withheld_in_a_blind_round(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    room.round.is_blind = True
    session.get_one(Organisation, room.applications[0].organisation_id).name = "Package Task Ltd"
    version = session.scalars(
        select(SubmittedVersion).where(SubmittedVersion.application_id == room.applications[0].id)
    ).one()
    content = copy.deepcopy(version.content)
    content["sections"][0]["questions"][0]["text"] = "Ask Package Task for the seed."
    version.content = content
    session.commit()
    manager = client_of(room.manager)
    address = f"/applications/{room.applications[0].id}/rerun"
    assert "send what is needed by mail" in text_of(manager.get(address))
    browser = verify(app, session, manager, room, 0, a_log(0.5, day=20))
    page = browser.get(f"/reruns/{rerun_of(session, room, 0).id}").text
    assert ("Package Task" in page, "so they are not shown" in page) == (False, True)


def test_nobody_reads_the_link_in_the_outbox(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    ask(client_of(room.manager), room, 0)
    session.rollback()
    token = link_of(session).rpartition("/")[2]
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.body.contains(token))).one()
    cut = without_secrets(mail.body)
    assert (token in cut, "/rerun-links/…" in cut) == (False, True)


def test_the_link_is_for_one_person(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    verify(app, session, client_of(room.manager), room, 0, a_log(0.5, day=20))
    session.rollback()
    stranger = client_of(a_person(session))
    session.commit()
    link = link_of(session)
    assert stranger.get(link).status_code == 410
    assert stranger.post(f"{link}/accept").status_code == 409
    assert stranger.get(f"/reruns/{rerun_of(session, room, 0).id}").status_code == 403
    assert stranger.get("/rerun-links/unknown").status_code == 404


@pytest.mark.parametrize("who", ["entrant", "other entrant", "barred"])
def test_who_has_a_part_in_the_round_does_not_verify(
    session: Session, room: Deliberating, client_of: ClientOf, who: str
) -> None:
    first, other = room.applications[0], room.applications[3]
    person = {
        "entrant": lambda: session.get_one(Person, first.contact_id),
        "other entrant": lambda: session.get_one(Person, other.contact_id),
        "barred": lambda: a_person(session),
    }[who]()
    if who == "barred":
        a_conflict(session, first.id, person_id=person.id, recorded_by_id=person.id)
    browser = client_of(person)
    session.commit()
    manager = client_of(room.manager)
    refused = ask(manager, room, 0, email=person.email)
    assert refused.status_code == 422
    assert "This person has a part in the round or a conflict here." in refused.text
    assert 'value="Vera Sample"' in refused.text
    assert ask(manager, room, 0).status_code == 303
    session.rollback()
    assert browser.post(f"{link_of(session)}/accept").status_code == 403


def test_a_verifier_who_joins_an_entrant_is_shut_out(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    browser = verify(app, session, client_of(room.manager), room, 0, a_log(0.5, day=20))
    rerun = rerun_of(session, room, 0)
    assert browser.get(f"/reruns/{rerun.id}").status_code == 200
    a_conflict(
        session,
        room.applications[0].id,
        person_id=rerun.verifier_id,
        recorded_by_id=room.manager.id,
    )
    session.commit()
    assert browser.get(f"/reruns/{rerun.id}").status_code == 403
    again = browser.post(
        f"/reruns/{rerun.id}", data=sent(a_log(0.4, day=21)), content_type="multipart/form-data"
    )
    assert again.status_code == 403


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"Just notes.", "notes.txt", "This is no evaluation log that we know."),
        (a_log()[:300], "cut.json", "The file is cut off or damaged."),
        (b"\x89PNG\r\n\x1a\n", "run.json", "run.json"),
        (b"", "", "Choose the log of your run."),
    ],
)
def test_a_file_that_is_no_log_is_refused_with_its_reason(
    app: Flask,
    session: Session,
    room: Deliberating,
    client_of: ClientOf,
    content: bytes,
    name: str,
    sentence: str,
) -> None:
    browser = verify(app, session, client_of(room.manager), room, 0, a_log(0.5, day=20))
    rerun = rerun_of(session, room, 0)
    before = rerun.sha256
    answer = browser.post(
        f"/reruns/{rerun.id}",
        data=sent(content, name, note="Kept words."),
        content_type="multipart/form-data",
    )
    assert (answer.status_code, "Kept words." in answer.text) == (422, True)
    assert sentence in text_of(answer)
    assert rerun_of(session, room, 0).sha256 == before


def test_another_log_takes_the_place_until_it_is_settled(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    browser = verify(app, session, manager, room, 0, a_log(0.1, day=20))
    rerun = rerun_of(session, room, 0)
    assert "The results differ" in text_of(browser.get(f"/reruns/{rerun.id}"))
    old = rerun.sha256
    data = sent(a_log(0.49, day=21), note="Seed was wrong before.")
    browser.post(f"/reruns/{rerun.id}", data=data, content_type="multipart/form-data")
    assert "The claim holds" in text_of(browser.get(f"/reruns/{rerun.id}"))
    stale = settle(manager, rerun_of(session, room, 0), "failed", "Far off.", seen=old)
    assert (stale.status_code, "Far off." in stale.text) == (422, True)
    assert "Vera Sample brought another log meanwhile." in text_of(stale)
    assert rerun_of(session, room, 0).state is RerunState.DELIVERED
    page = text_of(manager.get(f"/reruns/{rerun.id}/settlement"))
    assert "What the verifier notes Seed was wrong before." in page
    log = manager.get(f"/reruns/{rerun.id}/log")
    assert (log.data, log.headers["Content-Disposition"].startswith("attachment")) == (
        a_log(0.49, day=21),
        True,
    )
    assert settle(manager, rerun_of(session, room, 0), "confirmed").status_code == 303
    late = browser.post(
        f"/reruns/{rerun.id}", data=sent(a_log(0.9, day=22)), content_type="multipart/form-data"
    )
    assert late.status_code == 409
    over = text_of(browser.get(f"/reruns/{rerun.id}"))
    assert "Thank you, nothing more is needed" in over
    assert "onfirmed" not in over
    assert settle(manager, rerun_of(session, room, 0), "failed", "Again.").status_code == 409


def test_what_is_not_clear_needs_a_reason(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    verify(app, session, manager, room, 0, a_log(0.1, day=20))
    rerun = rerun_of(session, room, 0)
    for outcome, sentence in [
        ("confirmed", "The comparison does not say that it holds. Say why it is confirmed."),
        ("failed", "Say why. The entrant reads it."),
        ("waived", "Say why no re-run is needed."),
        ("asked", "Choose what came of it."),
        ("", "Choose what came of it."),
        ("nonsense", "Choose what came of it."),
    ]:
        answer = settle(manager, rerun_of(session, room, 0), outcome)
        assert (answer.status_code, sentence in text_of(answer)) == (422, True)
    answer = settle(manager, rerun_of(session, room, 0), "waived", "The model is gone.")
    assert answer.status_code == 303
    assert "The model is gone." in text_of(manager.get(f"/reruns/{rerun.id}/settlement"))


def test_without_a_log_it_fails_only_after_its_day(
    session: Session, room: Deliberating, client_of: ClientOf, clock: FixedClock
) -> None:
    manager = client_of(room.manager)
    ask(manager, room, 0)
    early = settle(manager, rerun_of(session, room, 0), "failed", "No word.")
    assert (early.status_code, "The verifier still has time." in early.text) == (409, True)
    assert settle(manager, rerun_of(session, room, 0), "confirmed", "x").status_code == 409
    clock.instant = LATER
    assert "overdue since" in text_of(manager.get(f"/rounds/{room.round.id}/reruns"))
    assert settle(manager, rerun_of(session, room, 0), "failed", "No word.").status_code == 303
    session.rollback()
    decision = session.scalars(
        select(Decision).where(Decision.application_id == room.applications[0].id)
    ).one()
    assert (decision.kind, decision.reason, decision.amount) == (
        DecisionKind.DECLINE,
        "No word.",
        None,
    )


def test_a_rerun_is_asked_once_and_can_be_taken_back(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    ask(manager, room, 0)
    session.rollback()
    first_link = link_of(session)
    assert ask(manager, room, 0).status_code == 409
    rerun = rerun_of(session, room, 0)
    assert manager.post(f"/reruns/{rerun.id}/send-again").status_code == 303
    session.rollback()
    second_link = link_of(session)
    browser = app.test_client()
    assert browser.get(first_link).status_code == 404
    assert browser.get(second_link).status_code == 200
    assert manager.post(f"/reruns/{rerun.id}/withdraw").status_code == 303
    assert browser.get(second_link).status_code == 410
    assert ask(manager, room, 0, email="otto@lab.example").status_code == 303
    assert manager.post(f"/reruns/{rerun.id}/send-again").status_code == 409


def test_a_winner_is_awarded_without_a_rerun_for_a_reason(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    address = f"/applications/{room.applications[0].id}/rerun"
    assert manager.post(f"{address}/waive", data={"reason": ""}).status_code == 422
    assert manager.post(f"{address}/waive", data={"reason": "Public data."}).status_code == 303
    board = text_of(manager.get(f"/rounds/{room.round.id}/reruns"))
    assert "1 of 2 provisional winners can be released" in board
    assert manager.post(f"{address}/waive", data={"reason": "Again."}).status_code == 409
    preview = text_of(manager.get(f"/rounds/{room.round.id}/release"))
    assert preview.count("Its re-run is not asked for yet.") == 1


def test_only_provisional_winners_of_such_a_round_are_verified(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    declined = f"/applications/{room.applications[2].id}/rerun"
    assert manager.get(declined).status_code == 404
    form = {"claim": "x", "verifier_name": "V", "verifier_email": "v@lab.example"}
    assert manager.post(declined, data=form).status_code == 409
    other = a_prize_room(session, rerun_days=0)
    award(session, other, 0, 0)
    session.commit()
    own = client_of(other.manager)
    address = f"/applications/{other.applications[0].id}/rerun"
    assert own.post(address, data=form).status_code == 409
    assert "ask for no re-runs" in text_of(own.get(f"/rounds/{other.round.id}/reruns"))
    assert "re-run" not in text_of(own.get(f"/rounds/{other.round.id}/release"))


def test_a_barred_manager_sees_and_settles_nothing(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    verify(app, session, client_of(room.manager), room, 0, a_log(0.5, day=20))
    session.rollback()
    first = room.applications[0]
    barred = a_person(session, "Bela Sample", is_fund_manager=True)
    a_conflict(session, first.id, person_id=barred.id, recorded_by_id=barred.id)
    session.commit()
    browser = client_of(barred)
    rerun = rerun_of(session, room, 0)
    board = browser.get(f"/rounds/{room.round.id}/reruns").text
    assert (first.title in board, str(first.reference) in board, "Vera" in board) == (
        False,
        False,
        False,
    )
    assert settle(browser, rerun, "confirmed").status_code == 403
    assert browser.get(f"/reruns/{rerun.id}/settlement").status_code == 403
    assert browser.get(f"/reruns/{rerun.id}/log").status_code == 403
    assert browser.post(f"/reruns/{rerun.id}/withdraw").status_code == 403
    assert browser.get(f"/applications/{first.id}/rerun").status_code == 403


def test_who_moved_up_is_not_told_to_whom_it_is_closed(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    verify(app, session, manager, room, 0, a_log(0.3, day=20))
    second = room.applications[1]
    own = room.manager.id
    a_conflict(session, second.id, person_id=own, recorded_by_id=own)
    session.commit()
    reference = second.reference or ""
    assert settle(manager, rerun_of(session, room, 0), "failed", "Far off.").status_code == 303
    page = manager.get(f"/rounds/{room.round.id}/reruns").text
    assert "An entry that is closed to you moved up" in page
    assert reference not in page


def test_the_board_takes_as_many_statements_for_many(session: Session, client_of: ClientOf) -> None:
    counts = []
    for pairs in (4, 12):
        room = a_prize_room(session, marks=[(5 - n % 4, 5 - n % 3) for n in range(pairs)])
        award(session, room, 0, 0)
        award(session, room, 1, 1)
        session.commit()
        manager = client_of(room.manager)
        ask(manager, room, 0)
        session.rollback()
        with counted_statements() as statements:
            manager.get(f"/rounds/{room.round.id}/reruns")
        counts.append(len(statements))
    assert counts[0] == counts[1]
