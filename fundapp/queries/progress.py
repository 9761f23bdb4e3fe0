"""How far the work of a round has come, in numbers."""

from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from fundapp.domain.round_steps import RoundProgress
from fundapp.domain.states import ApplicationState, AssignmentState
from fundapp.models import Application, Assignment


def progress_of(session: Session, round_id: UUID) -> RoundProgress:
    """Return how many applications and assigned reviews are in which state. 1 statement."""
    rows = session.execute(
        union_all(
            _counted("application", Application, round_id),
            _counted("assignment", Assignment, round_id),
        )
    ).all()
    return RoundProgress(
        applications={
            ApplicationState(state): count for kind, state, count in rows if kind == "application"
        },
        assignments={
            AssignmentState(state): count for kind, state, count in rows if kind == "assignment"
        },
    )


def _counted(kind: str, table: Any, round_id: UUID) -> Any:
    state = cast(table.state, String)
    return (
        select(literal(kind), state, func.count()).where(table.round_id == round_id).group_by(state)
    )
