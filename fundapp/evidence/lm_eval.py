"""Results and samples of the lm-evaluation-harness (lm_eval)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from fundapp.evidence.record import (
    EvidenceRecord,
    EvidenceRefused,
    Metric,
    RefusalCode,
    Revision,
    TaskRun,
    Tool,
)
from fundapp.evidence.safe_json import (
    count,
    instant,
    is_bad_number,
    listing,
    mapping,
    number,
    parse_json,
    setting,
    text,
)

MOST_SAMPLES = 200_000
_STDERR = "_stderr"
_NO_FILTER = "none"
_SEEDS = ("random_seed", "numpy_seed", "torch_seed", "fewshot_seed")
_MODEL_NAMES = ("pretrained", "model", "engine", "model_name", "path")
_PACKAGES = {"lm_eval": "lm_eval_version", "transformers": "transformers_version"}


def is_lm_eval_results(data: Any) -> bool:
    """Tell whether a JSON value is a file of results."""
    found = mapping(data)
    return isinstance(found.get("results"), dict) and "configs" in found and "versions" in found


def is_lm_eval_samples(content: bytes) -> bool:
    """Tell whether the first line is a sample of the harness."""
    try:
        first = mapping(json.loads(content.split(b"\n", 1)[0][:1_000_000]))
    except (ValueError, RecursionError):
        return False
    return {"doc_id", "resps", "filtered_resps"} <= set(first)


def read_lm_eval_results(data: Mapping[str, Any]) -> EvidenceRecord:
    """Return the record of a file of results. Groups are left out: their tasks are told."""
    config = mapping(data.get("config"))
    results = mapping(data.get("results"))
    groups = set(mapping(data.get("group_subtasks"))) | set(mapping(data.get("groups")))
    tasks = [name for name in results if name not in groups] or list(results)
    limit = number(config.get("limit"))
    settings = mapping(config.get("gen_kwargs"))
    return EvidenceRecord(
        tool=Tool.LM_EVAL,
        tool_version=text(data.get("lm_eval_version")),
        model=_model(config),
        runs=tuple(_run(data, name) for name in tasks),
        limit=int(limit) if limit is not None and limit == int(limit) else limit,
        scorers=_metric_names(results, tasks),
        revision=Revision(commit=text(data.get("git_hash"))),
        packages={name: shown for name, key in _PACKAGES.items() if (shown := text(data.get(key)))},
        seeds={name: seed for name in _SEEDS if (seed := count(config.get(name))) is not None},
        sampling={
            name: value
            for key in settings
            if (name := text(key)) and (value := setting(settings[key])) is not None
        },
        started_at=instant(data.get("date")),
        seconds=_seconds(data.get("total_evaluation_time_seconds")),
    )


def read_lm_eval_samples(content: bytes) -> EvidenceRecord:
    """Return what a file of samples says: how many, and the mean of each metric over them.

    The standard error is that of a mean: the standard deviation over the root of the count.
    Raises EvidenceRefused for a damaged line.
    """
    values: dict[str, list[float]] = defaultdict(list)
    lines = content.splitlines()
    if len(lines) > MOST_SAMPLES:
        raise EvidenceRefused(RefusalCode.TOO_LARGE, f"The file has over {MOST_SAMPLES:,} samples.")
    attempted = 0
    for line in filter(bytes.strip, lines):
        sample = mapping(parse_json(line))
        attempted += 1
        for name in listing(sample.get("metrics")):
            value = number(sample.get(name)) if isinstance(name, str) else None
            if value is not None:
                values[name].append(value)
    run = TaskRun(
        samples_attempted=attempted,
        samples_scored=max(map(len, values.values()), default=0),
        metrics=tuple(_mean(name, found) for name, found in values.items()),
    )
    return EvidenceRecord(tool=Tool.LM_EVAL, runs=(run,), scorers=tuple(values))


def _mean(name: str, values: list[float]) -> Metric:
    n = len(values)
    return Metric(
        name=name,
        value=fmean(values),
        stderr=stdev(values) / sqrt(n) if n > 1 else None,
        n=n,
    )


def _model(config: Mapping[str, Any]) -> str | None:
    """Return the model that was loaded, else the way of loading it."""
    arguments = config.get("model_args")
    if isinstance(arguments, str):
        pairs = (part.split("=", 1) for part in arguments.split(",") if "=" in part)
        arguments = {key.strip(): value for key, value in pairs}
    known = mapping(arguments)
    named = (text(known.get(name)) for name in _MODEL_NAMES)
    return next(filter(None, named), None) or text(config.get("model"))


def _run(data: Mapping[str, Any], task: str) -> TaskRun:
    config = mapping(mapping(data.get("configs")).get(task))
    samples = mapping(mapping(data.get("n-samples")).get(task))
    repeats = count(config.get("repeats"))
    effective = count(samples.get("effective"))
    done = effective * (repeats or 1) if effective is not None else None
    dataset = [text(config.get(key)) for key in ("dataset_path", "dataset_name")]
    return TaskRun(
        task=text(task),
        task_version=text(mapping(data.get("versions")).get(task)),
        dataset="/".join(filter(None, dataset)) or None,
        dataset_revision=text(mapping(config.get("dataset_kwargs")).get("revision")),
        samples_in_dataset=count(samples.get("original")),
        samples_attempted=done,
        samples_scored=done,
        epochs=repeats,
        metrics=tuple(_metrics(mapping(mapping(data.get("results")).get(task)), task, n=effective)),
    )


def _metrics(values: Mapping[str, Any], task: str, *, n: int | None) -> Iterable[Metric]:
    """Yield the metrics: keys are "acc,none" and "acc_stderr,none", a metric and its filter."""
    for key, value in values.items():
        name, comma, sieve = key.partition(",")
        if not comma or name.endswith(_STDERR):
            continue
        error = values.get(f"{name}{_STDERR},{sieve}")
        yield Metric(
            name=(text(name) or "") if sieve == _NO_FILTER else f"{text(name)} ({text(sieve)})",
            task=text(task),
            value=number(value),
            stderr=number(error),
            n=n,
            has_bad_number=is_bad_number(value) or is_bad_number(error),
        )


def _metric_names(results: Mapping[str, Any], tasks: Iterable[str]) -> tuple[str, ...]:
    names = (
        key.partition(",")[0]
        for task in tasks
        for key in mapping(results.get(task))
        if "," in key and not key.partition(",")[0].endswith(_STDERR)
    )
    return tuple(dict.fromkeys(names))


def _seconds(value: Any) -> float | None:
    try:
        return number(float(value))
    except (TypeError, ValueError):
        return None
