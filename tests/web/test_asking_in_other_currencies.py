"""The sum asked for in another currency, in the applicant's browser."""

import pytest
from sqlalchemy.orm import Session

from tests.builders import a_rate
from tests.web.test_sections import ClientOf, Desk


@pytest.fixture
def desk(session: Session, client_of: ClientOf) -> Desk:
    desk = Desk(session, client_of)
    a_rate(session, desk.call.round)
    session.commit()
    return desk


def test_the_form_offers_the_currencies_and_says_what_the_sum_is(desk: Desk) -> None:
    page = desk.ada.get(desk.url).text
    assert '<option value="" selected>EUR</option><option value="KES">KES</option>' in page
    sent = {"amount": "4,000,000", "amount-currency": "KES", "budget-0-price": "5"}
    assert desk.save(desk.ada, desk.version(desk.ada), **sent).status_code == 303
    assert desk.stored()["amount"] == {"minor": 400_000_000, "currency": "KES"}
    assert desk.stored()["budget"][0]["price"] == {"minor": 500, "currency": "KES"}
    page = desk.ada.get(desk.url).text
    assert '<option value="">EUR</option><option value="KES" selected>KES</option>' in page
    assert 'name="amount" value="4000000.00"' in page
    assert "KES 4,000,000 is EUR 28,400 in this round (1 KES = 0.0071 EUR)." in page
    head = desk.ada.get(f"/applications/{desk.application.id}").text
    assert "€28,400 (KES\N{NO-BREAK SPACE}4,000,000)" in head


def test_what_cannot_be_read_comes_back_beside_its_currency(desk: Desk) -> None:
    version = desk.version(desk.ada)
    desk.save(desk.ada, version, amount="about four", **{"amount-currency": "KES"})
    page = desk.ada.get(desk.url).text
    assert 'name="amount" value="about four"' in page
    assert '<option value="KES" selected>KES</option>' in page
    assert "Enter an amount in KES, such as 12500 or 12500.50." in page


def test_a_colleagues_sum_is_shown_with_its_currency(desk: Desk) -> None:
    version = desk.version(desk.ada)
    desk.save(desk.ben, desk.version(desk.ben), amount="5000", **{"amount-currency": "KES"})
    clash = desk.autosave(desk.ada, version, amount="70")
    assert clash.status_code == 409
    assert clash.json is not None
    assert clash.json["theirs"] == {"amount": "KES 5000.00"}
    taken = desk.autosave(desk.ada, clash.json["version"], amount="KES 5000.00")
    assert taken.status_code == 200
    assert desk.stored()["amount"] == {"minor": 500_000, "currency": "KES"}


def test_a_round_in_one_currency_offers_none(session: Session, client_of: ClientOf) -> None:
    plain = Desk(session, client_of)
    page = plain.ada.get(plain.url).text
    assert 'name="amount-currency"' not in page
    assert '<span class="before">EUR</span>' in page
