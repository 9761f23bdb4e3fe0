"""What funders with an envelope in another currency pay, to the cent of that currency."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fundapp.domain.states import ContributionState, DecisionState
from fundapp.joint.allocation.exchange import payments_in_own
from fundapp.models import Application, Award, Contribution, Decision, Envelope, Round
from fundapp.queries.checks import RETURNED
from fundapp.queries.exchange_rates import round_rates


def settle_own_parts(
    session: Session,
    round_: Round,
    envelopes: Mapping[UUID, Envelope],
    *,
    funders: Collection[UUID],
) -> None:
    """Write the parts of these funders in the currency of their envelopes.

    Together they are what the funder pays at the round's rate, rounded up, and never above
    its own envelope. Released parts stay as they were told, until an amendment asks for a new
    word; a cent may move among the others when one comes or goes. At most 2 statements, none
    where all give in the round's currency.
    """
    own = {funder: envelopes[funder].own_currency for funder in funders}
    wanted = [funder for funder, currency in own.items() if currency]
    rates = round_rates(session, round_.id, currency=round_.currency, has_others=bool(wanted))
    if not wanted:
        return
    rows = session.execute(
        select(Contribution, Decision.state, Application.number)
        .join(Decision, Decision.id == Contribution.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .outerjoin(Award, Award.decision_id == Decision.id)
        .where(
            Decision.round_id == round_.id,
            Contribution.funder_id.in_(wanted),
            Contribution.state != ContributionState.REFUSED,
            or_(Award.state.is_(None), Award.state.not_in(RETURNED)),
        )
        .order_by(Application.number, Contribution.id)
    ).all()
    for funder in wanted:
        parts = [row for row in rows if row.Contribution.funder_id == funder]
        told = [part for part, state, _ in parts if _is_told(part, state)]
        pending = {
            f"{number:09}": part for part, state, number in parts if not _is_told(part, state)
        }
        found = payments_in_own(
            {number: part.amount for number, part in pending.items()},
            rates.of(str(own[funder])),
            settled=sum(part.amount for part in told),
            settled_own=sum(part.own_amount or 0 for part in told),
        )
        for number, part in pending.items():
            part.own_amount = found[number]
    session.flush()


def _is_told(part: Contribution, state: DecisionState) -> bool:
    return state is DecisionState.RELEASED and part.state is not ContributionState.PROPOSED
