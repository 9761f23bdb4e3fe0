"""What the gates find in logs: each on a log where it must pass and on one where it must not."""

from typing import Any

import pytest

from fundapp.domain.gates import (
    EntryEvidence,
    GateResult,
    Outcome,
    check_gates,
    gates_as_data,
    gates_from_data,
)
from fundapp.domain.prize_rules import Gate, GateCode, PrizeRules
from fundapp.domain.uploads import FileKind
from fundapp.services.evidence import logs_in
from tests.evidence.logs import as_json, content_of, inspect_log

PASSES, FAILS, UNKNOWN = Outcome.PASSES, Outcome.FAILS, Outcome.UNKNOWN
GOOD = as_json(inspect_log())


def logs(*contents: bytes) -> list[dict[str, Any]]:
    kind = FileKind.TEXT
    found = []
    for number, content in enumerate(contents, start=1):
        name = f"run-{number}.{'eval' if content[:2] == b'PK' else 'json'}"
        found += logs_in(name, FileKind.ARCHIVE if content[:2] == b"PK" else kind, content)
    return found


def result(
    code: GateCode,
    *contents: bytes,
    samples: int | None = None,
    answers: dict[str, str] | None = None,
) -> GateResult:
    rules = PrizeRules(gates=(Gate(code, samples),))
    (found,) = check_gates(rules, EntryEvidence(logs(*contents), answers))
    return found


@pytest.mark.parametrize(
    ("code", "changes", "outcome"),
    [
        (GateCode.READABLE_LOG, {}, PASSES),
        (GateCode.WHOLE_DATASET, {}, PASSES),
        (GateCode.WHOLE_DATASET, {"results__completed_samples": 38}, FAILS),
        (GateCode.WHOLE_DATASET, {"eval__dataset": {"name": "meters"}}, UNKNOWN),
        (GateCode.UNCERTAINTY, {}, PASSES),
        (
            GateCode.UNCERTAINTY,
            {
                "results__scores": [
                    {"name": "m", "metrics": {"accuracy": {"name": "accuracy", "value": 0.5}}}
                ]
            },
            FAILS,
        ),
        (GateCode.UNCERTAINTY, {"results__scores": []}, FAILS),
        (GateCode.REVISION, {}, PASSES),
        (GateCode.REVISION, {"eval__revision__dirty": True}, FAILS),
        (GateCode.REVISION, {"eval__revision": None}, FAILS),
        (GateCode.REVISION, {"eval__revision": {"commit": "abc1234"}}, UNKNOWN),
    ],
)
def test_each_gate_on_made_logs(code: GateCode, changes: dict[str, Any], outcome: Outcome) -> None:
    assert result(code, as_json(inspect_log(**changes))).outcome is outcome


def test_one_sample_with_an_error_of_nothing_is_no_uncertainty() -> None:
    assert result(GateCode.UNCERTAINTY, content_of("inspect/popularity_1-sample.json")) == (
        GateResult(
            GateCode.UNCERTAINTY,
            FAILS,
            "The log has no standard error over several samples.",
            ("run-1.json",),
            "Attach a log whose results have a standard error, over several samples.",
        )
    )


def test_a_stated_number_of_samples_is_enough() -> None:
    part = content_of("inspect/popularity_10-samples_deflate.eval")
    assert result(GateCode.WHOLE_DATASET, part).outcome is FAILS
    assert result(GateCode.WHOLE_DATASET, part, samples=10).outcome is PASSES
    assert result(GateCode.WHOLE_DATASET, part, samples=11).outcome is FAILS
    assert result(GateCode.WHOLE_DATASET, GOOD, samples=500).outcome is PASSES


def test_one_log_of_two_is_named() -> None:
    dirty = as_json(inspect_log(eval__revision__dirty=True))
    found = result(GateCode.REVISION, GOOD, dirty)
    assert (found.outcome, found.names) == (FAILS, ("run-2.json",))
    assert found.found.startswith("1 of 2 logs has no commit")


def test_a_damaged_log_fails_and_none_leaves_the_others_unknown() -> None:
    cut = content_of("inspect/popularity_1-sample.json")[:5000]
    found = result(GateCode.READABLE_LOG, GOOD, cut)
    assert (found.outcome, found.found) == (FAILS, "1 of 2 logs cannot be read.")
    assert result(GateCode.READABLE_LOG).found == "No log is attached."
    for code in (GateCode.WHOLE_DATASET, GateCode.UNCERTAINTY, GateCode.REVISION):
        assert result(code).outcome is UNKNOWN


@pytest.mark.parametrize(
    ("code", "answers", "outcome"),
    [
        (GateCode.LICENCE, {"licence": "MIT"}, PASSES),
        (GateCode.LICENCE, {"license": "MIT"}, PASSES),
        (GateCode.LICENCE, {"licence": "  "}, FAILS),
        (GateCode.RESPONSIBLE_RELEASE, {"misuse": "Nothing."}, PASSES),
        (GateCode.RESPONSIBLE_RELEASE, {"licence": "MIT"}, FAILS),
    ],
)
def test_answers_pass_when_there_is_one(
    code: GateCode, answers: dict[str, str], outcome: Outcome
) -> None:
    assert result(code, answers=answers).outcome is outcome


def test_real_logs_of_other_tools_never_crash_a_gate() -> None:
    for name in (
        "lm-eval/results_capital_cities_demo.json",
        "every-eval-ever/demo_v0.3.json",
        "every-eval-ever/hfopenllm_LLaMA-Pro-8B_v0.2.0.json",
        "inspect/popularity_cancelled.json",
        "inspect/mmlu_1-of-14042_dirty.eval",
    ):
        for code in GateCode:
            assert result(code, content_of(name)).found


def test_frozen_results_come_back_without_names_in_a_blind_round() -> None:
    found = result(GateCode.REVISION, as_json(inspect_log(eval__revision=None)))
    stored = gates_as_data([found])
    (open_one,) = gates_from_data(stored)
    (hidden,) = gates_from_data(stored, hide_identity=True)
    assert (open_one.names, hidden.names) == (("run-1.json",), ())
    assert hidden.found == found.found
