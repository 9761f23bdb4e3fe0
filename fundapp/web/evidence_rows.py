"""The facts of an evaluation log as rows of a page: only what the log says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fundapp.domain.evidence_facts import (
    FACT_LABELS,
    EvidenceFact,
    LogPointer,
    bears_on,
    known_facts,
)
from fundapp.domain.rubrics import Criterion
from fundapp.evidence.claims import Support, claim_warnings
from fundapp.queries.evidence import Evidence, LogFacts, LogMetric
from fundapp.queries.submitted import SubmittedSection

_TOOLS = {
    "inspect": "Inspect",
    "lm-eval": "lm-evaluation-harness",
    "helm": "HELM",
    "every-eval-ever": "Every Eval Ever",
}
MOST_RESULTS = 12
MOST_BESIDE = 4

Row = dict[str, str]


def log_rows(log: LogFacts) -> list[Row]:
    """Return label, value and note of each fact, results first after what was run."""
    return [{"label": label, "value": value, "note": note} for label, value, note in _rows(log)]


@dataclass(frozen=True)
class OfferedLog:
    """A log that a mark may rest on: the field's value, what it is called, what it says."""

    value: str
    name: str
    attachment_id: UUID
    sha256: str
    log: LogFacts


@dataclass(frozen=True)
class BesideCriterion:
    """What stands beside one criterion: facts of each log, and the warnings that bear on it."""

    logs: tuple[tuple[OfferedLog, tuple[Row, ...]], ...]
    warnings: tuple[str, ...]


def offered_logs(sections: Iterable[SubmittedSection], evidence: Evidence) -> list[OfferedLog]:
    """Return the logs of submitted files that were read, in the order of the files."""
    found = []
    for section in sections:
        for file in (file for answer in section.answers for file in answer.files):
            for log in evidence.get(file.sha256, ()):
                if not log.refusal:
                    named = ", ".join(filter(None, (log.task, log.model))) or _TOOLS[log.tool]
                    pointer = LogPointer(file.id, log.place)
                    found.append(
                        OfferedLog(
                            pointer.as_field, f"{file.name}: {named}", file.id, file.sha256, log
                        )
                    )
    return found


def beside_criterion(criterion: Criterion, logs: Sequence[OfferedLog]) -> BesideCriterion:
    """Return the facts that the criterion asks for, of each log, and what bears on them."""
    facts = known_facts(criterion.facts)
    told = [
        one.text for offered in logs for one in offered.log.findings if bears_on(one.code, facts)
    ]
    rows = [(offered, tuple(_facts_of(offered.log, facts))) for offered in logs]
    return BesideCriterion(
        tuple((offered, shown) for offered, shown in rows if shown), tuple(dict.fromkeys(told))
    )


def claims_without_logs(texts: Iterable[str], evidence: Evidence) -> list[str]:
    """Return a sentence for each result that the texts tell and no log supports."""
    logs = [log for found in evidence.values() for log in found if not log.refusal]
    return [one.text for one in claim_warnings("\n".join(texts), _support_of(logs))]


def texts_of(sections: Iterable[SubmittedSection]) -> list[str]:
    """Return what was written in a submitted version."""
    return [answer.text for section in sections for answer in section.answers if answer.text]


def _support_of(logs: Sequence[LogFacts]) -> Support | None:
    if not logs:
        return None
    metrics = [metric for log in logs for metric in log.metrics]
    return Support(
        values=tuple(metric.value for metric in metrics if metric.value is not None),
        models=tuple(log.model for log in logs if log.model),
        tasks=(
            *(name for log in logs for name in (log.task, log.dataset) if name),
            *(metric.name for metric in metrics),
        ),
    )


def _facts_of(log: LogFacts, facts: Iterable[EvidenceFact]) -> Iterable[Row]:
    for fact in facts:
        for value, note in _FACTS[fact](log):
            yield {"label": FACT_LABELS[fact], "value": value, "note": note}


def _results(log: LogFacts) -> Iterable[tuple[str, str]]:
    for metric in log.metrics[:MOST_BESIDE]:
        yield f"{metric.name} {_value(metric)}", f"{metric.n:,} samples" if metric.n else ""


def _samples_run(log: LogFacts) -> Iterable[tuple[str, str]]:
    if log.samples_scored is not None:
        yield _samples(log), _times(log.epochs)


def _uncertainty(log: LogFacts) -> Iterable[tuple[str, str]]:
    errors = [one for one in log.metrics if one.stderr is not None]
    if errors:
        first = errors[0]
        yield f"standard error {first.stderr:.2g} on {first.name}", _times(log.epochs)
    elif log.metrics:
        yield "no standard error", _times(log.epochs)


def _grader(log: LogFacts) -> Iterable[tuple[str, str]]:
    if log.judge_model:
        yield log.judge_model, "a model"


def _revision(log: LogFacts) -> Iterable[tuple[str, str]]:
    if log.commit:
        state = {True: "with uncommitted changes", False: "all committed"}
        yield log.commit, state.get(log.is_dirty, "")  # type: ignore[arg-type]
    else:
        yield "not said", ""


def _cost(log: LogFacts) -> Iterable[tuple[str, str]]:
    if log.tokens:
        yield f"{log.tokens:,} tokens", f"{log.seconds:,.0f} s" if log.seconds else ""


_FACTS: Mapping[EvidenceFact, Callable[[LogFacts], Iterable[tuple[str, str]]]] = {
    EvidenceFact.RESULTS: _results,
    EvidenceFact.SAMPLES: _samples_run,
    EvidenceFact.UNCERTAINTY: _uncertainty,
    EvidenceFact.MODELS: lambda log: [(log.model, "")] if log.model else [],
    EvidenceFact.GRADER: _grader,
    EvidenceFact.REVISION: _revision,
    EvidenceFact.STATUS: lambda log: [(log.status, "")] if log.status else [],
    EvidenceFact.DATES: lambda log: [(_day(log.started_at), "")] if log.started_at else [],
    EvidenceFact.COST: _cost,
}


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


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
        yield "Run on", _day(log.started_at), f"{log.tokens:,} tokens" if log.tokens else ""


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
