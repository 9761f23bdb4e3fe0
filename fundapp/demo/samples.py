"""The rounds with invented applications: how they are written, and how awards are answered."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.demo.answers import Fields, answers_of, in_currency, person_name
from fundapp.demo.cast import mail_of, sign_up
from fundapp.demo.projects import Project
from fundapp.demo.stage import Stage
from fundapp.domain.organisations import OrganisationProfile
from fundapp.domain.states import AwardState
from fundapp.models import Application, Award, Decision
from fundapp.queries.drafts import application_draft
from fundapp.queries.exchange_rates import rates_of_round
from fundapp.services.applications import start_application, submit_application
from fundapp.services.attachments import StoredUpload
from fundapp.services.awards import accept_award
from fundapp.services.conflicts import declare_conflict
from fundapp.services.letter_languages import choose_letter_language
from fundapp.services.organisations import create_organisation
from fundapp.services.sections import ReceivedFile, save_section

OWN_CURRENCIES = {"NO": "NOK"}
"""What start-ups of a country ask in, where the round takes it."""

LETTER_LANGUAGES = {
    "Erewhon Sonde": "fr",
    "Ogygia Lens": "es",
    "Cockaigne Ledger": "hi",
    "Utopia Assay": "ar",
    "Blefuscu Scale": "zh",
}
"""Who wants letters in another language than English, so that the sample has all six."""

PER_EURO = {"NOK": 11}
"""How many of it they write for a euro, in whole numbers."""


def apply_all(
    stage: Stage, key: str, projects: Sequence[Project], *, drafts: Mapping[int, int] | None = None
) -> str:
    """Let a start-up per project register, write and submit.

    drafts: place of a project that stays a draft, to how many of its sections are written.
    """
    drafts = drafts or {}
    for place, project in enumerate(projects):
        with stage.transaction() as session:
            _apply(stage, session, project, key=key, sections=drafts.get(place))
        stage.teller.progress(place + 1, len(projects))
    submitted = len(projects) - len(drafts)
    unfinished = f" {len(drafts)} are drafts." if drafts else ""
    return f"{submitted} start-ups apply.{unfinished}"


def applicant_of(project: Project) -> str:
    """Return the invented name of the person who applies for a project."""
    return person_name(Random(project.title))  # noqa: S311 - an invented name


def applicant_address(project: Project) -> str:
    """Return the mail address of that person."""
    return mail_of(applicant_of(project), project.domain)


def sign_up_team(
    stage: Stage,
    session: Session,
    name: str,
    *,
    organisation: str,
    country: str,
    domain: str,
    about: str,
) -> tuple[UUID, str]:
    """Open an account for the person `name` of a new, fictional organisation.

    Return the organisation's id and the name of the person on the stage.
    """
    applicant = f"{name} of {organisation}"
    stage.people[applicant] = sign_up(stage, session, name, domain=domain)
    added = create_organisation(
        session,
        OrganisationProfile(
            name=f"{organisation} (fictional)",
            country=country,
            legal_form="Limited company",
            registration="SAMPLE-0001",
            address="1 Sample Street",
            website=f"https://{domain}",
            about=about,
        ),
        actor=stage.actor(session, applicant),
        now=stage.now,
        is_fictional=True,
    )
    return added.id, applicant


def _apply(
    stage: Stage, session: Session, project: Project, *, key: str, sections: int | None
) -> None:
    organisation_id, applicant = sign_up_team(
        stage,
        session,
        applicant_of(project),
        organisation=project.organisation,
        country=project.country,
        domain=project.domain,
        about=f"A fictional start-up that measures {project.thing}.",
    )
    actor = stage.actor(session, applicant)
    application = start_application(
        session, stage.rounds[key], organisation_id, actor=actor, now=stage.now
    )
    if (language := LETTER_LANGUAGES.get(project.organisation)) is not None:
        choose_letter_language(session, application.id, language, actor=actor, now=stage.now)
    chance = Random(project.title)  # noqa: S311 - invented answers
    begins_on = (stage.now + timedelta(days=200)).date()
    fields = answers_of(project, chance, begins_on=begins_on)
    listed = {rate.currency for rate in rates_of_round(session, stage.rounds[key])}
    if (own := OWN_CURRENCIES.get(project.country, "")) in listed:
        fields = in_currency(fields, own, per_euro=PER_EURO[own])
    write_sections(
        stage, session, application.id, fields=fields, applicant=applicant, sections=sections
    )
    if sections is None:
        submit_application(session, application.id, actor=actor, now=stage.now)


def write_sections(
    stage: Stage,
    session: Session,
    application_id: UUID,
    *,
    fields: Fields,
    applicant: str,
    sections: int | None = None,
    files: Mapping[str, StoredUpload] | None = None,
) -> None:
    """Save the form section by section, as its pages would; only the first so many if given.

    files: stored files by the code of the question that they answer.
    """
    actor = stage.actor(session, applicant)
    draft = application_draft(session, application_id)
    for state in draft.sections[:sections]:
        save_section(
            session,
            application_id,
            state.section.id,
            posted=fields,
            stamps={asked.code: draft.answer(asked).stamp for asked in state.section.questions},
            files=[
                ReceivedFile(asked.id, upload)
                for asked in state.section.questions
                for code, upload in (files or {}).items()
                if asked.code == code
            ],
            actor=actor,
            now=stage.now,
        )


def declare_one(stage: Stage, key: str, *, note: str, name: str) -> str:
    """Let somebody of the cast declare a conflict with the round's last application."""
    with stage.transaction() as session:
        application = session.scalars(
            select(Application)
            .where(Application.round_id == stage.rounds[key])
            .order_by(Application.number.desc())
            .limit(1)
        ).one()
        actor = stage.actor(session, name)
        declare_conflict(session, application.id, note=note, actor=actor, now=stage.now)
        return f"{name} declares a conflict with {application.reference}."


def accept_awards(stage: Stage, key: str, *, count: int | None = None) -> str:
    """Let the first grantees accept their awards, or all."""
    with stage.reading() as session:
        rows = session.execute(
            select(Award.id, Application.contact_id)
            .join(Decision, Decision.id == Award.decision_id)
            .join(Application, Application.id == Decision.application_id)
            .where(Decision.round_id == stage.rounds[key], Award.state == AwardState.ISSUED)
            .order_by(Application.number)
            .limit(count)
        ).all()
    for award_id, person_id in rows:
        stage.people["a grantee"] = person_id
        with stage.transaction() as session:
            actor = stage.actor(session, "a grantee")
            accept_award(session, award_id, actor=actor, now=stage.now)
    return f"{len(rows)} grantees accept their awards."
