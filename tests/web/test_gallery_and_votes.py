"""Entries that the public may see, and the votes of the public: never ahead, never mixed."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.domain.applications import TITLE_CODE
from fundapp.domain.prize_rules import PrizeRules, prize_rules_as_data
from fundapp.domain.states import ApplicationState, AwardState, RoundKind, RoundState
from fundapp.domain.uploads import FileKind
from fundapp.models import (
    Application,
    Attachment,
    AuditEvent,
    EvidenceReading,
    OutboxMessage,
    Person,
    PrizeRung,
    PublicVote,
    Round,
    SubmittedVersion,
)
from fundapp.services.evidence import keep_reading, logs_in
from fundapp.services.votes import cast_vote, forget_voters, voter_hash
from tests.builders import (
    NOW,
    a_conflict,
    a_funder,
    a_manager,
    a_member,
    a_question,
    a_round,
    a_section,
    an_application,
    an_award,
    an_officer,
    an_organisation,
)
from tests.evidence.logs import content_of
from tests.services.test_ending_at_once import at_once

ClientOf = Callable[[Person], FlaskClient]
OPENS, CLOSES = NOW + timedelta(days=1), NOW + timedelta(days=8)
AT = NOW + timedelta(days=20)
VOTED = re.compile(r"/votes/([\w-]+)")
LOG = "inspect/popularity_10-samples_deflate.eval"


class Gallery:
    """A prize round under embargo until AT; three entries, of which two agreed to be shown."""

    def __init__(self, session: Session, **columns: Any) -> None:
        rules = PrizeRules(votes_open_at=OPENS, votes_close_at=CLOSES, has_gallery=True)
        made: dict[str, Any] = {
            "kind": RoundKind.PRIZE,
            "title": "Prize (sample)",
            "announced_at": AT,
            "prize_rules": prize_rules_as_data(rules),
        }
        self.round = a_round(session, RoundState.ANNOUNCED, **made | columns)
        self.session = session
        self.section = a_section(session, self.round)
        self.question = a_question(session, self.section)
        rung = PrizeRung(round_id=self.round.id, position=1, title="First prize", amount=100)
        session.add(rung)
        session.flush()
        self.winner = self.entry("Zebra test", "Zembla Gauge", ApplicationState.AWARDED)
        self.other = self.entry("apple test", "Avalon Assay", ApplicationState.DECLINED)
        self.hidden = self.entry("Secret test", "Hidden Works", ApplicationState.DECLINED)
        self.hidden.in_gallery = False
        an_award(
            session, self.winner, {a_funder(session).id: 100}, AwardState.ACCEPTED,
            prize_rung_id=rung.id,
        )  # fmt: skip
        session.flush()

    def entry(self, title: str, maker: str, state: ApplicationState) -> Application:
        made = an_application(
            self.session, self.round, an_organisation(self.session, maker), state, title=title,
            in_gallery=True,
        )  # fmt: skip
        answers = [
            answer("who", f"We are {maker}.", identifying=True),
            answer(TITLE_CODE, title),
            answer("what", f"What {title} measures. " + "More words of it. " * 40),
        ]
        self.session.add(
            SubmittedVersion(
                application_id=made.id,
                number=1,
                sha256="0" * 64,
                submitted_at=NOW,
                submitted_by_id=made.contact_id,
                content={"currency": "EUR", "sections": [{"title": "A", "questions": answers}]},
            )
        )
        self.session.flush()
        return made

    def attach(self, application: Application, name: str, sha256: str, **columns: Any) -> None:
        content = content_of(name)
        self.session.add(
            Attachment(
                application_id=application.id,
                question_id=self.question.id,
                filename="log.eval",
                media_type="application/octet-stream",
                size=len(content),
                sha256=sha256,
                added_by_id=application.contact_id,
                added_at=NOW,
                **columns,
            )
        )
        keep_reading(
            self.session,
            sha256,
            logs_in(
                "log.eval", FileKind.ARCHIVE if name.endswith(".eval") else FileKind.TEXT, content
            ),
            now=NOW,
        )


def answer(code: str, text: str, *, identifying: bool = False) -> dict[str, Any]:
    return {
        "code": code, "label": code, "kind": "long_text", "text": text, "value": text,
        "files": [], "identifying": identifying,
    }  # fmt: skip


@pytest.fixture
def gallery(session: Session) -> Gallery:
    made = Gallery(session)
    session.commit()
    return made


def headings(page: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", page)


def test_the_gallery_opens_at_the_instant_with_winners_first(
    session: Session, client: FlaskClient, clock: FixedClock, gallery: Gallery
) -> None:
    gallery.attach(gallery.other, LOG, "a" * 64)
    gallery.attach(gallery.other, "inspect/popularity_1-sample.json", "b" * 64, is_sensitive=True)
    session.commit()
    address = f"/calls/{gallery.round.reference}/gallery"
    call = f"/calls/{gallery.round.reference}"
    clock.instant = AT - timedelta(microseconds=1)
    assert (client.get(address).status_code, address in client.get(call).text) == (404, False)
    clock.instant = AT
    page = client.get(address).text
    assert headings(page) == ["Zebra test", "apple test"]
    for words in (
        "First prize",
        "Zembla Gauge",
        "Avalon Assay",
        "What apple test measures.",
        "popularity",
        "openai/gpt-4o-mini",
        "accuracy 0.8 ± 0.133",
        'og:title" content="Entries of Prize (sample)"',
    ):
        assert words in page
    for words in ("Secret", "Hidden Works", "We are ", "only 10 of 100", "No revision"):
        assert words not in page
    assert page.count('<td data-label="Results">') == 1
    assert address in client.get(call).text
    assert address in client.get("/awards").text


def test_the_entrant_chooses_until_the_results_are_public(
    session: Session, client_of: ClientOf, clock: FixedClock, gallery: Gallery
) -> None:
    contact = session.get_one(Person, gallery.hidden.contact_id)
    browser = client_of(contact)
    page = f"/applications/{gallery.hidden.id}"
    assert "May the public see your entry?" in browser.get(page).text
    assert "May the public see your entry?" in browser.get(f"{page}/submitted").text
    for ticked in ("1", "1", ""):
        answer_ = browser.post(f"{page}/gallery", data={"in_gallery": ticked})
        assert answer_.status_code == 303
    session.rollback()
    events = select(AuditEvent.details).where(AuditEvent.event == "application.gallery_chosen")
    assert [line["shown"] for line in session.scalars(events)] == [True, False]
    browser.post(f"{page}/gallery", data={"in_gallery": "1"})
    assert "The public may see your entry" in browser.get(page).text
    clock.instant = AT
    late = browser.post(f"{page}/gallery", data={"in_gallery": ""})
    assert (late.status_code, "results are public" in late.text) == (409, True)
    assert "Your entry is shown in public." in browser.get(page).text


def test_a_round_without_a_gallery_asks_nobody(session: Session, client_of: ClientOf) -> None:
    plain = an_application(session, a_round(session), an_organisation(session))
    browser = client_of(session.get_one(Person, plain.contact_id))
    assert "public see your entry" not in browser.get(f"/applications/{plain.id}").text
    refused = browser.post(f"/applications/{plain.id}/gallery", data={"in_gallery": "1"})
    assert (refused.status_code, "shows no entries" in refused.text) == (409, True)


def vote(browser: FlaskClient, gallery: Gallery, entry: Any, email: str) -> Any:
    data = {"entry": str(entry), "email": email}
    return browser.post(f"/calls/{gallery.round.reference}/vote", data=data)


def status(browser: FlaskClient, link: str) -> int:
    return browser.get(f"/votes/{link}").status_code


def links(session: Session) -> list[str]:
    session.rollback()
    bodies = session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id)).all()
    return [found[1] for body in bodies if (found := VOTED.search(body))]


def test_a_vote_counts_once_its_link_is_confirmed(
    session: Session, client: FlaskClient, clock: FixedClock, gallery: Gallery
) -> None:
    address = f"/calls/{gallery.round.reference}/vote"
    assert client.get(address).status_code == 404
    clock.instant = OPENS
    page = client.get(address).text
    assert "What Zebra test measures." in page
    for words in ("Zembla", "Avalon", "Secret", "First prize", "We are "):
        assert words not in page
    assert vote(client, gallery, gallery.winner.id, "Ada@Sample.example").status_code == 303
    assert vote(client, gallery, gallery.other.id, "ada+again@sample.example").status_code == 303
    first, second = sorted(links(session), key=lambda one: status(client, one), reverse=True)
    assert (status(client, first), status(client, second)) == (404, 200)
    assert "Confirm your vote" in client.get(f"/votes/{second}").text
    assert session.scalars(select(PublicVote.confirmed_at)).all() == [None]
    for _ in range(2):
        assert client.post(f"/votes/{second}").status_code == 303
    assert "Your vote counts" in client.get(f"/votes/{second}").text
    assert vote(client, gallery, gallery.winner.id, "ada@sample.example").status_code == 303
    assert sorted(links(session)) == sorted([first, second])
    row = session.scalars(select(PublicVote)).one()
    assert (row.application_id, row.confirmed_at) == (gallery.other.id, OPENS)
    assert "ada" not in str({**vars(row)})
    events = select(AuditEvent.event).where(AuditEvent.subject_kind == "public_vote")
    assert sorted(session.scalars(events)) == ["public_vote.cast"] * 2 + ["public_vote.confirmed"]


def test_bad_votes_get_a_sentence(
    session: Session, client: FlaskClient, clock: FixedClock, gallery: Gallery
) -> None:
    clock.instant = OPENS
    for entry, email, sentence in (
        (gallery.hidden.id, "a@sample.example", "Choose one of the entries."),
        ("nothing", "a@sample.example", "Choose one of the entries."),
        (gallery.winner.id, "no address", "mail address"),
    ):
        answer_ = vote(client, gallery, entry, email)
        assert (answer_.status_code, sentence in answer_.text) == (422, True)
    for _ in range(5):
        assert vote(client, gallery, gallery.winner.id, "b@sample.example").status_code == 303
    assert vote(client, gallery, gallery.winner.id, "b@sample.example").status_code == 429
    assert client.get("/votes/unknown").status_code == 404
    assert client.post("/votes/unknown").status_code == 404
    (last,) = (one for one in links(session) if status(client, one) == 200)
    clock.instant = CLOSES
    assert client.post(f"/votes/{last}").status_code == 409
    assert "The vote has ended" in client.get(f"/votes/{last}").text
    assert vote(client, gallery, gallery.winner.id, "c@sample.example").status_code == 409


def test_counts_are_for_managers_until_the_announcement(
    session: Session, client: FlaskClient, client_of: ClientOf, clock: FixedClock, gallery: Gallery
) -> None:
    cast = [(gallery.winner, 2, True), (gallery.other, 7, True), (gallery.other, 1, False)]
    for entry, number, is_confirmed in cast:
        for place in range(number):
            tag = f"{entry.title}{place}{is_confirmed}"
            session.add(
                PublicVote(
                    round_id=gallery.round.id,
                    application_id=entry.id,
                    voter_hash=tag,
                    token_hash=tag,
                    cast_at=OPENS,
                    confirmed_at=OPENS if is_confirmed else None,
                )
            )
    manager, barred = a_manager(session), a_manager(session)
    a_conflict(session, gallery.other.id, person_id=barred.id, recorded_by_id=manager.id)
    member = a_member(session, an_organisation(session, "Another"))
    officer = an_officer(session, a_funder(session, "Erewhon Trust"))
    counts = f"/rounds/{gallery.round.id}/votes"
    browsers = {
        name: client_of(person)
        for name, person in {
            "manager": manager,
            "barred": barred,
            "member": member,
            "officer": officer,
        }.items()
    }
    answers = {name: browser.get(counts).status_code for name, browser in browsers.items()}
    assert answers == {"manager": 200, "barred": 200, "member": 403, "officer": 403}
    assert re.findall(r">(\d+)</td>", browsers["manager"].get(counts).text) == ["7", "2"]
    assert re.findall(r">(\d+)</td>", browsers["barred"].get(counts).text) == ["2"]
    address = f"/calls/{gallery.round.reference}/vote"
    clock.instant = AT - timedelta(microseconds=1)
    assert ("7 votes" in client.get(address).text, "has ended" in client.get(address).text) == (
        False,
        True,
    )
    clock.instant = AT
    told = client.get(address).text
    assert ("7 votes" in told, "2 votes" in told, "Not the jury’s result" in told) == (True,) * 3
    assert "votes" not in client.get(f"/calls/{gallery.round.reference}/gallery").text


def test_addresses_of_voters_are_not_shown_and_leave_the_outbox(
    session: Session, client: FlaskClient, client_of: ClientOf, clock: FixedClock, gallery: Gallery
) -> None:
    clock.instant = OPENS
    assert vote(client, gallery, gallery.winner.id, "ada@sample.example").status_code == 303
    manager = client_of(a_manager(session))
    outbox = manager.get("/outbox").text
    assert ("Confirm your vote" in outbox, "ada@" in outbox) == (True, False)
    session.rollback()
    forget_voters(session, now=OPENS + timedelta(days=1))
    assert session.scalars(select(OutboxMessage.to_address)).all() == ["ada@sample.example"]
    forget_voters(session, now=OPENS + timedelta(days=3))
    (mail,) = session.execute(select(OutboxMessage.to_address, OutboxMessage.body)).all()
    assert tuple(mail) == ("voter.invalid", "")


def test_a_hash_needs_the_key_and_differs_by_round(session: Session) -> None:
    rounds = [a_round(session), a_round(session)]
    hashes = {
        voter_hash(email, round_id=round_.id, key=key)
        for email in ("Ada@sample.example", "ada+x@SAMPLE.example")
        for round_ in rounds
        for key in (b"one", b"two")
    }
    assert len(hashes) == 4


def test_a_cancelled_or_plain_round_has_no_vote(
    app: Flask, session: Session, client: FlaskClient, clock: FixedClock, gallery: Gallery
) -> None:
    session.execute(update(Round).where(Round.id == gallery.round.id).values(prize_rules={}))
    session.commit()
    clock.instant = AT
    for path in ("vote", "gallery"):
        assert client.get(f"/calls/{gallery.round.reference}/{path}").status_code == 404
    assert session.scalars(select(EvidenceReading.sha256)).all() == []


def test_one_address_that_votes_at_once_votes_once(
    session: Session, clock: FixedClock, gallery: Gallery
) -> None:
    round_id, entries = gallery.round.id, (gallery.winner.id, gallery.other.id)
    session.commit()

    def voting(entry: UUID) -> Callable[[Session], None]:
        def act(other: Session) -> None:
            cast_vote(other, round_id, entry, email="a@sample.example", key=b"key", now=OPENS)

        return act

    assert at_once(*(voting(entry) for entry in entries * 2)) == ["done"] * 4
    assert len(session.scalars(select(PublicVote.id)).all()) == 1
