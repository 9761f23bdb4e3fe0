"""Which applications a plan decides, and what is bound by decisions that it leaves alone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import recused_funders
from fundapp.domain.states import (
    ApplicationState,
    AssignmentState,
    ContributionState,
    DecisionState,
)
from fundapp.models import Application, Assignment, Contribution, Decision, Review
from fundapp.queries.barred import BarredPairs
from fundapp.queries.entered_plans import EnteredPlan
from fundapp.queries.frozen_scores import Quality
from fundapp.queries.lotteries import draw_outcomes
from fundapp.queries.marks import COUNTED_REVIEWS


@dataclass(frozen=True, kw_only=True)
class Request:
    """An application that a plan may fund. Money in minor units.

    reduced: the smaller award that its reviewers suggest, None where they suggest none.
    may_pay: the funders without a conflict, none for who lost a draw. refused_by: funders
    whose officer refused their part. version: of the pending decision that a plan would
    replace, 0 for none.
    """

    id: UUID
    reference: str
    amount: int
    reduced: int | None
    quality: Quality
    may_pay: frozenset[UUID]
    refused_by: frozenset[UUID]
    version: int


@dataclass(frozen=True)
class InQuestion:
    """What a plan decides. Requests stand in the order of the ranking.

    left_to_people: references without a review or a sum. reserve_places: taken by decisions
    that a plan leaves alone. freed: by funder, what pending decisions hold that a plan would
    replace.
    """

    requests: tuple[Request, ...]
    left_to_people: tuple[str, ...]
    reserve_places: frozenset[int]
    freed: Mapping[UUID, int]


def in_question(
    session: Session,
    round_id: UUID,
    *,
    qualities: Mapping[UUID, Quality],
    officers: Mapping[UUID, Collection[UUID]],
    barred: BarredPairs,
    entered: EnteredPlan | None,
) -> InQuestion:
    """Return what a plan of the round decides. 4 statements.

    That is every application under review that has no decision, or still has the pending one
    that the last entered plan gave it. What people decided by hand stays. Who lost a draw is
    paid by nobody.
    """
    suggested = _suggested(session, round_id, barred=barred)
    lost = {id_ for id_, one in draw_outcomes(session, round_id).items() if not one.is_won}
    rows = _rows(session, round_id)
    bound = [row for row in rows if row.decision and not _stands_as_planned(row, entered)]
    waiting = [row for row in rows if row.is_under_review and row not in bound]
    plannable = [row for row in waiting if row.id in qualities and row.amount]
    requests = [
        _request(
            row,
            quality=qualities[row.id],
            suggested=suggested.get(row.id, 0),
            may_pay=frozenset() if row.id in lost else payers_of(row.id, officers, barred),
        )
        for row in plannable
    ]
    freed: Counter[UUID] = Counter()
    for row in plannable:
        freed.update({part.funder_id: part.amount for part in row.parts if not _is_refused(part)})
    places = [row.decision.reserve_place for row in bound if row.decision]
    return InQuestion(
        requests=tuple(sorted(requests, key=lambda one: one.quality.position)),
        left_to_people=tuple(row.reference for row in waiting if row not in plannable),
        reserve_places=frozenset(place for place in places if place),
        freed=freed,
    )


def payers_of(
    application_id: UUID, officers: Mapping[UUID, Collection[UUID]], barred: BarredPairs
) -> frozenset[UUID]:
    """Return the funders that may pay for an application: those without a conflict."""
    recused = recused_funders(
        officers,
        barred_people={p for a, p in barred.people if a == application_id},
        barred_funders={f for a, f in barred.funders if a == application_id},
    )
    return frozenset(officers.keys() - recused)


@dataclass(frozen=True, eq=False)
class _Row:
    """An application with its decision and the parts of the funders."""

    application: Application
    decision: Decision | None
    parts: Sequence[Contribution]

    @property
    def id(self) -> UUID:
        return self.application.id

    @property
    def reference(self) -> str:
        return self.application.reference or ""

    @property
    def amount(self) -> int:
        return self.application.amount_requested or 0

    @property
    def is_under_review(self) -> bool:
        return self.application.state is ApplicationState.UNDER_REVIEW


def _rows(session: Session, round_id: UUID) -> list[_Row]:
    parts = _parts(session, round_id)
    return [
        _Row(application, decision, parts.get(decision.id, ()) if decision else ())
        for application, decision in _applications(session, round_id)
    ]


def _request(row: _Row, *, quality: Quality, suggested: int, may_pay: frozenset[UUID]) -> Request:
    return Request(
        id=row.id,
        reference=row.reference,
        amount=row.amount,
        reduced=suggested if 0 < suggested < row.amount else None,
        quality=quality,
        may_pay=may_pay,
        refused_by=frozenset(part.funder_id for part in row.parts if _is_refused(part)),
        version=row.decision.version if row.decision else 0,
    )


def _is_refused(part: Contribution) -> bool:
    return part.state is ContributionState.REFUSED


def _applications(session: Session, round_id: UUID) -> list[tuple[Application, Decision | None]]:
    rows = session.execute(
        select(Application, Decision)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(
            Application.round_id == round_id,
            (Application.state == ApplicationState.UNDER_REVIEW) | Decision.id.is_not(None),
        )
        .order_by(Application.number, Application.id)
    )
    return [(application, decision) for application, decision in rows]


def _parts(session: Session, round_id: UUID) -> Mapping[UUID, Sequence[Contribution]]:
    rows = session.scalars(
        select(Contribution)
        .join(Decision, Decision.id == Contribution.decision_id)
        .where(Decision.round_id == round_id)
        .order_by(Contribution.id)
    )
    found: dict[UUID, list[Contribution]] = defaultdict(list)
    for row in rows:
        found[row.decision_id].append(row)
    return found


def _stands_as_planned(row: _Row, entered: EnteredPlan | None) -> bool:
    """Tell whether a decision is still the pending one that the last entered plan gave."""
    planned = entered.decisions.get(row.id) if entered else None
    if planned is None or row.decision is None or row.decision.state is not DecisionState.PENDING:
        return False
    sums = {str(part.funder_id): part.amount for part in row.parts}
    return bool(row.decision.kind.value == planned["kind"] and sums == planned["contributions"])


def _suggested(session: Session, round_id: UUID, *, barred: BarredPairs) -> Mapping[UUID, int]:
    """Return the middle one of the sums that the reviewers of each application suggest."""
    rows = session.execute(
        select(
            Review.application_id,
            Review.recommended_amount,
            Assignment.person_id,
            Assignment.funder_id,
        )
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.state == AssignmentState.DONE,
            Review.state.in_(COUNTED_REVIEWS),
        )
    )
    sums: dict[UUID, list[int]] = defaultdict(list)
    for application, amount, person, funder in rows:
        is_barred = barred.bars(application, person_id=person, funder_id=funder)
        if amount is not None and not is_barred:
            sums[application].append(amount)
    return {application: median_low(amounts) for application, amounts in sums.items()}
