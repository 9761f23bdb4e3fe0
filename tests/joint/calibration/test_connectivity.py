from fundapp.joint.calibration.connectivity import (
    BridgingReview,
    Component,
    bridging_reviews,
    connected_parts,
    connectivity_warning,
)
from fundapp.joint.calibration.review_table import Score, review_table


def table_of(*pairs: str):
    return review_table([Score(pair[0], pair[1], 1) for pair in pairs])


def test_a_chain_of_reviewers_is_one_part():
    parts = connected_parts(table_of("ax", "bx", "by", "cy"))
    assert parts == (Component(("a", "b", "c"), ("x", "y")),)
    assert connectivity_warning(parts) == ""
    assert bridging_reviews(table_of("ax", "bx", "by", "cy"), parts) == ()


def test_parts_are_named_with_a_review_that_would_join_each():
    table = table_of("dz", "ax", "bx", "by", "ay", "ez", "dw", "fv")
    parts = connected_parts(table)
    assert parts == (
        Component(("a", "b"), ("x", "y")),
        Component(("d", "e"), ("w", "z")),
        Component(("f",), ("v",)),
    )
    assert bridging_reviews(table, parts) == (BridgingReview("e", "x"), BridgingReview("f", "y"))
    assert connectivity_warning(parts).startswith("The reviews fall into 3 parts")
