"""A round under decision: two funders with officers, reviewed applications, a manager."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor
from fundapp.domain.states import ApplicationState, RoundKind, RoundState
from fundapp.models import AllocationPlan, Application, Criterion, Funder, Person, Round
from fundapp.queries.access import actor_for
from fundapp.services.allocation_drafts import draft_plan
from fundapp.services.allocation_plans import read_inputs, store_plan
from fundapp.services.allocation_questions import WhatIf
from tests.builders import (
    NOW,
    a_criterion,
    a_funder,
    a_manager,
    a_review,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_envelope,
    an_officer,
    an_organisation,
)

ENVELOPE = 30_000_000
REQUEST = 20_000_000


@dataclass
class Deliberating:
    """The round with two envelopes of ENVELOPE, and its people."""

    round: Round
    manager: Person
    funders: list[Funder]
    officers: list[Person]
    criterion: Criterion
    applications: list[Application]

    def actor(self, session: Session, person: Person | None = None) -> Actor:
        """Return a person (default: the manager) as the permission table sees them."""
        return actor_for(session, (person or self.manager).id)


def a_deliberation(
    session: Session,
    *,
    marks: tuple[tuple[int, int], ...] = ((5, 5), (4, 4), (3, 3)),
    kind: RoundKind = RoundKind.GRANT,
    **columns: object,
) -> Deliberating:
    """Make the round. marks: for each application, the mark of each funder's reviewer."""
    manager = a_manager(session)
    round_ = a_round(
        session, RoundState.DELIBERATING, created_by_id=manager.id, kind=kind, **columns
    )
    criterion = a_criterion(session, round_)
    funders = [a_funder(session, "Lilliput Foundation"), a_funder(session, "Erewhon Trust")]
    for funder in funders:
        an_envelope(session, round_, funder, amount=ENVELOPE)
    seats = [a_seat(session, round_, funder) for funder in funders]
    applications = []
    for number, pair in enumerate(marks, start=1):
        application = an_application(
            session,
            round_,
            an_organisation(session, f"Applicant {number}"),
            ApplicationState.UNDER_REVIEW,
            title=f"Meter {number}",
            amount_requested=REQUEST,
        )
        for seat, mark in zip(seats, pair, strict=True):
            a_review(
                session,
                an_assignment(session, application, seat),
                {criterion: mark},
                shared_comment=f"Remark {mark}.",
                submitted_at=NOW,
            )
        applications.append(application)
    officers = [an_officer(session, funder) for funder in funders]
    return Deliberating(round_, manager, funders, officers, criterion, applications)


def a_plan(
    session: Session, round_id: UUID, what_if: WhatIf | None = None, *, actor: Actor
) -> AllocationPlan:
    """Work out a plan and store it, as the page does."""
    inputs = read_inputs(session, round_id, actor=actor)
    return store_plan(session, draft_plan(inputs, what_if or WhatIf()), actor=actor, now=NOW)
