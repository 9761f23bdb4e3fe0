"""Applications from the first word to withdrawal: start, submit, withdraw.

Saving single answers stands in `answers`, files in `attachments`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fundapp.domain.applications import AMOUNT_CODE, TITLE_CODE, title_from
from fundapp.domain.errors import InvalidInput, NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, OrganisationFacts, require
from fundapp.domain.references import application_reference
from fundapp.domain.states import (
    APPLICATION_TRANSITIONS,
    ApplicationState,
    RoundKind,
    RoundState,
    advance,
)
from fundapp.models import Answer, Application, Attachment, Extension, Organisation, Person, Round
from fundapp.queries.drafts import Draft, application_draft, window_of
from fundapp.services.assignments import withdraw_open_assignments
from fundapp.services.audit import record_event
from fundapp.services.deliberations import locked_rows
from fundapp.services.editing import open_for_editing, take_request
from fundapp.services.gates import check_submission, failures_in
from fundapp.services.jobs import queue_job
from fundapp.services.judges_entering import refuse_entering_judges
from fundapp.services.lapses import let_decision_lapse
from fundapp.services.mail_texts import mail_text
from fundapp.services.notes import read_note
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.submissions import add_version, frozen_answers, is_same_as_newest

SUBMISSION_COPY = "submission_copy"
"""Kind of the job that prints and mails what was submitted."""


def start_application(
    session: Session, round_id: UUID, organisation_id: UUID, *, actor: Actor, now: datetime
) -> Application:
    """Return a draft of the organisation in an open round, begun now where there is none.

    A grant round takes one application of each organisation (a withdrawn one does not
    count): whoever comes second lands on the same. A prize round takes several entries,
    but an entry in which nothing was written yet is used first, so that a double click
    makes one.
    """
    require(actor, Action.START_APPLICATION, OrganisationFacts(organisation_id))
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    organisation = session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None:
        raise NotFound("There is no such organisation.")
    existing = _existing(session, round_, organisation_id)
    if existing is not None:
        return existing
    refusal = window_of(round_, _extension(session, round_id, organisation_id)).refusal(now)
    if refusal:
        raise WrongState(refusal)
    application = Application(
        round_id=round_id,
        organisation_id=organisation_id,
        state=ApplicationState.DRAFT,
        contact_id=actor.person_id,
        language=session.get_one(Person, actor.person_id).language,
        created_at=now,
        state_since=now,
    )
    session.add(application)
    session.flush()
    record_event(session, "application.started", application, actor=actor, now=now)
    return application


def submit_application(
    session: Session,
    application_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    allow_incomplete: bool = False,
    known_failures: Collection[str] = (),
    gates_note: str = "",
) -> Application:
    """Freeze the draft as the version that counts, number it, and queue its copy by mail.

    Submitting what is submitted already changes nothing (a double click). InvalidInput
    lists what is missing or to mend, each with the question's code; with
    `allow_incomplete` (an import) the application is taken and marked instead, and no
    copy is mailed. known_failures: the gates that fail as far as the entrant was told; one more
    is refused first, for the field known_gates.
    """
    edited = open_for_editing(
        session, application_id, actor=actor, now=now, action=Action.SUBMIT_APPLICATION
    )
    application, round_ = edited.application, edited.round
    draft = application_draft(session, application_id)
    frozen = frozen_answers(session, draft)
    if is_same_as_newest(session, application, frozen):
        return application
    problems = [problem for _, problem in draft.problems]
    if problems and not allow_incomplete:
        raise InvalidInput(problems)
    if not allow_incomplete:
        refuse_entering_judges(session, round_, application.organisation_id, actor=actor, now=now)
    gates = check_submission(
        session,
        draft,
        known_failures=None if allow_incomplete else known_failures,
        note=gates_note,
    )
    if application.state is ApplicationState.DRAFT:
        _give_number(session, application, round_)
        _move(application, ApplicationState.SUBMITTED, now=now)
    application.submitted_at = now
    application.is_imported = application.is_imported or allow_incomplete
    application.is_complete = not problems
    _take_title_and_amount(application, draft)
    version = add_version(session, application, frozen | gates, actor=actor, now=now)
    facts: dict[str, Any] = {"version": version.number, "sha256": version.sha256}
    if gates:
        facts["failed_gates"] = failures_in(gates)
    record_event(session, "application.submitted", application, actor=actor, now=now, **facts)
    if not allow_incomplete:
        _queue_copy(session, version.id, actor=actor, now=now)
    return application


def withdraw_application(
    session: Session, application_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Application:
    """Take an application back, with a reason, in any state before a decision.

    Reviewers who have not handed in are told. A pending decision lapses at once: its money
    is free again, and who decided and the paying funders' officers are told. Withdrawing
    twice changes nothing. The record of what was submitted stays.
    """
    here = locked_rows(session, application_id)
    require(actor, Action.EDIT_APPLICATION, here.facts)
    application = here.application
    if application.state is ApplicationState.WITHDRAWN:
        return application
    if here.round.state is RoundState.CANCELLED:
        raise WrongState("This call was cancelled, so there is nothing to withdraw from.")
    text = read_note(
        reason, field="reason", if_missing="Say why you withdraw. One sentence is enough."
    )
    _move(application, ApplicationState.WITHDRAWN, now=now)
    record_event(session, "application.withdrawn", application, actor=actor, now=now, reason=text)
    withdraw_open_assignments(
        session, [application_id], reason="The applicant withdrew.", actor=actor, now=now
    )
    let_decision_lapse(session, here, actor=actor, now=now)
    _confirm_withdrawal(session, application, actor=actor, now=now)
    return application


def _confirm_withdrawal(
    session: Session, application: Application, *, actor: Actor, now: datetime
) -> None:
    contact = session.get_one(Person, application.contact_id)
    text = mail_text(
        "application_withdrawn",
        title=application.title or "Untitled application",
        reference=application.reference,
        withdrawn_by=actor.name,
        at=now,
    )
    queue_mail(
        session,
        Letterbox(contact.email, contact.name),
        text,
        now=now,
        round_id=application.round_id,
        once_key=f"application_withdrawn:{application.id}",
    )


def _queue_copy(session: Session, version_id: UUID, *, actor: Actor, now: datetime) -> None:
    queue_job(
        session,
        SUBMISSION_COPY,
        {"version_id": str(version_id)},
        now=now,
        actor=actor,
        once_key=f"{SUBMISSION_COPY}:{version_id}",
    )


def _existing(session: Session, round_: Round, organisation_id: UUID) -> Application | None:
    own = (
        select(Application)
        .where(
            Application.round_id == round_.id,
            Application.organisation_id == organisation_id,
            Application.state != ApplicationState.WITHDRAWN,
        )
        .order_by(Application.created_at, Application.id)
    )
    if round_.kind is RoundKind.PRIZE:
        is_written = select(Answer.id).where(Answer.application_id == Application.id).exists()
        has_files = (
            select(Attachment.id).where(Attachment.application_id == Application.id).exists()
        )
        own = own.where(Application.state == ApplicationState.DRAFT, ~is_written, ~has_files)
    return session.scalar(own.limit(1))


def _extension(session: Session, round_id: UUID, organisation_id: UUID) -> datetime | None:
    return session.scalar(
        select(Extension.until_at).where(
            Extension.round_id == round_id, Extension.organisation_id == organisation_id
        )
    )


def _give_number(session: Session, application: Application, round_: Round) -> None:
    """Count up in the database, so that two who submit at once get two numbers."""
    number = session.scalar(
        update(Round)
        .where(Round.id == round_.id)
        .values(last_number=Round.last_number + 1)
        .returning(Round.last_number)
        .execution_options(synchronize_session=False)
    )
    session.expire(round_, ["last_number"])
    if number is None:
        raise NotFound("There is no such round.")
    application.number = number
    application.reference = application_reference(round_.reference, number=number)


def _take_title_and_amount(application: Application, draft: Draft) -> None:
    answers = {
        asked.code: draft.answer(asked).value
        for state in draft.sections
        for asked in state.section.questions
    }
    if TITLE_CODE in answers:
        application.title = title_from(answers[TITLE_CODE])
    if AMOUNT_CODE in answers:
        take_request(application, answers[AMOUNT_CODE], rates=draft.rates)


def _move(application: Application, target: ApplicationState, *, now: datetime) -> None:
    application.state = advance(
        APPLICATION_TRANSITIONS, application.state, target, what="This application"
    )
    application.state_since = now
