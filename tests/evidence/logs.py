"""Real logs (their source and licence: tests/data/evaluation-evidence/README.md), and made ones."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from fundapp.evidence.reading import ReadEvidence, read_evidence
from fundapp.evidence.record import EvidenceRecord

FOLDER = Path(__file__).parents[1] / "data" / "evaluation-evidence"
HELM = tuple(f"helm/mmlu-philosophy_{part}.json" for part in ("run_spec", "scenario", "stats"))
INSPECT = (
    "inspect/capitals_mock_zstd_epochs2.eval",
    "inspect/mmlu_1-of-14042_dirty.eval",
    "inspect/popularity_10-samples_deflate.eval",
    "inspect/popularity_1-sample.json",
    "inspect/popularity_cancelled.json",
    "inspect/simpleqa_llm-judge_header.json",
)
OTHERS = (
    "lm-eval/results_capital_cities_demo.json",
    "lm-eval/samples_capital_cities_demo.jsonl",
    "every-eval-ever/demo_v0.3.json",
    "every-eval-ever/hfopenllm_LLaMA-Pro-8B_v0.2.0.json",
)
SINGLE = (*INSPECT, *OTHERS)


def content_of(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def read_one(*names: str) -> ReadEvidence:
    (read,) = read_evidence([(name, content_of(name)) for name in names])
    return read


def record_in(content: bytes) -> EvidenceRecord:
    (read,) = read_evidence([("made.json", content)])
    assert read.record is not None, read.refusal
    return read.record


def refusal_of(content: bytes) -> str:
    """Return the code of the refusal of a file."""
    (read,) = read_evidence([("made", content)])
    assert read.refusal is not None
    return read.refusal.code.value


def inspect_log(**changes: Any) -> dict[str, Any]:
    """A small log of Inspect; a key with dots changes what lies deeper."""
    log: dict[str, Any] = {
        "version": 2,
        "status": "success",
        "eval": {
            "created": "2026-11-02T09:00:00+00:00",
            "task": "meters",
            "task_version": 1,
            "model": "openai/tested",
            "dataset": {"name": "meters", "samples": 20},
            "config": {"epochs": 2},
            "revision": {"origin": "git@example.org:a.git", "commit": "abc1234", "dirty": False},
            "packages": {"inspect_ai": "0.3.200"},
            "scorers": [{"name": "match", "options": {}}],
        },
        "results": {
            "total_samples": 40,
            "completed_samples": 40,
            "scores": [
                {
                    "name": "match",
                    "scorer": "match",
                    "metrics": {
                        "accuracy": {"name": "accuracy", "value": 0.5},
                        "stderr": {"name": "stderr", "value": 0.1},
                    },
                }
            ],
        },
        "stats": {"model_usage": {"openai/tested": {"input_tokens": 5, "output_tokens": 6}}},
    }
    for path, value in changes.items():
        *way, last = path.split("__")
        here = log
        for step in way:
            here = here[step]
        here[last] = value
    return log


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def a_zip(**members: bytes) -> bytes:
    """An archive; `__` in a name stands for a folder, a last `_` part for the extension."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            stem, _, ending = name.replace("__", "/").rpartition("_")
            archive.writestr(f"{stem}.{ending}", content)
    return target.getvalue()
