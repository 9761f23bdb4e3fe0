"""How far a draft is that a worker makes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.states import JobState
from fundapp.models import AssignmentPlan, Job, Round


@dataclass(frozen=True)
class DraftProgress:
    """A draft of assignments on its way. `is_there` when the plan can be looked at."""

    round_id: UUID
    round_reference: str
    round_title: str
    notice: str
    is_there: bool
    state: JobState
    done_steps: int
    total_steps: int


def draft_key(plan_id: UUID) -> str:
    """Return the key under which the job of a draft is queued once."""
    return f"draft_assignments {plan_id}"


def draft_progress(session: Session, round_id: UUID, plan_id: UUID) -> DraftProgress:
    """Return how far the draft of a plan is. 1 statement. NotFound when none was ordered."""
    row = session.execute(
        select(Job, Round.reference, Round.title, Round.notice, AssignmentPlan.id)
        .select_from(Job)
        .join(Round, Round.id == round_id)
        .outerjoin(AssignmentPlan, AssignmentPlan.id == plan_id)
        .where(Job.once_key == draft_key(plan_id))
    ).one_or_none()
    if row is None or row[0].payload["round_id"] != str(round_id):
        raise NotFound("There is no such draft.")
    job, reference, title, notice, stored = row
    return DraftProgress(
        round_id=round_id,
        round_reference=reference,
        round_title=title,
        notice=notice,
        is_there=stored is not None,
        state=job.state,
        done_steps=job.done_steps,
        total_steps=job.total_steps,
    )
