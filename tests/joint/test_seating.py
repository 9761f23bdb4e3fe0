"""The repair alone, after seating that is as bad as it can be drawn."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from fundapp.joint.seating import ApplicationSeats, Seat, Seating

FUNDERS = {"r0": "A", "r1": "A", "r2": "B", "r3": "B", "r4": "C"}


@st.composite
def crowded_rounds(draw):
    """Wants that just about fit the loads, so that who sits where matters."""
    wants = {}
    for application in ("a0", "a1", "a2", "a3"):
        eligible = draw(st.sets(st.sampled_from(sorted(FUNDERS)), min_size=1))
        reviews = draw(st.integers(1, min(3, len(eligible))))
        distinct = draw(st.integers(0, reviews))
        wants[application] = (eligible, reviews, distinct)
    loads = {reviewer: draw(st.integers(1, 2)) for reviewer in FUNDERS}
    ranks = draw(
        st.lists(
            st.integers(0, 9),
            min_size=len(wants) * len(FUNDERS),
            max_size=len(wants) * len(FUNDERS),
        )
    )
    return wants, loads, ranks


def seating_of(wants, loads) -> Seating:
    seats = {
        application: ApplicationSeats(
            distinct_seats=distinct,
            free_seats=reviews - distinct,
            eligible={reviewer: FUNDERS[reviewer] for reviewer in sorted(eligible)},
            taken_funders=frozenset(),
        )
        for application, (eligible, reviews, distinct) in wants.items()
    }
    return Seating(seats, loads, FUNDERS)


def can_be_full(wants, loads) -> bool:
    if not wants:
        return True
    (eligible, reviews, distinct), *others = wants
    for chosen in combinations(sorted(eligible), reviews):
        if len({FUNDERS[reviewer] for reviewer in chosen}) < distinct:
            continue
        if all(loads[reviewer] > 0 for reviewer in chosen):
            left = {name: load - (name in chosen) for name, load in loads.items()}
            if can_be_full(others, left):
                return True
    return False


@settings(max_examples=400)
@given(crowded_rounds())
def test_the_repair_fills_every_seat_that_can_be_filled_and_keeps_the_rules(case):
    wants, loads, ranks = case
    seating = seating_of(wants, loads)
    drawn = dict(zip(((a, r) for a in wants for r in FUNDERS), ranks, strict=True))
    seating.fill_greedily(lambda application, reviewer: (drawn[application, reviewer], 0.0, 0))
    seating.repair()
    used = dict.fromkeys(FUNDERS, 0)
    for application, (eligible, reviews, _) in wants.items():
        seats = seating.seats[application]
        assert set(seats.seated) <= eligible
        assert len(seats.seated) <= reviews
        assert seats.distinct_funders <= {FUNDERS[reviewer] for reviewer in seats.seated}
        assert min(seats.empty_seats(seat) for seat in Seat) >= 0
        for reviewer in seats.seated:
            used[reviewer] += 1
    assert {name: loads[name] - used[name] for name in FUNDERS} == seating.spare
    assert min(seating.spare.values()) >= 0
    is_full = all(seats.empty_seats(seat) == 0 for seats in seating.seats.values() for seat in Seat)
    assert is_full is can_be_full(list(wants.values()), loads)
