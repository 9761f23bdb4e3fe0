"""Loading applications from a file: each goes the way of any other, marked as imported."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.application_files import ApplicationForm, ApplicationLine, read_applications
from fundapp.domain.csv_files import BadCell, FileRefused
from fundapp.domain.errors import FundError, NotFound
from fundapp.domain.permissions import Action, Actor, MemberRole, require
from fundapp.models import Application, Membership, Organisation, Round
from fundapp.queries.access import actor_for, facts_of_round
from fundapp.queries.exchange_rates import round_rates
from fundapp.queries.questions import AskedQuestion, all_questions, form_of_round
from fundapp.services.answers import save_answer
from fundapp.services.applications import start_application, submit_application
from fundapp.services.audit import record_event
from fundapp.services.imported_people import imported_person

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LoadedApplications:
    """What was loaded. incomplete: how many of them lack answers."""

    loaded: int
    incomplete: int


def import_applications(
    session: Session,
    round_id: UUID,
    content: bytes,
    *,
    actor: Actor,
    now: datetime,
    is_fictional: bool = False,
    progress: Progress = lambda done, total: None,
) -> LoadedApplications:
    """Submit every application of a CSV file, or none.

    An organisation of the same name that was imported before is used again; its contact
    is a person without an address. Raises FileRefused with every bad cell. Whoever calls
    rolls the session back when anything is raised.
    """
    round_ = session.get(Round, round_id, with_for_update=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.RUN_ROUNDS, facts_of_round(session, round_))
    questions = {asked.code: asked for asked in all_questions(form_of_round(session, round_id))}
    lines = read_applications(content, _form(session, round_, questions))
    ids = {code: asked.id for code, asked in questions.items()}
    incomplete = 0
    for done, line in enumerate(lines, start=1):
        contact = _contact(session, line, is_fictional=is_fictional, actor=actor, now=now)
        application = _submit(session, round_, line, ids=ids, contact=contact, now=now)
        incomplete += not application.is_complete
        progress(done, len(lines))
    record_event(
        session,
        "round.applications_imported",
        round_,
        actor=actor,
        now=now,
        count=len(lines),
        incomplete=incomplete,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return LoadedApplications(len(lines), incomplete)


def _form(
    session: Session, round_: Round, questions: Mapping[str, AskedQuestion]
) -> ApplicationForm:
    """Return what the file may hold: the round's questions, and no name that was loaded before."""
    loaded = select(Application.source_key).where(
        Application.round_id == round_.id, Application.source_key.is_not(None)
    )
    rates = round_rates(session, round_.id, currency=round_.currency, has_others=True)
    return ApplicationForm(
        questions={code: asked.question for code, asked in questions.items()},
        currency=round_.currency,
        loaded=frozenset(session.scalars(loaded)),
        others=tuple(rates.by_currency),
        worth=rates.worth,
    )


def _contact(
    session: Session, line: ApplicationLine, *, is_fictional: bool, actor: Actor, now: datetime
) -> tuple[Actor, UUID]:
    """Return who submits for the line's organisation, and the organisation's id."""
    organisation = session.scalar(
        select(Organisation)
        .where(Organisation.name == line.organisation, Organisation.is_imported.is_(True))
        .order_by(Organisation.created_at, Organisation.id)
        .limit(1)
    )
    if organisation is None:
        organisation = Organisation(
            name=line.organisation, is_imported=True, is_fictional=is_fictional, created_at=now
        )
        session.add(organisation)
        session.flush()
        record_event(session, "organisation.imported", organisation, actor=actor, now=now)
    person = imported_person(
        session,
        f"Contact of {line.organisation}",
        of=organisation.id,
        actor=actor,
        now=now,
        is_fictional=is_fictional,
    )
    member = select(func.count()).where(
        Membership.organisation_id == organisation.id, Membership.person_id == person.id
    )
    if not session.scalar(member):
        session.add(
            Membership(
                organisation_id=organisation.id,
                person_id=person.id,
                role=MemberRole.OWNER,
                joined_at=now,
            )
        )
        session.flush()
    return actor_for(session, person.id), organisation.id


def _submit(
    session: Session,
    round_: Round,
    line: ApplicationLine,
    *,
    ids: dict[str, UUID],
    contact: tuple[Actor, UUID],
    now: datetime,
) -> Application:
    actor, organisation_id = contact
    try:
        application = start_application(session, round_.id, organisation_id, actor=actor, now=now)
        if application.number is not None:
            sentence = f"{line.organisation} has {application.reference} in this round already."
            raise FileRefused([BadCell(line.number, "organisation", sentence)])
        application.source_key = line.key
        for code, raw in line.answers.items():
            save_answer(
                session, application.id, ids[code], raw=raw, version=0, actor=actor, now=now
            )
        return submit_application(
            session, application.id, actor=actor, now=now, allow_incomplete=True
        )
    except FileRefused:
        raise
    except FundError as error:
        raise FileRefused([BadCell(line.number, "", str(error))]) from error
