"""A claim and its re-run, on real logs and by hand-computed numbers."""

from dataclasses import replace
from typing import Any

import pytest

from fundapp.evidence.as_data import evidence_as_data
from fundapp.evidence.reading import read_evidence
from fundapp.evidence.reruns import (
    Verdict,
    compare_rerun,
    comparison_as_data,
    comparison_from_data,
    widest_reach,
)
from fundapp.evidence.results import (
    Result,
    error_of,
    result_as_data,
    result_from_data,
    results_in,
)
from tests.evidence.logs import SINGLE, as_json, content_of, inspect_log, read_one

TEN = "inspect/popularity_10-samples_deflate.eval"
CANCELLED = "inspect/popularity_cancelled.json"
SIMPLE_QA = "inspect/simpleqa_llm-judge_header.json"
LLAMA = "every-eval-ever/hfopenllm_LLaMA-Pro-8B_v0.2.0.json"


def logs_of(name: str) -> list[dict[str, Any]]:
    return [evidence_as_data(read_one(name))]


def claim_of(name: str, metric: str = "accuracy") -> Result:
    return next(one for one in results_in(logs_of(name)) if one.metric == metric)


def a_log(
    value: float, *, n: int | None = 400, stderr: float | None = None, **changes: Any
) -> dict[str, Any]:
    """A re-run of one task; the sample log gives its error in a metric of its own."""
    log = inspect_log(**changes)
    metrics = {"accuracy": {"name": "accuracy", "value": value}}
    if stderr is not None:
        metrics["stderr"] = {"name": "stderr", "value": stderr}
    (score,) = log["results"]["scores"]
    score["metrics"] = metrics
    if n is not None:
        score["scored_samples"] = n
    (read,) = read_evidence([("rerun.json", as_json(log))])
    return evidence_as_data(read)


def a_claim(value: float | None = 0.5, **changes: Any) -> Result:
    """A claim on the task and model of `a_log`, from another day."""
    claim = Result(
        tool="inspect",
        task="meters",
        model="openai/tested",
        metric="accuracy",
        value=value,
        n=400,
    )
    return replace(claim, **changes)


def judged(claim: Result, *logs: dict[str, Any], margin: int = 0) -> tuple[str, str]:
    found = compare_rerun(claim, logs, margin=margin)
    return found.verdict.value, found.sentence


def test_the_entrys_own_log_is_no_rerun() -> None:
    claim = claim_of(TEN)
    assert (claim.task, claim.model, claim.value, claim.n) == (
        "popularity",
        "openai/gpt-4o-mini",
        0.8,
        10,
    )
    found = compare_rerun(claim, logs_of(TEN))
    assert (found.verdict, found.sentence) == (
        Verdict.CANNOT_TELL,
        "This is the entry’s own log, not a re-run.",
    )
    copied = replace(claim, log="")
    assert compare_rerun(copied, logs_of(TEN)).sentence == (
        "This run began at the very same moment as the entry’s own: it looks like the same."
    )


def test_a_cancelled_rerun_says_nothing() -> None:
    assert judged(claim_of(TEN), *logs_of(CANCELLED)) == (
        "cannot_tell",
        "The re-run did not finish (cancelled). A run that was stopped says nothing.",
    )


def test_too_few_samples_do_not_hold_though_within_chance() -> None:
    """Claim 0.8, error 0.13333; re-run 0.66667, error 0.33333: 1.95996 * 0.35901 = 0.70365."""
    (log,) = logs_of(CANCELLED)
    found = compare_rerun(claim_of(TEN), [log | {"status": "success"}])
    assert found.verdict is Verdict.CANNOT_TELL
    assert (found.difference, found.low, found.high, found.reach) == pytest.approx(
        (-0.13333, -0.83699, 0.57032, 0.2), abs=1e-5
    )
    assert found.sentence == (
        "The difference may be anything from -0.837 to +0.57. To tell, that may reach at most 0.2 "
        "to each side. The claim itself is too uncertain to check."
    )


def test_a_thousand_samples_hold_or_differ() -> None:
    """Errors 0.0156679 each: 1.95996 * 0.0221578 = 0.0434286."""
    (log,) = logs_of(SIMPLE_QA)
    again = log | {"sha256": "f" * 64, "started_at": "2026-03-01T00:00:00+00:00"}

    def with_value(value: float) -> dict[str, Any]:
        return again | {"metrics": [log["metrics"][0] | {"value": value}]}

    claim = claim_of(SIMPLE_QA)
    near = compare_rerun(claim, [with_value(0.40)])
    assert near.verdict is Verdict.HOLDS
    assert (near.difference, near.low, near.high) == pytest.approx(
        (-0.031, -0.0744286, 0.0124286), abs=1e-6
    )
    assert judged(claim, with_value(0.38)) == (
        "differs",
        "The re-run is lower by more than chance explains.",
    )
    assert judged(claim, with_value(0.38), margin=15) == (
        "holds",
        "The difference is beyond chance, but within the 15 % the rules allow.",
    )


