"""What a plan of who pays what is worked out from: requests, frozen scores, money, wishes."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import mean, median_low
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import recused_funders
from fundapp.domain.joint_evaluation import WishKind
from fundapp.domain.states import (
    ApplicationState,
    AssignmentState,
    ContributionState,
    DecisionState,
)
from fundapp.models import (
    AllocationPlan,
    Application,
    Assignment,
    Contribution,
    Decision,
    FundingWish,
    Ranking,
    Review,
)
from fundapp.queries.barred import BarredPairs, barred_pairs
from fundapp.queries.deliberations import FunderEnvelope, RoundHead, officers_of, round_head
from fundapp.queries.lotteries import draw_outcomes
from fundapp.queries.marks import COUNTED_REVIEWS, rubric_of_round

Z90 = 1.6449
"""Standard deviations from the estimate to the end of a 90 % interval."""


@dataclass(frozen=True)
class Quality:
    """What the frozen ranking says of an application: its score, and how uncertain it is."""

    rank: int
    position: int
    score: float
    deviation: float


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
class Wish:
    """What a funder says beforehand of one application; amount for a pin."""

    application_id: UUID
    funder_id: UUID
    kind: WishKind
    amount: int | None


@dataclass(frozen=True)
class EnteredPlan:
    """The newest plan that was entered: what it decided, by application."""

    id: UUID
    decisions: Mapping[UUID, Mapping[str, Any]]
    grants: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class AllocationInputs:
    """All that plans of a round rest on. Requests stand in the order of the ranking.

    available: by funder, what is not bound by decisions that a plan leaves alone. left_to
    people: references without a review or a sum. reserve_places: taken by decisions that a
    plan leaves alone. scale: the lowest and the highest mark. ranking_sha256: of the frozen
    ranking.
    """

    head: RoundHead
    funders: tuple[FunderEnvelope, ...]
    available: Mapping[UUID, int]
    requests: tuple[Request, ...]
    left_to_people: tuple[str, ...]
    reserve_places: frozenset[int]
    wishes: tuple[Wish, ...]
    scale: tuple[int, int]
    entered: EnteredPlan | None
    ranking_sha256: str

    @property
    def sha256(self) -> str:
        """Return the fingerprint of all that a plan must be made anew for."""
        content = [
            self.ranking_sha256,
            {str(funder): amount for funder, amount in self.available.items()},
            [_basis(request) for request in self.requests],
            [[str(w.application_id), str(w.funder_id), w.kind, w.amount] for w in self.wishes],
            sorted(self.reserve_places),
        ]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _basis(request: Request) -> list[Any]:
    return [
        str(request.id),
        request.amount,
        request.reduced,
        request.version,
        sorted(map(str, request.may_pay)),
        sorted(map(str, request.refused_by)),
    ]


def allocation_inputs(session: Session, round_id: UUID) -> AllocationInputs:
    """Return what a plan of the round is worked out from. 12 statements.

    A plan decides every application under review that has no decision, or still has the
    pending one that the last entered plan gave it. What people decided by hand stays. Who lost
    a draw is paid by nobody.
    """
    head, funders = round_head(session, round_id)
    barred = barred_pairs(session, round_id)
    officers = officers_of(session, [funder.funder_id for funder in funders])
    entered = newest_entered(session, round_id)
    found = _applications(session, round_id)
    parts = _parts(session, round_id)
    reduced = _suggested(session, round_id, barred=barred)
    quality = _qualities(session, head)
    lost = {id_ for id_, one in draw_outcomes(session, round_id).items() if not one.is_won}
    requests, left_to_people, bound = [], [], []
    for application, decision in found:
        own = parts.get(decision.id, ()) if decision else ()
        if decision is not None and not _stands_as_planned(decision, own, entered):
            bound.append(decision)
        elif application.state is not ApplicationState.UNDER_REVIEW:
            continue
        elif application.id not in quality or not application.amount_requested:
            left_to_people.append(application.reference or "")
        else:
            request = _request(
                application,
                decision,
                own,
                quality=quality[application.id],
                reduced=reduced.get(application.id),
                officers=officers,
                barred=barred,
            )
            has_lost = application.id in lost
            requests.append(replace(request, may_pay=frozenset()) if has_lost else request)
    in_play = {request.id for request in requests}
    freed = _freed(found, parts, in_play)
    scale = rubric_of_round(session, round_id).scale
    return AllocationInputs(
        head=head,
        funders=funders,
        available={one.funder_id: one.left + freed.get(one.funder_id, 0) for one in funders},
        requests=tuple(sorted(requests, key=lambda one: one.quality.position)),
        left_to_people=tuple(left_to_people),
        reserve_places=frozenset(one.reserve_place for one in bound if one.reserve_place),
        wishes=tuple(
            wish for wish in wishes_of(session, round_id) if wish.application_id in in_play
        ),
        scale=(scale[0], scale[-1]) if scale else (0, 1),
        entered=entered,
        ranking_sha256=head.frozen.sha256 if head.frozen else "",
    )


def newest_entered(session: Session, round_id: UUID) -> EnteredPlan | None:
    """Return the newest entered plan of the round, None for none. 1 statement."""
    plan = session.scalar(
        select(AllocationPlan)
        .where(AllocationPlan.round_id == round_id, AllocationPlan.entered_at.is_not(None))
        .order_by(AllocationPlan.entered_at.desc(), AllocationPlan.id)
        .limit(1)
    )
    if plan is None:
        return None
    decisions = {UUID(one["application_id"]): one for one in plan.result["decisions"]}
    return EnteredPlan(plan.id, decisions, plan.result["plan"]["grants"])


def wishes_of(session: Session, round_id: UUID) -> tuple[Wish, ...]:
    """Return what the funders said beforehand, by application and funder. 1 statement."""
    rows = session.scalars(
        select(FundingWish)
        .where(FundingWish.round_id == round_id)
        .order_by(FundingWish.application_id, FundingWish.funder_id)
    )
    return tuple(Wish(row.application_id, row.funder_id, row.kind, row.amount) for row in rows)


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


def _stands_as_planned(
    decision: Decision, parts: Sequence[Contribution], entered: EnteredPlan | None
) -> bool:
    planned = entered.decisions.get(decision.application_id) if entered else None
    if planned is None or decision.state is not DecisionState.PENDING:
        return False
    sums = {str(part.funder_id): part.amount for part in parts}
    return bool(decision.kind.value == planned["kind"] and sums == planned["contributions"])


def _freed(
    found: Sequence[tuple[Application, Decision | None]],
    parts: Mapping[UUID, Sequence[Contribution]],
    in_play: Collection[UUID],
) -> Mapping[UUID, int]:
    """Return by funder what pending decisions hold that a plan would replace."""
    freed: dict[UUID, int] = defaultdict(int)
    for application, decision in found:
        if decision is None or application.id not in in_play:
            continue
        for part in parts.get(decision.id, ()):
            if part.state is not ContributionState.REFUSED:
                freed[part.funder_id] += part.amount
    return freed


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


def _qualities(session: Session, head: RoundHead) -> Mapping[UUID, Quality]:
    """Return the score of each ranked application and its standard deviation, as frozen."""
    if head.frozen is None:
        return {}
    rows = session.scalars(select(Ranking.rows).where(Ranking.id == head.frozen.id)).one()
    ranked = [row for row in rows if row["position"] is not None and row["score"] is not None]
    spreads = [float(row["spread"]) for row in ranked if row["spread"] is not None]
    usual = mean(spreads) if spreads else 0.0
    return {
        UUID(row["application_id"]): Quality(
            row["rank"], row["position"], float(row["score"]), _deviation(row, usual)
        )
        for row in ranked
    }


def _deviation(row: Mapping[str, Any], usual: float) -> float:
    """Return the standard deviation of a frozen score: of its interval, else of its mean."""
    low, high = row.get("low"), row.get("high")
    if low is not None and high is not None:
        return (float(high) - float(low)) / (2 * Z90)
    spread = usual if row["spread"] is None else float(row["spread"])
    return spread / sqrt(max(1, row["reviews"]))


def _request(
    application: Application,
    decision: Decision | None,
    parts: Sequence[Contribution],
    *,
    quality: Quality,
    reduced: int | None,
    officers: Mapping[UUID, Collection[UUID]],
    barred: BarredPairs,
) -> Request:
    amount = application.amount_requested or 0
    recused = recused_funders(
        officers,
        barred_people={p for a, p in barred.people if a == application.id},
        barred_funders={f for a, f in barred.funders if a == application.id},
    )
    return Request(
        id=application.id,
        reference=application.reference or "",
        amount=amount,
        reduced=reduced if reduced and reduced < amount else None,
        quality=quality,
        may_pay=frozenset(officers.keys() - recused),
        refused_by=frozenset(
            part.funder_id for part in parts if part.state is ContributionState.REFUSED
        ),
        version=decision.version if decision else 0,
    )
