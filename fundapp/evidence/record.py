"""What a log says of one evaluation, whichever tool wrote it. None = the file does not say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Tool(StrEnum):
    """The tools whose logs are read."""

    INSPECT = "inspect"
    LM_EVAL = "lm-eval"
    HELM = "helm"
    EVERY_EVAL_EVER = "every-eval-ever"


class RefusalCode(StrEnum):
    """Why a file is not read."""

    NOT_A_LOG = "not_a_log"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    ENCRYPTED = "encrypted"
    UNKNOWN_COMPRESSION = "unknown_compression"


class EvidenceRefused(Exception):
    """A file that is no readable log; the message is a sentence for who brought it."""

    def __init__(self, code: RefusalCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One result. value, stderr: None for not a number or not given. n: samples behind it.

    has_bad_number: the file has NaN or infinity where the value or its error should be.
    """

    name: str
    value: float | None
    task: str | None = None
    stderr: float | None = None
    n: int | None = None
    has_bad_number: bool = False


@dataclass(frozen=True, kw_only=True)
class Revision:
    """The state of the code that ran: where it is kept, which commit, whether it was changed."""

    origin: str | None = None
    commit: str | None = None
    dirty: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Tokens of all models together."""

    input: int | None = None
    output: int | None = None
    total: int | None = None


@dataclass(frozen=True, kw_only=True)
class TaskRun:
    """One task of a file: what was asked of which data, how much of it was run and scored.

    samples_attempted, samples_scored: samples times epochs.
    """

    task: str | None = None
    task_version: str | None = None
    dataset: str | None = None
    dataset_revision: str | None = None
    samples_in_dataset: int | None = None
    samples_attempted: int | None = None
    samples_scored: int | None = None
    epochs: int | None = None
    metrics: tuple[Metric, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EvidenceRecord:
    """One log. runs: its tasks, mostly one; limit: the most samples that were asked for.

    judge_model: as the file names it. may_be_self_judged: a model-graded scorer names no judge,
    and one model alone used tokens. seconds: from the start to the end. cost: US dollars.
    sampling: temperature and the like, as they stand in the file.
    """

    tool: Tool
    tool_version: str | None = None
    model: str | None = None
    judge_model: str | None = None
    may_be_self_judged: bool = False
    runs: tuple[TaskRun, ...] = ()
    limit: int | float | None = None
    status: str | None = None
    errors: tuple[str, ...] = ()
    scorers: tuple[str, ...] = ()
    revision: Revision = field(default_factory=Revision)
    packages: Mapping[str, str] = field(default_factory=dict)
    seeds: Mapping[str, int] = field(default_factory=dict)
    sampling: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    started_at: datetime | None = None
    seconds: float | None = None
    tokens: Tokens = field(default_factory=Tokens)
    cost: float | None = None
    sandbox: str | None = None
    relation: str | None = None
