"""Requests in another currency than the round's: read, relabelled, submitted, imported."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.csv_files import FileRefused
from fundapp.domain.errors import InvalidInput, StaleVersion
from fundapp.domain.exchange_rates import ExchangeRate
from fundapp.domain.money import Money, minor_digits
from fundapp.models import Answer, Application, Question, SubmittedVersion
from fundapp.queries.access import actor_for
from fundapp.queries.drafts import application_draft
from fundapp.queries.exchange_rates import RoundRates
from fundapp.services.application_imports import import_applications
from fundapp.services.sections import save_section
from tests.builders import NOW, a_manager, a_question, a_rate
from tests.services.test_applications import Call
from tests.statements import counted_statements

KES = "4,000,000"


class OpenCall(Call):
    """A call that takes KES and JPY beside EUR, with a budget that adds up to the sum."""

    def __init__(self, session: Session, **columns: Any) -> None:
        super().__init__(session, **columns)
        self.budget = self._ask(
            code="budget",
            kind="budget",
            label="Budget",
            is_required=False,
            settings={"adds_up_to": "amount"},
        )
        a_rate(session, self.round)
        a_rate(session, self.round, currency="JPY", rate="0.0061")

    def asked(self, application: Application) -> tuple[int | None, int | None, str | None]:
        return (application.amount_requested, application.own_amount, application.own_currency)

    def stored(self, question: Question) -> Answer:
        return self.session.scalars(select(Answer).where(Answer.question_id == question.id)).one()


@pytest.fixture
def call(session: Session) -> OpenCall:
    return OpenCall(session)


def test_the_own_sum_is_exact_and_the_rounds_rounded_up(call: OpenCall) -> None:
    application = call.start()
    call.save(application, call.amount, "KES 4,000,000.01")
    assert call.asked(application) == (2_840_001, 400_000_001, "KES")
    call.save(application, call.amount, "28,400", version=1)
    assert call.asked(application) == (2_840_000, None, None)


def test_a_sum_that_cannot_be_read_keeps_its_currency(call: OpenCall) -> None:
    application = call.start()
    call.save(application, call.amount, "KES about four")
    assert call.asked(application) == (None, None, None)
    assert application_draft(call.session, application.id).currency == "KES"
    call.save(application, call.amount, "USD 5", version=1)
    draft = application_draft(call.session, application.id)
    assert (draft.currency, call.stored(call.amount).value) == ("EUR", "USD 5")


def test_other_sums_follow_the_currency_and_keep_their_numbers(call: OpenCall) -> None:
    application = call.start()
    rows: Any = [{"item": "Staff", "quantity": "2", "price": "150.50"}]
    call.save(application, call.budget, rows)
    assert call.stored(call.budget).value[0]["price"] == {"minor": 15_050, "currency": "EUR"}
    call.save(application, call.amount, "KES 301")
    assert call.stored(call.budget).value[0]["price"] == {"minor": 15_050, "currency": "KES"}
    assert call.stored(call.budget).version == 2
    state = application_draft(call.session, application.id).sections[0]
    assert state.check.sums == ()
    call.save(application, call.amount, "JPY 301", version=1)
    budget = call.stored(call.budget)
    assert budget.value[0]["price"] == "150.50"
    assert [problem["sentence"] for problem in budget.problems] == [
        "JPY has no decimals. You entered “150.50”."
    ]
    call.save(application, call.budget, [{"item": "Staff", "quantity": "1", "price": "301"}], 3)
    assert call.stored(call.budget).value[0]["price"] == {"minor": 301, "currency": "JPY"}


def test_limits_are_sums_of_the_round(call: OpenCall) -> None:
    call.amount.settings = {"minimum": 500_000, "maximum": 3_000_000}
    application = call.start()
    call.save(application, call.amount, "KES 400,000")
    assert [one["sentence"] for one in call.stored(call.amount).problems] == [
        "Enter at least EUR 5,000. You entered KES 400,000, which is EUR 2,840."
    ]
    call.save(application, call.amount, "KES 5,000,000", version=1)
    assert [one["sentence"] for one in call.stored(call.amount).problems] == [
        "Enter at most EUR 30,000. You entered KES 5,000,000, which is EUR 35,500."
    ]
    with pytest.raises(InvalidInput, match="Enter at most EUR 30,000"):
        call.submit(application)


def test_a_sum_too_large_for_the_round_is_no_sum(call: OpenCall) -> None:
    a_rate(call.session, call.round, currency="KWD", rate="999999999")
    application = call.start()
    call.save(application, call.amount, "KWD 999,999,999")
    assert call.asked(application) == (None, None, None)
    assert [one["sentence"] for one in call.stored(call.amount).problems] == [
        "Enter a smaller amount. You entered KWD 999,999,999."
    ]


def test_what_is_submitted_counts_until_it_is_submitted_again(call: OpenCall) -> None:
    application = call.start()
    call.save(application, call.title, "Drift meter")
    call.save(application, call.risk, "Judges drift.")
    call.save(application, call.amount, f"KES {KES}")
    call.submit(application)
    content = call.session.scalars(select(SubmittedVersion.content)).one()
    assert (content["currency"], call.asked(application)) == (
        "KES",
        (2_840_000, 400_000_000, "KES"),
    )
    call.save(application, call.amount, "28,000", version=1)
    assert call.asked(application) == (2_840_000, 400_000_000, "KES")
    call.submit(application)
    assert call.asked(application) == (2_800_000, None, None)


def test_a_form_that_shows_an_old_currency_changes_nothing(call: OpenCall) -> None:
    application = call.start()
    call.save(application, call.amount, "1000")
    old = application_draft(call.session, application.id).answers[call.amount.id].stamp
    call.save(application, call.amount, "KES 1000", version=1, actor=call.ben)
    with pytest.raises(StaleVersion):
        call.save(application, call.amount, "2000", version=1)
    posted = {"amount": ["1000.00"], "risk": ["Judges drift."]}
    stamps = {"amount": old}
    save_section(
        call.session,
        application.id,
        call.section.id,
        posted=posted,
        stamps=stamps,
        actor=call.ada,
        now=NOW,
    )
    assert call.asked(application) == (710, 100_000, "KES")


def test_a_round_in_one_currency_takes_no_other_and_no_more_statements(session: Session) -> None:
    plain = Call(session)
    application = plain.start()
    plain.save(application, plain.amount, "KES 5")
    assert application.amount_requested is None
    session.flush()
    session.commit()
    with counted_statements() as one_currency:
        plain.save(application, plain.amount, "500", version=1)
    assert application_draft(session, application.id).rates == RoundRates("EUR", {})
    both = OpenCall(session)
    other = both.start()
    both.save(other, both.amount, "KES 5")
    session.commit()
    with counted_statements() as two_currencies:
        both.save(other, both.amount, "KES 500", version=1)
    assert len(two_currencies) == len(one_currency) + 1


def test_files_may_name_the_currency_of_a_line(call: OpenCall) -> None:
    manager = actor_for(call.session, a_manager(call.session).id)
    a_question(call.session, call.section, code="rent", kind="money", label="Rent")
    content = b"application,title,organisation,amount,currency,rent\n"
    lines = b"p1,A gauge,Zembla,4000000,kes,100\np2,A probe,Laputa,1000.50,,5\n"
    import_applications(call.session, call.round.id, content + lines, actor=manager, now=NOW)
    found = call.session.scalars(select(Application).order_by(Application.source_key)).all()
    assert [call.asked(one) for one in found] == [
        (2_840_000, 400_000_000, "KES"),
        (100_050, None, None),
    ]
    rents = select(Answer.value).join(Question).where(Question.code == "rent")
    assert sorted(one["currency"] for one in call.session.scalars(rents)) == ["EUR", "KES"]
    bad = content + b"p3,A test,Brobdingnag,5,USD,1\np4,A test,Lagado,5.5,JPY,1\n"
    with pytest.raises(FileRefused) as refusal:
        import_applications(call.session, call.round.id, bad, actor=manager, now=NOW)
    assert [(one.line, one.column, one.sentence) for one in refusal.value.bad_cells] == [
        (2, "currency", "This round pays in EUR or JPY or KES, not in “USD”."),
        (3, "amount", "JPY has no decimals. You entered “JPY 5.5”."),
    ]


CODES = st.sampled_from(["EUR", "JPY", "KWD", "KES"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    CODES,
    st.sampled_from(["USD", "UGX", "TND"]),
    st.decimals("0.0001", "9999", places=4),
    st.integers(1, 10**9),
)
def test_a_request_is_exact_and_never_short_with_any_digits(
    round_currency: str, own: str, rate: Any, minor: int
) -> None:
    listed = ExchangeRate(currency=own, rate=str(rate), source="sample", quoted_on=NOW.date())
    rates = RoundRates(round_currency, {own: listed})
    asked: Any = {"minor": minor, "currency": own}
    columns = rates.request_columns(asked)
    exact = rate * minor * 10 ** minor_digits(round_currency) / 10 ** minor_digits(own)
    assert columns["own_amount"] == minor
    assert exact <= columns["amount_requested"] < exact + 1
    application = Application(**columns)
    assert rates.award(columns["amount_requested"], application) == Money(minor, own)
