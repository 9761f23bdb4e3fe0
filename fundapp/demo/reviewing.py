"""How the invented reviewers work: who is quick, who is late, who says no, who takes over."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.demo.cast import MANAGER
from fundapp.demo.marking import draft_of_review
from fundapp.demo.stage import Stage
from fundapp.domain.reviews import ReviewDraft
from fundapp.domain.rubrics import Rubric
from fundapp.domain.states import OPEN_ASSIGNMENT_STATES, AssignmentState
from fundapp.models import Application, Assignment, Person
from fundapp.queries.marks import rubric_of_round
from fundapp.services.assignments import (
    accept_assignment,
    assign_reviewer,
    reassign_review,
    refuse_assignment,
)
from fundapp.services.conflicts import declare_conflict
from fundapp.services.reviews import save_review, submit_review

UNANSWERED = (AssignmentState.OFFERED,)


@dataclass(frozen=True)
class Asked:
    """Who is asked to review what: the application by its title, the reviewer by name."""

    id: UUID
    application_id: UUID
    application: str
    reviewer: str
    state: AssignmentState
    due_at: datetime | None


class Drafting(Protocol):
    """Thinks up the review of an application, by its title, by a reviewer, by name."""

    def __call__(self, rubric: Rubric, *, application: str, reviewer: str) -> ReviewDraft:
        """Return the review; the same names, the same review."""
        ...


def write_reviews(
    stage: Stage, key: str, *, count: int | None = None, drafting: Drafting = draft_of_review
) -> str:
    """Let the reviewers accept and send in their reviews: all, or `count`, as many each."""
    with stage.reading() as session:
        rubric = rubric_of_round(session, stage.rounds[key])
        rows = asked_of_round(session, stage.rounds[key], UNANSWERED)
    wanted = rows if count is None else _in_turns(rows, chance=_lot(key))[:count]
    for done, asked in enumerate(wanted, start=1):
        with stage.transaction() as session:
            _write(stage, session, asked, rubric=rubric, drafting=drafting)
        stage.teller.progress(done, len(wanted))
    return f"{len(wanted)} of {len(rows)} reviews are in."


def accept_some(stage: Stage, key: str, *, count: int) -> str:
    """Let reviewers accept some reviews that they have not written yet."""
    with stage.reading() as session:
        rows = asked_of_round(session, stage.rounds[key], UNANSWERED)[:count]
    for asked in rows:
        with stage.transaction() as session:
            actor = stage.actor(session, asked.reviewer)
            accept_assignment(session, asked.id, actor=actor, now=stage.now)
    return f"{len(rows)} more reviews are accepted."


def begin_review(stage: Stage, key: str, *, name: str) -> str:
    """Let a reviewer leave a review half written."""
    with stage.reading() as session:
        rubric = rubric_of_round(session, stage.rounds[key])
        rows = asked_of_round(session, stage.rounds[key], OPEN_ASSIGNMENT_STATES)
    asked = next(row for row in rows if row.reviewer == name)
    draft = draft_of_review(rubric, application=asked.application, reviewer=name)
    half = ReviewDraft(scores=dict(list(draft.scores.items())[:3]))
    with stage.transaction() as session:
        actor = stage.actor(session, name)
        save_review(session, asked.id, half, version=0, actor=actor, now=stage.now)
    return f"{name} leaves a review half written."


def refuse_one(stage: Stage, key: str, *, instead: str) -> str:
    """Let a reviewer say no to a review, and the manager ask `instead`."""
    with stage.reading() as session:
        rows = asked_of_round(session, stage.rounds[key], tuple(AssignmentState))
    taken = {row.application_id for row in rows if row.reviewer == instead}
    asked = next(row for row in rows if row.state in UNANSWERED and row.application_id not in taken)
    with stage.transaction() as session:
        actor = stage.actor(session, asked.reviewer)
        note = "I am away until the end of the month."
        refuse_assignment(session, asked.id, note=note, actor=actor, now=stage.now)
        assign_reviewer(
            session,
            asked.application_id,
            stage.people[instead],
            reason="In place of somebody who is away.",
            actor=stage.actor(session, MANAGER),
            now=stage.now,
        )
    return f"{asked.reviewer} says no to a review; {instead} is asked instead."


def recuse_one(stage: Stage, key: str, *, name: str, note: str) -> str:
    """Let a reviewer declare a conflict with an application that they were asked to review."""
    with stage.transaction() as session:
        rows = asked_of_round(session, stage.rounds[key], UNANSWERED)
        asked = next(row for row in rows if row.reviewer == name)
        application = session.get_one(Application, asked.application_id)
        actor = stage.actor(session, name)
        declare_conflict(session, application.id, note=note, actor=actor, now=stage.now)
        return f"{name} declares a conflict with {application.reference}."


def hand_over(stage: Stage, key: str, *, name: str, count: int) -> str:
    """Let the manager give a newcomer reviews that nobody has answered, those due first."""
    with stage.reading() as session:
        rows = asked_of_round(session, stage.rounds[key], UNANSWERED)
    first_due = min(row.due_at for row in rows if row.due_at)
    waiting = _in_turns([row for row in rows if row.due_at == first_due], chance=_lot(name))
    by_application = {row.application_id: row for row in reversed(waiting)}
    moved = list(by_application.values())[-count:]
    for asked in moved:
        with stage.transaction() as session:
            manager = stage.actor(session, MANAGER)
            person = stage.people[name]
            reassign_review(session, asked.id, person, actor=manager, now=stage.now)
    return f"{len(moved)} reviews go to {name} instead."


def asked_of_round(
    session: Session, round_id: UUID, states: Collection[AssignmentState]
) -> list[Asked]:
    """Return who is asked to review what, in these states, in the order of the applications."""
    rows = session.execute(
        select(
            Assignment.id,
            Application.id,
            Application.title,
            Person.name,
            Assignment.state,
            Assignment.due_at,
        )
        .join(Application, Application.id == Assignment.application_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.round_id == round_id, Assignment.state.in_(states))
        .order_by(Application.number, Person.email)
    )
    return [Asked(*row) for row in rows]


def _in_turns(rows: Sequence[Asked], *, chance: Random) -> list[Asked]:
    """Return the rows drawn by lot in turns, each of which takes one of every reviewer."""
    turns = Counter[str]()
    drawn = []
    for row in chance.sample(rows, len(rows)):
        turns[row.reviewer] += 1
        drawn.append((turns[row.reviewer], row))
    return [row for _, row in sorted(drawn, key=lambda one: one[0])]


def _lot(seed: str) -> Random:
    return Random(seed)  # noqa: S311 - who of the invented reviewers is quick


def _write(
    stage: Stage, session: Session, asked: Asked, *, rubric: Rubric, drafting: Drafting
) -> None:
    actor = stage.actor(session, asked.reviewer)
    draft = drafting(rubric, application=asked.application, reviewer=asked.reviewer)
    saved = save_review(session, asked.id, draft, version=0, actor=actor, now=stage.now)
    submit_review(session, asked.id, version=saved.version, actor=actor, now=stage.now)
