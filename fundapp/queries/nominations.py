"""Nominations as the fund's managers list them, and as the maker's link shows one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.states import NominationState
from fundapp.models import Nomination, Round


@dataclass(frozen=True)
class NominationRow:
    """One nomination. Names and addresses are "" once they are not needed any more."""

    id: UUID
    title: str
    website: str
    reason: str
    maker_name: str
    maker_email: str
    nominator_name: str
    nominator_email: str
    state: NominationState
    nominated_at: datetime
    asked_at: datetime | None
    answered_at: datetime | None
    answer_note: str


@dataclass(frozen=True)
class NominationLink:
    """What a maker reads behind the link."""

    title: str
    website: str
    reason: str
    nominator_name: str
    state: NominationState
    round_reference: str
    round_title: str
    notice: str


def nominations_of_round(session: Session, round_id: UUID) -> list[NominationRow]:
    """Return the nominations of a round, the newest first. 1 statement."""
    rows = session.execute(
        select(*(getattr(Nomination, name) for name in NominationRow.__annotations__))
        .where(Nomination.round_id == round_id)
        .order_by(Nomination.nominated_at.desc(), Nomination.id)
    )
    return [NominationRow(*row) for row in rows]


def nomination_of_link(session: Session, token_hash: str) -> NominationLink:
    """Return the nomination of a mailed link. 1 statement. NotFound for an unknown one."""
    row = session.execute(
        select(Nomination, Round)
        .join(Round, Round.id == Nomination.round_id)
        .where(Nomination.token_hash == token_hash)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such nomination.")
    nomination, round_ = row
    return NominationLink(
        title=nomination.title,
        website=nomination.website,
        reason=nomination.reason,
        nominator_name=nomination.nominator_name,
        state=nomination.state,
        round_reference=round_.reference,
        round_title=round_.title,
        notice=round_.notice,
    )
