"""The panel of a round: who reviews, for which funder, and how much at most."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.models import Envelope, PanelSeat, Person, Round
from fundapp.queries.judges_entering import enters_itself
from fundapp.services.audit import record_event
from fundapp.services.invited_roles import CLOSED_TO_REVIEWERS
from fundapp.services.judges_entering import ENTERED
from fundapp.services.reviewer_profiles import note_topics
from fundapp.services.round_drafts import locked_round
from fundapp.services.seats import take_seat

LARGEST_LOAD = 500


def seat_reviewer(
    session: Session,
    round_id: UUID,
    *,
    person_id: UUID,
    funder_id: UUID,
    review_load: int,
    actor: Actor,
    now: datetime,
    topics: Sequence[str] = (),
    languages: Sequence[str] = (),
    is_whole: bool = False,
) -> PanelSeat:
    """Seat somebody with an account on the panel, or change the terms of their seat.

    Topics and languages go into the person's profile: beside what it has, or as all of it
    where `is_whole`.

    InvalidInput for a person without a confirmed account, a funder that takes no part, or
    a load outside 1 to LARGEST_LOAD.
    """
    round_ = locked_round(session, round_id, actor=actor)
    _refuse_when_decided(round_)
    problems = [
        *_person(session, person_id),
        *_entrant(session, round_id, person_id),
        *_funder(session, round_id, funder_id),
        *check_load(review_load),
    ]
    if problems:
        raise InvalidInput(problems)
    if topics or languages or is_whole:
        note_topics(
            session,
            person_id,
            topics=topics,
            languages=languages,
            is_whole=is_whole,
            actor=actor,
            now=now,
        )
    return take_seat(
        session,
        round_id,
        person_id=person_id,
        funder_id=funder_id,
        review_load=review_load,
        actor=actor,
        now=now,
    )


def unseat_reviewer(
    session: Session, round_id: UUID, seat_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a reviewer off the panel. Reviews that are in stay; nothing new is assigned."""
    round_ = locked_round(session, round_id, actor=actor)
    _refuse_when_decided(round_)
    seat = session.get(PanelSeat, seat_id)
    if seat is None or seat.round_id != round_id:
        raise NotFound("There is no such seat.")
    if not seat.is_active:
        return
    seat.is_active = False
    record_event(session, "panel_seat.left", seat, actor=actor, now=now, person_id=seat.person_id)
    session.flush()


def person_to_seat(session: Session, email: str, *, actor: Actor) -> UUID:
    """Return who has this address; InvalidInput when nobody with an account does."""
    require(actor, Action.RUN_ROUNDS)
    person_id = session.scalar(
        select(Person.id).where(
            Person.email == email.strip().lower(), Person.email_confirmed_at.is_not(None)
        )
    )
    if person_id is None:
        sentence = "Nobody with this address has an account. Invite them by mail instead."
        raise InvalidInput([Problem("email", sentence)])
    return person_id


def check_load(review_load: int) -> list[Problem]:
    """Return what is wrong with a reviewer's load, for the field review_load."""
    if 1 <= review_load <= LARGEST_LOAD:
        return []
    return [Problem("review_load", f"Enter how many reviews at most, 1 to {LARGEST_LOAD}.")]


def _refuse_when_decided(round_: Round) -> None:
    if round_.state in CLOSED_TO_REVIEWERS:
        raise WrongState("This round is over; nobody reviews in it any more.")


def _person(session: Session, person_id: UUID) -> list[Problem]:
    person = session.get(Person, person_id)
    if person is None or person.anonymised_at is not None:
        return [Problem("email", "There is no such person. Invite them by mail instead.")]
    if person.email_confirmed_at is None:
        sentence = "This person has not confirmed their address yet. Invite them by mail instead."
        return [Problem("email", sentence)]
    return []


def _entrant(session: Session, round_id: UUID, person_id: UUID) -> list[Problem]:
    """Who holds a seat already keeps it: a later tie is a conflict of interest."""
    held = select(PanelSeat.id).where(
        PanelSeat.round_id == round_id,
        PanelSeat.person_id == person_id,
        PanelSeat.is_active.is_(True),
    )
    if session.scalar(held) is not None or not enters_itself(session, round_id, person_id):
        return []
    return [Problem("email", f"This person {ENTERED}.")]


def _funder(session: Session, round_id: UUID, funder_id: UUID) -> list[Problem]:
    envelope = select(Envelope.id).where(
        Envelope.round_id == round_id, Envelope.funder_id == funder_id
    )
    if session.scalar(envelope) is None:
        return [Problem("funder_id", "Choose a funder that takes part in this round.")]
    return []
