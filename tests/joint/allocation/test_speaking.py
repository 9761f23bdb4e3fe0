"""What is said of plans: reasons, reruns, draws, comparisons; and other currencies."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.joint.allocation.allocate import allocate
from fundapp.joint.allocation.comparison import FunderChange, compare
from fundapp.joint.allocation.exchange import (
    Rate,
    award_in_own,
    envelope_in_round,
    payments_in_own,
    request_in_round,
    split,
)
from fundapp.joint.allocation.explanations import NOTE, Explanations, explain
from fundapp.joint.allocation.instance import Instance
from fundapp.joint.allocation.plan import EXACT, PREVIEW, Plan
from fundapp.joint.allocation.reruns import (
    price_of_funding,
    price_of_leaving_out,
    value_of_more_money,
)
from fundapp.joint.allocation.robustness import BUDGET, expected_seconds, funding_shares
from tests.joint.allocation.instances import an_application, an_instance, reference

ASKED = [
    an_application("both", 60, {"A": 4.0, "B": 5.0}, rank=1, label="Both of us (sample)"),
    an_application("mine", 30, {"A": 3.0}, rank=2),
    an_application("dear", 90, {"A": 6.0, "B": 6.0}, rank=3),
    an_application("cold", 10, {"A": 0.0}, rank=4),
    an_application("barred", 10, {"A": 1.0}, rank=5, may_pay=" "),
]
ASKED[4] = replace(ASKED[4], may_pay=frozenset())
INSTANCE = an_instance({"A": 60, "B": 50}, ASKED)


def explained(instance: Instance) -> tuple[Plan, Explanations]:
    plan = allocate(instance)
    return plan, explain(instance, plan, show=lambda minor: f"EUR {minor}")


def test_every_grant_funder_and_near_miss_has_its_sentence() -> None:
    _, said = explained(INSTANCE)
    assert [one.sentence for one in said.grants] == [
        "Funded because A would fund it alone too. A pays EUR 10 and B pays EUR 50.",
        "Funded because it is worth it together to A. A pays EUR 30.",
    ]
    assert [one.sentence for one in said.funders] == [
        "A: alone 4, joint 7 (+75 %).",
        "B has less money than the cheapest grant that it values and may pay for. "
        "It does not count in the balance; the plan is worth 5 to it.",
    ]
    assert [one.sentence for one in said.near_misses] == [
        "dear was left out: it costs EUR 90, and EUR 70 is missing where money may be used for it. "
        "It would fit if A or B added EUR 70."
    ]
    assert said.left_out == {
        "barred": "barred could not be funded: no funder may pay for it.",
        "cold": "cold could not be funded: no funder values it.",
    }
    assert said.binding == ("B has spent its whole envelope.",)


def test_the_sentences_of_the_reference() -> None:
    instance, _, _ = reference("conflict-three-funders")
    plan, said = explained(instance)
    assert {one.application: one.wanted_by for one in said.grants} == {
        grant.application: tuple(f for f in plan.values if grant.application in plan.alone_lists[f])
        for grant in plan.grants
    }
    assert sorted((one.funder, one.left, one.at_floor) for one in said.funders) == [
        ("A", 2200, False),
        ("B", 0, False),
        ("C", 0, False),
    ]
    assert said.notes == (NOTE,)


def test_near_misses_are_right_about_money_added_and_grants_gone() -> None:
    """Adding what is missing, or taking out what is named, leaves just enough money."""
    instance, _, _ = reference("conflict-three-funders")
    plan, said = explained(instance)
    kept = frozenset(plan.funded)
    for miss in said.near_misses[:4]:
        for funder in miss.if_added:
            for more, fits in ((miss.missing, True), (miss.missing - 1, False)):
                richer = [
                    replace(one, envelope=one.envelope + more * (one.name == funder))
                    for one in instance.funders
                ]
                asked = replace(instance, funders=tuple(richer), required=kept | {miss.application})
                assert is_fundable(asked) == fits
        for left in miss.if_left:
            asked = replace(instance, required=(kept - {left}) | {miss.application})
            assert is_fundable(asked)


def is_fundable(instance: Instance) -> bool:
    """Tell whether the required grants alone can be paid."""
    only = tuple(one for one in instance.applications if one.name in instance.required)
    worthless = [
        replace(one, levels=tuple(replace(level, values={"A": 0.0}) for level in one.levels))
        for one in only
    ]
    try:
        allocate(replace(instance, applications=tuple(worthless)))
    except ValueError:
        return False
    return True


def test_the_price_of_a_near_miss_is_what_the_rerun_loses() -> None:
    instance, _, _ = reference("conflict-three-funders")
    plan, said = explained(instance)
    price = price_of_funding(instance, plan, said.near_misses[0].application)
    assert price.drop is not None
    assert price.changed is not None
    assert price.comparison == compare(plan, price.changed)
    assert price.drop == plan.objective - price.changed.objective > 0
    assert said.near_misses[0].application in price.changed.funded
    without = price_of_leaving_out(instance, plan, plan.grants[0].application)
    assert without.drop is not None
    assert without.drop > 0


def test_what_cannot_be_funded_has_no_price() -> None:
    plan = allocate(INSTANCE)
    price = price_of_funding(INSTANCE, plan, "barred")
    assert (price.drop, price.changed) == (None, None)
    assert price.why_none == "“barred” must be funded, and nobody may pay or has the money."


def test_more_money_harms_nobody() -> None:
    instance, _, _ = reference("conflict-three-funders")
    more = value_of_more_money(instance, allocate(instance), "C", percent=20)
    assert more.added == 7400
    assert min(change.gain or 0.0 for change in more.comparison.funders) >= 0
    assert more.comparison.entering != ()


def test_two_plans_side_by_side() -> None:
    before = allocate(INSTANCE)
    after = allocate(
        replace(INSTANCE, funders=(INSTANCE.funders[0], replace(INSTANCE.funders[1], envelope=90)))
    )
    changes = compare(before, after)
    assert (changes.entering, changes.leaving, changes.resized) == (("dear",), ("mine",), ())
    assert changes.repaid == ("both",)
    assert changes.spent_change == after.spent - before.spent
    assert changes.funders[0] == FunderChange(
        "A", 7.0, 10.0, before.spent_by("A"), after.spent_by("A")
    )


def test_shares_of_draws_tell_noise_from_merit() -> None:
    rng = np.random.default_rng(1)
    base = np.array([[4.0, 3.0, 3.0], [4.0, 3.0, 3.0]])
    asked = [
        an_application(f"a{i}", 50, {"A": base[0, i], "B": base[1, i]}, rank=i + 1)
        for i in range(3)
    ]
    instance = an_instance({"A": 50, "B": 50}, asked)
    draws = np.clip(base[None] + rng.normal(0, 0.4, (60, 1, 3)), 0, None)
    found = funding_shares(instance, draws, funded=["a0", "a1"])
    assert (found.method, found.draws, found.failed) == (EXACT, 60, 0)
    assert found.shares["a0"] > 0.9
    assert found.shares["a1"] + found.shares["a2"] == pytest.approx(2 - found.shares["a0"])
    assert found.noisy == ("a1",)


def test_many_draws_of_a_large_question_are_previewed() -> None:
    asked = [an_application(f"a{i}", 10 + i, {"A": 1.0}) for i in range(40)]
    instance = an_instance({"A": 99}, asked)
    assert expected_seconds(instance, 500) > BUDGET > expected_seconds(instance, 5)
    assert funding_shares(instance, np.ones((2, 40)), funded=[], budget=0.1).method == EXACT
    assert funding_shares(instance, np.ones((2, 40)), funded=[], budget=0.0).method == PREVIEW


def test_draws_of_the_same_values_agree_with_the_plan() -> None:
    instance, funders, _ = reference("conflict-three-funders")
    values = np.array(
        [[one.levels[-1].values[f] for one in instance.applications] for f in funders]
    )
    found = funding_shares(instance, values[None], funded=[])
    assert {name for name, share in found.shares.items() if share} == allocate(instance).funded


@pytest.mark.parametrize(
    "draws", [np.ones((2, 3)), np.ones((0, 5)), -np.ones((2, 5)), np.full((1, 5), np.inf)]
)
def test_draws_of_another_shape_are_refused(draws) -> None:
    with pytest.raises(ValueError, match=r"Draws have the shape|A drawn value"):
        funding_shares(INSTANCE, draws, funded=[])


def a_rate(rate: str, *, digits: int = 2) -> Rate:
    return Rate(
        currency="USD",
        round_currency="EUR",
        rate=Decimal(rate),
        digits=digits,
        round_digits=2,
        source="Bank of Lilliput (sample)",
        on=date(2026, 3, 2),
    )


def test_envelopes_are_rounded_down_and_requests_up() -> None:
    rate = a_rate("0.9237")
    assert (envelope_in_round(10_001, rate), request_in_round(10_001, rate)) == (9_237, 9_238)
    yen = a_rate("0.0061", digits=0)
    assert (envelope_in_round(1_001, yen), request_in_round(1_001, yen)) == (610, 611)


RATES = st.decimals("0.0001", "9999", places=4).map(lambda rate: a_rate(str(rate)))


@given(RATES, st.integers(1, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_what_a_funder_pays_fits_its_own_envelope_to_the_cent(rate: Rate, own: int, parts) -> None:
    ready = envelope_in_round(own, rate)
    paid = split(ready, {str(i): part + 1 for i, part in enumerate(parts)})
    in_own = payments_in_own(paid, rate)
    assert sum(paid.values()) == ready
    assert sum(in_own.values()) <= own
    assert all(abs(in_own[name] - paid[name] / rate.minor) < 2 for name in paid)


@given(RATES, st.integers(1, 10**12))
def test_a_request_is_covered_in_its_own_currency(rate: Rate, own: int) -> None:
    cost = request_in_round(own, rate)
    assert cost / rate.minor >= own > (cost - 1) / rate.minor


@given(RATES, st.integers(1, 10**12), st.integers(1, 10**12))
def test_an_award_is_exact_in_the_currency_of_the_applicant(
    rate: Rate, own: int, amount: int
) -> None:
    requested = request_in_round(own, rate)
    asked = {"requested": requested, "own_requested": own}
    assert award_in_own(requested, rate, **asked) == own
    awarded = award_in_own(amount, rate, **asked)
    assert awarded * rate.minor <= amount
    assert (awarded < own) == (amount < requested) or amount > requested
    assert award_in_own(amount + 1, rate, **asked) >= awarded


@given(
    RATES,
    st.integers(1, 10**12),
    st.lists(st.integers(1, 10**6), min_size=2, max_size=8),
    st.data(),
)
def test_settled_parts_stay_and_the_envelope_holds(rate: Rate, own: int, parts, data) -> None:
    ready = envelope_in_round(own, rate)
    paid = split(ready, {str(place): part for place, part in enumerate(parts)})
    before = payments_in_own(paid, rate)
    kept = data.draw(st.sets(st.sampled_from(sorted(paid)), max_size=len(paid) - 1))
    settled, settled_own = sum(paid[k] for k in kept), sum(before[k] for k in kept)
    open_parts = {name: amount for name, amount in paid.items() if name not in kept}
    after = payments_in_own(open_parts, rate, settled=settled, settled_own=settled_own)
    assert sum(after.values()) + settled_own == sum(before.values()) <= own


@given(RATES, st.integers(0, 10**9))
def test_without_open_parts_nothing_is_split(rate: Rate, settled: int) -> None:
    assert payments_in_own({}, rate, settled=settled, settled_own=0) == {}


def test_splits_add_up_and_impossible_ones_are_refused() -> None:
    assert split(100, {"b": 1, "a": 1, "c": 1}) == {"a": 33, "b": 33, "c": 34}
    assert split(0, {"a": 0}) == {"a": 0}
    with pytest.raises(ValueError, match="An amount is split by parts of which none is below zero"):
        split(5, {"a": 0})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rate": Decimal(0)}, "The rate of USD is 0. It must be above 0."),
        ({"rate": Decimal("NaN")}, "The rate of USD is NaN. It must be above 0."),
        ({"source": " "}, "The rate of USD names no source."),
        ({"currency": "EUR"}, "EUR is the round's own currency. Its rate is 1."),
    ],
)
def test_rates_need_a_source_and_sense(change, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        replace(a_rate("0.9"), **change)
    assert str(refusal.value) == sentence
