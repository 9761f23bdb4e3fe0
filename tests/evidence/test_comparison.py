"""Results side by side."""

import random
from dataclasses import replace

import pytest

from fundapp.evidence.comparison import (
    Outcome,
    difference_of,
    interval_of,
    standard_error,
)
from fundapp.evidence.record import EvidenceRecord, Metric, TaskRun, Tool


def a_record(
    value: float, *, task: str = "meters", model: str = "m", n: int = 400
) -> EvidenceRecord:
    metric = Metric(name="accuracy", task=task, value=value, n=n)
    return EvidenceRecord(
        tool=Tool.INSPECT, model=model, runs=(TaskRun(task=task, metrics=(metric,)),)
    )


@pytest.mark.parametrize(
    ("metric", "error"),
    [
        (Metric(name="a", value=0.8, stderr=0.13, n=10), 0.13),
        (Metric(name="a", value=0.0, stderr=0.0, n=1), None),
        (Metric(name="a", value=1.0, stderr=0.0, n=50), 0.0),
        (Metric(name="a", value=0.5, n=96), 0.05),
        (Metric(name="a", value=7.5, n=96), None),
        (Metric(name="a", value=0.5), None),
        (Metric(name="a", value=0.5, n=1), None),
    ],
)
def test_an_error_is_given_worked_out_or_unknown(metric: Metric, error: float | None) -> None:
    assert standard_error(metric) == (None if error is None else pytest.approx(error, abs=1e-9))


def test_intervals_of_shares_hold_as_often_as_they_say() -> None:
    chance, held = random.Random(2), 0
    for _ in range(2000):
        share = chance.uniform(0.05, 0.95)
        hits = sum(chance.random() < share for _ in range(60))
        found = interval_of(Metric(name="a", value=hits / 60, n=60))
        assert found is not None
        held += found.low <= share <= found.high
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


def test_a_difference_beyond_the_noise_is_told() -> None:
    first = Metric(name="a", value=0.5, stderr=0.03)
    far = difference_of(first, replace(first, value=0.7))
    near = difference_of(first, replace(first, value=0.55))
    unknown = difference_of(first, Metric(name="a", value=0.9))
    assert far is not None
    assert near is not None
    assert unknown is not None
    assert [one.outcome for one in (far, near, unknown)] == [
        Outcome.DIFFERS,
        Outcome.WITHIN_NOISE,
        Outcome.UNKNOWN,
    ]
    assert far.interval is not None
    assert (far.interval.low, far.interval.high) == pytest.approx((0.1168, 0.2832), abs=1e-4)
    assert difference_of(first, Metric(name="a", value=None)) is None
