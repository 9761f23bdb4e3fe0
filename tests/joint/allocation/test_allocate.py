"""The exact plan against the reference, against trying everything, and against itself."""

import random
from dataclasses import replace
from math import fsum, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from fundapp.joint.allocation.allocate import allocate, prepare, preview
from fundapp.joint.allocation.instance import Instance, NoPlan
from fundapp.joint.allocation.options import published_order
from fundapp.joint.allocation.plan import Plan
from tests.joint.allocation.brute_force import best_alone, best_lists, first_listed
from tests.joint.allocation.instances import an_application, an_instance, instances, reference

NAMES = ["conflict-three-funders", "aibs-three-funders"]


@pytest.mark.parametrize("name", NAMES)
def test_reference_plans_are_met(name: str) -> None:
    instance, funders, expected = reference(name)
    plan = allocate(instance)
    best = expected["nash_with_participation"]
    assert plan.objective == pytest.approx(best["objective"], rel=1e-6)
    assert [plan.values[f] for f in funders] == pytest.approx(best["value"], rel=1e-6)
    assert [plan.alone[f] for f in funders] == pytest.approx(expected["alone_value"], rel=1e-6)
    assert (len(plan.grants), plan.spent) == (best["funded"], round(best["spent"] * 100))
    splits = sum(len(payers) > 1 for payers in plan.payers.values())
    assert splits <= best["split_grants_at_most"]
    assert (plan.certified_optimal, plan.floors_kept, plan.decided_by) == (True, True, "welfare")


