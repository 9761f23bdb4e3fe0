"""The facts of an evaluation log as rows of a page: only what the log says."""

from collections.abc import Iterable

from fundapp.queries.evidence import LogFacts, LogMetric

_TOOLS = {
    "inspect": "Inspect",
    "lm-eval": "lm-evaluation-harness",
    "helm": "HELM",
    "every-eval-ever": "Every Eval Ever",
}
MOST_RESULTS = 12

Row = dict[str, str]


def log_rows(log: LogFacts) -> list[Row]:
    """Return label, value and note of each fact, results first after what was run."""
    return [{"label": label, "value": value, "note": note} for label, value, note in _rows(log)]


def _rows(log: LogFacts) -> Iterable[tuple[str, str, str]]:
    yield "Log of", _TOOLS.get(log.tool, log.tool), f"status: {log.status}" if log.status else ""
    if log.task:
        yield "Task", log.task, f"data: {log.dataset}" if log.dataset else ""
    if log.model:
        yield "Model", log.model, f"judged by {log.judge_model}" if log.judge_model else ""
    if log.samples_scored is not None:
        yield "Samples", _samples(log), _times(log.epochs)
    for metric in log.metrics[:MOST_RESULTS]:
        yield metric.name, _value(metric), f"{metric.n:,} samples" if metric.n else ""
    if len(log.metrics) > MOST_RESULTS:
        yield "More results", f"{len(log.metrics) - MOST_RESULTS:,} are in the file", ""
    if log.commit:
        yield "Code", log.commit, log.origin
    if log.started_at:
        started = f"{log.started_at.day} {log.started_at:%B %Y}"
        yield "Run on", started, f"{log.tokens:,} tokens" if log.tokens else ""


def _samples(log: LogFacts) -> str:
    scored = f"{log.samples_scored:,}"
    times = log.epochs or 1
    if log.samples_in_dataset is None:
        return f"{scored} scored"
    of = log.samples_in_dataset * times
    return (
        f"{scored} scored, the data set has {log.samples_in_dataset:,}"
        if times > 1
        else (f"{scored} of {of:,} scored")
    )


def _times(epochs: int | None) -> str:
    if epochs is None:
        return ""
    return "each once" if epochs == 1 else f"each {epochs} times"


def _value(metric: LogMetric) -> str:
    if metric.value is None:
        return "not a number"
    error = "" if metric.stderr is None else f" ± {metric.stderr:.2g}"
    return f"{metric.value:.3g}{error}"
