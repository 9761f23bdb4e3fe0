"""One funder's part of one award, as its officer reads it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.states import ContributionState, DecisionState
from fundapp.models import Application, Contribution, Decision, Funder, Round


@dataclass(frozen=True)
class ContributionSheet:
    """A part with what it belongs to; sums in minor units of `currency`."""

    id: UUID
    round_id: UUID
    round_title: str
    notice: str
    currency: str
    application_id: UUID
    reference: str
    title: str
    funder_id: UUID
    funder: str
    amount: int
    award: int
    reason: str
    state: ContributionState
    condition: str
    is_settled: bool


def contribution_sheet(session: Session, contribution_id: UUID) -> ContributionSheet:
    """Return one part. 1 statement. NotFound when the decision was changed meanwhile."""
    found = session.execute(
        select(Contribution, Decision, Application, Round, Funder.name)
        .join(Decision, Decision.id == Contribution.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Round, Round.id == Decision.round_id)
        .join(Funder, Funder.id == Contribution.funder_id)
        .where(Contribution.id == contribution_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This part of an award is no longer there: the decision was changed.")
    part, decision, application, round_, funder = found
    return ContributionSheet(
        id=part.id,
        round_id=round_.id,
        round_title=round_.title,
        notice=round_.notice,
        currency=round_.currency,
        application_id=application.id,
        reference=application.reference or "",
        title=application.title,
        funder_id=part.funder_id,
        funder=funder,
        amount=part.amount,
        award=decision.amount or 0,
        reason=decision.reason,
        state=part.state,
        condition=part.condition,
        is_settled=decision.state is DecisionState.RELEASED,
    )
