"""The results of logs as plain data, each with the settings that it was run with."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from fundapp.evidence.comparison import standard_error
from fundapp.evidence.record import Metric


@dataclass(frozen=True, kw_only=True)
class Result:
    """One result of one log, with the settings that it was run with; None = not said.

    started_at: ISO 8601. log: the SHA-256 of the log's bytes.
    """

    log: str = ""
    tool: str = ""
    tool_version: str | None = None
    task: str | None = None
    task_version: str | None = None
    model: str | None = None
    judge_model: str | None = None
    dataset: str | None = None
    dataset_revision: str | None = None
    epochs: int | None = None
    limit: int | float | None = None
    sampling: Mapping[str, Any] | None = None
    metric: str = ""
    value: float | None = None
    stderr: float | None = None
    n: int | None = None
    samples: int | None = None
    status: str | None = None
    started_at: str | None = None


def results_in(logs: Sequence[Mapping[str, Any]]) -> list[Result]:
    """Return every result of logs as `evidence_as_data` writes them; refused ones have none."""
    return [result for log in logs if not log.get("error") for result in _results(log)]


def result_from_data(data: Mapping[str, Any]) -> Result:
    """Return the result that `result_as_data` wrote."""
    names = {field.name for field in fields(Result)}
    return Result(**{name: value for name, value in data.items() if name in names})


def result_as_data(result: Result) -> dict[str, Any]:
    """Return a result as JSON data."""
    return asdict(result)


def error_of(result: Result) -> float | None:
    """Return the standard error of a result, None where it is unknown.

    An error of exactly 0 comes from answers that are all alike and says nothing of chance: the
    error then comes from the count of samples, as it does where the log gives none.
    """
    stderr = None if result.stderr == 0.0 else result.stderr
    return standard_error(Metric(name=result.metric, value=result.value, stderr=stderr, n=result.n))


def _results(log: Mapping[str, Any]) -> list[Result]:
    runs: Sequence[Mapping[str, Any]] = log["tasks"] or [log]
    return [
        Result(
            log=log["sha256"],
            tool=log["tool"],
            tool_version=log["tool_version"],
            model=log["model"],
            judge_model=log["judge_model"],
            limit=log["limit"],
            sampling=log["sampling"],
            status=log["status"],
            started_at=log["started_at"],
            task=run["task"] or metric["task"],
            task_version=run["task_version"],
            dataset=run["dataset"],
            dataset_revision=run["dataset_revision"],
            epochs=run["epochs"],
            samples=run["samples_scored"],
            metric=metric["name"],
            value=metric["value"],
            stderr=metric["stderr"],
            n=metric["n"],
        )
        for run in runs
        for metric in run["metrics"]
    ]
