"""A proposal of who pays the prizes, from the frozen ranking and what the envelopes have left."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import shown
from fundapp.domain.errors import WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import ApplicationState, DecisionKind
from fundapp.joint.allocation.instance import MOST_FUNDERS
from fundapp.joint.allocation.proposal import (
    METHOD,
    Entry,
    Proposal,
    ProposedAward,
    propose_prizes,
)
from fundapp.models import Application, Decision, Organisation, PrizeRung
from fundapp.queries.allocation_requests import payers_of
from fundapp.queries.barred import BarredPairs, barred_pairs
from fundapp.queries.deliberations import (
    FunderEnvelope,
    RoundHead,
    officers_of,
    round_head,
)
from fundapp.queries.frozen_scores import Quality, frozen_qualities
from fundapp.queries.marks import rubric_of_round


@dataclass(frozen=True, kw_only=True)
class ProposedRow:
    """What is proposed for one application; kind None = left to people, says why."""

    application_id: UUID
    reference: str
    title: str
    organisation: str
    rank: int | None
    kind: DecisionKind | None
    explanation: str
    contributions: Mapping[UUID, int] = field(default_factory=dict)
    reserve_place: int | None = None
    prize_rung_id: UUID | None = None

    @property
    def amount(self) -> int:
        """Return what the funders pay together, in minor units."""
        return sum(self.contributions.values())


@dataclass(frozen=True)
class AllocationProposal:
    """A whole proposal, rows by rank. left: by funder after it. sha256: of its decisions."""

    rows: tuple[ProposedRow, ...]
    left: Mapping[UUID, int]
    notes: tuple[str, ...]
    method: str
    sha256: str


@dataclass(frozen=True)
class _Undecided:
    """An application that waits for a decision."""

    id: UUID
    reference: str
    title: str
    organisation: str
    rank: int | None
    position: int | None
    may_pay: frozenset[str]
    above: Mapping[str, float]


def allocation_proposal(
    session: Session, round_id: UUID, *, reserves: int, reader: Actor
) -> AllocationProposal:
    """Return the proposal for the applications without a decision. 9 statements.

    Rows closed to the reader are left out, and keep their prizes: who stands below them does
    not move up. Raises WrongState without a frozen ranking.
    """
    head, funders = round_head(session, round_id)
    if head.frozen is None:
        raise WrongState("Freeze the ranking first, then ask for a proposal.")
    if not 1 <= len(funders) <= MOST_FUNDERS:
        raise WrongState(f"A proposal takes 1 to {MOST_FUNDERS} funders. Decide by hand.")
    barred = barred_pairs(session, round_id)
    waiting = _undecided(session, head, funders, barred=barred)
    closed = barred.applications_closed_to(reader.person_id)
    ranked = [row for row in waiting if row.position is not None]
    taken = session.execute(
        select(Decision.prize_rung_id, Decision.reserve_place).where(Decision.round_id == round_id)
    ).all()
    given = {rung for rung, _ in taken}
    rungs = [rung for rung in prize_ladder(session, round_id) if rung.id not in given]
    proposal = _propose(head, funders, ranked, ladder=[rung.amount for rung in rungs])
    rows = _ranked_rows(ranked, proposal.awards, rungs=rungs)
    places = (place for place in range(1, 10_000) if place not in {p for _, p in taken})
    rows = _with_reserves(rows, [next(places) for _ in range(reserves)])
    rows += [_left_to_people(row) for row in waiting if row.position is None]
    ranks = head.frozen.ranks_without(closed)
    rows = [
        replace(row, rank=ranks.get(row.application_id))
        for row in rows
        if row.application_id not in closed
    ]
    return AllocationProposal(
        rows=tuple(rows),
        left={UUID(funder): amount for funder, amount in proposal.left.items()},
        notes=proposal.notes,
        method=METHOD,
        sha256=_hash(rows),
    )


def _undecided(
    session: Session,
    head: RoundHead,
    funders: Sequence[FunderEnvelope],
    *,
    barred: BarredPairs,
) -> list[_Undecided]:
    officers = officers_of(session, [funder.funder_id for funder in funders])
    qualities = frozen_qualities(session, head)
    lowest = min(rubric_of_round(session, head.id).scale, default=0)
    places = head.frozen.places if head.frozen else {}
    rows: Any = session.execute(
        select(Application, Organisation.name)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(
            Application.round_id == head.id,
            Application.state == ApplicationState.UNDER_REVIEW,
            Decision.id.is_(None),
        )
        .order_by(Application.number, Application.id)
    )
    found = []
    for application, organisation in rows:
        rank, position = places.get(application.id, (None, None))
        found.append(
            _Undecided(
                id=application.id,
                reference=application.reference or "",
                title=application.title,
                organisation=organisation,
                rank=rank,
                position=position,
                may_pay=frozenset(map(str, payers_of(application.id, officers, barred))),
                above=_above(qualities.get(application.id), officers, lowest),
            )
        )
    return sorted(found, key=lambda row: (row.position is None, row.position, row.reference))


def _above(quality: Quality | None, funders: Iterable[UUID], lowest: int) -> Mapping[str, float]:
    """Return by funder how far the score lies above the lowest mark; {} without a score."""
    if quality is None:
        return {}
    return {str(funder): max(0.0, quality.to(funder) - lowest) for funder in funders}


def _propose(
    head: RoundHead,
    funders: Sequence[FunderEnvelope],
    ranked: Sequence[_Undecided],
    *,
    ladder: Sequence[int],
) -> Proposal:
    envelopes = {str(funder.funder_id): funder.left for funder in funders}
    names = {str(funder.funder_id): funder.name for funder in funders}
    return propose_prizes(
        [
            Entry(application=str(row.id), rank=row.rank or 0, may_pay=row.may_pay,
                  above=row.above, label=row.reference)
            for row in ranked
        ],
        ladder,
        envelopes,
        show=lambda minor: shown(minor, head.currency),
        seed=head.seed,
        funder_labels=names,
    )  # fmt: skip


def _ranked_rows(
    ranked: Sequence[_Undecided], awards: Sequence[ProposedAward], *, rungs: Sequence["Rung"]
) -> list[ProposedRow]:
    return [
        _row(row, award, rung=rungs[place].id if place < len(rungs) else None)
        for place, (row, award) in enumerate(zip(ranked, awards, strict=True))
    ]


def _row(row: _Undecided, award: ProposedAward, *, rung: UUID | None) -> ProposedRow:
    return ProposedRow(
        application_id=row.id,
        reference=row.reference,
        title=row.title,
        organisation=row.organisation,
        rank=row.rank,
        kind=DecisionKind.AWARD if award.is_funded else DecisionKind.DECLINE,
        explanation=award.explanation,
        contributions={UUID(funder): part for funder, part in award.contributions.items()},
        prize_rung_id=rung if award.is_funded else None,
    )


def _with_reserves(rows: Sequence[ProposedRow], places: Sequence[int]) -> list[ProposedRow]:
    """Put the best of those left out on the reserve list."""
    waiting = iter(places)
    found = []
    for row in rows:
        place = next(waiting, None) if row.kind is DecisionKind.DECLINE else None
        found.append(
            row if place is None else replace(row, kind=DecisionKind.RESERVE, reserve_place=place)
        )
    return found


def _left_to_people(row: _Undecided) -> ProposedRow:
    return ProposedRow(
        application_id=row.id,
        reference=row.reference,
        title=row.title,
        organisation=row.organisation,
        rank=row.rank,
        kind=None,
        explanation="Left to you: it has no review.",
    )


def _hash(rows: Sequence[ProposedRow]) -> str:
    """Return the SHA-256 of what would be entered."""
    content = [
        [
            str(row.application_id),
            row.kind and row.kind.value,
            {str(funder): part for funder, part in row.contributions.items()},
            row.reserve_place,
        ]
        for row in rows
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Rung:
    """One place of the prize ladder; amount in minor units."""

    id: UUID
    title: str
    amount: int


def prize_ladder(session: Session, round_id: UUID) -> tuple[Rung, ...]:
    """Return the prizes of a round, the first first. 1 statement."""
    rows = session.execute(
        select(PrizeRung.id, PrizeRung.title, PrizeRung.amount)
        .where(PrizeRung.round_id == round_id)
        .order_by(PrizeRung.position)
    )
    return tuple(Rung(*row) for row in rows)
