"""Loading reviews from a file: each reviewer is seated, asked, and sends the review in."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.review_files import (
    KnownReviewer,
    LoadedReview,
    ReviewedRound,
    read_reviews,
)
from fundapp.domain.states import ApplicationState, AssignmentState, RoundState
from fundapp.models import Application, Assignment, Round
from fundapp.queries.access import actor_for, facts_of_round
from fundapp.queries.deliberations import funder_envelopes
from fundapp.queries.marks import rubric_of_round
from fundapp.queries.panel import Panel, panel_of_round
from fundapp.services.application_imports import Progress
from fundapp.services.assignment_plans import apply_plan, plan_from_pairs
from fundapp.services.audit import record_event
from fundapp.services.imported_people import imported_person
from fundapp.services.reviews import save_review, submit_review
from fundapp.services.seats import take_seat

METHOD = "from a file"


@dataclass(frozen=True)
class LoadedReviews:
    """What was loaded: reviews, and reviewers who were new to the panel."""

    loaded: int
    new_reviewers: int


def import_reviews(
    session: Session,
    round_id: UUID,
    content: bytes,
    *,
    actor: Actor,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> LoadedReviews:
    """Take in every review of a CSV file, or none, while the round is reviewing.

    Reviewers are found on the panel by mail address, label or name; others are seated for
    the funder that the file names, as people without an address. Reviews that were not
    asked for are assigned first. Raises FileRefused with every bad cell; whoever calls
    rolls the session back when anything is raised.
    """
    round_ = session.get(Round, round_id, with_for_update=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.ASSIGN_REVIEWERS, facts_of_round(session, round_))
    if round_.state is not RoundState.REVIEWING:
        raise WrongState(f"This round is {round_.state}. Reviews are loaded while it is reviewing.")
    panel = panel_of_round(session, round_id)
    reviews = read_reviews(content, _reviewed_round(session, panel))
    people, new = _seated(session, round_, reviews, actor=actor, now=now)
    _assign(session, round_id, reviews, people=people, actor=actor, now=now)
    _send_in(session, round_id, reviews, people=people, now=now, progress=progress)
    record_event(
        session,
        "round.reviews_imported",
        round_,
        actor=actor,
        now=now,
        count=len(reviews),
        new_reviewers=new,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return LoadedReviews(len(reviews), new)


def _reviewed_round(session: Session, panel: Panel) -> ReviewedRound:
    """Return what a file of reviews must fit. 3 statements beside the panel's."""
    rows = session.execute(
        select(Application.id, Application.reference, Application.source_key).where(
            Application.round_id == panel.round.id,
            Application.state == ApplicationState.UNDER_REVIEW,
        )
    )
    applications = {
        name.casefold(): id_ for id_, reference, key in rows for name in (key, reference) if name
    }
    funders = funder_envelopes(session, panel.round.id)
    return ReviewedRound(
        rubric=rubric_of_round(session, panel.round.id),
        applications=applications,
        funders={
            name.casefold(): funder.funder_id
            for funder in funders
            for name in (funder.name, funder.code)
        },
        panel=tuple(
            KnownReviewer(seat.person_id, (seat.name, seat.label, seat.email), seat.funder_id)
            for seat in panel.seats
            if seat.is_active
        ),
        barred=panel.barred.people,
        barred_funders=panel.barred.funders,
        reviewed={
            (placed.application_id, placed.person_id)
            for placed in panel.placed
            if placed.state is AssignmentState.DONE
        },
    )


def _seated(
    session: Session,
    round_: Round,
    reviews: tuple[LoadedReview, ...],
    *,
    actor: Actor,
    now: datetime,
) -> tuple[Mapping[str, UUID], int]:
    """Return the person behind each name of the file; seat new ones, make room for all."""
    wanted = Counter(review.reviewer.casefold() for review in reviews)
    people: dict[str, UUID] = {}
    new = 0
    for review in reviews:
        key = review.reviewer.casefold()
        if key in people:
            continue
        if review.person_id is not None:
            people[key] = review.person_id
            continue
        person = imported_person(session, review.reviewer, of=round_.id, actor=actor, now=now)
        take_seat(
            session,
            round_.id,
            person_id=person.id,
            funder_id=review.funder_id,
            review_load=wanted[key],
            actor=actor,
            now=now,
        )
        people[key] = person.id
        new += 1
    return people, new


def _assign(
    session: Session,
    round_id: UUID,
    reviews: tuple[LoadedReview, ...],
    *,
    people: Mapping[str, UUID],
    actor: Actor,
    now: datetime,
) -> None:
    """Ask for the reviews that nobody asked for yet."""
    panel = panel_of_round(session, round_id)
    active = {(p.application_id, p.person_id) for p in panel.placed if p.is_active}
    pairs = [(review.application_id, people[review.reviewer.casefold()]) for review in reviews]
    missing = [pair for pair in pairs if pair not in active]
    if missing:
        plan = plan_from_pairs(session, round_id, missing, method=METHOD, actor=actor, now=now)
        apply_plan(session, plan.id, actor=actor, now=now)


def _send_in(
    session: Session,
    round_id: UUID,
    reviews: tuple[LoadedReview, ...],
    *,
    people: Mapping[str, UUID],
    now: datetime,
    progress: Progress,
) -> None:
    rows = session.execute(
        select(Assignment.application_id, Assignment.person_id, Assignment.id).where(
            Assignment.round_id == round_id,
            Assignment.state.in_((AssignmentState.OFFERED, AssignmentState.ACCEPTED)),
        )
    )
    assignments = {(application, person): id_ for application, person, id_ in rows}
    actors = {person: actor_for(session, person) for person in set(people.values())}
    for done, review in enumerate(reviews, start=1):
        person = people[review.reviewer.casefold()]
        assignment_id = assignments[review.application_id, person]
        saved = save_review(
            session, assignment_id, review.draft, version=0, actor=actors[person], now=now
        )
        submit_review(
            session,
            assignment_id,
            version=saved.version,
            actor=actors[person],
            now=now,
            is_from_file=True,
        )
        progress(done, len(reviews))
