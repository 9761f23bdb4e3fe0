"""Awards to who asked in another currency: letters, pages, exports, announcement."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.letter_terms import letter_terms_as_data
from fundapp.domain.money import Money
from fundapp.domain.states import DecisionKind, DocumentKind
from fundapp.exports.formats import csv_bytes, json_bytes
from fundapp.exports.tables import contribution_table, decision_table, envelope_table
from fundapp.models import Application, DocumentOrder, Envelope
from fundapp.queries.announced_awards import announced_awards
from fundapp.queries.applications import applications_of_round
from fundapp.queries.document_rows import AwardLetter
from fundapp.queries.documents import letter_rows
from fundapp.queries.exports import exported_round
from fundapp.queries.letters import own_letters
from fundapp.services.announcements import announce_round
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW, a_rate
from tests.documents.shared_rows import FUND
from tests.services.deliberating import REQUEST, Deliberating, a_deliberation
from tests.services.test_releases import TERMS, approve_all, release, resolve

ASKED = 2_816_901_408
"""KES in cents; at 0.0071 they are REQUEST, rounded up."""


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_deliberation(session, letter_terms=letter_terms_as_data(TERMS))
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    return room


@pytest.fixture
def kenyan(session: Session, room: Deliberating) -> Application:
    a_rate(session, room.round)
    a_rate(session, room.round, currency="USD", rate="0.92")
    application = room.applications[0]
    application.own_amount, application.own_currency = ASKED, "KES"
    envelope = session.scalars(
        select(Envelope).where(Envelope.funder_id == room.funders[0].id)
    ).one()
    envelope.own_amount, envelope.own_currency = 32_608_696, "USD"
    session.flush()
    return application


def decide(session: Session, room: Deliberating, first: int) -> None:
    own, other = room.funders
    sums = {own.id: first, other.id: 8_000_000}
    resolve(session, room, 0, DecisionKind.AWARD, contributions=sums)
    resolve(session, room, 1, DecisionKind.DECLINE)
    resolve(session, room, 2, DecisionKind.DECLINE)
    approve_all(session, room)
    release(session, room)


def the_letter(session: Session) -> AwardLetter:
    order = session.scalars(
        select(DocumentOrder.id).where(DocumentOrder.kind == DocumentKind.AWARD_LETTER)
    ).one()
    letter = letter_rows(session, [order], fund=FUND)[order]
    assert isinstance(letter, AwardLetter)
    return letter


def rows_of(table: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(csv_bytes(table).decode("utf-8-sig"))))


def test_the_letter_names_the_own_sum_its_parts_and_the_rate(
    session: Session,
    room: Deliberating,
    kenyan: Application,
) -> None:
    decide(session, room, first=12_000_000)
    letter = the_letter(session)
    assert letter.own is not None
    assert (letter.amount, letter.own.amount) == (Money(REQUEST, "EUR"), Money(ASKED, "KES"))
    assert (letter.own.rate, letter.own.source) == (
        "1 KES = 0.0071 EUR",
        "Bank of Lilliput (sample)",
    )
    parts = [tranche.own_amount for tranche in letter.tranches]
    assert [part.currency for part in parts if part] == ["KES", "KES"]
    assert sum(part.minor for part in parts if part) == ASKED
    page = own_letters(session, kenyan.id)
    assert page.award is not None
    assert page.award.own == Money(ASKED, "KES")


def test_a_reduced_award_is_the_exact_sum_rounded_down(
    session: Session,
    room: Deliberating,
    kenyan: Application,
) -> None:
    decide(session, room, first=11_000_000)
    letter = the_letter(session)
    assert letter.own is not None
    assert letter.own.amount == Money(19_000_000 * 10_000 // 71, "KES")


def test_exports_have_both_sums(
    session: Session,
    room: Deliberating,
    kenyan: Application,
) -> None:
    decide(session, room, first=12_000_000)
    exported = [exported_round(session, room.round.id, reader=room.actor(session))]
    first, second, _ = rows_of(decision_table(exported))
    assert [first[name] for name in ("amount", "currency", "own_amount", "own_currency")] == [
        "200000.00",
        "EUR",
        "28169014.08",
        "KES",
    ]
    assert (second["own_requested"], second["own_currency"]) == ("", "")
    parts = {row["funder"]: row for row in rows_of(contribution_table(exported))}
    own, other = (parts[funder.name] for funder in room.funders)
    assert (own["amount"], own["own_amount"], own["own_currency"]) == (
        "120000.00",
        "130434.79",
        "USD",
    )
    assert (other["own_amount"], other["own_currency"]) == ("", "")
    envelopes = {row["funder"]: row["own_amount"] for row in rows_of(envelope_table(exported))}
    assert sorted(envelopes.values()) == ["", "326086.96"]
    data = json.loads(json_bytes(exported))["rounds"][0]["applications"][0]
    assert data["own_requested"] == {
        "minor": ASKED,
        "amount": "28169014.08",
        "currency": "KES",
    }


def test_boards_and_the_public_list_show_both(
    app: Flask,
    session: Session,
    room: Deliberating,
    kenyan: Application,
) -> None:
    decide(session, room, first=12_000_000)
    rows = applications_of_round(session, room.round.id).rows
    assert [row.own_requested for row in rows] == [Money(ASKED, "KES"), None, None]
    announce_round(session, room.round.id, actor=room.actor(session), now=NOW)
    (announced,) = announced_awards(session, now=NOW)
    assert [award.own for award in announced.awards] == [Money(ASKED, "KES")]
