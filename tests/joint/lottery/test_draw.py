import hashlib
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundapp.joint.lottery.draw import (
    FrozenLottery,
    freeze_lottery,
    fund_down,
    funding_order,
    run_draw,
    systematic_sample,
)
from fundapp.joint.lottery.draw_record import record_as_json, record_from_json, verify_record
from fundapp.joint.lottery.partial_lottery import BILLION, Entry, Interval, plan_lottery

ENDS = {"a": (9, 9), "b": (4, 8), "c": (4, 7), "é d": (3, 6), "e": (3, 5), 'f"\n': (0, 1)}
PUBLIC = "4 8 15 16 23 42"


@pytest.fixture(scope="module")
def frozen() -> FrozenLottery:
    items = [Interval(item, *map(float, ends)) for item, ends in ENDS.items()]
    return freeze_lottery(plan_lottery(items, select=3), round_id="EVF-2026")


@pytest.fixture(scope="module")
def record(frozen):
    return run_draw(frozen, public_value=PUBLIC, source="State lottery of 3 May 2027 (sample)")


def test_the_text_of_the_list_is_plain(frozen):
    assert frozen.text.splitlines() == [
        "fundapp lottery 1",
        'round "EVF-2026"',
        "select 3",
        '"a" 9.0 9.0 1.000000000',
        '"b" 4.0 8.0 0.500000000',
        '"c" 4.0 7.0 0.500000000',
        '"e" 3.0 5.0 0.500000000',
        '"f\\"\\n" 0.0 1.0 0.000000000',
        '"\\u00e9 d" 3.0 6.0 0.500000000',
    ]


def test_the_draw_can_be_repeated_by_hand(frozen, record):
    def sha(text):
        return hashlib.sha256(text.encode()).hexdigest()

    assert record.commitment == sha(frozen.text)
    assert record.seed == sha(f"{record.commitment}\n{PUBLIC}")
    assert record.order == tuple(sorted(ENDS, key=lambda item: sha(f"{record.seed}\nitem\n{item}")))
    assert record.start == int(sha(f"{record.seed}\nstart"), 16) % BILLION


def test_the_same_seed_draws_the_same_in_another_process(frozen, record):
    program = (
        "from fundapp.joint.lottery.draw_record import record_from_json as read\n"
        "from fundapp.joint.lottery.draw_record import record_as_json as write\n"
        "from fundapp.joint.lottery.draw import run_draw\n"
        "import sys\n"
        "record = read(sys.stdin.read())\n"
        "again = run_draw(record.frozen, public_value=record.public_value, source=record.source)\n"
        "sys.stdout.write(write(again))"
    )
    again = subprocess.run(
        [sys.executable, "-c", program],
        input=record_as_json(record),
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert again.stdout == record_as_json(record)


def test_chance_decides_about_the_drawn_only(record):
    assert record.decided_by_chance == ("b", "c", "e", "é d")
    assert ("a" in record.selected, 'f"\n' in record.selected) == (True, False)


def test_items_are_drawn_as_often_as_their_chance_says(frozen):
    draws = 3_000
    drawn: Counter[str] = Counter()
    for number in range(draws):
        drawn.update(run_draw(frozen, public_value=str(number)).selected)
    for entry in frozen.entries:
        chance = entry.probability
        error = (chance * (1 - chance) / draws) ** 0.5
        assert abs(drawn[entry.item] / draws - chance) <= 4 * error


def test_an_empty_public_value_is_refused(frozen):
    with pytest.raises(ValueError, match="needs a public value"):
        run_draw(frozen, public_value=" ")


@settings(deadline=None)
@given(
    st.lists(st.integers(0, BILLION), min_size=1, max_size=30),
    st.integers(0, BILLION - 1),
)
def test_a_systematic_sample_takes_exactly_the_places(chances, start):
    missing = -sum(chances) % BILLION
    chances = [*chances, missing]
    sample = systematic_sample(chances, start=start)
    assert len(sample) == sum(chances) // BILLION
    assert {at for at, one in enumerate(chances) if one == BILLION} <= set(sample)
    assert not {at for at, one in enumerate(chances) if one == 0} & set(sample)


def test_each_part_of_the_sum_holds_its_points():
    tenths = [BILLION * share // 10 for share in (5, 5, 3, 7)]
    assert systematic_sample(tenths, start=0) == (0, 2)
    assert systematic_sample(tenths, start=BILLION // 2 - 1) == (0, 3)
    assert systematic_sample(tenths, start=BILLION // 2) == (1, 3)


def test_a_record_survives_json(record):
    assert record_from_json(record_as_json(record)) == record
    assert verify_record(record) == []


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        ({"commitment": "0" * 64}, ["The commitment is not the hash of the list."]),
        (
            {"seed": "0" * 64},
            ["The seed does not come from the commitment and the public value."],
        ),
        ({"order": ("a",)}, ["The order of the sample does not come from the seed."]),
        ({"start": 1}, ["The starting point does not come from the seed."]),
        ({"selected": ("a", "b", 'f"\n')}, ["Others than these are selected by this seed."]),
        ({"public_value": ""}, ["There is no public value, so nothing was drawn."]),
    ],
)
def test_what_was_changed_is_found(record, changed, sentences):
    assert verify_record(replace(record, **changed)) == sentences


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"select": 2}, "The chances do not add up to the places."),
        ({"select": 7}, "There are not enough items for the places."),
        ({"worst_case": 2.9}, "The worst case of these chances is 2.000000."),
    ],
)
def test_a_changed_list_is_found(record, changed, sentence):
    found = verify_record(replace(record, frozen=replace(record.frozen, **changed)))
    assert found.count(sentence) == 1


