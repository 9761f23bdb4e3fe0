"""Each warning, on logs where it must stand and where it must not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fundapp.evidence.record import EvidenceRecord
from fundapp.evidence.warnings import Surroundings, WarningCode, warnings_on
from tests.evidence.logs import HELM, SINGLE, as_json, inspect_log, read_one, record_in

W = WarningCode
ON_REAL_LOGS = {
    "inspect/capitals_mock_zstd_epochs2.eval": [W.NO_REVISION],
    "inspect/mmlu_1-of-14042_dirty.eval": [
        *(W.SINGLE_SAMPLE, W.ONE_EPOCH, W.PARTIAL_DATASET, W.DIRTY)
    ],
    "inspect/popularity_10-samples_deflate.eval": [W.ONE_EPOCH, W.PARTIAL_DATASET],
    "inspect/popularity_1-sample.json": [W.SINGLE_SAMPLE, W.ONE_EPOCH, W.PARTIAL_DATASET],
    "inspect/popularity_cancelled.json": [W.ONE_EPOCH, W.PARTIAL_DATASET, W.NOT_SUCCESS],
    "inspect/simpleqa_llm-judge_header.json": [W.ONE_EPOCH, W.NO_REVISION],
    "lm-eval/results_capital_cities_demo.json": [W.NO_REVISION],
    "lm-eval/samples_capital_cities_demo.jsonl": [W.NO_REVISION, W.NO_VERSIONS],
    "every-eval-ever/demo_v0.3.json": [W.NO_STDERR, W.NO_REVISION, W.NO_VERSIONS],
    "every-eval-ever/hfopenllm_LLaMA-Pro-8B_v0.2.0.json": [
        *([W.NO_STDERR] * 6),
        *(W.NO_REVISION, W.NO_VERSIONS),
    ],
}

GRADED = [{"name": "model_graded_qa", "options": {}}]
MADE: dict[str, tuple[dict[str, Any], list[WarningCode]]] = {
    "nothing to say": ({}, []),
    "more samples than the data set has": (
        {"eval__dataset": {"samples": 10}},
        [W.DATASET_SIZE_CONTRADICTS],
    ),
    "a part of the data set": ({"eval__dataset": {"samples": 21}}, [W.PARTIAL_DATASET]),
    "failed samples in a success": ({"results__completed_samples": 39}, [W.SAMPLES_FAILED]),
    "failed samples in an error": (
        {"results__completed_samples": 39, "status": "error"},
        [W.NOT_SUCCESS],
    ),
    "uncommitted changes": ({"eval__revision": {"commit": "a", "dirty": True}}, [W.DIRTY]),
    "no commit": ({"eval__revision": None}, [W.NO_REVISION]),
    "no versions": ({"eval__packages": {}}, [W.NO_VERSIONS]),
    "no result": ({"results__scores": []}, [W.NO_SCORES]),
    "judged by itself": (
        {"eval__scorers": [{"name": "qa", "options": {"model": "openai/tested"}}]},
        [W.SELF_JUDGED],
    ),
    "probably judged by itself": ({"eval__scorers": GRADED}, [W.SELF_JUDGED]),
    "judged by another": (
        {"eval__scorers": [{"name": "model_graded_qa", "options": {"model": "openai/other"}}]},
        [],
    ),
    "graded in a role": (
        {"eval__scorers": GRADED, "eval__model_roles": {"grader": {"model": "openai/other"}}},
        [],
    ),
    "two models in use": (
        {"eval__scorers": GRADED, "stats__model_usage": {"openai/tested": {}, "openai/other": {}}},
        [],
    ),
}


def codes(record: EvidenceRecord | None, around: Surroundings | None = None) -> list[WarningCode]:
    assert record is not None
    return [warning.code for warning in warnings_on(record, around)]


@pytest.mark.parametrize("name", SINGLE)
def test_real_logs_have_their_warnings_and_no_others(name: str) -> None:
    assert codes(read_one(name).record) == ON_REAL_LOGS[name]


def test_a_run_of_helm_has_its_warnings() -> None:
    expected = [W.NO_STDERR, W.PARTIAL_DATASET, W.NO_REVISION, W.NO_VERSIONS]
    assert codes(read_one(*HELM).record) == expected


@pytest.mark.parametrize("what", MADE)
def test_made_logs_have_their_warnings_and_no_others(what: str) -> None:
    changes, expected = MADE[what]
    assert codes(record_in(as_json(inspect_log(**changes)))) == expected


def test_not_a_number_is_told_and_is_no_value() -> None:
    log = inspect_log()
    log["results"]["scores"][0]["metrics"]["accuracy"]["value"] = float("nan")
    record = record_in(as_json(log))
    assert record.runs[0].metrics[0].value is None
    assert codes(record) == [W.NOT_A_NUMBER]


def test_the_call_and_other_logs_are_compared_with() -> None:
    record = record_in(as_json(inspect_log()))
    early = Surroundings(opened_at=datetime(2026, 11, 2, 8, 59, tzinfo=UTC))
    late = Surroundings(opened_at=datetime(2026, 11, 2, 9, 1, tzinfo=UTC))
    assert (codes(record, early), codes(record, late)) == ([], [W.BEFORE_OPENING])
    assert codes(record, Surroundings(sha256="a", seen={"b"})) == []
    assert codes(record, Surroundings(sha256="a", seen={"a"})) == [W.DUPLICATE_LOG]


def test_probably_is_said_where_no_judge_is_named() -> None:
    record = record_in(as_json(inspect_log(eval__scorers=GRADED)))
    (warning,) = warnings_on(record)
    assert (record.judge_model, warning.text) == (
        None,
        "A model graded the answers and none but the tested one was used: probably itself.",
    )
