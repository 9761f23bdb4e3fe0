"""Who pays what: most welcome, as evenly as can be, in few payments, whoever is named first."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from fundapp.joint.allocation.allocate import allocate
from fundapp.joint.allocation.instance import Instance, NoPlan
from fundapp.joint.allocation.payments import transport
from tests.joint.allocation.instances import an_application, an_instance, instances


@st.composite
def transports(draw):
    funders, grants = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    table = lambda one: np.array(  # noqa: E731
        [[draw(one) for _ in range(grants)] for _ in range(funders)]
    )
    cost = np.array([draw(st.integers(1, 50)) for _ in range(grants)], np.int64)
    caps, open_to = table(st.sampled_from([10, 30, 99])), table(st.sampled_from([0, 1, 1, 1]))
    most = np.minimum(cost, caps) * open_to
    least = np.minimum(most, table(st.sampled_from([0, 0, 0, 0, 0, 3])))
    envelopes = np.array([draw(st.integers(20, 150)) for _ in range(funders)], np.int64)
    return cost, envelopes, table(st.integers(0, 5)).astype(float), most, least


@settings(max_examples=120, deadline=None)
@given(transports())
def test_payments_equal_the_linear_programme_and_are_a_vertex(question) -> None:
    cost, envelopes, welcome, most, least = question
    funders, grants = most.shape
    program = linprog(
        -welcome.ravel(),
        A_ub=np.kron(np.eye(funders), np.ones(grants)),
        b_ub=envelopes,
        A_eq=np.tile(np.eye(grants), funders),
        b_eq=cost,
        bounds=list(zip(least.ravel(), most.ravel(), strict=True)),
    )
    try:
        paid = transport(cost, envelopes, welcome=welcome, most=most, least=least)
    except NoPlan:
        assert program.status == 2
        return
    assert -(paid * welcome).sum() == pytest.approx(program.fun)
    assert paid.sum(axis=0).tolist() == cost.tolist()
    assert bool((paid.sum(axis=1) <= envelopes).all())
    assert bool(((paid >= least) & (paid <= most)).all())
    between = int(((paid > least) & (paid < most)).sum())
    assert between <= funders + grants - 1


def test_money_goes_where_its_owner_wants_it() -> None:
    cost = np.array([10, 10])
    paid = transport(
        cost,
        np.array([10, 10]),
        welcome=np.array([[0.1, 0.9], [0.8, 0.7]]),
        most=np.array([[10, 10], [10, 10]]),
        least=np.zeros((2, 2), np.int64),
    )
    assert paid.tolist() == [[0, 10], [10, 0]]


def at_most(cost, sums, welcome, most, least) -> float:
    """Return the largest welcome with exactly these sums by funder, -inf where there is none."""
    funders, grants = most.shape
    program = linprog(
        -welcome.ravel(),
        A_eq=np.vstack(
            [np.kron(np.eye(funders), np.ones(grants)), np.tile(np.eye(grants), funders)]
        ),
        b_eq=np.concatenate([sums, cost]),
        bounds=list(zip(least.ravel(), most.ravel(), strict=True)),
    )
    if program.status != 0 or program.fun is None:
        return -np.inf
    return -program.fun


@settings(max_examples=60, deadline=None)
@given(transports())
def test_no_unit_moves_to_an_emptier_share_of_an_envelope(question) -> None:
    cost, envelopes, welcome, most, least = question
    try:
        paid = transport(cost, envelopes, welcome=welcome, most=most, least=least)
    except NoPlan:
        return
    sums, best = paid.sum(axis=1), float((paid * welcome).sum())
    for giver, taker in permutations(range(len(envelopes)), 2):
        apart = sums[giver] / envelopes[giver] - sums[taker] / envelopes[taker]
        if apart > 1 / envelopes[giver] + 1 / envelopes[taker]:
            moved = sums.copy()
            moved[giver] -= 1
            moved[taker] += 1
            assert at_most(cost, moved, welcome, most, least) < best - 1e-6


@pytest.mark.parametrize(
    ("envelopes", "costs", "sums"),
    [
        ({"A": 300, "B": 100}, [200], {"A": 150, "B": 50}),
        ({"A": 400, "B": 200}, [200, 200, 200], {"A": 400, "B": 200}),
        ({"A": 100, "B": 100, "C": 100}, [200], {"A": 67, "B": 67, "C": 66}),
        ({"A": 1000, "B": 10}, [500], {"A": 495, "B": 5}),
    ],
)
def test_equal_values_are_paid_by_even_parts(envelopes, costs, sums) -> None:
    values = dict.fromkeys(envelopes, 1.0)
    asked = [an_application(f"a{i}", cost, values, rank=i) for i, cost in enumerate(costs, 1)]
    plan = allocate(an_instance(envelopes, asked))
    paid = {funder: plan.spent_by(funder) for funder in envelopes}
    assert sorted(paid.values()) == sorted(sums.values())
    assert all(abs(paid[funder] - sums[funder]) <= 1 for funder in sums)


def test_who_may_not_pay_leaves_more_to_the_others() -> None:
    """B may pay for one grant only, so that A bears all of the other and less of the first."""
    values = {"A": 1.0, "B": 1.0}
    asked = [an_application("x", 60, values, "AB"), an_application("y", 60, values, "A")]
    plan = allocate(an_instance({"A": 100, "B": 100}, asked))
    assert plan.payers == {"x": {"B": 60}, "y": {"A": 60}}


@settings(max_examples=40, deadline=None)
@given(instances(levels=1), st.sampled_from(["xyz", "zyx", "qpa"]))
def test_another_name_pays_the_same(instance: Instance, names: str) -> None:
    try:
        plan = allocate(instance)
    except NoPlan:
        return
    called = dict(zip("ABC", names, strict=True))
    paid = {called[one.name]: plan.spent_by(one.name) for one in instance.funders}
    again = allocate(renamed(instance, called))
    assert again.grants == plan.grants
    assert all(abs(again.spent_by(name) - sum_) <= 1 for name, sum_ in paid.items())


def renamed(instance: Instance, called: dict[str, str]) -> Instance:
    def by_name(given):
        return {called[name]: one for name, one in given.items()}

    return replace(
        instance,
        funders=tuple(replace(one, name=called[one.name]) for one in instance.funders),
        applications=tuple(
            replace(
                one,
                levels=tuple(replace(each, values=by_name(each.values)) for each in one.levels),
                may_pay=frozenset(called[name] for name in one.may_pay),
                caps=by_name(one.caps),
            )
            for one in instance.applications
        ),
        pins=tuple(replace(pin, funder=called[pin.funder]) for pin in instance.pins),
    )