def test_unfair_chances_are_found(frozen):
    unfair = {"a": 0, "b": BILLION, "c": BILLION, "e": 0, "é d": 0, 'f"\n': BILLION}
    entries = tuple(replace(one, billionths=unfair[one.item]) for one in frozen.entries)
    record = run_draw(replace(frozen, entries=entries, worst_case=0.0), public_value=PUBLIC)
    assert verify_record(record) == [
        "Somebody has a chance while a surely better one is not sure.",
        "Other chances promise more at worst: 2.000000.",
    ]


def test_a_list_that_is_none_is_found(frozen, record):
    first, *rest = frozen.entries
    crossed = Entry(first.item, 9.0, 6.0, 2 * BILLION)
    found = verify_record(replace(record, frozen=replace(frozen, entries=(*rest, crossed))))
    assert found == [
        "The items are not in order, or one comes twice.",
        "An interval ends below its start.",
        "A chance is above one.",
        "The chances do not add up to the places.",
    ]


@pytest.mark.parametrize(
    "old_and_new",
    [
        ("fundapp lottery 1", "fundapp lottery 2"),
        ('"selected"', '"chosen"'),
        ('"select":3', '"select":"3"'),
        ('"select":3', '"select":true'),
        ("0.500000000", "0.5"),
        ('"lower":9.0', '"lower":1e999'),
        ('"lower":9.0', '"lower":NaN'),
        ('"lower":9.0', '"lower":"6"'),
        ('"entries":[{', '"entries":["a",{'),
        ('"round":"EVF-2026"', '"round":3'),
        ("{", ""),
    ],
)
def test_what_is_no_record_is_refused(record, old_and_new):
    text = record_as_json(record)
    assert text.replace(*old_and_new) != text
    with pytest.raises(ValueError, match=r"^(This is|A part of|A number|A chance)"):
        record_from_json(text.replace(*old_and_new))


def test_costly_items_are_funded_in_a_drawn_order(frozen, record):
    order = funding_order(record)
    assert (order[0], sorted(order)) == ("a", ["a", "b", "c", "e", "é d"])
    costs = dict.fromkeys(order, 40)
    assert fund_down(order, costs, money=100) == fund_down(order, costs, money=80 + 20)
    paid = fund_down(order, costs, money=100)
    assert (paid.funded, paid.left, paid.next_item) == (order[:2], 20, order[2])
    assert fund_down(order, costs, money=1_000).next_item is None


def test_the_order_prefers_larger_chances():
    entries = tuple(
        Entry(item, 0.0, 1.0, chance * BILLION // 10)
        for item, chance in (("a", 10), ("b", 8), ("c", 7), ("d", 3), ("e", 2), ("f", 0))
    )
    frozen = FrozenLottery("EVF-2026", 3, 0.0, entries)
    draws = 2_000
    places: Counter[str] = Counter()
    for number in range(draws):
        places.update(funding_order(run_draw(frozen, public_value=str(number)))[:3])
    assert places["a"] == draws
    for item, chance in (("b", 0.8), ("c", 0.7), ("d", 0.3), ("e", 0.2)):
        # Pareto sampling keeps chances nearly: 0.02 for four drawn items, and 4 standard errors
        assert places[item] / draws == pytest.approx(chance, abs=0.02 + 2 / draws**0.5)


@pytest.mark.parametrize("costs", [{}, {"a": -1}])
def test_costs_that_are_none_are_refused(costs):
    with pytest.raises(ValueError, match="a needs a cost of at least nothing"):
        fund_down(["a"], costs, money=10)
