"""Rows that assigning reads and locks, always the round first, so that nobody deadlocks."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.assignments import Pairing, obstacle
from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import Action, Actor, ApplicationFacts, require
from fundapp.domain.states import ACTIVE_ASSIGNMENT_STATES
from fundapp.models import Application, Assignment, AssignmentPlan, PanelSeat, Person, Round
from fundapp.queries.access import application_facts


def lock_round(session: Session, round_id: UUID) -> Round:
    """Return the round, its row locked."""
    round_ = session.get(Round, round_id, with_for_update=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    return round_


def lock_plan(session: Session, plan_id: UUID, *, actor: Actor) -> tuple[AssignmentPlan, Round]:
    """Return a plan and its round, both locked; NotAllowed unless the actor may assign."""
    require(actor, Action.ASSIGN_REVIEWERS)
    round_id = session.scalar(select(AssignmentPlan.round_id).where(AssignmentPlan.id == plan_id))
    if round_id is None:
        raise NotFound("There is no such plan.")
    round_ = lock_round(session, round_id)
    return session.get_one(AssignmentPlan, plan_id, with_for_update=True), round_


def lock_application(
    session: Session, application_id: UUID, *, actor: Actor
) -> tuple[ApplicationFacts, Round]:
    """Return an application's facts and its round, both locked, for who may assign to it."""
    round_id = session.scalar(select(Application.round_id).where(Application.id == application_id))
    if round_id is None:
        raise NotFound("There is no such application.")
    round_ = lock_round(session, round_id)
    facts = application_facts(session, application_id, for_update=True)
    require(actor, Action.ASSIGN_REVIEWERS, facts)
    return facts, round_


def open_plans(session: Session, round_id: UUID) -> list[AssignmentPlan]:
    """Return the round's plans that were neither applied nor discarded."""
    return list(
        session.scalars(
            select(AssignmentPlan)
            .where(
                AssignmentPlan.round_id == round_id,
                AssignmentPlan.applied_at.is_(None),
                AssignmentPlan.discarded_at.is_(None),
            )
            .order_by(AssignmentPlan.made_at, AssignmentPlan.id)
        )
    )


def assignment_row(
    session: Session, assignment_id: UUID, *, for_update: bool = False
) -> Assignment:
    """Return an assignment; NotFound when there is none."""
    assignment = session.get(Assignment, assignment_id, with_for_update=for_update)
    if assignment is None:
        raise NotFound("There is no such assignment.")
    return assignment


def active_assignment(session: Session, application_id: UUID, person_id: UUID) -> Assignment | None:
    """Return the person's assignment to the application that counts, if there is one."""
    return session.scalar(
        select(Assignment).where(
            Assignment.application_id == application_id,
            Assignment.person_id == person_id,
            Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES),
        )
    )


def active_seat(session: Session, round_id: UUID, person_id: UUID) -> PanelSeat | None:
    """Return the person's seat on the round's panel, unless they have left it."""
    return session.scalar(
        select(PanelSeat).where(
            PanelSeat.round_id == round_id,
            PanelSeat.person_id == person_id,
            PanelSeat.is_active.is_(True),
        )
    )


def obstacle_to(
    session: Session, facts: ApplicationFacts, person_id: UUID, *, seat: PanelSeat | None
) -> str:
    """Return why this person cannot be asked for the application, "" when they can."""
    application = session.get_one(Application, facts.id)
    person = session.get(Person, person_id)
    return obstacle(
        Pairing(
            application=application.reference or "This application",
            reviewer=person.name if person else "This person",
            application_state=facts.state,
            is_seated=seat is not None,
            is_barred=person_id in facts.barred_people
            or (seat is not None and seat.funder_id in facts.barred_funders),
            is_assigned=False,
        )
    )
