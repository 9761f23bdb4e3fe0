"""The fund's own words: versions, whose go first, and what letters are printed with."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from fundapp.domain.permissions import Actor
from fundapp.domain.states import DocumentKind
from fundapp.extensions import db
from fundapp.models import AuditEvent, DocumentOrder, IssuedDocument, LetterText
from fundapp.queries.access import actor_for
from fundapp.queries.letter_texts import newest_texts, text_for, text_history, texts_in_force
from fundapp.services.document_orders import reissue_letter
from fundapp.services.letter_texts import reset_letter_text, save_letter_text
from fundapp.web.installation import installation
from tests.builders import NOW, a_manager, a_person, a_round
from tests.services.deliberating import Deliberating
from tests.services.test_releases import released, room, work
from tests.statements import counted_statements

__all__ = ["room"]

DECLINE = DocumentKind.DECLINE_LETTER


@pytest.fixture
def manager(session: Session) -> Actor:
    return actor_for(session, a_manager(session).id)


def save(session, actor, opening, *, round_id=None, version=0, language="en"):
    return save_letter_text(
        session, DECLINE, language, parts={"opening": opening}, round_id=round_id,
        version=version, actor=actor, now=NOW,
    )  # fmt: skip


def reset(session, actor, *, round_id=None, version):
    return reset_letter_text(
        session, DECLINE, "en", round_id=round_id, version=version, actor=actor, now=NOW
    )


def opening_for(session, round_id):
    text = text_for(session, round_id, DECLINE, language="en")
    return text.parts["opening"] if text else "shipped"


def test_each_change_is_a_new_version(session: Session, manager: Actor) -> None:
    save(session, manager, "First.")
    save(session, manager, "Second.", version=1)
    versions = text_history(session, None, DECLINE, language="en")
    assert [(text.version, text.parts, text.written_by) for text in versions] == [
        (2, {"opening": "Second."}, "Cleo Sample"),
        (1, {"opening": "First."}, "Cleo Sample"),
    ]
    lines = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(line.event, line.details["version"]) for line in lines] == [
        ("letter_text.written", 1),
        ("letter_text.written", 2),
    ]


def test_what_is_the_same_is_no_new_version(session: Session, manager: Actor) -> None:
    save(session, manager, "First.")
    assert save(session, manager, " First.\r\n", version=0) is None
    assert len(text_history(session, None, DECLINE, language="en")) == 1


def test_the_words_of_a_round_go_before_those_of_the_fund(session, manager) -> None:
    round_, other = a_round(session), a_round(session)
    save(session, manager, "The fund’s.")
    save(session, manager, "The round’s.", round_id=round_.id)
    assert opening_for(session, round_.id) == "The round’s."
    assert opening_for(session, other.id) == "The fund’s."
    reset(session, manager, round_id=round_.id, version=1)
    assert opening_for(session, round_.id) == "The fund’s."
    reset(session, manager, version=1)
    assert [opening_for(session, one.id) for one in (round_, other)] == ["shipped", "shipped"]


def test_a_language_has_its_own_words(session: Session, manager: Actor) -> None:
    save(session, manager, "شكرًا.", language="ar")
    assert opening_for(session, None) == "shipped"
    assert list(newest_texts(session, None)) == [(DECLINE, "ar")]


def test_a_reset_is_a_version_that_can_be_gone_back_on(session, manager) -> None:
    save(session, manager, "First.")
    row = reset(session, manager, version=1)
    assert row is not None
    assert (row.version, row.parts) == (2, {})
    save(session, manager, "First.", version=2)
    assert opening_for(session, None) == "First."


def test_what_another_wrote_meanwhile_is_shown(session: Session, manager: Actor) -> None:
    save(session, manager, "First.")
    save(session, manager, "Theirs.", version=1)
    with pytest.raises(StaleVersion) as stale:
        save(session, manager, "Mine.", version=1)
    assert (stale.value.theirs, stale.value.their_name, stale.value.version) == (
        {"opening": "Theirs."},
        "Cleo Sample",
        2,
    )
    assert opening_for(session, None) == "Theirs."


def test_one_of_two_who_write_the_first_words_at_once_is_told(session, manager) -> None:
    session.commit()
    engine, together = db.engine, Barrier(2)

    def write(text: str) -> str:
        with Session(engine) as own:
            together.wait(5)
            database.begin_writing(own)
            try:
                save(own, manager, text)
            except StaleVersion:
                return "told"
            own.commit()
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(write, ("One.", "Another."))) == ["saved", "told"]


def test_problems_name_their_part(session: Session, manager: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        save_letter_text(
            session, DECLINE, "en", parts={"subject": "{{ titel }}", "opening": "# Hello"},
            round_id=None, version=0, actor=manager, now=NOW,
        )  # fmt: skip
    assert [(problem.field, problem.sentence) for problem in refused.value.problems] == [
        ("subject", "There is no field “titel” here. Did you mean {{ title }}?"),
        ("opening", "Headings cannot stand here. Take the # or the line of signs under it away."),
    ]
    assert session.scalar(select(func.count()).select_from(LetterText)) == 0


def test_only_managers_write(session: Session) -> None:
    other = actor_for(session, a_person(session).id)
    with pytest.raises(NotAllowed):
        save(session, other, "Mine.")
    with pytest.raises(NotAllowed):
        reset(session, other, version=0)


def test_there_must_be_such_a_round(session: Session, manager: Actor) -> None:
    with pytest.raises(NotFound):
        save(session, manager, "Mine.", round_id=manager.person_id)


def test_as_many_statements_for_many_texts(session: Session, manager: Actor) -> None:
    round_ = a_round(session)
    for version in range(20):
        save(session, manager, f"Fund {version}.", version=version)
        save(session, manager, f"Round {version}.", round_id=round_.id, version=version)
    session.flush()
    with counted_statements() as statements:
        assert len(texts_in_force(session, round_.id)) == 1
    assert len(statements) == 2


def texts_of_letters(session: Session) -> dict[str, str]:
    rows = session.scalars(select(IssuedDocument).order_by(IssuedDocument.reference))
    return {
        row.reference.rpartition("-")[2]: " ".join(
            page.extract_text().replace("\n", " ")
            for page in PdfReader(BytesIO(installation().files.get(row.sha256))).pages
        )
        for row in rows
    }


def test_letters_say_what_was_in_force_when_they_were_ordered(
    app: Flask, session: Session, room: Deliberating
) -> None:
    actor = room.actor(session)
    save(session, actor, "We read “{{ title }}” with *care*, all {{ reviewers }} of us.")
    released(session, room)
    save(session, actor, "Other words.", version=1)
    work(app, session)
    shown = texts_of_letters(session)
    assert "We read “Meter 3” with care, all 2 of us." in shown["D1"]
    assert "We are glad to award" in shown["A1"]
    reissue_letter(
        session, room.applications[2].id, note="A name was misspelt.", actor=actor, now=NOW
    )
    work(app, session)
    assert "Other words." in texts_of_letters(session)["D2"]


def test_an_order_without_own_words_names_no_text(session: Session, room: Deliberating) -> None:
    released(session, room)
    assert session.scalars(select(DocumentOrder.text_id)).all() == [None, None, None]
