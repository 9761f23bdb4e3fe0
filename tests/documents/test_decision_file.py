"""The decision as data, inside the paper that tells it."""

import json
from io import BytesIO

import pytest
from pypdf import PdfReader

from fundapp.documents.decision_file import decision_of_certificate, decision_of_letter
from fundapp.documents.printing import pdf_of
from fundapp.domain.money import Money
from tests.documents.announcement_rows import a_prize_announcement
from tests.documents.certificate_rows import a_certificate
from tests.documents.letter_rows import (
    a_decline_letter,
    a_reserve_letter,
    a_withdrawal_letter,
    an_award_letter,
)
from tests.documents.submission_rows import a_submission_copy


def attached(pdf: bytes) -> dict[str, object]:
    files = PdfReader(BytesIO(pdf)).attachments
    return {name: json.loads(contents[0]) for name, contents in files.items()}


def test_an_award_letter_carries_the_award(renderer):
    row = an_award_letter()
    assert attached(pdf_of(renderer, row)) == {
        "decision.json": {
            "reference": "EVF-2026-014-A1",
            "round": "EVF-2026",
            "application": "EVF-2026-014",
            "decision": "award",
            "amount": 220000,
            "currency": "EUR",
            "contributions": [
                {"funder": part.funder, "amount": part.amount.minor // 100, "currency": "EUR"}
                for part in row.contributions
            ],
        }
    }


@pytest.mark.parametrize(
    ("row", "decision"), [(a_decline_letter(), "decline"), (a_reserve_letter(), "reserve")]
)
def test_a_letter_without_money_says_so(renderer, row, decision):
    data = attached(pdf_of(renderer, row))["decision.json"]
    assert data == {
        "reference": row.reference,
        "round": "EVF-2026",
        "application": row.application_reference,
        "decision": decision,
        "amount": None,
        "currency": None,
        "contributions": [],
    }


def test_an_announcement_carries_its_awards_in_order(renderer):
    row = a_prize_announcement()
    data = attached(pdf_of(renderer, row))["decision.json"]
    assert isinstance(data, dict)
    assert (data["reference"], data["round"]) == (row.reference, row.round_reference)
    assert [(one["application"], one["amount"]) for one in data["decisions"]] == [
        (winner.application_reference, winner.amount.minor / 100) for winner in row.winners
    ]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(12_000_050, "EUR"), "120000.5"),
        (Money(12_000_000, "EUR"), "120000"),
        (Money(120_000, "JPY"), "120000"),
        (Money(123_456_789_012_345, "EUR"), "1234567890123.45"),
        (Money(1_234_567, "KWD"), "1234.567"),
    ],
)
def test_sums_keep_all_their_digits(amount, text):
    row = an_award_letter(amount=amount, contributions=())
    assert f'"amount": {text},' in decision_of_letter(row).decode()


def test_a_copy_of_an_application_decides_nothing(renderer):
    assert attached(pdf_of(renderer, a_submission_copy())) == {}


def test_a_withdrawal_letter_carries_what_it_ends():
    assert json.loads(decision_of_letter(a_withdrawal_letter())) == {
        "reference": "EVF-2026-014-W1",
        "round": "EVF-2026",
        "application": "EVF-2026-014",
        "decision": "withdrawn",
        "amount": 220000,
        "currency": "EUR",
        "contributions": [],
        "ends": "EVF-2026-014-A1",
    }


def test_a_certificate_carries_its_prize_and_who_pays():
    told = json.loads(decision_of_certificate(a_certificate()))
    assert told == {
        "reference": "CMP-2026-031-C1",
        "round": "CMP-2026",
        "application": "CMP-2026-031",
        "decision": "award",
        "prize": "First prize",
        "category": "Dangerous capabilities",
        "amount": 100000,
        "currency": "EUR",
        "contributions": [
            {"funder": "Ruritania Science Ministry", "amount": 50000, "currency": "EUR"},
            {"funder": "Lilliput Foundation", "amount": 50000, "currency": "EUR"},
        ],
    }
