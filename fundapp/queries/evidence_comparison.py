"""Results of submitted logs: of one application side by side, and across the entries of a round."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState
from fundapp.evidence.results import Result, results_in
from fundapp.evidence.side_by_side import ComparedTask, compare_results
from fundapp.models import Application, Attachment, EvidenceReading


@dataclass(frozen=True)
class ComparedEntry:
    """An application whose logs are compared; its title tells no name."""

    id: UUID
    reference: str
    title: str


@dataclass(frozen=True)
class EntriesSideBySide:
    """Entries of a round that ran the same task: `tasks` name them by their place in `entries`."""

    entries: tuple[ComparedEntry, ...]
    tasks: tuple[ComparedTask, ...]


_UNJUDGED = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.INELIGIBLE)


def results_of_files(
    session: Session, application_id: UUID
) -> Mapping[str, tuple[tuple[Result, ...], ...]]:
    """Return the results of each log of an application's files, by the file's SHA-256. 1 statement.

    A log that was refused has none, so that places in a file stay.
    """
    rows = session.execute(
        select(EvidenceReading.sha256, EvidenceReading.logs)
        .join(Attachment, Attachment.sha256 == EvidenceReading.sha256)
        .where(Attachment.application_id == application_id)
    )
    return {sha256: tuple(tuple(results_in([log])) for log in logs) for sha256, logs in rows}


def entries_side_by_side(
    session: Session, round_id: UUID, *, closed: Collection[UUID]
) -> EntriesSideBySide:
    """Return the results that several entries have on one task, metric and model. 1 statement.

    Of files that were there when the entry was submitted last. closed: applications that the
    reader is barred from; they are left out.
    """
    rows = session.execute(
        select(Application.id, Application.reference, Application.title, EvidenceReading.logs)
        .join(Attachment, Attachment.application_id == Application.id)
        .join(EvidenceReading, EvidenceReading.sha256 == Attachment.sha256)
        .where(
            Application.round_id == round_id,
            Application.state.not_in(_UNJUDGED),
            Attachment.added_at <= Application.submitted_at,
            Attachment.removed_at.is_(None) | (Attachment.removed_at > Application.submitted_at),
        )
        .order_by(Application.number, Application.id, Attachment.added_at, Attachment.id)
    )
    entries: dict[UUID, ComparedEntry] = {}
    results: dict[UUID, list[Result]] = {}
    for application_id, reference, title, logs in rows:
        if application_id in closed:
            continue
        entries.setdefault(application_id, ComparedEntry(application_id, reference or "", title))
        results.setdefault(application_id, []).extend(results_in(logs))
    compared = compare_results([results[id_] for id_ in entries], least_owners=2, same_model=True)
    return EntriesSideBySide(tuple(entries.values()), compared)
