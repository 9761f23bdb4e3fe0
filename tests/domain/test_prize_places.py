"""Places of a ladder by category."""

from fundapp.domain.prize_places import entries_of_places

ORDER = ["best", "second", "third", "fourth"]
CHOSEN = {"best": "safety", "second": "safety", "third": "reach", "fourth": "safety"}


def test_places_for_all_go_down_the_order() -> None:
    assert entries_of_places(ORDER, {}, ["", "", ""]) == ["best", "second", "third"]


def test_places_of_a_category_go_to_its_best() -> None:
    places = ["safety", "safety", "reach"]
    assert entries_of_places(ORDER, CHOSEN, places) == ["best", "second", "third"]
    assert entries_of_places(ORDER, CHOSEN, ["reach", "safety"]) == ["third", "best"]


def test_nobody_takes_two_places() -> None:
    assert entries_of_places(ORDER, CHOSEN, ["", "safety", "reach"]) == ["best", "second", "third"]


def test_a_place_that_nobody_may_take_stays_free() -> None:
    assert entries_of_places(ORDER, CHOSEN, ["none", "reach", "reach"]) == [None, "third", None]
    assert entries_of_places([], CHOSEN, [""]) == [None]
