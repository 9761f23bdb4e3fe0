"""A round under embargo: no route tells a winner, a sum or a reference before the instant."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.domain.prize_rules import PrizeRules, prize_rules_as_data
from fundapp.domain.states import ApplicationState, RoundKind, RoundState
from fundapp.models import Application, Award, Credential, Decision, IssuedDocument, Person, Round
from fundapp.web.blueprints import BLUEPRINTS
from fundapp.web.installation import installation
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_member,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_award,
    an_envelope,
    an_officer,
    an_organisation,
)
from tests.exports.giving360_schema import faults

ClientOf = Callable[[Person], FlaskClient]
UNTIL = NOW + timedelta(hours=6)
CODE = "ABCD-EFGH"
PUBLIC = frozenset(
    blueprint.name
    for blueprint in BLUEPRINTS
    if blueprint.import_name.startswith("fundapp.web.public")
)


@dataclass(frozen=True)
class Held:
    """A decided round under embargo, and people who look for its winner."""

    round: Round
    winner: str
    browsers: dict[str, FlaskClient]
    manager: FlaskClient
    badge: UUID

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may read before: name, title, reference and sums."""
        return ("Zembla Gauge", "Judge-model drift", self.winner, "123,456", "123456", "70,001")


@pytest.fixture(params=RoundKind)
def held(
    request: pytest.FixtureRequest, session: Session, client_of: ClientOf, client: FlaskClient
) -> Held:
    """A joint award of €123,456 of two funders, printed, announced in six hours.

    Of a grant round, and of a prize round with a gallery, a certificate and a badge.
    """
    rules = PrizeRules(has_gallery=True) if request.param is RoundKind.PRIZE else PrizeRules()
    round_ = a_round(
        session,
        RoundState.ANNOUNCED,
        kind=request.param,
        announced_at=UNTIL,
        time_zone="Africa/Nairobi",
        prize_rules=prize_rules_as_data(rules),
    )
    funders = [a_funder(session), a_funder(session, "Erewhon Trust")]
    for funder in funders:
        an_envelope(session, round_, funder)
    application = an_application(
        session, round_, an_organisation(session), ApplicationState.AWARDED, in_gallery=True
    )
    decision = an_award(session, application, {funders[0].id: 7_000_100, funders[1].id: 5_345_500})
    badge = a_badge(session, decision)
    seat = a_seat(session, round_, funders[0])
    an_assignment(session, application, seat)
    pdf, size = installation().files.put(BytesIO(b"%PDF Zembla Gauge 123,456"))
    for kind, reference, about in (
        ("announcement", f"{round_.reference}-N1", None),
        ("certificate", f"{application.reference}-C1", application.id),
    ):
        session.add(
            IssuedDocument(
                round_id=round_.id,
                application_id=about,
                kind=kind,
                reference=reference,
                version=1,
                sha256=pdf,
                code=CODE,
                size=size,
                issued_at=NOW,
            )
        )
    session.flush()
    people = {
        "applicant": a_member(session, an_organisation(session, "Another")),
        "reviewer": session.get_one(Person, seat.person_id),
        "officer": an_officer(session, funders[1]),
    }
    browsers = {name: client_of(person) for name, person in people.items()}
    browsers["stranger"] = client
    manager = client_of(a_manager(session))
    session.commit()
    return Held(round_, application.reference or "", browsers, manager, badge)


def a_badge(session: Session, decision: Decision) -> UUID:
    """The winner's badge, signed before the instant for that instant, as the worker does it."""
    award = session.scalars(select(Award).where(Award.decision_id == decision.id)).one()
    claims = {"name": "Zembla Gauge", "sum": "123456"}
    token = installation().badge_key.sign(claims, key_url="https://fund.example/key")
    badge = Credential(award_id=award.id, number=0, token=token, issued_at=UNTIL)
    session.add(badge)
    session.flush()
    return badge.id


