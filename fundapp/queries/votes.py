"""Votes of the public: how many each entry has, and one vote by its link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.prize_rules import prize_rules_from_data
from fundapp.models import Application, PublicVote, Round
from fundapp.queries.gallery import SHOWN_STATES


@dataclass(frozen=True)
class CountedEntry:
    """An entry with its votes. votes None = closed to the reader, who has a conflict."""

    application_id: UUID
    title: str
    votes: int | None


def confirmed_votes(session: Session, round_id: UUID) -> Mapping[UUID, int]:
    """Return how many confirmed votes each entry of a round has. 1 statement."""
    rows = session.execute(
        select(PublicVote.application_id, func.count())
        .where(PublicVote.round_id == round_id, PublicVote.confirmed_at.is_not(None))
        .group_by(PublicVote.application_id)
    )
    return {row[0]: row[1] for row in rows}


def counted_entries(
    session: Session, round_id: UUID, *, closed: frozenset[UUID]
) -> list[CountedEntry]:
    """Return the entries of a public vote by title, with their votes. 2 statements.

    In no order of votes: they are no ranking.
    """
    votes = confirmed_votes(session, round_id)
    rows = session.execute(
        select(Application.id, Application.title)
        .where(
            Application.round_id == round_id,
            Application.in_gallery,
            Application.number.is_not(None),
            Application.state.in_(SHOWN_STATES),
        )
        .order_by(func.lower(Application.title), Application.id)
    )
    return [
        CountedEntry(id_, title, None if id_ in closed else votes.get(id_, 0))
        for id_, title in rows
    ]


@dataclass(frozen=True)
class VoteToConfirm:
    """A vote as its link shows it."""

    title: str
    round_title: str
    round_reference: str
    notice: str
    is_confirmed: bool
    is_open: bool


def vote_of_link(session: Session, token_hash: str, *, now: datetime) -> VoteToConfirm:
    """Return the vote of a mailed link. 1 statement. NotFound for none."""
    row: Any = session.execute(
        select(PublicVote, Application.title, Round)
        .join(Application, Application.id == PublicVote.application_id)
        .join(Round, Round.id == PublicVote.round_id)
        .where(PublicVote.token_hash == token_hash)
    ).one_or_none()
    if row is None:
        raise NotFound("This link is not valid any more. Vote again to get another.")
    round_ = row.Round
    return VoteToConfirm(
        title=row.title,
        round_title=round_.title,
        round_reference=round_.reference,
        notice=round_.notice,
        is_confirmed=row.PublicVote.confirmed_at is not None,
        is_open=prize_rules_from_data(round_.prize_rules).takes_votes(now),
    )
