"""The rounds with invented applications: how they are written, reviewed and answered."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.demo.answers import Fields, answers_of, person_name
from fundapp.demo.cast import mail_of, sign_up
from fundapp.demo.marking import draft_of_review
from fundapp.demo.projects import Project
from fundapp.demo.stage import Stage
from fundapp.domain.applications import Stamp
from fundapp.domain.organisations import OrganisationProfile
from fundapp.domain.rubrics import Rubric
from fundapp.domain.states import AssignmentState, AwardState
from fundapp.models import Application, Assignment, Award, Decision, Person
from fundapp.queries.drafts import application_draft
from fundapp.queries.marks import rubric_of_round
from fundapp.services.applications import start_application, submit_application
from fundapp.services.assignments import accept_assignment
from fundapp.services.awards import accept_award
from fundapp.services.conflicts import declare_conflict
from fundapp.services.organisations import create_organisation
from fundapp.services.reviews import save_review, submit_review
from fundapp.services.sections import save_section


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


def _apply(
    stage: Stage, session: Session, project: Project, *, key: str, sections: int | None
) -> None:
    name = applicant_of(project)
    applicant = f"{name} of {project.organisation}"
    stage.people[applicant] = sign_up(stage, session, name, domain=project.domain)
    organisation = create_organisation(
        session,
        OrganisationProfile(
            name=f"{project.organisation} (fictional)",
            country=project.country,
            legal_form="Limited company",
            registration="SAMPLE-0001",
            address="1 Sample Street",
            website=f"https://{project.domain}",
            about=f"A fictional start-up that measures {project.thing}.",
        ),
        actor=stage.actor(session, applicant),
        now=stage.now,
        is_fictional=True,
    )
    actor = stage.actor(session, applicant)
    application = start_application(
        session, stage.rounds[key], organisation.id, actor=actor, now=stage.now
    )
    chance = Random(project.title)  # noqa: S311 - invented answers
    begins_on = (stage.now + timedelta(days=200)).date()
    fields = answers_of(project, chance, begins_on=begins_on)
    _write(stage, session, application.id, fields=fields, applicant=applicant, sections=sections)
    if sections is None:
        submit_application(session, application.id, actor=actor, now=stage.now)


def _write(
    stage: Stage,
    session: Session,
    application_id: UUID,
    *,
    fields: Fields,
    applicant: str,
    sections: int | None,
) -> None:
    """Save the form section by section, as its pages would; only the first so many if given."""
    actor = stage.actor(session, applicant)
    draft = application_draft(session, application_id)
    for state in draft.sections[:sections]:
        save_section(
            session,
            application_id,
            state.section.id,
            posted=fields,
            stamps={asked.code: Stamp(0, "") for asked in state.section.questions},
            actor=actor,
            now=stage.now,
        )


def review_all(stage: Stage, key: str, *, share: float = 1.0) -> str:
    """Let every reviewer accept and send in their reviews, or only the first `share` of them."""
    with stage.reading() as session:
        rubric = rubric_of_round(session, stage.rounds[key])
        rows = _assigned(session, stage.rounds[key])
    wanted = rows[: round(len(rows) * share)]
    for done, (assignment_id, application, person_id, name) in enumerate(wanted, start=1):
        stage.people[name] = person_id
        with stage.transaction() as session:
            _review(
                stage, session, assignment_id, rubric=rubric, application=application, name=name
            )
        stage.teller.progress(done, len(wanted))
    return f"{len(wanted)} of {len(rows)} reviews are in."


def accept_some(stage: Stage, key: str, *, count: int) -> str:
    """Let reviewers accept some reviews that they have not written yet."""
    with stage.reading() as session:
        rows = _assigned(session, stage.rounds[key])[:count]
    for assignment_id, _, _, name in rows:
        with stage.transaction() as session:
            actor = stage.actor(session, name)
            accept_assignment(session, assignment_id, actor=actor, now=stage.now)
    return f"{len(rows)} more reviews are accepted."


def _assigned(session: Session, round_id: UUID) -> list[tuple[UUID, str, UUID, str]]:
    """Return the round's open assignments: id, application's title, reviewer."""
    rows = session.execute(
        select(Assignment.id, Application.title, Person.id, Person.name)
        .join(Application, Application.id == Assignment.application_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.state == AssignmentState.OFFERED,
        )
        .order_by(Application.number, Person.email)
    )
    return [(id_, title, person, name) for id_, title, person, name in rows]


def _review(
    stage: Stage,
    session: Session,
    assignment_id: UUID,
    *,
    rubric: Rubric,
    application: str,
    name: str,
) -> None:
    actor = stage.actor(session, name)
    draft = draft_of_review(rubric, application=application, reviewer=name)
    saved = save_review(session, assignment_id, draft, version=0, actor=actor, now=stage.now)
    submit_review(session, assignment_id, version=saved.version, actor=actor, now=stage.now)


def begin_review(stage: Stage, key: str) -> str:
    """Let one reviewer leave a review half written."""
    with stage.reading() as session:
        rubric = rubric_of_round(session, stage.rounds[key])
        assignment_id, application, _, name = _assigned(session, stage.rounds[key])[0]
    draft = draft_of_review(rubric, application=application, reviewer=name)
    half = dict(list(draft.scores.items())[:3])
    with stage.transaction() as session:
        save_review(
            session,
            assignment_id,
            type(draft)(scores=half),
            version=0,
            actor=stage.actor(session, name),
            now=stage.now,
        )
    return f"{name} leaves a review half written."


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


def accept_awards(stage: Stage, key: str, *, count: int) -> str:
    """Let the first grantees accept their awards."""
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
