"""Eligibility: a yes or no before review, with its reason, singly or together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem
from fundapp.domain.permissions import Action, Actor, ApplicationFacts, RoundFacts, require
from fundapp.domain.screening import (
    INELIGIBLE_TAKES_BACK,
    SAY_WHICH_RULE,
    require_screenable,
)
from fundapp.domain.states import APPLICATION_TRANSITIONS, ApplicationState, advance
from fundapp.models import Application, Decision, EligibilityCheck, Person, Round
from fundapp.queries.barred import closed_applications
from fundapp.services.assignments import withdraw_open_assignments
from fundapp.services.audit import record_event
from fundapp.services.mail_texts import mail_text
from fundapp.services.notes import read_note
from fundapp.services.outbox import Letterbox, queue_mail


@dataclass(frozen=True)
class _Verdict:
    """A yes or no with its reason, and who gives it when."""

    is_eligible: bool
    reason: str
    actor: Actor
    now: datetime

    @property
    def state(self) -> ApplicationState:
        return ApplicationState.UNDER_REVIEW if self.is_eligible else ApplicationState.INELIGIBLE


def check_eligibility(
    session: Session,
    application_id: UUID,
    *,
    is_eligible: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> EligibilityCheck:
    """Mark one application; see `check_many`."""
    return check_many(
        session, [application_id], is_eligible=is_eligible, reason=reason, actor=actor, now=now
    )[0]


def check_many(
    session: Session,
    application_ids: Sequence[UUID],
    *,
    is_eligible: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[EligibilityCheck]:
    """Mark applications eligible or not, all or none, while nothing is decided on them.

    Ineligible needs a reason, which the applicant gets by mail; open reviews are taken
    back. Eligible after having been ineligible is an undo, and mailed too. Saying the
    same again changes nothing. Returns the check that counts for each, in the given order.
    """
    needed = "" if is_eligible else SAY_WHICH_RULE
    verdict = _Verdict(
        is_eligible, read_note(reason, field="reason", if_missing=needed), actor, now
    )
    applications = _locked(session, application_ids)
    _require_open(session, applications, actor=actor)
    newest = _newest_checks(session, application_ids)
    new = [
        application
        for application in applications
        if not _says_the_same(newest.get(application.id), application, verdict)
    ]
    was_ineligible = {a.id for a in new if a.state is ApplicationState.INELIGIBLE}
    made = {application.id: _check(session, application, verdict) for application in new}
    session.flush()
    if not is_eligible:
        withdraw_open_assignments(
            session, list(made), reason=INELIGIBLE_TAKES_BACK, actor=actor, now=now
        )
    _mail(session, new, verdict, was_ineligible=was_ineligible)
    return [made.get(id_) or newest[id_] for id_ in application_ids]


def _locked(session: Session, application_ids: Sequence[UUID]) -> list[Application]:
    """Return the applications in the given order, their rounds' and their own rows locked."""
    if not application_ids:
        raise InvalidInput([Problem("application_ids", "Choose at least one application.")])
    wanted = Application.id.in_(application_ids)
    of_wanted = select(Application.round_id).where(wanted)
    session.scalars(
        select(Round).where(Round.id.in_(of_wanted)).order_by(Round.id).with_for_update()
    ).all()
    rows = session.scalars(
        select(Application)
        .where(wanted)
        .order_by(Application.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {application.id: application for application in rows}
    if found.keys() != set(application_ids):
        raise NotFound("There is no such application.")
    return [found[id_] for id_ in dict.fromkeys(application_ids)]


def _require_open(session: Session, applications: Iterable[Application], *, actor: Actor) -> None:
    """Refuse who may not screen these, and what is no longer open to screening."""
    ids = [application.id for application in applications]
    closed = closed_applications(session, actor.person_id, ids)
    decided = set(
        session.scalars(select(Decision.application_id).where(Decision.application_id.in_(ids)))
    )
    for application in applications:
        round_ = session.get_one(Round, application.round_id)
        facts = ApplicationFacts(
            id=application.id,
            organisation_id=application.organisation_id,
            state=application.state,
            round=RoundFacts(id=round_.id, state=round_.state, is_blind=round_.is_blind),
            barred_people=frozenset({actor.person_id} if application.id in closed else ()),
        )
        require(actor, Action.SCREEN_APPLICATION, facts)
        require_screenable(
            application.reference or "This application",
            application.state,
            round_state=round_.state,
            is_decided=application.id in decided,
        )


def _newest_checks(
    session: Session, application_ids: Sequence[UUID]
) -> dict[UUID, EligibilityCheck]:
    checks = session.scalars(
        select(EligibilityCheck)
        .where(EligibilityCheck.application_id.in_(application_ids))
        .order_by(EligibilityCheck.checked_at, EligibilityCheck.id)
    )
    return {check.application_id: check for check in checks}


def _says_the_same(
    newest: EligibilityCheck | None, application: Application, verdict: _Verdict
) -> bool:
    return (
        newest is not None
        and application.state is verdict.state
        and newest.is_eligible == verdict.is_eligible
        and newest.reason == verdict.reason
    )


def _check(session: Session, application: Application, verdict: _Verdict) -> EligibilityCheck:
    if application.state is not verdict.state:
        application.state = advance(
            APPLICATION_TRANSITIONS,
            application.state,
            verdict.state,
            what=application.reference or "This application",
        )
        application.state_since = verdict.now
    check = EligibilityCheck(
        application_id=application.id,
        is_eligible=verdict.is_eligible,
        reason=verdict.reason,
        checked_by_id=verdict.actor.person_id,
        checked_at=verdict.now,
    )
    session.add(check)
    record_event(
        session,
        "application.checked",
        application,
        actor=verdict.actor,
        now=verdict.now,
        is_eligible=verdict.is_eligible,
        reason=verdict.reason,
    )
    return check


def _mail(
    session: Session,
    applications: Sequence[Application],
    verdict: _Verdict,
    *,
    was_ineligible: set[UUID],
) -> None:
    """Tell the contacts of those found ineligible, or eligible after all."""
    told = [a for a in applications if not verdict.is_eligible or a.id in was_ineligible]
    contacts = _contacts(session, told)
    template = "application_eligible_after_all" if verdict.is_eligible else "application_ineligible"
    for application in told:
        contact = contacts[application.contact_id]
        round_ = session.get_one(Round, application.round_id)
        text = mail_text(
            template,
            reference=application.reference,
            title=application.title,
            round_title=round_.title,
            notice=round_.notice,
            reason=verdict.reason,
            application_id=application.id,
        )
        queue_mail(
            session,
            Letterbox(contact.email, contact.name),
            text,
            now=verdict.now,
            round_id=application.round_id,
        )


def _contacts(session: Session, applications: Iterable[Application]) -> Mapping[UUID, Person]:
    ids = {application.contact_id for application in applications}
    return {
        person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))
    }
