"""What each real log is read to."""

from typing import Any

import pytest

from fundapp.evidence.as_data import evidence_as_data
from tests.evidence.logs import HELM, a_zip, as_json, content_of, inspect_log, read_one, record_in

FACTS: dict[tuple[str, ...], dict[str, Any]] = {
    ("inspect/capitals_mock_zstd_epochs2.eval",): {
        "tool": "inspect",
        "tool_version": "0.3.285",
        "task": "capitals",
        "model": "mockllm/model",
        "samples_in_dataset": 4,
        "samples_attempted": 8,
        "samples_scored": 8,
        "epochs": 2,
        "limit": None,
        "status": "success",
        "tokens": {"input": 112, "output": 24, "total": 136},
    },
    ("inspect/mmlu_1-of-14042_dirty.eval",): {
        "tool": "inspect",
        "task": "inspect_evals/mmlu_0_shot",
        "model": "openai/gpt-4o",
        "dataset": "cais/mmlu",
        "samples_in_dataset": 14042,
        "samples_scored": 1,
        "limit": 1,
        "revision": {
            "origin": "git@github.com:UKGovernmentBEIS/inspect_ai.git",
            "commit": "de1d065be",
            "dirty": True,
        },
        "sampling": {"temperature": 0.0},
        "started_at": "2025-12-19T12:37:50+00:00",
    },
    ("inspect/popularity_10-samples_deflate.eval",): {
        "task": "popularity",
        "model": "openai/gpt-4o-mini",
        "samples_in_dataset": 100,
        "samples_scored": 10,
        "epochs": 1,
        "limit": 10,
        "metrics": [
            {
                "task": "popularity",
                "name": "accuracy",
                "value": 0.8,
                "stderr": 0.13333333333333333,
                "n": 10,
            }
        ],
    },
    ("inspect/popularity_1-sample.json",): {
        "model": "ollama/llama3.1",
        "samples_in_dataset": 100,
        "samples_scored": 1,
        "started_at": "2024-10-15T16:53:13+00:00",
    },
    ("inspect/popularity_cancelled.json",): {"status": "cancelled", "samples_scored": 3},
    ("inspect/simpleqa_llm-judge_header.json",): {
        "task": "simpleqa_verified",
        "model": "anthropic/claude-opus-4-6",
        "judge_model": "google/gemini-2.0-flash-001",
        "samples_in_dataset": 1000,
        "samples_scored": 1000,
        "revision": {"origin": None, "commit": None, "dirty": None},
        "packages": {"inspect_ai": "0.3.162"},
        "seconds": 138.0,
    },
    ("lm-eval/results_capital_cities_demo.json",): {
        "tool": "lm-eval",
        "tool_version": "0.4.13",
        "task": "capital_cities_demo",
        "task_version": "1.0",
        "model": "dummy",
        "samples_in_dataset": 8,
        "samples_scored": 8,
        "status": None,
        "seeds": {
            "random_seed": 0,
            "numpy_seed": 1234,
            "torch_seed": 1234,
            "fewshot_seed": 1234,
        },
        "metrics": [
            {
                "task": "capital_cities_demo",
                "name": "acc",
                "value": 0.375,
                "stderr": 0.18298126367784995,
                "n": 8,
            }
        ],
    },
    ("lm-eval/samples_capital_cities_demo.jsonl",): {
        "tool": "lm-eval",
        "task": None,
        "samples_scored": 8,
        "metrics": [
            {
                "task": None,
                "name": "acc",
                "value": 0.375,
                "stderr": 0.18298126367784995,
                "n": 8,
            }
        ],
    },
    HELM: {
        "tool": "helm",
        "task": "mmlu:subject=philosophy",
        "model": "openai/gpt2",
        "dataset": "mmlu",
        "samples_in_dataset": None,
        "samples_scored": 10,
        "limit": 10,
        "status": None,
    },
    ("every-eval-ever/demo_v0.3.json",): {
        "tool": "every-eval-ever",
        "tool_version": "0.3.0",
        "task": "demo-source.demo_bench",
        "model": "demo-org/demo-model",
        "relation": "third_party",
        "packages": {},
        "metrics": [
            {
                "task": "demo-source.demo_bench",
                "name": "accuracy",
                "value": 0.75,
                "stderr": None,
                "n": None,
            }
        ],
    },
}


