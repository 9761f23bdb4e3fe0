"""The re-runs of a round for its exports, without those that the reader may not see."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import RerunState
from fundapp.evidence.reruns import comparison_from_data
from fundapp.evidence.results import Result, result_from_data
from fundapp.models import Application, Rerun
from fundapp.queries.export_records import ExportedRerun


def exported_reruns(
    session: Session, round_id: UUID, *, closed: Collection[UUID]
) -> tuple[ExportedRerun, ...]:
    """Return the re-runs that were not taken back; nothing tells who ran them. 1 statement."""
    rows = session.execute(
        select(Rerun, Application.reference)
        .join(Application, Application.id == Rerun.application_id)
        .where(
            Rerun.round_id == round_id,
            Rerun.state != RerunState.WITHDRAWN,
            Rerun.application_id.not_in(list(closed)),
        )
        .order_by(Application.number, Rerun.asked_at, Rerun.id)
    )
    return tuple(_exported(row.Rerun, row.reference or "") for row in rows)


def _exported(rerun: Rerun, reference: str) -> ExportedRerun:
    claim, comparison = result_from_data(rerun.claim), comparison_from_data(rerun.comparison)
    found = (comparison.found if comparison else None) or Result()
    return ExportedRerun(
        application=reference,
        state=rerun.state.value,
        task=claim.task or "",
        metric=claim.metric,
        model=claim.model or "",
        claimed=claim.value,
        claimed_error=claim.stderr,
        found=found.value,
        found_error=found.stderr,
        difference=comparison.difference if comparison else None,
        low=comparison.low if comparison else None,
        high=comparison.high if comparison else None,
        verdict=comparison.verdict.value if comparison else "",
        sentence=comparison.sentence if comparison else "",
        due_on=rerun.due_at.date(),
        delivered_on=rerun.delivered_at.date() if rerun.delivered_at else None,
        settled_on=rerun.settled_at.date() if rerun.settled_at else None,
        reason=rerun.reason,
        changed_at=max(filter(None, (rerun.asked_at, rerun.delivered_at, rerun.settled_at))),
    )
