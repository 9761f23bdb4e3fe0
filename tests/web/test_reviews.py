"""The page on which a review is written: saved, sent in, revised, never lost."""

from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.states import ReviewState, RoundState
from fundapp.models import Review, ReviewVersion, Score
from tests.builders import a_manager
from tests.statements import counted_statements
from tests.web.review_room import (
    ORGANISATION,
    ClientOf,
    Room,
    build_room,
)

AUTOSAVE = {"X-Requested-With": "autosave", "Accept": "application/json"}


@pytest.fixture
def room(session: Session) -> Room:
    return build_room(session)


def only_review(session: Session) -> Review:
    session.rollback()
    return session.scalars(select(Review)).one()


def count(session: Session, table: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_desk_shows_text_and_criteria(room: Room, client_of: ClientOf) -> None:
    page = client_of(room.people[0]).get(room.address).text
    assert "We count &lt;b&gt;twice&lt;/b&gt;." in page
    assert ORGANISATION in page
    assert "0 of 2" in page
    assert "Anchor of mark 3." in page


def test_a_plain_save_needs_no_script(room: Room, session: Session, client_of: ClientOf) -> None:
    browser = client_of(room.people[0])
    answer = browser.post(room.address, data=room.typed(act="save", recommended_amount="12,500.50"))
    assert (answer.status_code, answer.location) == (303, room.address)
    page = browser.get(room.address).text
    assert "2 of 2" in page
    assert 'value="12500.50"' in page
    assert "Saved at 09:00 UTC" in page
    assert only_review(session).version == 1


def test_autosave_answers_with_the_new_version(room: Room, client_of: ClientOf) -> None:
    browser = client_of(room.people[0])
    answer = browser.post(f"{room.address}/autosave", data=room.typed(), headers=AUTOSAVE)
    assert answer.json == {
        "saved_at": "2026-11-02T09:00:00+00:00",
        "version": 1,
        "problems": [],
    }


def test_autosave_of_an_older_window_gets_what_stands(room: Room, client_of: ClientOf) -> None:
    browser = client_of(room.people[0])
    browser.post(f"{room.address}/autosave", data=room.typed("2"), headers=AUTOSAVE)
    answer = browser.post(f"{room.address}/autosave", data=room.typed("5"), headers=AUTOSAVE)
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["version"] == 1
    assert answer.json["theirs"][f"mark-{room.validity.code}"] == "2"


def test_an_older_window_without_scripts_chooses_text_by_text(
    room: Room, session: Session, client_of: ClientOf
) -> None:
    browser = client_of(room.people[0])
    browser.post(room.address, data=room.typed("2", shared_comment="First."))
    mine = room.typed("5", shared_comment="Second.")
    answer = browser.post(room.address, data=mine)
    assert answer.status_code == 409
    mark, comment = f"mark-{room.validity.code}", "shared_comment"
    assert f'name="keep-{mark}" value="mine"' in answer.text
    assert f'name="keep-{comment}" value="joined"' in answer.text
    form = mine | {"version": 1, "conflict": [mark, comment], f"keep-{mark}": "theirs"}
    again = browser.post(room.address, data=form)
    assert again.status_code == 409
    assert f'name="keep-{mark}"' not in again.text
    form = mine | {"version": 1, mark: "2", "conflict": [comment], f"keep-{comment}": "joined"}
    assert browser.post(room.address, data=form).status_code == 303
    review = only_review(session)
    assert (review.version, review.shared_comment) == (2, "First.\n\nSecond.")


def test_submitting_incomplete_saves_and_says_what_is_missing(
    room: Room, session: Session, client_of: ClientOf
) -> None:
    browser = client_of(room.people[0])
    typed = room.typed("") | {f"reason-{room.reach.code}": "", "act": "submit"}
    answer = browser.post(room.address, data=typed, follow_redirects=True)
    assert answer.status_code == 200
    assert "Two things to mend" in answer.text
    assert f'href="#mark-{room.validity.code}"' in answer.text
    assert f'href="#reason-{room.reach.code}"' in answer.text
    assert "<title>To mend:" in answer.text
    review = only_review(session)
    assert (review.state, review.shared_comment) == (ReviewState.DRAFT, "Clear.")


def test_a_double_click_on_submit_sends_one_review(
    room: Room, session: Session, client_of: ClientOf
) -> None:
    browser = client_of(room.people[0])
    for _ in range(2):
        answer = browser.post(room.address, data=room.typed(act="submit"))
        assert (answer.status_code, answer.location) == (303, room.address)
    assert count(session, Review) == 1
    assert count(session, ReviewVersion) == 1
    assert "Your review is in." in browser.get(room.address).text


def test_save_and_next_goes_to_the_next_review(
    room: Room, session: Session, client_of: ClientOf
) -> None:
    from tests.web.review_room import fill_queue

    fill_queue(session, room, 1)
    browser = client_of(room.people[0])
    answer = browser.post(room.address, data=room.typed(act="next"))
    page = browser.get(answer.location).text
    assert f"{room.round.reference}-002" in page


def test_after_the_last_review_comes_the_queue(room: Room, client_of: ClientOf) -> None:
    answer = client_of(room.people[0]).post(room.address, data=room.typed(act="next"))
    assert answer.location == "/reviews"


HOSTILE = [
    ("mark", "7", "Choose one of the marks"),
    ("mark", "four", "Choose one of the marks"),
    ("mark", "<script>alert(1)</script>", "Choose one of the marks"),
    ("confidence", "99", "from 1 to 5"),
    ("recommended_amount", "a lot 🙂", "Enter an amount in EUR"),
    ("recommended_amount", "-5", "Enter an amount of 0 or more"),
    ("shared_comment", "x" * 20_001, "Shorten this to 20,000 characters. It has 20,001."),
    ("private_comment", "y" * 10_000_000, "It has 10,000,000."),
]


@pytest.mark.parametrize(
    ("name", "text", "sentence"), HOSTILE, ids=[f"{n}-{t[:8]}" for n, t, _ in HOSTILE]
)
def test_bad_input_is_said_and_nothing_is_lost(
    room: Room, session: Session, client_of: ClientOf, name: str, text: str, sentence: str
) -> None:
    field = f"mark-{room.validity.code}" if name == "mark" else name
    answer = client_of(room.people[0]).post(
        room.address, data=room.typed(**{field: text, "act": "submit"})
    )
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert f'href="#{field}"' in answer.text
    assert "Well tested." in answer.text
    assert "<script>alert" not in answer.text
    assert (count(session, Review), count(session, Score)) == (0, 0)


@pytest.mark.parametrize(
    "text", ["🧪 نعم، واضح", '<b>bold</b> & "quoted"', "שלום\u202eolleh", "a\x00b"]
)
def test_any_script_is_kept_and_escaped(room: Room, client_of: ClientOf, text: str) -> None:
    browser = client_of(room.people[0])
    assert browser.post(room.address, data=room.typed(shared_comment=text)).status_code == 303
    kept = text.replace("\u202e", "").replace("\x00", "")
    page = browser.get(room.address).text
    assert kept in unescape(page)
    assert "<b>bold" not in page


def test_autosave_of_bad_input_says_why(room: Room, client_of: ClientOf) -> None:
    answer = client_of(room.people[0]).post(
        f"{room.address}/autosave", data=room.typed(recommended_amount="lots"), headers=AUTOSAVE
    )
    assert answer.status_code == 422
    assert answer.json is not None
    assert [problem["field"] for problem in answer.json["problems"]] == ["recommended_amount"]


def test_a_form_that_names_no_version_is_stale(room: Room, client_of: ClientOf) -> None:
    browser = client_of(room.people[0])
    assert "This form was out of date." in browser.post(room.address, data={}).text
    assert browser.post(room.address, data={"version": "x"}).status_code == 409


def test_saving_after_reviewing_ended_keeps_the_text_on_the_page(
    room: Room, session: Session, client_of: ClientOf
) -> None:
    room.round.state = RoundState.DELIBERATING
    words = "A long comment that must not be lost, whatever happens."
    answer = client_of(room.people[0]).post(room.address, data=room.typed(shared_comment=words))
    assert answer.status_code == 409
    assert "Reviewing has ended" in answer.text
    assert words in answer.text


def test_a_revision_keeps_both_versions_for_author_and_manager(
    room: Room, session: Session, client_of: ClientOf
) -> None:
    manager = a_manager(session)
    browser = client_of(room.people[0])
    browser.post(room.address, data=room.typed(act="submit"))
    assert "What did you change, and why?" in browser.get(f"{room.address}/revise").text
    revised = room.typed("5", version=2)
    refused = browser.post(f"{room.address}/revise", data=revised | {"note": ""})
    assert refused.status_code == 422
    assert "Say what you changed and why" in refused.text
    note = "Their reply convinced me."
    answer = browser.post(f"{room.address}/revise", data=revised | {"note": note})
    assert answer.status_code == 303
    for reader in (browser, client_of(manager)):
        page = reader.get(room.address).text
        assert "2 versions" in page
        assert note in page
    assert count(session, ReviewVersion) == 2


def test_a_stale_revision_shows_both_texts(room: Room, client_of: ClientOf) -> None:
    browser = client_of(room.people[0])
    browser.post(room.address, data=room.typed(act="submit"))
    form = room.typed("5", version=1, note="Late thought.")
    answer = browser.post(f"{room.address}/revise", data=form)
    assert answer.status_code == 409
    assert "Late thought." in answer.text
    assert f'name="keep-mark-{room.validity.code}"' in answer.text


@pytest.mark.parametrize("others", [1, 50])
def test_the_desk_takes_a_constant_number_of_statements(
    app: Flask, room: Room, session: Session, client_of: ClientOf, others: int
) -> None:
    from tests.web.review_room import fill_queue

    fill_queue(session, room, others)
    browser = client_of(room.people[0])
    browser.post(room.address, data=room.typed())
    with app.app_context(), counted_statements() as counted:
        assert browser.get(room.address).status_code == 200
    assert len(counted) == 9


def test_a_save_takes_eight_statements(app: Flask, room: Room, client_of: ClientOf) -> None:
    browser = client_of(room.people[0])
    browser.post(room.address, data=room.typed("3"))
    typed = room.typed("4", version=1)
    with app.app_context(), counted_statements() as counted:
        browser.post(f"{room.address}/autosave", data=typed)
    assert len(counted) == 8