@pytest.mark.parametrize("names", FACTS, ids=lambda names: names[0])
def test_each_log_is_read_to_its_facts(names: tuple[str, ...]) -> None:
    wanted = FACTS[names]
    told = evidence_as_data(read_one(*names))
    assert {key: told[key] for key in wanted} == wanted


def test_a_file_of_several_tasks_names_none_at_the_top() -> None:
    told = evidence_as_data(read_one("every-eval-ever/hfopenllm_LLaMA-Pro-8B_v0.2.0.json"))
    assert (told["task"], told["dataset"], told["model"]) == (
        None,
        None,
        "TencentARC/LLaMA-Pro-8B-Instruct",
    )
    assert [(one["task"], one["metrics"][0]["value"]) for one in told["tasks"]] == [
        ("IFEval", 0.4486),
        ("BBH", 0.4224),
        ("MATH Level 5", 0.0249),
        ("GPQA", 0.2743),
        ("MUSR", 0.419),
        ("MMLU-PRO", 0.1946),
    ]


def test_a_run_of_helm_reads_the_same_from_an_archive() -> None:
    spec, scenario, stats = map(content_of, HELM)
    packed = record_in(
        a_zip(run__run_spec_json=spec, run__scenario_json=scenario, run__stats_json=stats)
    )
    assert packed == read_one(*HELM).record


def test_parts_of_helm_without_their_run_are_refused() -> None:
    refusal = read_one(HELM[1], HELM[2]).refusal
    assert refusal is not None
    assert (
        refusal.text == "A run of HELM needs its run_spec.json beside stats.json and scenario.json."
    )


def test_a_crashed_run_is_read_from_its_journal() -> None:
    log = inspect_log()
    start = {"version": 2, "eval": log["eval"], "plan": {}}
    rows = [
        {"id": 1, "epoch": 1, "scores": {"match": {"value": "C"}}},
        {"id": 2, "epoch": 1, "error": {"message": "out of tokens"}},
    ]
    record = record_in(
        a_zip(_journal__start_json=as_json(start), _journal__summaries__1_json=as_json(rows))
    )
    run = record.runs[0]
    assert (record.status, record.errors) == ("started", ("out of tokens",))
    assert (run.samples_attempted, run.samples_scored, run.epochs) == (2, 1, 2)
    assert run.metrics == ()


def test_the_first_version_of_inspect_has_one_scorer() -> None:
    log = inspect_log(version=1)
    scores = log["results"].pop("scores")
    log["results"] |= {"scorer": {"name": "match"}, "metrics": scores[0]["metrics"]}
    (metric,) = record_in(as_json(log)).runs[0].metrics
    assert (metric.name, metric.value, metric.stderr, metric.n) == ("accuracy", 0.5, 0.1, 40)


def test_two_scorers_with_the_same_metric_are_told_apart() -> None:
    log = inspect_log()
    first = log["results"]["scores"][0]
    log["results"]["scores"].append({**first, "name": "exact"})
    names = [metric.name for metric in record_in(as_json(log)).runs[0].metrics]
    assert names == ["match/accuracy", "exact/accuracy"]


def test_tasks_of_lm_eval_are_read_and_groups_left_out() -> None:
    values = {"acc,none": 0.25, "acc_stderr,none": "N/A", "acc,strict": 0.2, "alias": "a"}
    results = {
        "results": {"a": values, "b": values, "both": {"acc,none": 0.25}},
        "group_subtasks": {"both": ["a", "b"]},
        "configs": {"a": {"repeats": 4, "dataset_path": "org/set", "dataset_name": "en"}},
        "versions": {"a": 2},
        "n-samples": {"a": {"original": 10, "effective": 5}},
        "config": {"model": "hf", "model_args": "pretrained=org/model,dtype=auto", "limit": 5.0},
    }
    record = record_in(as_json(results))
    first, second = record.runs
    assert (record.model, record.limit) == ("org/model", 5)
    assert (first.task, first.dataset, first.epochs, first.samples_scored) == (
        "a",
        "org/set/en",
        4,
        20,
    )
    assert [(one.name, one.value, one.stderr) for one in second.metrics] == [
        ("acc", 0.25, None),
        ("acc (strict)", 0.2, None),
    ]


def test_an_archive_of_logs_gives_each_of_them() -> None:
    told = record_in(a_zip(logs__one_json=as_json(inspect_log())))
    assert told.runs[0].task == "meters"
