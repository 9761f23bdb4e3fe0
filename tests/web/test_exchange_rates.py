"""Other currencies in the browser: rates of a round, envelopes given in them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import RoundState
from fundapp.models import Envelope, Person, Round
from fundapp.models import ExchangeRate as ExchangeRateRow
from tests.builders import a_funder, a_manager, a_round
from tests.web.test_rounds import version_on

Browser = Callable[[Person], FlaskClient]
USD = {
    "rates-0-currency": "usd",
    "rates-0-rate": "0.92",
    "rates-0-source": "Bank of Lilliput (sample)",
    "rates-0-quoted_on": "2026-10-30",
}


@pytest.fixture
def manager(session: Session, client_of: Browser) -> FlaskClient:
    return client_of(a_manager(session))


@pytest.fixture
def draft(session: Session) -> Round:
    round_ = a_round(session, RoundState.DRAFT)
    session.commit()
    return round_


def save(manager: FlaskClient, draft: Round, rows: dict[str, str]) -> int:
    path = f"/rounds/{draft.id}/exchange-rates"
    return manager.post(path, data=rows | {"version": version_on(manager, path)}).status_code


def test_rates_are_listed_and_wrong_ones_keep_their_text(
    session: Session, manager: FlaskClient, draft: Round
) -> None:
    path = f"/rounds/{draft.id}/exchange-rates"
    for change, sentence in (
        ({"rates-0-rate": "0,92"}, "with a point and at most 12 decimals"),
        ({"rates-0-quoted_on": "30.10."}, "Enter the day of the rate, such as 2026-03-02."),
        ({"rates-0-currency": "DOLLARS"}, "Enter a currency by its three letters"),
    ):
        answer = manager.post(path, data=USD | change)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert f'value="{next(iter(change.values()))}"' in answer.text
    assert manager.post(path, data=USD | {"add": "rates"}).status_code == 200
    assert save(manager, draft, USD) == 303
    stored = session.scalars(select(ExchangeRateRow)).one()
    assert (stored.currency, stored.rate) == ("USD", "0.92")
    late = manager.post(path, data=USD | {"rates-0-rate": "0.91"})
    assert late.status_code == 409
    assert "1 USD = 0.92 EUR" in late.text


def test_an_envelope_is_given_and_shown_in_both_currencies(
    session: Session, manager: FlaskClient, draft: Round
) -> None:
    path = f"/rounds/{draft.id}/funders"
    funder = a_funder(session)
    session.commit()
    assert 'name="currency"' not in manager.get(path).text
    assert save(manager, draft, USD) == 303
    given = {"funder_id": str(funder.id), "amount": "500,000", "currency": "USD"}
    given["version"] = version_on(manager, path)
    assert manager.post(path, data=given).status_code == 303
    row = session.scalars(select(Envelope)).one()
    assert (row.amount, row.own_amount) == (46_000_000, 50_000_000)
    page = manager.get(f"{path}?funder={funder.id}").text
    assert "€460,000 <small>US$500,000</small>" in page
    assert 'value="500000"' in page
    assert '<option selected value="USD">USD</option>' in page
    refused = manager.post(f"/rounds/{draft.id}/exchange-rates", data={"version": "0"})
    assert refused.status_code == 422
    assert "gives in USD, so its rate cannot be removed" in refused.text
