"""Drafts of assignments that take too long for a page: made by a worker, with progress."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from fundapp.domain.assignment_wishes import (
    AT_ONCE_SECONDS,
    DraftWishes,
    wishes_as_data,
    wishes_from_data,
)
from fundapp.domain.assignments import require_assigning
from fundapp.domain.errors import FundError
from fundapp.domain.permissions import Action, Actor, require
from fundapp.models import AssignmentPlan
from fundapp.queries.access import actor_for
from fundapp.queries.assignment_plans import open_plan
from fundapp.queries.draft_progress import draft_key
from fundapp.queries.matching import match_facts
from fundapp.queries.panel import Panel, panel_of_round
from fundapp.services.assignment_plans import store_plan
from fundapp.services.assignment_rows import lock_round
from fundapp.services.jobs import queue_job
from fundapp.services.plan_changes import draft_as_wished
from fundapp.services.work import Work

DRAFT_ASSIGNMENTS = "draft_assignments"
_STEPS = 3


def takes_long(panel: Panel, wishes: DraftWishes) -> bool:
    """Tell whether a draft is better left to a worker."""
    return wishes.seconds(len(panel.under_review) * len(panel.seats)) > AT_ONCE_SECONDS


def order_draft(
    session: Session,
    round_id: UUID,
    wishes: DraftWishes,
    *,
    replaces: UUID | None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Leave a draft to a worker; return the id that its plan will have.

    `replaces` is the open plan that it changes, if any.
    """
    require(actor, Action.ASSIGN_REVIEWERS)
    require_assigning(lock_round(session, round_id).state)
    plan_id = uuid4()
    payload = {
        "round_id": str(round_id),
        "plan_id": str(plan_id),
        "replaces": str(replaces) if replaces else None,
        "person_id": str(actor.person_id),
        "wishes": wishes_as_data(wishes),
    }
    queue_job(
        session, DRAFT_ASSIGNMENTS, payload, now=now, actor=actor, once_key=draft_key(plan_id)
    )
    return plan_id


def make_draft(work: Work) -> None:
    """Job: make the draft and store it. What can be drafted no more is left; the page says so."""
    payload = work.payload
    round_id, plan_id = UUID(payload["round_id"]), UUID(payload["plan_id"])
    replaces = UUID(payload["replaces"]) if payload["replaces"] else None
    with work.reading() as session:
        if session.get(AssignmentPlan, plan_id) is not None:
            return
        actor = actor_for(session, UUID(payload["person_id"]))
        panel, facts = panel_of_round(session, round_id), match_facts(session, round_id)
        try:
            before = open_plan(session, replaces) if replaces else None
        except FundError:
            return
    work.report(1, _STEPS)
    draft = draft_as_wished(panel, facts, wishes_from_data(payload["wishes"]), before=before)
    work.report(2, _STEPS)
    with work.transaction() as session:
        try:
            store_plan(
                session, draft, plan_id=plan_id, replaces=replaces, actor=actor, now=work.now()
            )
        except FundError:
            session.rollback()
    work.report(_STEPS, _STEPS)
