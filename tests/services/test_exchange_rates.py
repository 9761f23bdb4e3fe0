"""Other currencies of a draft round, and envelopes that are given in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, StaleVersion, WrongState
from fundapp.domain.exchange_rates import ExchangeRate
from fundapp.domain.money import Money
from fundapp.domain.permissions import Actor
from fundapp.domain.states import RoundState
from fundapp.models import AuditEvent, Envelope, Round
from fundapp.queries.access import actor_for
from fundapp.queries.exchange_rates import rates_of_round
from fundapp.queries.round_records import content_of, envelopes_of_round, settings_of
from fundapp.services import round_money, rounds
from fundapp.services.exchange_rates import rates_stamp, set_exchange_rates
from tests.builders import NOW, a_funder, a_manager, a_round

USD = ExchangeRate(
    currency="USD", rate="0.92", source="Bank of Lilliput (sample)", quoted_on=date(2026, 2, 27)
)
KES = replace(USD, currency="KES", rate="0.0071")


@pytest.fixture
def manager(session: Session) -> Actor:
    return actor_for(session, a_manager(session).id)


@pytest.fixture
def draft(session: Session) -> Round:
    return a_round(session, RoundState.DRAFT)


def set_rates(
    session: Session, round_: Round, rates: Sequence[ExchangeRate], *, actor: Actor
) -> None:
    stamp = rates_stamp(rates_of_round(session, round_.id))
    set_exchange_rates(session, round_.id, rates, version=stamp, actor=actor, now=NOW)


def give(session: Session, round_: Round, *, actor: Actor, amount: int, currency: str) -> Envelope:
    funder = a_funder(session)
    return round_money.set_envelope(
        session, round_.id, funder.id, amount=amount, currency=currency, actor=actor, now=NOW
    )


def test_an_envelope_in_another_currency_is_rounded_down(
    session: Session, draft: Round, manager: Actor
) -> None:
    set_rates(session, draft, [USD], actor=manager)
    envelope = give(session, draft, actor=manager, amount=50_000_001, currency="USD")
    assert (envelope.amount, envelope.own_amount, envelope.own_currency) == (
        46_000_000,
        50_000_001,
        "USD",
    )
    assert [share.own for share in envelopes_of_round(session, draft.id)] == [
        Money(50_000_001, "USD")
    ]


def test_a_new_rate_works_envelopes_out_again(
    session: Session, draft: Round, manager: Actor
) -> None:
    set_rates(session, draft, [USD], actor=manager)
    envelope = give(session, draft, actor=manager, amount=50_000_000, currency="USD")
    set_rates(session, draft, [replace(USD, rate="0.9"), KES], actor=manager)
    assert (envelope.amount, envelope.own_amount) == (45_000_000, 50_000_000)
    lines = session.scalars(
        select(AuditEvent.details)
        .where(AuditEvent.event == "round.exchange_rates_set")
        .order_by(AuditEvent.id)
    ).all()
    assert [line["rates"] for line in lines] == [
        ["1 USD = 0.92 EUR"],
        ["1 KES = 0.0071 EUR", "1 USD = 0.9 EUR"],
    ]


def test_a_rate_in_use_stays_and_one_without_use_goes(
    session: Session, draft: Round, manager: Actor
) -> None:
    set_rates(session, draft, [USD, KES], actor=manager)
    give(session, draft, actor=manager, amount=100, currency="USD")
    with pytest.raises(InvalidInput, match="Lilliput Foundation gives in USD"):
        set_rates(session, draft, [KES], actor=manager)
    set_rates(session, draft, [USD], actor=manager)
    assert rates_of_round(session, draft.id) == (USD,)


@pytest.mark.parametrize(
    ("rate", "sentence"),
    [
        ("0.000000001", "At this rate USD 5 of Lilliput Foundation come to nothing in EUR."),
        ("999999999", None),
    ],
)
def test_rates_that_make_no_sense_for_an_envelope_are_refused(
    session: Session, draft: Round, manager: Actor, *, rate: str, sentence: str | None
) -> None:
    set_rates(session, draft, [USD], actor=manager)
    give(session, draft, actor=manager, amount=500, currency="USD")
    if sentence is None:
        set_rates(session, draft, [replace(USD, rate=rate)], actor=manager)
        with pytest.raises(InvalidInput, match="come to more than can be kept"):
            give(session, draft, actor=manager, amount=10**9, currency="USD")
        return
    with pytest.raises(InvalidInput) as refusal:
        set_rates(session, draft, [KES, replace(USD, rate=rate)], actor=manager)
    assert [(one.field, one.sentence) for one in refusal.value.problems] == [
        ("rates-1-rate", sentence)
    ]


def test_an_envelope_needs_a_listed_currency(
    session: Session, draft: Round, manager: Actor
) -> None:
    with pytest.raises(InvalidInput, match="Choose a currency of this round"):
        give(session, draft, actor=manager, amount=100, currency="USD")


def test_going_back_to_the_currency_of_the_round_clears_the_own_sum(
    session: Session, draft: Round, manager: Actor
) -> None:
    set_rates(session, draft, [USD], actor=manager)
    envelope = give(session, draft, actor=manager, amount=100, currency="USD")
    round_money.set_envelope(
        session, draft.id, envelope.funder_id, amount=92, actor=manager, now=NOW
    )
    assert (envelope.amount, envelope.own_amount, envelope.own_currency) == (92, None, None)


def test_a_second_manager_does_not_overwrite_rates(
    session: Session, draft: Round, manager: Actor
) -> None:
    set_rates(session, draft, [USD], actor=manager)
    with pytest.raises(StaleVersion) as refusal:
        set_exchange_rates(
            session, draft.id, [KES], version=rates_stamp(()), actor=manager, now=NOW
        )
    assert refusal.value.theirs == (USD,)


def test_rates_are_frozen_when_the_call_opens(session: Session, manager: Actor) -> None:
    open_one = a_round(session, RoundState.OPEN)
    with pytest.raises(WrongState, match="frozen when its call opened"):
        set_rates(session, open_one, [USD], actor=manager)


def test_the_round_keeps_its_currency_while_rates_are_to_it(
    session: Session, draft: Round, manager: Actor
) -> None:
    set_rates(session, draft, [USD], actor=manager)
    changed = replace(settings_of(draft), currency="GBP")
    with pytest.raises(InvalidInput, match="The rates of this round are to EUR"):
        rounds.update_round(
            session, draft.id, changed, version=draft.version, actor=manager, now=NOW
        )


def test_a_copy_has_the_rates_with_their_day(
    session: Session, draft: Round, manager: Actor
) -> None:
    set_rates(session, draft, [USD, KES], actor=manager)
    give(session, draft, actor=manager, amount=50_000_000, currency="USD")
    copy = rounds.copy_round(
        session,
        settings_of(draft),
        copied_from_id=draft.id,
        prefix="EVF",
        actor=manager,
        now=NOW,
    )
    content = content_of(session, copy)
    assert content.rates == (KES, USD)
    assert [(share.amount, share.own) for share in content.envelopes] == [
        (46_000_000, Money(50_000_000, "USD"))
    ]
