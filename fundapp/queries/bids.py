"""Bids: what a reviewer can bid on, and how far the panel is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from fundapp.domain.bidding import closed_to_bids
from fundapp.domain.errors import NotFound
from fundapp.domain.joint_evaluation import BidValue
from fundapp.domain.permissions import Actor, RoundFacts
from fundapp.domain.permissions.barring import hides_applicants
from fundapp.domain.states import ACTIVE_ASSIGNMENT_STATES, ApplicationState, RoundState
from fundapp.models import Application, Assignment, Bid, Organisation, Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.barred import barred_pairs
from fundapp.queries.matching import NO_SUBJECT, Subject, subjects_of_round
from fundapp.queries.paging import Page, page_among
from fundapp.queries.reviewer_profiles import distinct_topics

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class BidRow:
    """One application on the bidding page. A recused row has nothing but its place."""

    id: UUID
    is_recused: bool
    reference: str = ""
    title: str = ""
    organisation: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    bid: BidValue | None = None


@dataclass(frozen=True, kw_only=True)
class BiddingPage:
    """What one reviewer can bid on in a round. `closed` says why it takes no bids now."""

    round_id: UUID
    reference: str
    title: str
    notice: str
    is_blind: bool
    closed: str
    reviews_due_at: datetime | None
    topics: tuple[str, ...]
    page: Page[BidRow]
    bid_count: int
    total: int


@dataclass(frozen=True)
class BiddingRound:
    """A round that takes bids of this reviewer now."""

    id: UUID
    title: str
    bids: int


def round_for_bids(session: Session, round_id: UUID) -> RoundFacts:
    """Return the facts by which the permission table knows the round. 2 statements."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    return facts_of_round(session, round_)


def bidding_page(
    session: Session, round_: RoundFacts, *, actor: Actor, topic: str, number: int
) -> BiddingPage:
    """Return a page of the applications under review, those about `topic` if it is given.

    5 statements. Applicants stay hidden in a blind round; what a conflict closes says so
    and nothing else.
    """
    row = session.get_one(Round, round_.id)
    subjects = subjects_of_round(session, round_.id)
    rows = _rows(session, round_, subjects, actor=actor)
    wanted = topic.casefold()
    shown = [
        one for one in rows if not wanted or wanted in {known.casefold() for known in one.topics}
    ]
    open_rows = [one for one in rows if not one.is_recused]
    return BiddingPage(
        round_id=round_.id,
        reference=row.reference,
        title=row.title,
        notice=row.notice,
        is_blind=hides_applicants(actor, round_),
        closed=closed_to_bids(
            row.state, takes_bids=row.takes_bids, is_assigned=is_assigned(session, round_.id)
        ),
        reviews_due_at=row.reviews_due_at,
        topics=tuple(sorted(distinct_topics(one.topics for one in open_rows))),
        page=page_among(shown, number=number, size=PAGE_SIZE),
        bid_count=sum(one.bid is not None for one in open_rows),
        total=len(open_rows),
    )


def is_assigned(session: Session, round_id: UUID) -> bool:
    """Tell whether a review of the round was asked for. 1 statement."""
    asked = exists().where(
        Assignment.round_id == round_id, Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES)
    )
    return bool(session.scalar(select(asked)))


def rounds_to_bid_in(session: Session, actor: Actor) -> list[BiddingRound]:
    """Return the rounds in which the actor can bid now, with their bids so far. 1 statement."""
    asked = exists().where(
        Assignment.round_id == Round.id, Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES)
    )
    own = (
        select(func.count())
        .where(Bid.round_id == Round.id, Bid.person_id == actor.person_id)
        .correlate(Round)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Round.id, Round.title, own)
        .where(
            Round.id.in_(sorted(actor.seats)),
            Round.takes_bids.is_(True),
            Round.state.in_([RoundState.SCREENING, RoundState.REVIEWING]),
            ~asked,
        )
        .order_by(Round.created_at.desc(), Round.id)
    )
    return [BiddingRound(*row) for row in rows]


def _rows(
    session: Session, round_: RoundFacts, subjects: Mapping[UUID, Subject], *, actor: Actor
) -> list[BidRow]:
    barred = barred_pairs(session, round_.id)
    funder_id = actor.seats[round_.id]
    hidden = hides_applicants(actor, round_)
    found = session.execute(
        select(
            Application.id, Application.reference, Application.title, Organisation.name, Bid.value
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Bid, (Bid.application_id == Application.id) & (Bid.person_id == actor.person_id))
        .where(
            Application.round_id == round_.id,
            Application.state == ApplicationState.UNDER_REVIEW,
        )
        .order_by(Application.number, Application.id)
    )
    return [
        BidRow(id=id_, is_recused=True)
        if barred.bars(id_, person_id=actor.person_id, funder_id=funder_id)
        else BidRow(
            id=id_,
            is_recused=False,
            reference=reference or "",
            title=title,
            organisation="" if hidden else organisation,
            topics=subjects.get(id_, NO_SUBJECT).topics,
            language=subjects.get(id_, NO_SUBJECT).language,
            bid=value,
        )
        for id_, reference, title, organisation, value in found
    ]
