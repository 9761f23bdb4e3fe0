"""Levels, caps, opt-outs, pins, agreed floors, slices and leads."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundapp.joint.allocation.allocate import allocate, preview
from fundapp.joint.allocation.instance import Application, Instance, Level, NoPlan, Pin
from fundapp.joint.allocation.plan import Plan
from tests.joint.allocation.instances import an_application, an_instance, instances, reference


def amounts(plan: Plan) -> dict[str, dict[str, int]]:
    return {name: dict(payers) for name, payers in plan.payers.items()}


def two_sizes(name: str, **more) -> Application:
    levels = (Level(cost=60, values={"A": 4.0}), Level(cost=100, values={"A": 5.0}))
    return Application(name=name, levels=levels, may_pay=frozenset("A"), **more)


def test_a_reduced_award_is_made_where_it_serves_better() -> None:
    plan = allocate(an_instance({"A": 120}, [two_sizes("x", rank=1), two_sizes("y", rank=2)]))
    assert [(one.application, one.level, one.amount) for one in plan.grants] == [
        ("x", 0, 60),
        ("y", 0, 60),
    ]
    richer = allocate(an_instance({"A": 160}, [two_sizes("x", rank=1), two_sizes("y", rank=2)]))
    assert [(one.application, one.amount) for one in richer.grants] == [("x", 100), ("y", 60)]


def test_a_cap_below_the_cost_needs_a_second_funder() -> None:
    asked = an_application("x", 50, {"A": 1.0, "B": 1.0}, caps={"A": 30})
    assert allocate(an_instance({"A": 50, "B": 0}, [asked])).grants == ()
    plan = allocate(an_instance({"A": 50, "B": 20}, [asked]))
    assert amounts(plan) == {"x": {"A": 30, "B": 20}}


def test_a_funder_that_opts_out_pays_nothing_and_still_counts_the_value() -> None:
    asked = an_application("x", 50, {"A": 3.0, "B": 1.0})
    instance = an_instance({"A": 50, "B": 50}, [asked], opt_outs=frozenset({("A", "x")}))
    plan = allocate(instance)
    assert (amounts(plan), plan.values["A"]) == ({"x": {"B": 50}}, 3.0)


def test_a_pin_is_paid_from_the_funders_own_envelope() -> None:
    good, poor = (
        an_application("good", 60, {"A": 9.0, "B": 9.0}),
        an_application("poor", 40, {"A": 1.0}),
    )
    free = an_instance({"A": 60, "B": 30}, [good, poor])
    assert allocate(free).funded == {"good"}
    whole = replace(free, pins=(Pin(funder="A", application="poor"),))
    assert amounts(allocate(whole)) == {"poor": {"A": 40}}
    part = replace(
        free,
        funders=(free.funders[0], replace(free.funders[1], envelope=50)),
        pins=(Pin(funder="A", application="good", amount=15),),
    )
    assert amounts(allocate(part))["good"]["A"] >= 15


def test_pins_that_cannot_be_paid_are_refused() -> None:
    asked = an_application("x", 50, {"A": 1.0, "B": 1.0})
    alone = an_instance({"A": 20, "B": 20}, [asked], pins=(Pin(funder="A", application="x"),))
    for method in (allocate, preview):
        with pytest.raises(NoPlan, match="“x” must be funded, and nobody may pay or has the money"):
            method(alone)


def test_a_pin_that_takes_others_below_their_floor_is_refused() -> None:
    """A pays one unit of the dear grant, and the rest would be B's whole envelope."""
    asked = [an_application("dear", 50, {"A": 1.0}, "AB"), an_application("good", 49, {"B": 5.0})]
    pin = Pin(funder="A", application="dear", amount=1)
    with pytest.raises(NoPlan, match="The pinned grants leave somebody below what it gets alone"):
        allocate(an_instance({"A": 1, "B": 49}, asked, pins=(pin,)))


def test_agreed_floors_hold_and_impossible_ones_are_refused() -> None:
    instance, _, expected = reference("conflict-three-funders")
    least = expected["nash_with_participation"]["value"][0] + 1.0
    plan = allocate(replace(instance, floors={"A": least}))
    assert plan.values["A"] >= least
    assert plan.objective < expected["nash_with_participation"]["objective"]
    with pytest.raises(NoPlan, match="No plan keeps what was agreed before"):
        allocate(replace(instance, floors={"A": 1_000.0}))


