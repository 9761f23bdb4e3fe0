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
from fundapp.domain.prize_places import entries_of_places
from fundapp.domain.states import ApplicationState, DecisionKind
from fundapp.joint.allocation.instance import MOST_FUNDERS
from fundapp.joint.allocation.proposal import (
    METHOD,
    Entry,
    Proposal,
    ProposedAward,
    propose_prizes,
)
from fundapp.models import Application, Decision, Organisation
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
from fundapp.queries.prize_ladders import Rung, prize_ladder
from fundapp.queries.rerun_claims import categories_of_entries


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
    prize: str = ""

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
    category: str
    places: tuple[int, int] | None


def allocation_proposal(
    session: Session, round_id: UUID, *, reserves: int, reader: Actor
) -> AllocationProposal:
    """Return the proposal for the applications without a decision. 10 statements.

    A place of a category goes to the best entry that chose it (`entries_of_places`). Rows closed
    to the reader are left out, and keep their prizes: who stands below them does not move up.
    Raises WrongState without a frozen ranking.
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
    takers = entries_of_places(
        [row.id for row in ranked],
        {row.id: row.category for row in ranked},
        [rung.category for rung in rungs],
    )
    taking = {id_: rung for id_, rung in zip(takers, rungs, strict=True) if id_ is not None}
    proposal = _propose(head, funders, ranked, taking=taking)
    rows = _ranked_rows(ranked, proposal.awards, taking=taking, rungs=rungs)
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
        notes=(*proposal.notes, *_too_close(ranked, taking)),
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
    is_by_pairs = head.frozen is not None and head.frozen.is_by_pairs
    lowest = 0 if is_by_pairs else min(rubric_of_round(session, head.id).scale, default=0)
    categories = categories_of_entries(session, head.id)
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
        quality = qualities.get(application.id)
        found.append(
            _Undecided(
                id=application.id,
                reference=application.reference or "",
                title=application.title,
                organisation=organisation,
                rank=rank,
                position=position,
                may_pay=frozenset(map(str, payers_of(application.id, officers, barred))),
                above=_above(quality, officers, lowest),
                category=categories.get(application.id, ""),
                places=quality.places if quality else None,
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
    taking: Mapping[UUID, Rung],
) -> Proposal:
    envelopes = {str(funder.funder_id): funder.left for funder in funders}
    names = {str(funder.funder_id): funder.name for funder in funders}
    by_category = any(rung.category for rung in taking.values())
    takers = [row for id_ in taking for row in ranked if row.id == id_]
    others = [row for row in ranked if row.id not in taking]
    return propose_prizes(
        [
            Entry(application=str(row.id), rank=row.rank or 0, may_pay=row.may_pay,
                  above=row.above, label=row.reference, group=row.category if by_category else "")
            for row in (*takers, *others)
        ],
        [rung.amount for rung in taking.values()],
        envelopes,
        show=lambda minor: shown(minor, head.currency),
        seed=head.seed,
        funder_labels=names,
        prizes=[rung.told for rung in taking.values()] if by_category else (),
    )  # fmt: skip


def _ranked_rows(
    ranked: Sequence[_Undecided],
    awards: Sequence[ProposedAward],
    *,
    taking: Mapping[UUID, Rung],
    rungs: Sequence[Rung],
) -> list[ProposedRow]:
    award_of = {award.application: award for award in awards}
    by_category = any(rung.category for rung in rungs)
    rows = []
    for row in ranked:
        award, rung = award_of[str(row.id)], taking.get(row.id)
        if rung is None and by_category:
            award = replace(award, explanation=_why_none(row, rungs))
        rows.append(_row(row, award, rung=rung))
    return rows


def _why_none(row: _Undecided, rungs: Sequence[Rung]) -> str:
    if any(rung.category in {"", row.category} for rung in rungs):
        return "No prize: those that are open to it go to entries above it."
    return "No prize: none is left for its category."


def _too_close(ranked: Sequence[_Undecided], taking: Mapping[UUID, Rung]) -> list[str]:
    """Return a sentence for each group whose last winner and best other the pairs cannot order."""
    by_category = any(rung.category for rung in taking.values())
    groups = dict.fromkeys(row.category if by_category else "" for row in ranked)
    told = []
    for group in groups:
        here = [row for row in ranked if not by_category or row.category == group]
        last = next((row for row in reversed(here) if row.id in taking), None)
        best = next((row for row in here if row.id not in taking), None)
        if last and best and last.places and best.places and best.places[0] <= last.places[1]:
            told.append(
                f"Too close to call by the pairs: {last.reference} would get a prize, "
                f"{best.reference} none. Talk about these two before you enter it."
            )
    return told


def _row(row: _Undecided, award: ProposedAward, *, rung: Rung | None) -> ProposedRow:
    return ProposedRow(
        application_id=row.id,
        reference=row.reference,
        title=row.title,
        organisation=row.organisation,
        rank=row.rank,
        kind=DecisionKind.AWARD if award.is_funded else DecisionKind.DECLINE,
        explanation=award.explanation,
        contributions={UUID(funder): part for funder, part in award.contributions.items()},
        prize_rung_id=rung.id if rung and award.is_funded else None,
        prize=rung.told if rung and award.is_funded else "",
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
            row.prize_rung_id and str(row.prize_rung_id),
        ]
        for row in rows
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
