"""Files of Every Eval Ever, schema 0.2 and 0.3: results gathered from any tool."""

from collections.abc import Mapping
from typing import Any

from fundapp.evidence.record import EvidenceRecord, Metric, TaskRun, Tool
from fundapp.evidence.safe_json import (
    count,
    instant,
    is_bad_number,
    listing,
    mapping,
    number,
    text,
)


def is_every_eval_ever(data: Any) -> bool:
    """Tell whether a JSON value is a file of this schema."""
    return {"schema_version", "evaluation_results", "model_info"} <= set(mapping(data))


def read_every_eval_ever(data: Mapping[str, Any]) -> EvidenceRecord:
    """Return the record: one task for each result that is named."""
    model, library = mapping(data.get("model_info")), mapping(data.get("eval_library"))
    results = [mapping(one) for one in listing(data.get("evaluation_results"))]
    name, version = text(library.get("name")), text(library.get("version"))
    started = instant(data.get("evaluation_timestamp"))
    dates = [instant(one.get("evaluation_timestamp")) for one in results]
    return EvidenceRecord(
        tool=Tool.EVERY_EVAL_EVER,
        tool_version=text(data.get("schema_version")),
        model=text(model.get("id")) or text(model.get("name")),
        judge_model=next(filter(None, map(_judge, results)), None),
        runs=_runs(results),
        packages={name: version} if name and version else {},
        started_at=started or min(filter(None, dates), default=None),
        relation=text(mapping(data.get("source_metadata")).get("evaluator_relationship")),
    )


def _runs(results: list[Mapping[str, Any]]) -> tuple[TaskRun, ...]:
    """Return a task for each name, with the metrics of all results of that name."""
    found: dict[tuple[str | None, str | None], list[Mapping[str, Any]]] = {}
    for one in results:
        key = (text(one.get("evaluation_name")), _dataset(one))
        found.setdefault(key, []).append(one)
    return tuple(_run(task, dataset, rows) for (task, dataset), rows in found.items())


def _run(task: str | None, dataset: str | None, rows: list[Mapping[str, Any]]) -> TaskRun:
    metrics = tuple(_metric(row, task) for row in rows)
    source = mapping(rows[0].get("source_data"))
    scored = [metric.n for metric in metrics if metric.n is not None]
    return TaskRun(
        task=task,
        dataset=dataset,
        dataset_revision=text(source.get("revision")) or text(source.get("dataset_version")),
        samples_in_dataset=count(source.get("samples_number")),
        samples_scored=max(scored, default=None),
        metrics=metrics,
    )


def _dataset(result: Mapping[str, Any]) -> str | None:
    source = mapping(result.get("source_data"))
    return text(source.get("hf_repo")) or text(source.get("dataset_name"))


def _metric(result: Mapping[str, Any], task: str | None) -> Metric:
    config, details = mapping(result.get("metric_config")), mapping(result.get("score_details"))
    doubt = mapping(details.get("uncertainty"))
    error = doubt.get("standard_error")
    error = mapping(error).get("value") if isinstance(error, dict) else error
    score = details.get("score")
    named = (text(config.get(key)) for key in ("metric_name", "metric_id"))
    return Metric(
        name=next(filter(None, named), None) or task or "score",
        task=task,
        value=number(score),
        stderr=number(error),
        n=count(doubt.get("num_samples")),
        has_bad_number=is_bad_number(score) or is_bad_number(error),
    )


def _judge(result: Mapping[str, Any]) -> str | None:
    scoring = mapping(mapping(result.get("metric_config")).get("llm_scoring"))
    for judge in listing(scoring.get("judges")):
        info = mapping(mapping(judge).get("model_info")) or mapping(judge)
        found = text(info.get("id")) or text(info.get("name"))
        if found:
            return found
    return None
