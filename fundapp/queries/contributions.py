"""One funder's part of one award, as its officer reads it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.money import Money
from fundapp.domain.states import ContributionState, DecisionState
from fundapp.models import Application, Contribution, Decision, Envelope, Funder, Round
from fundapp.queries.exchange_rates import own_money


@dataclass(frozen=True)
class ContributionSheet:
    """A part with what it belongs to; sums in minor units of `currency`.

    own: the part in the currency of the funder's envelope, where that is not the round's.
    """

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
    paid_when: str
    is_settled: bool
    own: Money | None


def contribution_sheet(session: Session, contribution_id: UUID) -> ContributionSheet:
    """Return one part. 1 statement. NotFound when the decision was changed meanwhile."""
    found = session.execute(
        select(Contribution, Decision, Application, Round, Funder.name, Envelope.own_currency)
        .join(Decision, Decision.id == Contribution.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Round, Round.id == Decision.round_id)
        .join(Funder, Funder.id == Contribution.funder_id)
        .outerjoin(
            Envelope,
            (Envelope.round_id == Round.id) & (Envelope.funder_id == Contribution.funder_id),
        )
        .where(Contribution.id == contribution_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This part of an award is no longer there: the decision was changed.")
    part, decision, application, round_, funder, own_currency = found
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
        paid_when=part.paid_when,
        is_settled=decision.state is DecisionState.RELEASED,
        own=own_money(part.own_amount, own_currency),
    )