@pytest.mark.parametrize("name", NAMES)
def test_reference_plans_are_pareto_efficient(name: str) -> None:
    instance, _, _ = reference(name)
    question = prepare(instance)
    plan = allocate(instance)
    options, funders = question.options, len(instance.funders)
    joint = np.array([plan.values[funder.name] for funder in options.funders])
    cost = options.cost / 100
    paid = np.kron(np.eye(funders), cost)
    covered = np.tile(np.eye(options.count), funders)
    chosen = np.zeros((funders, options.count))
    found = milp(
        np.concatenate([-(options.value / joint[:, None]).sum(axis=0), np.zeros(paid.shape[1])]),
        constraints=[
            LinearConstraint(np.hstack([chosen, paid]), ub=options.envelopes / 100),
            LinearConstraint(np.hstack([-np.eye(options.count), covered]), lb=0, ub=0),
            LinearConstraint(np.hstack([options.value, np.zeros_like(paid)]), lb=joint - 1e-9),
        ],
        integrality=np.concatenate([np.ones(options.count), np.zeros(paid.shape[1])]),
        bounds=Bounds(0, np.concatenate([np.ones(options.count), (options.most > 0).ravel()])),
        options={"mip_rel_gap": 0},
    )
    assert found.fun == pytest.approx(-funders, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(instances())
def test_plans_equal_the_best_of_all_lists(instance: Instance) -> None:
    question = prepared(instance)
    if question is None:
        return
    alone = {
        f.name: one.value for f, one in zip(question.options.funders, question.reached, strict=True)
    }
    lists = best_lists(instance, alone)
    try:
        plan = allocate(instance)
    except NoPlan:
        assert lists == []
        return
    for funder in {*alone} - {pin.funder for pin in instance.pins}:
        assert plan.alone[funder] == pytest.approx(best_alone(instance, funder), rel=1e-12)
    totals = dict(
        zip(
            [f.name for f in question.options.funders],
            question.options.value.sum(axis=1),
            strict=True,
        )
    )
    first = first_listed(lists, {f: alone[f] or float(totals[f]) or 1.0 for f in alone})
    levels = {grant.application: grant.level for grant in plan.grants}
    assert tuple(levels.get(one.name) for one in published_order(instance)) == first.pick
    assert plan.objective == pytest.approx(first.objective, abs=1e-12)
    assert_books_balance(instance, plan)


def prepared(instance: Instance):
    try:
        return prepare(instance)
    except NoPlan:
        return None


def assert_books_balance(instance: Instance, plan: Plan) -> None:
    asked = {one.name: one for one in instance.applications}
    for grant in plan.grants:
        assert grant.amount == asked[grant.application].levels[grant.level].cost
        assert grant.amount == sum(plan.payers[grant.application].values())
    for payment in plan.payments:
        application = asked[payment.application]
        most = application.caps.get(payment.funder, payment.amount)
        assert payment.funder in application.may_pay
        assert 0 < payment.amount <= most
        assert (payment.funder, payment.application) not in instance.opt_outs
    for funder in instance.funders:
        assert plan.spent_by(funder.name) <= funder.envelope
    assert plan.floors_kept
    if not any(one.caps for one in instance.applications) and not instance.pins:
        assert len(plan.payments) <= len(plan.grants) + len(instance.funders) - 1


def drawn(count: int, funders: str, *, seed: int, digits: int = 3) -> Instance:
    """Return a question of some size, values of related quality, most may pay for most."""
    rng = random.Random(seed)
    asked = []
    for i in range(count):
        cost, quality = rng.randrange(2_500, 30_500), rng.uniform(0, 5)
        values = {
            f: round(cost / 10_000 * min(5.0, max(0.0, quality + rng.gauss(0, 1.2))), digits)
            for f in funders
        }
        may_pay = "".join(f for f in funders if rng.random() < 0.75) or funders[0]
        asked.append(an_application(f"a{i}", cost, values, may_pay))
    total = sum(one.levels[0].cost for one in asked)
    envelopes = {f: int(total * 0.35 * (1 + i) / (len(funders) * 2)) for i, f in enumerate(funders)}
    return an_instance(envelopes, asked)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_input_decides_nothing(seed: int) -> None:
    instance = drawn(30, "ABC", seed=seed, digits=0)
    rng = random.Random(seed)
    turned = replace(
        instance,
        funders=tuple(rng.sample(instance.funders, 3)),
        applications=tuple(rng.sample(instance.applications, 30)),
    )
    assert allocate(turned) == allocate(instance)


def test_multiplying_a_funders_values_changes_nothing() -> None:
    instance = drawn(30, "ABC", seed=3)
    louder = replace(
        instance,
        applications=tuple(
            replace(
                one,
                levels=tuple(
                    replace(level, values={**level.values, "B": level.values["B"] * 1e6})
                    for level in one.levels
                ),
            )
            for one in instance.applications
        ),
    )
    plan, same = allocate(instance), allocate(louder)
    assert (same.grants, same.payments) == (plan.grants, plan.payments)


@pytest.mark.parametrize("seed", range(4))
def test_plans_of_some_size_are_certified_and_no_worse_than_the_preview(seed: int) -> None:
    instance = drawn(60, "ABCD", seed=seed)
    plan, quick = allocate(instance), preview(instance)
    assert_books_balance(instance, plan)
    assert plan.certified_optimal
    assert quick.floors_kept
    assert plan.objective >= quick.objective
    assert all(plan.values[f] >= plan.alone[f] * (1 - 1e-9) for f in "ABCD")


def test_equal_applications_are_served_in_the_published_order() -> None:
    asked = [an_application(name, 10, {"A": 1.0}, rank=rank) for rank, name in enumerate("zyx", 1)]
    plan = allocate(an_instance({"A": 20}, asked))
    assert [grant.application for grant in plan.grants] == ["z", "y"]


def test_the_seed_draws_between_equal_ranks() -> None:
    asked = [an_application(f"a{i}", 10, {"A": 1.0}) for i in range(8)]
    plans = {seed: allocate(an_instance({"A": 30}, asked, seed=seed)).funded for seed in "pqrs"}
    assert len(set(plans.values())) > 1


def test_a_larger_sum_of_gains_decides_between_equal_welfare() -> None:
    """Both products are 36 and the envelopes equal; 4/4 + 9/5 is more than 6/4 + 6/5."""
    asked = [
        an_application("even", 20, {"A": 6.0, "B": 6.0}, rank=1),
        an_application("odd", 20, {"A": 4.0, "B": 9.0}, rank=2),
        an_application("for A", 10, {"A": 4.0}, rank=3),
        an_application("for B", 10, {"B": 5.0}, rank=3),
    ]
    plan = allocate(an_instance({"A": 10, "B": 10}, asked))
    assert (plan.funded, plan.decided_by) == (frozenset({"odd"}), "order")


def test_funders_that_reach_nothing_alone_are_told_why() -> None:
    asked = [
        an_application("x", 60, {"A": 1.0, "Poor": 1.0, "Barred": 2.0}, "A"),
        an_application("y", 60, {"A": 2.0, "Poor": 3.0}),
    ]
    instance = an_instance({"A": 100, "Poor": 10, "Barred": 40, "Cold": 5}, asked)
    plan = allocate(instance)
    assert plan.outside == {
        "Barred": "Barred may not pay in full for any application that it values.",
        "Cold": "Cold values none of the applications.",
        "Poor": "Poor has less money than the cheapest grant that it values and may pay for.",
    }
    assert plan.funded == {"y"}
    assert plan.values == {"A": 2.0, "Barred": 0.0, "Cold": 0.0, "Poor": 3.0}
    assert plan.objective == pytest.approx(100 / 155 * log(2.0))


def test_where_nobody_reaches_anything_alone_money_is_still_joined() -> None:
    asked = [an_application("x", 15, {"A": 1.0, "B": 1.0})]
    plan = allocate(an_instance({"A": 10, "B": 10}, asked))
    assert (plan.funded, plan.objective, plan.spent) == (frozenset({"x"}), 0.0, 15)


@pytest.mark.parametrize(
    "asked",
    [
        [],
        [an_application("x", 10, {"A": 0.0})],
        [an_application("x", 10, {"A": 1.0}, may_pay="B")],
        [an_application("x", 99, {"A": 1.0, "B": 1.0})],
    ],
)
def test_where_nothing_can_be_funded_the_plan_is_empty(asked) -> None:
    plan = allocate(an_instance({"A": 10, "B": 0}, asked))
    assert (plan.grants, plan.payments, plan.gap, plan.spent) == ((), (), 0.0, 0)
    assert plan == replace(
        preview(an_instance({"A": 10, "B": 0}, asked)), method=plan.method, gap=0.0
    )


def test_large_amounts_are_exact_to_the_cent() -> None:
    asked = [an_application(f"a{i}", 10**13 + i, {"A": 1.0 + i, "B": 2.0}) for i in range(6)]
    just_enough = 3 * 10**13 + 3 + 4 + 5
    instance = an_instance({"A": 2 * 10**13 + 9, "B": just_enough - 2 * 10**13 - 9}, asked)
    plan = allocate(instance)
    assert (plan.funded, plan.spent) == (frozenset({"a3", "a4", "a5"}), just_enough)
    assert_books_balance(instance, plan)
    short = replace(
        instance,
        funders=(replace(instance.funders[0], envelope=2 * 10**13 + 8), instance.funders[1]),
    )
    assert allocate(short).funded == {"a2", "a4", "a5"}


def test_when_time_is_short_the_gap_is_proven_and_the_floors_hold() -> None:
    instance = drawn(80, "ABCD", seed=9)
    hurried, best = allocate(instance, seconds=0.0), allocate(instance)
    assert hurried.decided_by == "unsettled"
    assert hurried.gap is not None
    assert hurried.floors_kept
    assert 0 < best.objective - hurried.objective <= hurried.gap
    assert_books_balance(instance, hurried)


@settings(max_examples=25, deadline=None)
@given(instances(pins=False, levels=1), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_plan(instance: Instance, rng: random.Random) -> None:
    asked = list(instance.applications)
    rng.shuffle(asked)
    turned = replace(instance, applications=tuple(asked), funders=tuple(reversed(instance.funders)))
    assert allocate(turned) == allocate(instance)


def test_the_objective_is_recomputed_from_the_values() -> None:
    instance, _, _ = reference(NAMES[0])
    plan = allocate(instance)
    total = sum(funder.envelope for funder in instance.funders)
    assert plan.objective == pytest.approx(
        fsum(f.envelope / total * log(plan.values[f.name]) for f in instance.funders), rel=1e-14
    )
