"""Results of several entries on the same task stand together, against the best of them."""

import pytest

from fundapp.evidence.comparison import Outcome
from fundapp.evidence.results import Result
from fundapp.evidence.side_by_side import compare_results


def a_result(
    value: float | None, *, task: str = "meters", model: str = "a", n: int = 200
) -> Result:
    return Result(task=task, model=model, metric="accuracy", value=value, stderr=0.03, n=n)


def test_entries_on_the_same_task_stand_together() -> None:
    owned = [
        [a_result(0.70, model="a"), a_result(None)],
        [a_result(0.72, task="Meters", model="b")],
        [a_result(0.40, model="c")],
        [a_result(0.90, task="other")],
    ]
    (shared,) = compare_results(owned, least_owners=2)
    assert [(row.owner, row.result.model) for row in shared.rows] == [(1, "b"), (0, "a"), (2, "c")]
    assert [row.difference.outcome if row.difference else None for row in shared.rows] == [
        None,
        Outcome.WITHIN_NOISE,
        Outcome.DIFFERS,
    ]
    assert (shared.task, shared.low, shared.high) == ("Meters", 0.0, 1.0)
    assert [one.task for one in compare_results(owned)] == ["Meters", "other"]


def test_results_of_different_models_can_be_kept_apart() -> None:
    owned = [[a_result(0.7, model="A")], [a_result(0.6, model="a")], [a_result(0.5, model="b")]]
    (shared,) = compare_results(owned, least_owners=2, same_model=True)
    assert [row.owner for row in shared.rows] == [0, 1]
    assert compare_results(owned)[0].model == ""


def test_values_beyond_shares_span_their_own_axis() -> None:
    (shared,) = compare_results([[a_result(12.0)], [a_result(10.0, n=5)]])
    interval = shared.rows[0].interval
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((11.9412, 12.0588), abs=1e-4)
    assert (shared.low, shared.high) == pytest.approx((9.9412, 12.0588), abs=1e-4)


def test_the_same_log_twice_is_one_result() -> None:
    (shared,) = compare_results([[a_result(0.5), a_result(0.5)]])
    assert len(shared.rows) == 1
