"""What must always hold of the money, the letters and the jobs, checked in the database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Row, Subquery, case, cast, func, or_, select
from sqlalchemy.orm import Session

from fundapp.domain.money import Money
from fundapp.domain.states import (
    AwardState,
    ContributionState,
    DecisionKind,
    DecisionState,
    JobState,
    OrderState,
)
from fundapp.models import (
    Application,
    Award,
    Contribution,
    Decision,
    DocumentOrder,
    Envelope,
    Funder,
    Job,
    Round,
)
from fundapp.queries.exchange_rates import own_money

RETURNED = (AwardState.REFUSED, AwardState.LAPSED, AwardState.WITHDRAWN)
"""Awards whose money went back to the envelopes."""


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold: which check, and a sentence."""

    check: str
    sentence: str


def findings(session: Session) -> tuple[Finding, ...]:
    """Return everything that does not hold; nothing, if all is well. 5 statements."""
    return (
        *_envelopes(session),
        *_awards(session),
        *_letters(session),
        *_failed(session),
    )


def _envelopes(session: Session) -> Iterator[Finding]:
    """No envelope is overdrawn, and each says as committed what its contributions add up to."""
    for row in _envelopes_with_contributions(session):
        where = f"{row.reference}, {row.name}"
        envelope, committed, added = (
            Money(minor, row.currency) for minor in (row.amount, row.committed, row.given)
        )
        if committed > envelope or added > envelope:
            sentence = f"{where}: {max(committed, added)} of an envelope of {envelope}."
            yield Finding("no envelope is overdrawn", sentence)
        own = own_money(row.own_amount, row.own_currency)
        if own is not None and row.own_given > own.minor:
            given = Money(int(row.own_given), own.currency)
            sentence = f"{where}: {given} of an envelope of {own}."
            yield Finding("no envelope is overdrawn in its own currency", sentence)
        if committed != added:
            sentence = f"{where}: {committed} committed, contributions add up to {added}."
            yield Finding("envelopes say what is committed", sentence)


def _envelopes_with_contributions(session: Session) -> Iterable[Row[Any]]:
    given = _contributions_by_envelope()
    return session.execute(
        select(
            Round.reference,
            Round.currency,
            Funder.name,
            Envelope.amount,
            Envelope.committed,
            Envelope.own_amount,
            Envelope.own_currency,
            func.coalesce(given.c.amount, 0).label("given"),
            func.coalesce(given.c.own_amount, 0).label("own_given"),
        )
        .join(Round, Round.id == Envelope.round_id)
        .join(Funder, Funder.id == Envelope.funder_id)
        .outerjoin(
            given,
            (given.c.round_id == Envelope.round_id) & (given.c.funder_id == Envelope.funder_id),
        )
        .order_by(Round.reference, Envelope.position)
    )


def _contributions_by_envelope() -> Subquery:
    """Minor units by round and funder, without what was refused or came back."""
    is_back = or_(
        Contribution.state == ContributionState.REFUSED,
        Award.state.in_(RETURNED),
    )

    def counted(column: Any) -> Any:
        return cast(func.sum(func.coalesce(case((is_back, 0), else_=column), 0)), BigInteger)

    return (
        select(
            Decision.round_id,
            Contribution.funder_id,
            counted(Contribution.amount).label("amount"),
            counted(Contribution.own_amount).label("own_amount"),
        )
        .join(Decision, Decision.id == Contribution.decision_id)
        .outerjoin(Award, Award.decision_id == Decision.id)
        .group_by(Decision.round_id, Contribution.funder_id)
        .subquery()
    )


def _awards(session: Session) -> Iterator[Finding]:
    """The contributions of each award equal its amount, unless a funder refused one."""
    refused = func.sum(case((Contribution.state == ContributionState.REFUSED, 1), else_=0))
    rows = session.execute(
        select(
            Application.reference,
            Round.currency,
            Decision.amount,
            func.coalesce(func.sum(Contribution.amount), 0).label("paid"),
        )
        .join(Application, Application.id == Decision.application_id)
        .join(Round, Round.id == Decision.round_id)
        .outerjoin(Contribution, Contribution.decision_id == Decision.id)
        .where(Decision.kind == DecisionKind.AWARD)
        .group_by(Application.reference, Round.currency, Decision.id, Decision.amount)
        .having(func.coalesce(refused, 0) == 0)
        .order_by(Application.reference)
    )
    for row in rows:
        amount, paid = Money(row.amount or 0, row.currency), Money(int(row.paid), row.currency)
        if amount != paid:
            sentence = f"{row.reference}: {amount} awarded, contributions add up to {paid}."
            yield Finding("contributions equal the award", sentence)


def _letters(session: Session) -> Iterator[Finding]:
    """Every released decision has a letter ordered, and none failed."""
    rows = session.scalars(
        select(Application.reference)
        .join(Decision, Decision.application_id == Application.id)
        .where(
            Decision.state == DecisionState.RELEASED,
            ~select(DocumentOrder.id)
            .where(DocumentOrder.application_id == Application.id)
            .exists(),
        )
        .order_by(Application.reference)
    )
    for reference in rows:
        yield Finding("every decision has a letter", f"{reference} is released without a letter.")
    failed = session.execute(
        select(DocumentOrder.reference, DocumentOrder.problem)
        .where(DocumentOrder.state == OrderState.FAILED)
        .order_by(DocumentOrder.reference)
    )
    for reference, problem in failed:
        yield Finding("every document was printed", f"{reference}: {problem}")


def _failed(session: Session) -> Iterator[Finding]:
    jobs = session.execute(
        select(Job.kind, Job.last_error)
        .where(Job.state == JobState.FAILED)
        .order_by(Job.kind, Job.queued_at, Job.id)
    )
    for kind, reason in jobs:
        yield Finding("no job failed", f"{kind}: {reason}")
