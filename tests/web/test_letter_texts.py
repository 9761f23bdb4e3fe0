"""The pages on which managers write the words of letters."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models import LetterText
from fundapp.services.throttling import PREVIEWS_BY_PERSON
from tests.web.conftest import WorldOf, browser_as

PAGE = "/letter-texts/decline-letter/en"


@pytest.fixture
def browser(fresh_world: WorldOf) -> FlaskClient:
    app, _ = fresh_world()
    return browser_as(app, "manager")


def stored(browser: FlaskClient) -> list[tuple[int, dict[str, str]]]:
    with browser.application.app_context():
        rows = db.session.scalars(select(LetterText).order_by(LetterText.version))
        return [(row.version, row.parts) for row in rows]


def typed_in(page: str, part: str) -> str:
    (found,) = re.findall(rf'<textarea id="{part}"[^>]*>\n?([^<]*)</textarea>', page)
    return found.strip()


def test_words_are_written_and_seen_in_the_list(browser: FlaskClient) -> None:
    answer = browser.post(PAGE, data={"version": "0", "opening": "Thank you for {{ title }}."})
    assert (answer.status_code, answer.location) == (303, "/letter-texts")
    assert stored(browser) == [(1, {"opening": "Thank you for {{ title }}."})]
    assert typed_in(browser.get(PAGE).text, "opening") == "Thank you for {{ title }}."
    own = re.findall(
        r">(\w+)<span class=\"hidden-label\">, ([^<]*)</span>", browser.get(answer.location).text
    )
    assert [name for word, name in own if word == "Own"] == ["decline letter, English"]


def test_a_wrong_field_is_told_and_nothing_typed_is_lost(browser: FlaskClient) -> None:
    typed = {"version": "0", "subject": "{{ titel }}", "closing": "Goodbye."}
    answer = browser.post(PAGE, data=typed)
    assert answer.status_code == 422
    assert answer.text.count("There is no field “titel” here. Did you mean {{ title }}?") == 2
    assert typed_in(answer.text, "subject") == "{{ titel }}"
    assert typed_in(answer.text, "closing") == "Goodbye."
    assert stored(browser) == []


def test_what_another_saved_meanwhile_stands_beside_ones_own(browser: FlaskClient) -> None:
    for version, opening in enumerate(("First.", "Theirs.")):
        browser.post(PAGE, data={"version": str(version), "opening": opening})
    answer = browser.post(PAGE, data={"version": "1", "opening": "Mine."})
    assert answer.status_code == 409
    assert "<p>Theirs.</p>" in answer.text
    assert typed_in(answer.text, "opening") == "Mine."
    (version,) = re.findall(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert browser.post(PAGE, data={"version": version, "opening": "Mine."}).status_code == 303
    assert stored(browser)[-1] == (3, {"opening": "Mine."})


def test_the_preview_is_a_pdf_that_only_our_pages_frame(browser: FlaskClient) -> None:
    answer = browser.post(f"{PAGE}/preview", data={"opening": "Thank you."})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert stored(browser) == []


def test_the_editor_may_frame_our_own_pages_and_nothing_else(browser: FlaskClient) -> None:
    policy = browser.get(PAGE).headers["Content-Security-Policy"].split("; ")
    assert [part for part in policy if part.startswith("frame")] == [
        "frame-ancestors 'none'",
        "frame-src 'self'",
    ]


@pytest.mark.parametrize(
    "attack",
    [
        "{{ config }}",
        "{{ 7*7 }}",
        "{% include 'words/en.html' %}",
        "<img src=http://127.0.0.1:9/a.png>",
        "![](file:///etc/passwd)",
        "[a](https://x.example)",
        "- a\n  - b",
        "x" * 100_000,
    ],
)
def test_attacks_are_refused_with_a_sentence(browser: FlaskClient, attack: str) -> None:
    for live in ({}, {"live": "1"}):
        answer = browser.post(f"{PAGE}/preview", data={"opening": attack, **live})
        assert (answer.status_code, answer.mimetype) == (422, "text/html")
        assert "<img src=http" not in answer.text


def test_previews_have_a_limit(browser: FlaskClient) -> None:
    wrong = {"opening": "{{ config }}", "live": "1"}
    for _ in range(PREVIEWS_BY_PERSON.count):
        browser.post(f"{PAGE}/preview", data=wrong)
    answer = browser.post(f"{PAGE}/preview", data={"opening": "Fine.", "live": "1"})
    assert (answer.status_code, "There were too many tries." in answer.text) == (422, True)


def test_versions_show_what_changed_and_lead_back(browser: FlaskClient) -> None:
    for version, opening in enumerate(("We thank you.", "We greet you.")):
        browser.post(PAGE, data={"version": str(version), "opening": opening})
    page = browser.get(f"{PAGE}/versions").text
    assert "We <del>thank</del><ins>greet</ins> you." in page
    assert typed_in(browser.get(f"{PAGE}?from=1").text, "opening") == "We thank you."
    assert browser.post(f"{PAGE}/reset", data={"version": "1"}).location == f"{PAGE}/versions"
    assert browser.post(f"{PAGE}/reset", data={"version": "2"}).location == "/letter-texts"
    assert stored(browser)[-1] == (3, {})


def test_a_round_starts_from_the_words_of_the_fund(fresh_world: WorldOf) -> None:
    app, world = fresh_world()
    browser = browser_as(app, "manager")
    browser.post(PAGE, data={"version": "0", "opening": "The fund’s."})
    of_round = f"/rounds/{world.rounds['deliberating']}{PAGE}"
    assert typed_in(browser.get(of_round).text, "opening") == "The fund’s."
    browser.post(of_round, data={"version": "0", "opening": "The round’s."})
    assert typed_in(browser.get(of_round).text, "opening") == "The round’s."
    assert typed_in(browser.get(PAGE).text, "opening") == "The fund’s."


@pytest.mark.parametrize("path", ["submission-copy/en", "decline-letter/xx", "decline_letter/en"])
def test_other_letters_and_languages_are_not_there(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"/letter-texts/{path}").status_code == 404
