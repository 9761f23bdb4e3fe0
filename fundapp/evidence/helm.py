"""Run folders of HELM: `run_spec.json`, `scenario.json`, `stats.json`, known by what is in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fundapp.evidence.record import EvidenceRecord, Metric, TaskRun, Tokens, Tool
from fundapp.evidence.safe_json import count, is_bad_number, listing, mapping, number, text

_BOOKKEEPING = (
    *("num_", "finish_reason_", "training_", "inference_", "batch_size", "prompt_truncated"),
    *("max_prob", "logprob", "perplexity", "bits_per_byte"),
)
"""Statistics of the run itself, and of the likelihood of the prompts; no result of the test."""

_SPLITS = ("test", "valid")


@dataclass(frozen=True)
class HelmParts:
    """The parsed files of one run; empty for one that was not brought."""

    run_spec: Mapping[str, Any]
    scenario: Mapping[str, Any]
    stats: Sequence[Any]


def part_of_helm(data: Any) -> str | None:
    """Return which file of a run folder a JSON value is; None for none of them."""
    if isinstance(data, list):
        first = mapping(data[0]) if data else {}
        is_stats = isinstance(first.get("name"), dict) and "count" in first
        return "stats" if is_stats else None
    found = mapping(data)
    if "adapter_spec" in found and "scenario_spec" in found:
        return "run_spec"
    return "scenario" if {"name", "description", "definition_path"} <= set(found) else None


def read_helm(parts: HelmParts) -> EvidenceRecord:
    """Return the record of a run. HELM writes neither a standard error nor the code's revision."""
    spec, adapter = parts.run_spec, mapping(parts.run_spec.get("adapter_spec"))
    args = mapping(mapping(spec.get("scenario_spec")).get("args"))
    instances = {split: _instances(parts.stats, split) for split in _SPLITS}
    known = [n for n in instances.values() if n is not None]
    trials = count(adapter.get("num_train_trials"))
    done = sum(known) * (trials or 1) if known else None
    task = (text(spec.get("name")) or "").partition(":")[0] or text(parts.scenario.get("name"))
    subject = ",".join(f"{name}={shown}" for name in args if (shown := text(args[name])))
    name = f"{task}:{subject}" if task and subject else task
    run = TaskRun(
        task=name,
        dataset=text(parts.scenario.get("name")) or task,
        samples_attempted=done,
        samples_scored=done,
        epochs=trials,
        metrics=tuple(_metrics(parts.stats, task=name, instances=instances)),
    )
    return EvidenceRecord(
        tool=Tool.HELM,
        model=text(adapter.get("model")) or text(adapter.get("model_deployment")),
        runs=(run,),
        limit=count(adapter.get("max_eval_instances")),
        scorers=tuple(_scorers(spec)),
        sampling={
            name: value
            for name in ("temperature", "max_tokens", "num_outputs", "max_train_instances")
            if (value := number(adapter.get(name))) is not None
        },
        tokens=_tokens(parts.stats, instances),
    )


def _instances(stats: Sequence[Any], split: str) -> int | None:
    return next(
        (count(row.get("mean")) for name, where, row in _rows(stats)
         if (name, where) == ("num_instances", split)), None,
    )  # fmt: skip


def _rows(stats: Sequence[Any]) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    """Yield name, split and row of what holds for the data as they are, not as perturbed."""
    for row in map(mapping, stats):
        name = mapping(row.get("name"))
        label, split = text(name.get("name")), text(name.get("split"))
        if label and "perturbation" not in name:
            yield label, split or "", row


def _metrics(
    stats: Sequence[Any], *, task: str | None, instances: Mapping[str, int | None]
) -> Iterable[Metric]:
    """Yield the results by split. The test split has the bare names, another its own in them."""
    for name, split, row in _rows(stats):
        if name.startswith(_BOOKKEEPING) or not count(row.get("count")):
            continue
        yield Metric(
            name=name if split in {"", _SPLITS[0]} else f"{name} ({split})",
            task=task,
            value=number(row.get("mean")),
            n=instances.get(split),
            has_bad_number=is_bad_number(row.get("mean")),
        )


def _scorers(spec: Mapping[str, Any]) -> Iterable[str]:
    for one in listing(spec.get("metric_specs")):
        name = text(mapping(one).get("class_name"))
        if name:
            yield name.rpartition(".")[2]


def _tokens(stats: Sequence[Any], instances: Mapping[str, int | None]) -> Tokens:
    """Return the tokens: means for an instance, times the instances of each split."""

    def summed(label: str) -> int | None:
        found = [
            mean * n
            for name, split, row in _rows(stats)
            if name == label
            and (mean := number(row.get("mean"))) is not None
            and (n := instances.get(split)) is not None
        ]
        return round(sum(found)) if found else None

    given, made = summed("num_prompt_tokens"), summed("num_output_tokens")
    total = given + made if given is not None and made is not None else None
    return Tokens(input=given, output=made, total=total)