@settings(max_examples=20, deadline=None)
@given(instances(pins=False), st.integers(1, 30))
def test_the_last_plan_as_floors_loses_nobody_when_envelopes_grow(
    instance: Instance, more: int
) -> None:
    before = allocate(instance)
    richer = replace(
        instance,
        funders=tuple(replace(one, envelope=one.envelope + more) for one in instance.funders),
        floors=dict(before.values),
    )
    after = allocate(richer)
    assert all(after.values[f] >= value - 1e-9 for f, value in before.values.items())


@settings(max_examples=25, deadline=None)
@given(instances(levels=1), st.integers(1, 15), st.sampled_from([Fraction(0), Fraction(1, 2)]))
def test_slices_and_leads_are_kept(instance: Instance, slice_: int, lead: Fraction) -> None:
    ruled = replace(instance, smallest_slice=slice_, lead_share=lead)
    try:
        plan = allocate(ruled)
    except NoPlan:
        return
    cost = {grant.application: grant.amount for grant in plan.grants}
    for name, payers in plan.payers.items():
        assert min(payers.values()) >= min(slice_, cost[name])
        assert max(payers.values()) >= lead * cost[name]
        assert sum(payers.values()) == cost[name]


def test_a_list_that_only_small_slices_could_pay_gives_way() -> None:
    asked = [
        an_application("x", 30, {"A": 3.0, "B": 3.0}, rank=1),
        an_application("y", 30, {"A": 2.0, "B": 2.0}, rank=2),
        an_application("z", 25, {"A": 1.0, "B": 1.0}, rank=3),
    ]
    instance = an_instance({"A": 55, "B": 5}, asked)
    assert allocate(instance).funded == {"x", "y"}
    assert allocate(replace(instance, smallest_slice=10)).funded == {"x", "z"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pins": (Pin(funder="B", application="x"),)}, "“B” pins “x”, and may not pay for it."),
        ({"pins": (Pin(funder="A", application="x"),) * 2}, "“A” pins “x” twice."),
        (
            {"pins": (Pin(funder="A", application="x", amount=51),)},
            "“A” pins 51 of “x”, which is not between 1 and 50.",
        ),
        ({"floors": {"Z": 1.0}}, "“Z” is named and not known."),
        ({"floors": {"A": float("nan")}}, "A floor is no finite number."),
        (
            {"lead_share": Fraction(3, 2)},
            "The smallest slice is 0 or more, the lead's share between 0 and 1.",
        ),
        ({"required": frozenset("q")}, "“q” is named and not known."),
        ({"funders": ()}, "An allocation takes 1 to 12 funders, not 0."),
    ],
)
def test_impossible_wishes_are_refused(change, sentence: str) -> None:
    instance = an_instance({"A": 50, "B": 5}, [an_application("x", 50, {"A": 1.0})])
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        allocate(replace(instance, **change))
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (an_application("x", 0, {"A": 1.0}), "The request of “x” is 0; the least is 1."),
        (an_application("x", 5, {"A": -1.0}), "A value of “x” is not between 0 and 1e+100."),
        (
            an_application("x", 5, {"A": float("nan")}),
            "A value of “x” is not between 0 and 1e+100.",
        ),
        (an_application("x", 5, {"A": 1e300}), "A value of “x” is not between 0 and 1e+100."),
        (an_application("x", 5, {"A": 1.0}, caps={"A": -1}), "A cap on “x” is below zero."),
        (
            Application(name="x", levels=(), may_pay=frozenset()),
            "“x” asks for nothing. Give it a cost.",
        ),
        (
            replace(two_sizes("x"), levels=two_sizes("x").levels[::-1]),
            "The costs of “x” do not rise. Give the smallest first.",
        ),
        (
            Application(
                name="x",
                levels=(Level(cost=1, values={"A": 2.0}), Level(cost=2, values={"A": 1.0})),
                may_pay=frozenset(),
            ),
            "More money for “x” is worth less to a funder.",
        ),
        (
            an_application("x", 10**15 + 1, {"A": 1.0}),
            "The requests come to more than 1,000,000,000,000,000 minor units, "
            "more than can be computed exactly.",
        ),
    ],
)
def test_impossible_applications_are_refused(asked: Application, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        allocate(an_instance({"A": 5}, [asked]))
    assert str(refusal.value) == sentence
