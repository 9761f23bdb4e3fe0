"""What re-runs confirmed: the only results of a log that letters and announcements name."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import RerunState
from fundapp.evidence.results import result_from_data
from fundapp.models import Rerun
from fundapp.queries.document_rows import ConfirmedResult


def confirmed_results(
    session: Session, application_ids: Iterable[UUID]
) -> Mapping[UUID, ConfirmedResult]:
    """Return the claim that a re-run confirmed, by application. 1 statement."""
    rows = session.execute(
        select(Rerun.application_id, Rerun.claim)
        .where(Rerun.application_id.in_(list(application_ids)), Rerun.state == RerunState.CONFIRMED)
        .order_by(Rerun.settled_at, Rerun.id)
    )
    found = {}
    for application_id, data in rows:
        claim = result_from_data(data)
        if claim.value is not None:
            found[application_id] = ConfirmedResult(
                task=claim.task or "",
                metric=claim.metric,
                model=claim.model or "",
                value=f"{claim.value:.4g}",
            )
    return found
