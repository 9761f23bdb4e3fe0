"""What waits for each person whom the demo offers to sign in as, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.demo.story import SIGN_INS
from fundapp.domain.permissions import Actor
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.models import Funder, Person
from fundapp.queries.access import actor_for
from fundapp.queries.applications import applications_of_organisations
from fundapp.queries.listing import listed_rounds
from fundapp.queries.officer_rounds import rounds_of_officer
from fundapp.queries.review_progress import progress_of_reviewers
from fundapp.queries.review_queue import Shelf, review_queue


@dataclass(frozen=True)
class SignIn:
    """A person to sign in as, by role and address, and what they find."""

    role: str
    address: str
    waiting: str


def sign_ins(session: Session, *, now: datetime) -> list[SignIn]:
    """Return everybody of SIGN_INS with what waits for them in this database at `now`."""
    return [
        SignIn(role, address, _WAITING[role](session, _actor(session, address), now))
        for role, address in SIGN_INS
    ]


def _actor(session: Session, address: str) -> Actor:
    person_id = session.scalars(select(Person.id).where(Person.email == address)).one()
    return actor_for(session, person_id)


def _of_administrator(session: Session, actor: Actor, now: datetime) -> str:
    return "People, funders, jobs and mail to look after."


def _of_manager(session: Session, actor: Actor, now: datetime) -> str:
    late = sum(
        reviewer.late
        for round_ in listed_rounds(session)
        if round_.state == RoundState.REVIEWING
        for reviewer in progress_of_reviewers(session, round_.id, now=now)
    )
    parts = _parts(session, frozenset(session.scalars(select(Funder.id))))
    return f"{_count(late, 'late review')}, {_count(parts, 'contribution')} to be answered."


def _of_officer(session: Session, actor: Actor, now: datetime) -> str:
    parts = _parts(session, actor.offices)
    return f"{_count(parts, 'contribution')} to answer for the funder."


def _of_reviewer(session: Session, actor: Actor, now: datetime) -> str:
    queue = review_queue(session, actor, shelf=Shelf.ALL, number=1, now=now)
    late = queue.counts[Shelf.LATE]
    to_write = queue.counts[Shelf.ALL] - queue.counts[Shelf.DONE]
    return f"{_count(to_write, 'review')} to write, {late} of them late."


def _of_applicant(session: Session, actor: Actor, now: datetime) -> str:
    own = applications_of_organisations(session, actor.memberships)
    drafts = sum(one.state is ApplicationState.DRAFT for one in own)
    return f"{_count(drafts, 'application')} to finish."


_WAITING: Mapping[str, Callable[[Session, Actor, datetime], str]] = {
    "administrator": _of_administrator,
    "fund manager": _of_manager,
    "officer": _of_officer,
    "reviewer": _of_reviewer,
    "applicant": _of_applicant,
}


def _parts(session: Session, funder_ids: frozenset[UUID]) -> int:
    return sum(row.waiting for row in rounds_of_officer(session, funder_ids))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
