"""Evidence beside the rubric: facts where they bear, and marks that say what they rest on."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.evidence_facts import LogPointer, bears_on, known_facts, pointer_of
from fundapp.domain.reviews import review_from_data
from fundapp.domain.states import ReviewState
from fundapp.models import Criterion, Person, Review, ReviewVersion, Score
from tests.builders import a_manager
from tests.web.test_evidence import text_of
from tests.web.test_samples import Evidence, build

ClientOf = Callable[[Person], FlaskClient]
ASK = "Tick the logs that your mark on “Validity” rests on, or “No evidence”."


@pytest.fixture
def evidence(app: Flask, session: Session) -> Evidence:
    """A log of 60 samples in what was submitted; the first criterion asks for evidence."""
    made = build(app, session)
    validity = session.get_one(Criterion, made.room.validity.id)
    validity.title = "Validity"
    validity.wants_evidence = True
    validity.facts = ["samples", "revision", "uncertainty"]
    session.commit()
    return made


def pointer(evidence: Evidence) -> str:
    return f"{evidence.attachment.id}:0"


def test_facts_and_warnings_stand_beside_the_criterion_they_bear_on(
    evidence: Evidence, client_of: ClientOf
) -> None:
    page = client_of(evidence.room.people[0]).get(evidence.room.address)
    text = text_of(page)
    beside = text[text.index("What the logs say") : text.index("What does your mark rest on?")]
    assert "Samples run" in beside
    assert "Code and its state" in beside
    assert "Models" not in beside
    assert page.text.count("What the logs say") == 1
    assert page.text.count(f'value="{pointer(evidence)}"') == 1
    assert page.text.count("No evidence</label>") == 1


def test_a_mark_says_what_it_rests_on_before_it_is_sent(
    session: Session, evidence: Evidence, client_of: ClientOf
) -> None:
    browser = client_of(evidence.room.people[0])
    room, field = evidence.room, f"evidence-{evidence.room.validity.code}"
    refused = browser.post(room.address, data=room.typed(act="submit"), follow_redirects=True)
    assert ASK in text_of(refused)
    typed = room.typed(act="submit") | {field: [pointer(evidence)]} | {"version": 1}
    done = browser.post(room.address, data=typed, follow_redirects=True)
    assert "Your review is in." in text_of(done)
    assert "1 log as evidence" in text_of(done)
    session.expire_all()
    review = session.scalars(select(Review)).one()
    assert review.state is ReviewState.SUBMITTED
    told = {score.criterion_id: score.evidence for score in session.scalars(select(Score))}
    assert told == {
        room.validity.id: [{"attachment_id": str(evidence.attachment.id), "log": 0}],
        room.reach.id: None,
    }
    kept = review_from_data(session.scalars(select(ReviewVersion.content)).one())
    assert kept.score(room.validity.code).evidence == (LogPointer(evidence.attachment.id, 0),)


def test_no_evidence_is_said_kept_and_revised(
    session: Session, evidence: Evidence, client_of: ClientOf
) -> None:
    browser = client_of(evidence.room.people[0])
    room, field = evidence.room, f"evidence-{evidence.room.validity.code}"
    done = browser.post(
        room.address, data=room.typed(act="submit") | {field: ["none"]}, follow_redirects=True
    )
    assert "No evidence" in text_of(done)
    session.expire_all()
    assert [one.evidence for one in session.scalars(select(Score))].count([]) == 1
    desk = browser.get(f"{room.address}/revise").text
    assert f'id="{field}-none" value="none" checked' in desk
    revised = room.typed(note="I found the log.") | {field: [pointer(evidence)]}
    stands = session.scalars(select(Review.version)).one()
    answer = browser.post(f"{room.address}/revise", data=revised | {"version": stands})
    assert answer.status_code == 303
    manager = client_of(a_manager_in(session)).get(room.address)
    assert "Validity, evidence" in text_of(manager)
    assert "no evidence 1 log" in text_of(manager)


def a_manager_in(session: Session) -> Person:
    manager = a_manager(session)
    session.commit()
    return manager


@pytest.mark.parametrize(
    ("ticked", "sentence"),
    [
        (["none", "{own}"], "Tick logs, or “No evidence”, not both."),
        (["nonsense"], "One of the logs is not known. Reload the page."),
        (["{file}:9"], "One of the logs is not in this application. Reload the page."),
    ],
)
def test_strange_evidence_is_refused_in_words(
    session: Session, evidence: Evidence, client_of: ClientOf, ticked: list[str], sentence: str
) -> None:
    room, field = evidence.room, f"evidence-{evidence.room.validity.code}"
    file = str(evidence.attachment.id)
    sent = [one.replace("{own}", pointer(evidence)).replace("{file}", file) for one in ticked]
    answer = client_of(room.people[0]).post(room.address, data=room.typed() | {field: sent})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    session.expire_all()
    assert session.scalars(select(Score)).all() == []


def test_what_is_ticked_is_saved_while_typing(
    session: Session, evidence: Evidence, client_of: ClientOf
) -> None:
    room, field = evidence.room, f"evidence-{evidence.room.validity.code}"
    browser = client_of(room.people[0])
    answer = browser.post(
        f"{room.address}/autosave", data=room.typed() | {field: [pointer(evidence)]}
    )
    assert answer.status_code == 200
    box = f'value="{pointer(evidence)}" checked'
    assert browser.get(room.address).text.count(box) == 1


def test_pointers_and_facts_are_read_as_they_are_written() -> None:
    one = LogPointer(UUID(int=7), 2)
    assert pointer_of(one.as_field) == one
    assert [pointer_of(text) for text in ("", "x:1", f"{one.attachment_id}:-1", "1")] == [None] * 4
    facts = known_facts(["cost", "nonsense", "samples"])
    assert [fact.value for fact in facts] == ["samples", "cost"]
    assert bears_on("partial_dataset", facts)
    assert not bears_on("dirty", facts)
