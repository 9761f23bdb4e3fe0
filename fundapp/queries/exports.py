"""A round for its exports: frozen rows in memory, or applications read as they are written."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor, hides_applicants
from fundapp.domain.places import places_among
from fundapp.domain.states import RoundKind
from fundapp.models import Application, AuditEvent, PanelSeat, Person
from fundapp.models import Round as RoundRow
from fundapp.queries.barred import BarredPairs, barred_pairs
from fundapp.queries.deliberations import RoundHead, round_head
from fundapp.queries.exchange_rates import round_rates
from fundapp.queries.export_chunks import ApplicationStream, Shared, by_application
from fundapp.queries.export_records import (
    LETTER_KINDS,
    ExportedApplication,
    ExportedReview,
    ExportedRound,
    TellsRound,
)
from fundapp.queries.exported_reruns import exported_reruns
from fundapp.queries.rankings import LiveRanking, live_ranking
from fundapp.queries.round_records import weighed_rubric

__all__ = [
    "LETTER_KINDS",
    "ExportedApplication",
    "ExportedReview",
    "ExportedRound",
    "TellsRound",
    "exported_round",
    "streamed_round",
]

AT_ONCE = 500
"""How many applications are in memory when they are read as they are written."""

MANY = 10_000
"""More are read in several parts, since a statement takes only so many ids."""


def exported_round(session: Session, round_id: UUID, *, reader: Actor) -> ExportedRound:
    """Return the whole round for `reader`, who may export it.

    17 statements, 18 where somebody asked in another currency, one more in a prize round; more
    for over 10,000 rows.

    Applications closed to the reader by a conflict are left out; reviewers of a blind
    round have their labels for names, and its applicants none until it is decided.
    """
    told = _told(session, round_id, reader=reader, has_ranks=True, at_once=MANY)
    return ExportedRound(**{**vars(told), "applications": tuple(told.applications)})


def streamed_round(
    session: Session, round_id: UUID, *, reader: Actor, has_ranks: bool
) -> TellsRound:
    """Return the same with applications that each loop reads anew, `AT_ONCE` in memory.

    The ranking is computed from all reviews together, which then stand in memory; without
    `has_ranks` places, scores and estimates are None and the memory does not grow.
    """
    return _told(session, round_id, reader=reader, has_ranks=has_ranks, at_once=AT_ONCE)


def _told(
    session: Session, round_id: UUID, *, reader: Actor, has_ranks: bool, at_once: int
) -> TellsRound:
    head, funders = round_head(session, round_id)
    barred = barred_pairs(session, round_id)
    weighed = weighed_rubric(session, round_id)
    closed = _closed(reader, head, barred)
    recused, has_others = _counts(session, round_id, closed)
    live = live_ranking(session, round_id, barred=barred) if has_ranks else None
    round_ = session.get_one(RoundRow, round_id)
    shared = Shared(
        round_id=round_id,
        currency=head.currency,
        closed=closed,
        barred=barred,
        rubric=weighed.rubric,
        ranks=_ranks_of(_rows(live, head), closed=closed) if live else {},
        own_scores=live.own_scores if live else {},
        reviews=by_application(live.reviews) if live else None,
        names=_reviewer_names(session, round_id, is_blind=head.facts.is_blind),
        codes={funder.funder_id: funder.code for funder in funders},
        funder_names={funder.funder_id: funder.name for funder in funders},
        funder_currencies={
            funder.funder_id: funder.own.currency for funder in funders if funder.own
        },
        rates=round_rates(session, round_id, currency=head.currency, has_others=has_others),
        is_masked=hides_applicants(reader, head.facts),
    )
    is_prize = head.kind is RoundKind.PRIZE
    reruns = exported_reruns(session, round_id, closed=closed) if is_prize else ()
    touched = [round_.state_since, _touched_at(session, round_)]
    return TellsRound(
        head=head,
        source_note=round_.source_note,
        criteria=weighed.rubric.criteria,
        funders=funders,
        own_weights=weighed.own,
        applications=ApplicationStream(session, shared, at_once),
        recused=recused,
        rules={
            "seed": round_.seed,
            "weighs_confidence": round_.weighs_confidence,
            "corrects_strictness": round_.corrects_strictness,
        },
        changed_at=max(*touched, *(row.changed_at for row in reruns)),
        reruns=reruns,
    )


def _touched_at(session: Session, round_: RoundRow) -> datetime:
    """Return when somebody last changed the round itself: its money, weights, settings."""
    found = session.scalar(
        select(func.max(AuditEvent.at)).where(
            AuditEvent.subject_id == round_.id, AuditEvent.event != "round.exported"
        )
    )
    return found or round_.created_at


def _rows(live: LiveRanking, head: RoundHead) -> Sequence[Mapping[str, Any]]:
    """Return the live rows; where the ranking was frozen from pairs, with its places.

    Marks and estimates stay those of the rubric; its chances say nothing of the pairs' order.
    """
    if head.frozen is None or not head.frozen.is_by_pairs:
        return live.rows
    places = head.frozen.places
    return [
        row
        | {
            "rank": places.get(UUID(row["application_id"]), (None, None))[0],
            "p_fundable": None,
            "band": None,
        }
        for row in live.rows
    ]


def _ranks_of(
    rows: Sequence[Mapping[str, Any]], *, closed: Collection[UUID]
) -> dict[UUID, Mapping[str, Any]]:
    """Return the rows of the ranking that are seen, with places counted among themselves."""
    shown = {id_: row for row in rows if (id_ := UUID(row["application_id"])) not in closed}
    ranks = {id_: row["rank"] for id_, row in shown.items() if row["rank"]}
    places = places_among(ranks, hidden=())
    return {id_: {**row, "rank": places.get(id_)} for id_, row in shown.items()}


def _closed(reader: Actor, head: RoundHead, barred: BarredPairs) -> frozenset[UUID]:
    """Return the applications that conflicts close to the reader."""
    closed = barred.applications_closed_to(reader.person_id)
    if reader.is_fund_manager:
        return closed
    own = reader.offices | {reader.seats.get(head.id)}
    return closed | {application for application, funder in barred.funders if funder in own}


def _counts(session: Session, round_id: UUID, closed: frozenset[UUID]) -> tuple[int, bool]:
    """Return how many submitted applications are closed, and whether any asks in another money."""
    is_submitted = (Application.round_id == round_id, Application.number.is_not(None))
    row = session.execute(
        select(
            func.count().filter(Application.id.in_(closed)), func.count(Application.own_currency)
        ).where(*is_submitted)
    ).one()
    return row[0], row[1] > 0


def _reviewer_names(session: Session, round_id: UUID, *, is_blind: bool) -> dict[UUID, str]:
    rows = session.execute(
        select(PanelSeat.person_id, PanelSeat.label, Person.name)
        .join(Person, Person.id == PanelSeat.person_id)
        .where(PanelSeat.round_id == round_id)
    )
    return {person: label if is_blind else name for person, label, name in rows}