def public_addresses(app: Flask, held: Held) -> Iterator[str]:
    """Every public page, filled with the round's reference and with the winner's."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.partition(".")[0] not in PUBLIC or "GET" not in (rule.methods or ()):
                continue
            for reference in (held.round.reference, held.winner):
                given: dict[str, Any] = {
                    "reference": reference,
                    "ending": "json",
                    "language": "fr",
                    "credential_id": held.badge,
                    "token": "unknown",
                }
                yield app.url_for(rule.endpoint, **{name: given[name] for name in rule.arguments})
                if "ending" in rule.arguments:
                    yield app.url_for(rule.endpoint, reference=reference, ending="csv")
        papers = (f"{held.round.reference}-N1", f"{held.winner}-C1", held.winner)
        for reference in papers:
            yield app.url_for("verification.show_verdict", reference=reference, code=CODE)


def told(app: Flask, held: Held, browser: FlaskClient) -> dict[str, list[str]]:
    """What of the secrets each public address tells, without what was asked for."""
    found = {}
    for address in sorted(set(public_addresses(app, held))):
        answer = browser.get(address)
        text = answer.get_data(as_text=True).replace(address, "")
        asked = [secret for secret in held.secrets if secret in address]
        found[address] = [one for one in held.secrets if one in text and one not in asked]
        if "max-age" in answer.headers.get("Cache-Control", ""):
            found[address].append("kept by caches")
    return found


def test_no_public_route_tells_anything_before_the_instant(
    app: Flask, clock: FixedClock, held: Held
) -> None:
    for instant in (NOW, UNTIL - timedelta(microseconds=1)):
        clock.instant = instant
        for browser in held.browsers.values():
            answered = told(app, held, browser)
            assert {address: seen for address, seen in answered.items() if seen} == {}
            assert len(answered) > 20
            call = browser.get(f"/calls/{held.round.reference}").text
            assert ("Awards announced" in call, "See the awards" in call) == (False, False)


def test_everything_is_public_a_second_after_without_any_act(
    app: Flask, clock: FixedClock, held: Held
) -> None:
    clock.instant = UNTIL + timedelta(seconds=1)
    browser = held.browsers["stranger"]
    awards = browser.get("/awards").text
    assert [secret for secret in held.secrets if secret not in awards] == ["123456"]
    page = browser.get(f"/awards/{held.winner}").text
    linked = json.loads(page.partition('ld+json">')[2].partition("</script>")[0])
    grant, *work = linked.get("@graph", [linked])
    assert (grant["@type"], grant["identifier"]) == ("MonetaryGrant", held.winner)
    assert [one["creator"]["name"] for one in work] == ["Zembla Gauge"] * len(work)
    assert len(work) == (held.round.kind is RoundKind.PRIZE)
    assert "Awards announced" in browser.get(f"/calls/{held.round.reference}").text
    pdf = browser.get(f"/announcements/{held.round.reference}.pdf")
    assert (pdf.status_code, pdf.data) == (200, b"%PDF Zembla Gauge 123,456")
    answer = browser.get(f"/open-data/360giving-{held.round.reference}.json")
    assert faults(answer.get_json()) == []
    assert sum(grant["amountAwarded"] for grant in answer.get_json()["grants"]) == 123_456
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = browser.get(
        f"/open-data/360giving-{held.round.reference}.json",
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert (again.status_code, again.data) == (304, b"")
    assert browser.get(f"/open-data/360giving-{held.round.reference}.csv").status_code == 200


def test_every_channel_of_a_prize_opens_at_one_instant(clock: FixedClock, held: Held) -> None:
    """Nothing but requests happen: no worker runs, and the clock jumps over the instant."""
    reference, browser = held.round.reference, held.browsers["stranger"]
    channels = {
        f"/awards/{held.winner}": "Zembla Gauge",
        f"/awards/{held.winner}/certificate.pdf": "Zembla Gauge",
        f"/announcements/{reference}.pdf": "Zembla Gauge",
        f"/badges/{held.badge}": "Zembla Gauge",
        f"/badges/{held.badge}.json": "Zembla Gauge",
        "/announcements.atom": "Zembla Gauge",
        f"/announcements/{reference}.atom": "Zembla Gauge",
        f"/calls/{reference}.ics": "awards announced",
    }
    if held.round.kind is RoundKind.PRIZE:
        channels[f"/calls/{reference}/gallery"] = "Zembla Gauge"
    tags: dict[str, str] = {}
    for instant, is_open in ((UNTIL - timedelta(seconds=1), False), (UNTIL, True)):
        clock.instant = instant
        kept = {address: {"If-None-Match": tag} for address, tag in tags.items()}
        answers = {one: browser.get(one, headers=kept.get(one)) for one in channels}
        told = {one: words in answers[one].text for one, words in channels.items()}
        assert told == dict.fromkeys(channels, is_open)
        tags = {one: answer.headers.get("ETag", "") for one, answer in answers.items()}


def test_a_reviewer_reads_no_outcome_before_the_instant(
    clock: FixedClock, held: Held, session: Session
) -> None:
    winner = select(Application.id).where(Application.reference == held.winner)
    address = f"/applications/{session.scalars(winner).one()}/read"
    states = {}
    for instant in (NOW, UNTIL):
        clock.instant = instant
        page = held.browsers["reviewer"].get(address).text
        states[instant] = ("Awarded" in page, "Under review" in page)
    assert states == {NOW: (False, True), UNTIL: (True, False)}


def test_the_manager_sees_until_when_and_moves_it(
    clock: FixedClock, held: Held, session: Session
) -> None:
    words = "Under embargo until Monday 2 November 2026, 18:00 Nairobi time (EAT)"
    board = f"/rounds/{held.round.id}"
    for path in ("", "/letters", "/announce"):
        assert words in held.manager.get(board + path).text
    wrong = held.manager.post(f"{board}/announce", data={"publish_at": "next week"})
    assert (wrong.status_code, 'value="next week"' in wrong.text) == (422, True)
    assert "Enter a date and a time such as 2026-12-14 15:00." in wrong.text
    past = held.manager.post(f"{board}/announce", data={"publish_at": "2026-11-01T10:00"})
    assert "Choose a time ahead, or leave it empty for at once." in past.text
    moved = held.manager.post(f"{board}/announce", data={"publish_at": "2026-11-03T10:00"})
    assert moved.status_code == 303
    session.rollback()
    assert session.get_one(Round, held.round.id).announced_at == NOW.replace(day=3, hour=7)
    off = held.manager.post(f"{board}/announce/call-off")
    assert off.status_code == 303
    session.rollback()
    assert session.get_one(Round, held.round.id).state is RoundState.DECIDED
