"""A record as plain data, for files and programs. NaN is null with a warning."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from fundapp.evidence.reading import ReadEvidence
from fundapp.evidence.record import EvidenceRecord, Metric, TaskRun
from fundapp.evidence.warnings import EvidenceWarning, Surroundings, warnings_on


def evidence_as_data(read: ReadEvidence, around: Surroundings | None = None) -> dict[str, Any]:
    """Return one log as JSON data; a refused one has `file` and `error` only.

    A log of several tasks has null for what is one task's own, and `tasks` with each of them.
    """
    if read.record is None:
        refusal = read.refusal
        told = {"code": refusal.code.value, "text": refusal.text} if refusal else None
        return {"file": read.name, "error": told}
    record = read.record
    runs = [_run_as_data(run) for run in record.runs]
    one = runs[0] if len(runs) == 1 else _over_all(record.runs)
    return {
        "file": read.name,
        "sha256": read.sha256,
        **_record_as_data(record),
        **one,
        "tasks": runs if len(runs) > 1 else [],
        "warnings": [_warning_as_data(warning) for warning in warnings_on(record, around)],
    }


def _record_as_data(record: EvidenceRecord) -> dict[str, Any]:
    return {
        "tool": record.tool.value,
        "tool_version": record.tool_version,
        "model": record.model,
        "judge_model": record.judge_model,
        "limit": record.limit,
        "status": record.status,
        "errors": list(record.errors),
        "scorers": list(record.scorers),
        "revision": asdict(record.revision),
        "packages": dict(record.packages),
        "seeds": dict(record.seeds),
        "sampling": dict(record.sampling),
        "started_at": record.started_at.isoformat() if record.started_at else None,
        "seconds": record.seconds,
        "tokens": asdict(record.tokens),
        "cost": record.cost,
        "sandbox": record.sandbox,
        "relation": record.relation,
    }


def _run_as_data(run: TaskRun) -> dict[str, Any]:
    return {
        "task": run.task,
        "task_version": run.task_version,
        "dataset": run.dataset,
        "dataset_revision": run.dataset_revision,
        "samples_in_dataset": run.samples_in_dataset,
        "samples_attempted": run.samples_attempted,
        "samples_scored": run.samples_scored,
        "epochs": run.epochs,
        "metrics": [_metric_as_data(metric) for metric in run.metrics],
    }


def _over_all(runs: Sequence[TaskRun]) -> dict[str, Any]:
    """Return what holds for several tasks together: counts that add up, epochs if all agree."""
    epochs = {run.epochs for run in runs}
    return {
        **_run_as_data(TaskRun()),
        "samples_attempted": _sum([run.samples_attempted for run in runs]),
        "samples_scored": _sum([run.samples_scored for run in runs]),
        "epochs": epochs.pop() if len(epochs) == 1 else None,
        "metrics": [_metric_as_data(metric) for run in runs for metric in run.metrics],
    }


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [n for n in counts if n is not None]
    return sum(known) if known and len(known) == len(counts) else None


def _metric_as_data(metric: Metric) -> dict[str, Any]:
    return {
        "task": metric.task,
        "name": metric.name,
        "value": metric.value,
        "stderr": metric.stderr,
        "n": metric.n,
    }


def _warning_as_data(warning: EvidenceWarning) -> dict[str, str]:
    return {"code": warning.code.value, "text": warning.text}