def test_without_an_error_the_margin_decides() -> None:
    claim = claim_of(LLAMA, "IFEval")
    (log,) = logs_of(LLAMA)

    def with_value(value: float, n: int | None) -> dict[str, Any]:
        task = log["tasks"][0]
        metric = task["metrics"][0] | {"value": value, "n": n}
        return log | {"sha256": "f" * 64, "tasks": [task | {"metrics": [metric]}]}

    assert judged(claim, with_value(0.45, 541), margin=5) == (
        "holds",
        "The difference is within the 5 % the rules allow.",
    )
    assert judged(claim, with_value(0.45, 541)) == (
        "cannot_tell",
        "One of the two results says nothing of its error, so chance cannot be ruled out.",
    )
    assert judged(claim, with_value(0.45, 3), margin=5) == (
        "cannot_tell",
        "The re-run has only 3 samples, and there is no error to go by. Run at least 30 samples.",
    )
    assert judged(claim, with_value(0.45, None), margin=5) == (
        "cannot_tell",
        "The re-run does not say how many samples it has, and there is no error to go by. Run at "
        "least 30 samples.",
    )


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (a_claim(task="other"), "The task of the claim is other; here it is meters."),
        (a_claim(model="m"), "The model of the claim is m; here it is openai/tested."),
        (a_claim(model=None), "The model of the claim is not said; here it is openai/tested."),
        (a_claim(metric="f1"), "The metric of the claim is f1; here it is accuracy."),
        (a_claim(None), "One of the two results is not a number."),
    ],
)
def test_other_results_are_not_compared(claim: Result, sentence: str) -> None:
    assert judged(claim, a_log(0.5)) == ("cannot_tell", sentence)


def test_names_are_compared_without_capitals() -> None:
    claim = a_claim(task="METERS", stderr=0.025)
    assert judged(claim, a_log(0.5, stderr=0.025))[0] == "holds"


def test_several_runs_are_not_chosen_from() -> None:
    other = a_log(0.51, stderr=0.025)
    assert judged(a_claim(), a_log(0.5, stderr=0.025), other) == (
        "cannot_tell",
        "The file has several such results. Bring the log of one run.",
    )
    assert judged(a_claim()) == ("cannot_tell", "The log has no results.")
    refused = {"file": "x", "error": {"code": "broken", "text": "Cut off."}}
    assert judged(a_claim(), refused) == ("cannot_tell", "The log has no results.")


def test_an_error_of_nothing_comes_from_the_count() -> None:
    """All of 4 right: (4 + 2) / 8 = 0.75, and the root of 0.75 * 0.25 / 8 is 0.153093."""
    alike = Result(metric="a", value=1.0, stderr=0.0, n=4)
    assert error_of(alike) == pytest.approx(0.153093, abs=1e-6)
    assert error_of(replace(alike, value=12.0)) is None
    assert error_of(replace(alike, stderr=0.2)) == 0.2


@pytest.mark.parametrize(
    ("claimed", "margin", "reach"),
    [(0.8, 0, 0.2), (0.05, 0, 0.1), (0.8, 50, 0.4), (1200.0, 5, 300.0), (-4.0, 0, 1.0)],
)
def test_how_far_an_interval_may_reach(claimed: float, margin: int, reach: float) -> None:
    assert widest_reach(claimed, margin) == pytest.approx(reach)


@pytest.mark.parametrize(
    ("n", "verdict"), [(2, "cannot_tell"), (5, "cannot_tell"), (29, "cannot_tell"), (30, "holds")]
)
def test_tiny_reruns_that_agree_do_not_hold(n: int, verdict: str) -> None:
    assert judged(a_claim(1.0, n=2000), a_log(1.0, stderr=0.0, n=n))[0] == verdict


def test_a_small_claim_needs_no_more_samples_than_it_has() -> None:
    claim = a_claim(0.8, stderr=0.05, n=20)
    assert judged(claim, a_log(0.8, stderr=0.05, n=20))[0] == "holds"
    assert judged(claim, a_log(0.8, stderr=0.05, n=19)) == (
        "cannot_tell",
        "The re-run has only 19 samples. Run at least 30 samples.",
    )


def test_changed_settings_are_told() -> None:
    claim = a_claim(task_version="2", epochs=2, sampling={"temperature": 0.0, "seed": 1})
    found = compare_rerun(claim, [a_log(0.5, stderr=0.025) | {"sampling": {"temperature": 1.0}}])
    assert found.changes == (
        "Task version: 2 in the claim, 1 here.",
        "temperature: 0.0 in the claim, 1.0 here.",
    )


def test_data_come_back_as_they_were() -> None:
    claim = claim_of(SIMPLE_QA)
    assert result_from_data(result_as_data(claim)) == claim
    found = compare_rerun(a_claim(stderr=0.025), [a_log(0.5, stderr=0.025)])
    assert comparison_from_data(comparison_as_data(found)) == found
    assert comparison_from_data({}) is None


def test_every_real_log_is_compared_with_itself_and_never_holds() -> None:
    for name in SINGLE:
        assert content_of(name)
        logs = logs_of(name)
        for claim in results_in(logs):
            assert compare_rerun(claim, logs).verdict is Verdict.CANNOT_TELL
