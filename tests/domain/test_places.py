"""Places for a reader who may not see the whole ranking."""

from fundapp.domain.places import places_among


def test_a_hidden_one_leaves_no_gap():
    ranks = {"a": 1, "b": 2, "c": 3, "d": 4}
    assert places_among(ranks, hidden={"b"}) == {"a": 1, "c": 2, "d": 3}


def test_equal_ranks_share_a_place_still():
    ranks = {"d": 5, "b": 2, "c": 2, "a": 1, "e": 4}
    assert places_among(ranks, hidden={"a"}) == {"b": 1, "c": 1, "e": 3, "d": 4}
    assert places_among(ranks, hidden={"b"}) == {"a": 1, "c": 2, "e": 3, "d": 4}


def test_whoever_sees_all_sees_the_ranks_themselves():
    ranks = {"a": 1, "b": 2, "c": 2, "d": 4}
    assert places_among(ranks, hidden=()) == ranks
