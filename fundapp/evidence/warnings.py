"""What a juror should know before believing a log, each with a code and a sentence."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fundapp.evidence.record import EvidenceRecord, Metric, TaskRun, Tool


class WarningCode(StrEnum):
    """Why a log should be read with care."""

    SINGLE_SAMPLE = "single_sample"
    ONE_EPOCH = "one_epoch"
    NO_STDERR = "no_stderr"
    NO_SCORES = "no_scores"
    PARTIAL_DATASET = "partial_dataset"
    DATASET_SIZE_CONTRADICTS = "dataset_size_contradicts"
    SAMPLES_FAILED = "samples_failed"
    DIRTY = "dirty"
    NO_REVISION = "no_revision"
    SELF_JUDGED = "self_judged"
    NOT_SUCCESS = "not_success"
    BEFORE_OPENING = "before_opening"
    NO_VERSIONS = "no_versions"
    NOT_A_NUMBER = "not_a_number"
    DUPLICATE_LOG = "duplicate_log"
    UNSUPPORTED_CLAIM = "unsupported_claim"


@dataclass(frozen=True)
class EvidenceWarning:
    """One warning; `text` is a sentence for a juror."""

    code: WarningCode
    text: str


@dataclass(frozen=True)
class Surroundings:
    """What is known beside the log. opened_at: of the call; sha256: of the log; seen: the hashes
    of logs that others submitted."""

    opened_at: datetime | None = None
    sha256: str = ""
    seen: Collection[str] = ()


Found = Iterable[str]


def warnings_on(
    record: EvidenceRecord, around: Surroundings | None = None
) -> tuple[EvidenceWarning, ...]:
    """Return the warnings, those of the log itself first. What the file does not say warns of
    nothing, but for results without error, code or versions, which a juror misses."""
    own = [
        EvidenceWarning(code, sentence)
        for code, rule in _RULES.items()
        for sentence in rule(record)
    ]
    return (*own, *warnings_around(record.started_at, around or Surroundings()))


def _single_sample(record: EvidenceRecord) -> Found:
    for run in record.runs:
        alone = [one for one in run.metrics if one.n == 1 and one.stderr in {0.0, None}]
        if run.samples_scored == 1 and (alone or not run.metrics):
            zero = any(one.stderr == 0.0 for one in alone)
            error = " The standard error of 0 says nothing." if zero else ""
            yield f"{_where(record, run)}One sample alone was scored.{error}"


def _one_epoch(record: EvidenceRecord) -> Found:
    judged = record.judge_model is not None or record.may_be_self_judged
    is_random = record.sampling.get("temperature") not in {None, 0}
    for run in record.runs:
        if run.epochs == 1 and record.tool is Tool.INSPECT:
            chance = " Its judge is a model, so a second run may differ." if judged else ""
            if not judged and is_random:
                chance = " Answers were drawn at random, so a second run may differ."
            yield f"{_where(record, run)}Each sample was run once (one epoch).{chance}"


def _no_stderr(record: EvidenceRecord) -> Found:
    for run in record.runs:
        values = [one for one in run.metrics if one.value is not None]
        if values and all(one.stderr is None for one in values):
            yield f"{_where(record, run)}No result has a standard error."


def _no_scores(record: EvidenceRecord) -> Found:
    for run in record.runs:
        if not any(_has_value(one) for one in run.metrics):
            yield f"{_where(record, run)}The log has no result."


def _partial_dataset(record: EvidenceRecord) -> Found:
    for run in record.runs:
        distinct = _distinct(run)
        if run.samples_in_dataset is not None and distinct is not None:
            if distinct < run.samples_in_dataset:
                yield (
                    f"{_where(record, run)}Only {distinct:,} of {run.samples_in_dataset:,} "
                    "samples of the data set were run."
                )
        elif record.limit is not None:
            yield f"{_where(record, run)}The run was limited to {record.limit:,} samples."


def _contradiction(record: EvidenceRecord) -> Found:
    for run in record.runs:
        distinct = _distinct(run)
        if distinct is not None and distinct > (run.samples_in_dataset or distinct):
            yield (
                f"{_where(record, run)}{distinct:,} samples were run, but the data set is said "
                f"to have {run.samples_in_dataset:,}."
            )


def _failed(record: EvidenceRecord) -> Found:
    if record.status not in {"success", None}:
        return
    for run in record.runs:
        tried, scored = run.samples_attempted, run.samples_scored
        if tried is not None and scored is not None and scored < tried:
            said = "though the run is marked as a success" if record.status else "of those tried"
            yield f"{_where(record, run)}{tried - scored:,} of {tried:,} samples failed, {said}."


def _dirty(record: EvidenceRecord) -> Found:
    if record.revision.dirty:
        yield "The code had changes that were not committed, so nobody can run the same again."


def _no_revision(record: EvidenceRecord) -> Found:
    if record.revision.commit is None:
        yield "The log names no commit of the code that ran."


def _self_judged(record: EvidenceRecord) -> Found:
    if record.judge_model is not None and record.judge_model == record.model:
        yield f"The model {record.model} judged its own answers."
    elif record.may_be_self_judged:
        yield "A model graded the answers and none but the tested one was used: probably itself."


def _not_success(record: EvidenceRecord) -> Found:
    if record.status is not None and record.status != "success":
        yield f"The run did not end well: its status is “{record.status}”."
    elif record.status == "success" and record.errors:
        yield f"The run met errors: {record.errors[0]}"


def _no_versions(record: EvidenceRecord) -> Found:
    if not record.packages:
        yield "The log names no versions of the software that ran."


def _not_a_number(record: EvidenceRecord) -> Found:
    for run in record.runs:
        names = [one.name for one in run.metrics if one.has_bad_number]
        if names:
            yield f"{_where(record, run)}Not a number: {', '.join(names[:5])}."


def warnings_around(started: datetime | None, around: Surroundings) -> tuple[EvidenceWarning, ...]:
    """Return the warnings that come from beside the log: the call, and the logs of others."""
    found = []
    if started is not None and around.opened_at is not None and started < around.opened_at:
        text = f"It was run on {started.day} {started:%B %Y}, before the call opened."
        found.append(EvidenceWarning(WarningCode.BEFORE_OPENING, text))
    if around.sha256 and around.sha256 in around.seen:
        text = "Another applicant submitted the very same log."
        found.append(EvidenceWarning(WarningCode.DUPLICATE_LOG, text))
    return tuple(found)


def _where(record: EvidenceRecord, run: TaskRun) -> str:
    return f"{run.task}: " if len(record.runs) > 1 and run.task else ""


def _distinct(run: TaskRun) -> int | None:
    """Return how many different samples were tried; None where the file does not say."""
    tried = run.samples_attempted if run.samples_attempted is not None else run.samples_scored
    return None if tried is None else tried // max(1, run.epochs or 1)


def _has_value(metric: Metric) -> bool:
    return metric.value is not None or metric.has_bad_number


_RULES: Mapping[WarningCode, Callable[[EvidenceRecord], Found]] = {
    WarningCode.SINGLE_SAMPLE: _single_sample,
    WarningCode.ONE_EPOCH: _one_epoch,
    WarningCode.NO_STDERR: _no_stderr,
    WarningCode.NO_SCORES: _no_scores,
    WarningCode.PARTIAL_DATASET: _partial_dataset,
    WarningCode.DATASET_SIZE_CONTRADICTS: _contradiction,
    WarningCode.SAMPLES_FAILED: _failed,
    WarningCode.DIRTY: _dirty,
    WarningCode.NO_REVISION: _no_revision,
    WarningCode.SELF_JUDGED: _self_judged,
    WarningCode.NOT_SUCCESS: _not_success,
    WarningCode.NO_VERSIONS: _no_versions,
    WarningCode.NOT_A_NUMBER: _not_a_number,
}
