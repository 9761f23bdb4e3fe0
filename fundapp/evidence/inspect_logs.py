"""Logs of Inspect (inspect_ai): one JSON text, or an archive of JSON members (`.eval`).

Old logs do not follow today's schema, so nothing is taken for granted: what is missing or of
another type is unknown. A run that was stopped hard has no header; its start is in the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fundapp.evidence.archives import Archive
from fundapp.evidence.inspect_scores import is_model_graded, judge_of, metrics, scorers
from fundapp.evidence.record import (
    EvidenceRecord,
    EvidenceRefused,
    RefusalCode,
    Revision,
    TaskRun,
    Tokens,
    Tool,
)
from fundapp.evidence.safe_json import (
    count,
    instant,
    listing,
    mapping,
    number,
    parse_json,
    setting,
    text,
)

HEADER, START, SUMMARIES = "header.json", "_journal/start.json", "summaries.json"
_JOURNALED = "_journal/summaries/"
_UNFINISHED = "started"
_MOST_PACKAGES = 200
_MOST_ERRORS = 20
_SAMPLING = (
    *("temperature", "top_p", "top_k", "max_tokens", "num_choices", "frequency_penalty"),
    *("presence_penalty", "reasoning_effort", "reasoning_tokens", "seed"),
)


@dataclass(frozen=True)
class _Samples:
    """What the list of samples says: how many, how many with a score, the largest epoch."""

    attempted: int
    scored: int
    epochs: int | None
    errors: tuple[str, ...]


def is_inspect_log(data: Any) -> bool:
    """Tell whether a JSON value is a log of Inspect."""
    head = mapping(mapping(data).get("eval"))
    return "task" in head and "model" in head


def is_inspect_archive(archive: Archive) -> bool:
    """Tell whether an archive is a log of Inspect."""
    return HEADER in archive.names or START in archive.names


def read_inspect_archive(archive: Archive) -> EvidenceRecord:
    """Return the record of an `.eval` archive. Raises EvidenceRefused."""
    names = archive.names
    is_whole = HEADER in names
    log = parse_json(archive.read(HEADER if is_whole else START))
    if not is_inspect_log(log):
        raise EvidenceRefused(RefusalCode.NOT_A_LOG, "The archive holds no log of a run.")
    if SUMMARIES in names:
        rows = listing(parse_json(archive.read(SUMMARIES)))
    else:
        parts = [name for name in names if name.startswith(_JOURNALED)]
        rows = [row for part in parts for row in listing(parse_json(archive.read(part)))]
    members = sum(name.startswith("samples/") for name in names)
    return _record(log, _samples(rows, at_least=members), status=None if is_whole else _UNFINISHED)


def read_inspect_log(data: Mapping[str, Any]) -> EvidenceRecord:
    """Return the record of a JSON log."""
    return _record(data, _samples(listing(data.get("samples")), at_least=0), status=None)


def _record(
    log: Mapping[str, Any], samples: _Samples | None, *, status: str | None
) -> EvidenceRecord:
    head, stats = mapping(log.get("eval")), mapping(log.get("stats"))
    usage = mapping(stats.get("model_usage"))
    judge = judge_of(log)
    started = instant(stats.get("started_at")) or instant(head.get("created"))
    ended = instant(stats.get("completed_at"))
    packages = _texts(head.get("packages"))
    return EvidenceRecord(
        tool=Tool.INSPECT,
        tool_version=packages.get("inspect_ai"),
        model=text(head.get("model")),
        judge_model=judge,
        may_be_self_judged=judge is None and is_model_graded(log) and len(usage) == 1,
        runs=(_run(log, head, samples),),
        limit=_limit(mapping(head.get("config")).get("limit")),
        status=text(log.get("status")) or status,
        errors=_errors(log, samples),
        scorers=tuple(dict.fromkeys(filter(None, (text(one.get("name")) for one in scorers(log))))),
        revision=_revision(mapping(head.get("revision"))),
        packages=packages,
        seeds=_seeds(log, head),
        sampling=_sampling(log, head),
        started_at=started,
        seconds=(ended - started).total_seconds() if started and ended else None,
        tokens=_tokens(usage),
        cost=_cost(usage),
        sandbox=_sandbox(head.get("sandbox")),
    )


def _run(log: Mapping[str, Any], head: Mapping[str, Any], samples: _Samples | None) -> TaskRun:
    results, dataset = mapping(log.get("results")), mapping(head.get("dataset"))
    attempted = count(results.get("total_samples"))
    completed = count(results.get("completed_samples"))
    epochs = count(mapping(head.get("config")).get("epochs"))
    if samples is not None:
        attempted = samples.attempted if attempted is None else attempted
        completed = samples.scored if completed is None else completed
        epochs = samples.epochs if epochs is None else epochs
    task = text(head.get("task"))
    scored = _scored(results, completed, epochs)
    return TaskRun(
        task=task,
        task_version=text(head.get("task_version")),
        dataset=text(dataset.get("name")) or text(dataset.get("location")),
        dataset_revision=text(dataset.get("revision")),
        samples_in_dataset=count(dataset.get("samples")),
        samples_attempted=attempted,
        samples_scored=scored,
        epochs=epochs,
        metrics=tuple(metrics(results, task=task, n=scored)),
    )


def _scored(results: Mapping[str, Any], completed: int | None, epochs: int | None) -> int | None:
    """Return how many samples have a score: `completed`, less what a scorer left unscored.

    A scorer counts its samples once for all epochs, so its count tells only without epochs.
    """
    told = [count(mapping(one).get("scored_samples")) for one in listing(results.get("scores"))]
    known = [n for n in told if n is not None]
    if completed is None or not known or (epochs or 1) > 1:
        return completed
    return min(completed, max(known))


def _samples(rows: Sequence[Any], *, at_least: int) -> _Samples | None:
    """Return the counts of the samples listed; None where nothing is listed."""
    found = [mapping(row) for row in rows]
    if not found and not at_least:
        return None
    failed = [_error_of(row) for row in found]
    scored = sum(
        bool(row.get("scores") or row.get("score")) and not error
        for row, error in zip(found, failed, strict=True)
    )
    epochs = [epoch for row in found if (epoch := count(row.get("epoch")))]
    return _Samples(
        attempted=max(len(found), at_least),
        scored=scored,
        epochs=max(epochs, default=None),
        errors=tuple(dict.fromkeys(error for error in failed if error)),
    )


def _error_of(row: Mapping[str, Any]) -> str:
    error = row.get("error")
    return text(mapping(error).get("message")) or text(error) or ""


def _errors(log: Mapping[str, Any], samples: _Samples | None) -> tuple[str, ...]:
    own = text(mapping(log.get("error")).get("message"))
    found = dict.fromkeys([*([own] if own else []), *(samples.errors if samples else ())])
    return tuple(islice(found, _MOST_ERRORS))


def _limit(value: Any) -> int | float | None:
    """Return how many samples were asked for; a pair is a range of the data set."""
    if isinstance(value, list) and len(value) == 2:
        first, end = count(value[0]), count(value[1])
        return max(0, end - first) if first is not None and end is not None else None
    found = number(value)
    return int(found) if found is not None and found == int(found) else found


def _revision(revision: Mapping[str, Any]) -> Revision:
    dirty = revision.get("dirty")
    return Revision(
        origin=text(revision.get("origin")),
        commit=text(revision.get("commit")),
        dirty=dirty if isinstance(dirty, bool) else None,
    )


def _texts(value: Any) -> dict[str, str]:
    return {
        name: shown
        for key, one in islice(mapping(value).items(), _MOST_PACKAGES)
        if (name := text(key)) and (shown := text(one))
    }


def _settings(log: Mapping[str, Any], head: Mapping[str, Any]) -> dict[str, Any]:
    plan = mapping(mapping(log.get("plan")).get("config"))
    return {**plan, **mapping(head.get("model_generate_config"))}


def _seeds(log: Mapping[str, Any], head: Mapping[str, Any]) -> dict[str, int]:
    seed = count(_settings(log, head).get("seed"))
    return {} if seed is None else {"seed": seed}


def _sampling(
    log: Mapping[str, Any], head: Mapping[str, Any]
) -> dict[str, str | int | float | bool]:
    settings = _settings(log, head)
    return {
        name: shown
        for name in _SAMPLING
        if name != "seed" and (shown := setting(settings.get(name))) is not None
    }


def _tokens(usage: Mapping[str, Any]) -> Tokens:
    def summed(name: str) -> int | None:
        found = [count(mapping(one).get(f"{name}_tokens")) for one in usage.values()]
        known = [n for n in found if n is not None]
        return sum(known) if known else None

    return Tokens(input=summed("input"), output=summed("output"), total=summed("total"))


def _cost(usage: Mapping[str, Any]) -> float | None:
    found = [number(mapping(one).get("total_cost")) for one in usage.values()]
    known = [cost for cost in found if cost is not None]
    return sum(known) if known else None


def _sandbox(value: Any) -> str | None:
    if isinstance(value, list):
        return text(value[0]) if value else None
    return text(mapping(value).get("type")) or text(value)
