"""What a plan of who pays what is worked out from: requests, frozen scores, money, wishes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.joint_evaluation import WishKind
from fundapp.models import FundingWish
from fundapp.queries.allocation_requests import Request, in_question
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import FunderEnvelope, RoundHead, officers_of, round_head
from fundapp.queries.entered_plans import EnteredPlan, newest_entered
from fundapp.queries.frozen_scores import frozen_qualities
from fundapp.queries.marks import rubric_of_round


@dataclass(frozen=True)
class Wish:
    """What a funder says beforehand of one application; amount for a pin."""

    application_id: UUID
    funder_id: UUID
    kind: WishKind
    amount: int | None


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
    """Return what a plan of the round is worked out from. 12 statements."""
    head, funders = round_head(session, round_id)
    entered = newest_entered(session, round_id)
    found = in_question(
        session,
        round_id,
        qualities=frozen_qualities(session, head),
        officers=officers_of(session, [funder.funder_id for funder in funders]),
        barred=barred_pairs(session, round_id),
        entered=entered,
    )
    in_play = {request.id for request in found.requests}
    scale = rubric_of_round(session, round_id).scale
    return AllocationInputs(
        head=head,
        funders=funders,
        available={one.funder_id: one.left + found.freed.get(one.funder_id, 0) for one in funders},
        requests=found.requests,
        left_to_people=found.left_to_people,
        reserve_places=found.reserve_places,
        wishes=tuple(wish for wish in _wishes(session, round_id) if wish.application_id in in_play),
        scale=(scale[0], scale[-1]) if scale else (0, 1),
        entered=entered,
        ranking_sha256=head.frozen.sha256 if head.frozen else "",
    )


def _wishes(session: Session, round_id: UUID) -> tuple[Wish, ...]:
    rows = session.scalars(
        select(FundingWish)
        .where(FundingWish.round_id == round_id)
        .order_by(FundingWish.application_id, FundingWish.funder_id)
    )
    return tuple(Wish(row.application_id, row.funder_id, row.kind, row.amount) for row in rows)
