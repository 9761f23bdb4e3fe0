"""What the attached logs of an application say, for its own people and for those who judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from fundapp.evidence.warnings import (
    EvidenceWarning,
    Surroundings,
    WarningCode,
    warnings_around,
)
from fundapp.models import Application, Attachment, EvidenceReading, Round

_NOT_A_LOG = "not_a_log"


@dataclass(frozen=True)
class LogMetric:
    """One result: its name with the task's where a file has several, value and error as text."""

    name: str
    value: float | None
    stderr: float | None
    n: int | None


@dataclass(frozen=True, kw_only=True)
class LogFacts:
    """One log of a file; None and "" for what it does not say. refusal: why it was not read.

    started_at: UTC. findings: what to know before believing it. place: of the log in its file. In
    a blind round `origin` is "" and errors are left out. is_sensitive: nobody of the fund may
    download the file. seconds: of wall time.
    """

    tool: str = ""
    task: str = ""
    model: str = ""
    judge_model: str = ""
    dataset: str = ""
    samples_in_dataset: int | None = None
    samples_scored: int | None = None
    epochs: int | None = None
    metrics: tuple[LogMetric, ...] = ()
    status: str = ""
    commit: str = ""
    origin: str = ""
    started_at: datetime | None = None
    tokens: int | None = None
    findings: tuple[EvidenceWarning, ...] = ()
    refusal: str = ""
    is_sensitive: bool = False
    place: int = 0
    is_dirty: bool | None = None
    cost: float | None = None
    seconds: float | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return the findings as sentences."""
        return tuple(one.text for one in self.findings)


Evidence = Mapping[str, tuple[LogFacts, ...]]
"""The logs of each file, by the SHA-256 of its content."""


def evidence_of(
    session: Session, application_id: UUID, *, hide_identity: bool, is_own: bool = False
) -> Evidence:
    """Return what the files of an application say, removed ones too. 1 statement.

    A file that is no log at all is left out; one that looks like a log but cannot be read has
    a refusal. `hide_identity` leaves out what tells who ran it; `is_own`, for the applicant's
    people, what others submitted.
    """
    theirs, other = aliased(Attachment), aliased(Application)
    is_shared = exists().where(
        theirs.sha256 == Attachment.sha256,
        theirs.removed_at.is_(None),
        other.id == theirs.application_id,
        other.round_id == Application.round_id,
        other.organisation_id != Application.organisation_id,
        other.number.is_not(None),
    )
    rows = session.execute(
        select(
            *(EvidenceReading.sha256, EvidenceReading.logs, Round.opened_at, is_shared),
            Attachment.is_sensitive,
        )
        .join(Attachment, Attachment.sha256 == EvidenceReading.sha256)
        .join(Application, Application.id == Attachment.application_id)
        .join(Round, Round.id == Application.round_id)
        .where(Application.id == application_id)
        .order_by(EvidenceReading.sha256, Attachment.is_sensitive)
    )
    found: dict[str, tuple[LogFacts, ...]] = {}
    for sha256, logs, opened_at, is_double, is_sensitive in rows:
        around = Surroundings(opened_at, sha256, {sha256} if is_double and not is_own else ())
        found[sha256] = tuple(
            replace(
                _facts(log, around, hide_identity=hide_identity),
                is_sensitive=is_sensitive,
                place=place,
            )
            for place, log in enumerate(logs)
            if (log.get("error") or {}).get("code") != _NOT_A_LOG
        )
    return {sha256: logs for sha256, logs in found.items() if logs}


def _facts(log: Mapping[str, Any], around: Surroundings, *, hide_identity: bool) -> LogFacts:
    if log.get("error"):
        return LogFacts(refusal=log["error"]["text"])
    started = datetime.fromisoformat(log["started_at"]) if log["started_at"] else None
    told = [
        EvidenceWarning(WarningCode(warning["code"]), warning["text"])
        for warning in log["warnings"]
        if not (hide_identity and warning["code"] == WarningCode.NOT_SUCCESS and log["errors"])
    ]
    return LogFacts(
        tool=log["tool"],
        task=log["task"] or "",
        model=log["model"] or "",
        judge_model=log["judge_model"] or "",
        dataset=log["dataset"] or "",
        samples_in_dataset=log["samples_in_dataset"],
        samples_scored=log["samples_scored"],
        epochs=log["epochs"],
        metrics=_metrics(log),
        status=log["status"] or "",
        commit=log["revision"]["commit"] or "",
        origin="" if hide_identity else log["revision"]["origin"] or "",
        started_at=started,
        tokens=log["tokens"]["total"],
        is_dirty=log["revision"]["dirty"],
        cost=log["cost"],
        seconds=log["seconds"],
        findings=(*told, *warnings_around(started, around)),
    )


def _metrics(log: Mapping[str, Any]) -> tuple[LogMetric, ...]:
    rows: Sequence[Mapping[str, Any]] = log["metrics"]
    return tuple(
        LogMetric(
            f"{row['task']}: {row['name']}" if log["tasks"] and row["task"] else row["name"],
            row["value"],
            row["stderr"],
            row["n"],
        )
        for row in rows
    )
