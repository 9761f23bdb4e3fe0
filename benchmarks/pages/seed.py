"""Fills a migrated database: a round under review with many applications, and an open one.

The answers are those of the demo's fictional start-ups. A few applications go through the
services; the others are copies of them, inserted in bulk. What no measured page reads
(answers behind a submitted version, versions of reviews, most audit lines) is left out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks.pages.scene import Desk, Entry, Scene, Visitor
from fundapp.adapters import database
from fundapp.demo.answers import answers_of
from fundapp.demo.projects import Project, all_projects
from fundapp.domain.applications import canonical_json, stamp_of, stamps_as_text
from fundapp.domain.permissions import MemberRole
from fundapp.domain.questions import question_as_data
from fundapp.domain.rules import RoundContent
from fundapp.domain.states import ApplicationState, AssignmentState, ReviewState, RoundState
from fundapp.domain.templates import SEED_GRANTS
from fundapp.models import (
    Answer,
    Application,
    Assignment,
    Base,
    Criterion,
    Funder,
    Membership,
    Organisation,
    PanelSeat,
    Person,
    Question,
    Review,
    Round,
    Score,
    Section,
    SubmittedVersion,
)
from fundapp.queries.access import actor_for
from fundapp.queries.drafts import application_draft
from fundapp.services.round_content import write_content
from fundapp.services.sections import save_section
from fundapp.services.submissions import frozen_answers
from tests.builders import (
    a_funder,
    a_manager,
    a_member,
    a_round,
    a_seat,
    an_application,
    an_envelope,
    an_organisation,
)

REVIEWS_EACH = 3
APPLICATIONS_A_REVIEWER = 250
"""More reviewers for more applications, so that a reviewer's own queue is equally long."""

SPECIMENS = 12
PAGE = 50
PART = 2_000
FILE_QUESTION = "evidence"
MeetVisitor = Callable[[UUID], Visitor]


@dataclass
class Specimen:
    """An application made through the services: its stored answers and its frozen text."""

    project: Project
    content: dict[str, Any]
    answers: list[dict[str, Any]]
    fields: dict[str, list[str]]


@dataclass
class Bulk:
    """Rows to insert, by table, in an order in which references hold."""

    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: type[Base], **columns: Any) -> UUID:
        """Keep a row and return its new id."""
        new_id = uuid4()
        self.rows.setdefault(table, []).append(columns | {"id": new_id})
        return new_id

    def insert(self, session: Session) -> None:
        """Write all rows, in parts."""
        for table, rows in self.rows.items():
            for start in range(0, len(rows), PART):
                session.execute(insert(table), rows[start : start + PART])
        session.flush()
        self.rows.clear()


def fill(session: Session, *, applications: int, entries: int, meet: MeetVisitor) -> Scene:
    """Fill the database and commit; `meet` signs a person in. The database is analysed."""
    now = datetime.now(UTC).replace(microsecond=0)
    chance = Random(7)
    database.begin_writing(session)
    funders = [a_funder(session, f"Funder {number} (sample)") for number in range(4)]
    manager = a_manager(session)
    open_round = _round(session, RoundState.OPEN, funders, now=now)
    reviewed = _round(session, RoundState.REVIEWING, funders, now=now)
    seats = [
        a_seat(session, reviewed, funders[number % 4], review_load=applications)
        for number in range(max(4, applications // APPLICATIONS_A_REVIEWER))
    ]
    specimens = [
        _specimen(session, open_round, project, chance=chance, now=now)
        for project in all_projects()[:SPECIMENS]
    ]
    scene = Scene(
        round_id=reviewed.id,
        last_page=-(-applications // PAGE),
        manager=meet(manager.id),
        reviewers=[meet(seat.person_id) for seat in seats],
        criteria=[one.code for one in SEED_GRANTS.rubric.criteria],
    )
    _fill_reviewed(
        session,
        reviewed,
        seats,
        specimens=specimens,
        scene=scene,
        applications=applications,
        now=now,
    )
    _fill_entries(session, open_round, specimens, scene=scene, entries=entries, meet=meet, now=now)
    session.commit()
    _analyse(session)
    chance.shuffle(scene.desks)
    return scene


def _round(session: Session, state: RoundState, funders: list[Funder], *, now: datetime) -> Round:
    round_ = a_round(
        session,
        state,
        summary=SEED_GRANTS.summary,
        call_text=SEED_GRANTS.call_text,
        largest_award=SEED_GRANTS.largest_award,
        opens_at=now - timedelta(weeks=8),
        closes_at=now + timedelta(weeks=2 if state is RoundState.OPEN else -1),
        reviews_due_at=now + timedelta(weeks=6),
        rules=canonical_json([question_as_data(one) for one in SEED_GRANTS.questions]),
        rules_hash="0" * 64,
    )
    content = RoundContent(
        kind=SEED_GRANTS.kind, sections=SEED_GRANTS.sections, rubric=SEED_GRANTS.rubric
    )
    write_content(session, round_.id, content)
    for funder in funders:
        an_envelope(session, round_, funder)
    return round_


def _specimen(
    session: Session, round_: Round, project: Project, *, chance: Random, now: datetime
) -> Specimen:
    organisation = an_organisation(session, f"{project.organisation} (sample)")
    member = a_member(session, organisation)
    draft = an_application(
        session, round_, organisation, ApplicationState.DRAFT, contact_id=member.id
    )
    fields = answers_of(project, chance, begins_on=(now + timedelta(weeks=30)).date())
    actor = actor_for(session, member.id)
    for section_id in session.scalars(select(Section.id).where(Section.round_id == round_.id)):
        save_section(session, draft.id, section_id, posted=fields, stamps={}, actor=actor, now=now)
    stored = session.scalars(select(Answer).where(Answer.application_id == draft.id)).all()
    return Specimen(
        project,
        frozen_answers(session, application_draft(session, draft.id)),
        [{"question_id": row.question_id, "value": row.value} for row in stored],
        fields,
    )


def _fill_reviewed(
    session: Session,
    round_: Round,
    seats: list[PanelSeat],
    *,
    specimens: list[Specimen],
    scene: Scene,
    applications: int,
    now: datetime,
) -> None:
    """Add numbered applications under review, three reviewers each, half of the reviews begun."""
    bulk = Bulk()
    criteria = list(session.scalars(select(Criterion.id).where(Criterion.round_id == round_.id)))
    turns = count()
    for number in range(1, applications + 1):
        application_id = _add_application(
            bulk, round_, specimens[number % SPECIMENS], number=number, now=now
        )
        for _ in range(REVIEWS_EACH):
            turn = next(turns)
            place = (turn * 7 + turn // len(seats)) % len(seats)
            seat = seats[place]
            desk = _add_review(bulk, application_id, seat, criteria=criteria, turn=turn, now=now)
            if desk is not None:
                scene.desks.append(Desk(desk, scene.reviewers[place]))
    round_.last_number = applications
    bulk.insert(session)


def _add_application(
    bulk: Bulk, round_: Round, specimen: Specimen, *, number: int, now: datetime
) -> UUID:
    organisation_id, contact_id = _add_applicant(bulk, f"Start-up {number} (sample)", now=now)
    reference = f"{round_.reference}-{number:05}"
    title = f"{specimen.project.title} {number}"
    application_id = bulk.add(
        Application,
        round_id=round_.id,
        organisation_id=organisation_id,
        number=number,
        reference=reference,
        title=title,
        amount_requested=10_000_000 + number * 100,
        state=ApplicationState.UNDER_REVIEW,
        contact_id=contact_id,
        created_at=now - timedelta(weeks=5),
        submitted_at=now - timedelta(weeks=4, minutes=number),
        state_since=now - timedelta(weeks=3),
        last_version=1,
    )
    bulk.add(
        SubmittedVersion,
        application_id=application_id,
        number=1,
        content=specimen.content | {"reference": reference, "version": 1},
        sha256="0" * 64,
        submitted_by_id=contact_id,
        submitted_at=now - timedelta(weeks=4),
    )
    return application_id


def _add_applicant(bulk: Bulk, name: str, *, now: datetime) -> tuple[UUID, UUID]:
    organisation_id = bulk.add(
        Organisation, name=name, country="KE", is_fictional=True, created_at=now
    )
    contact_id = bulk.add(
        Person,
        email=f"contact-{organisation_id}@sample.example",
        name="Ada Sample",
        email_confirmed_at=now,
        created_at=now,
        is_fictional=True,
    )
    bulk.add(
        Membership,
        organisation_id=organisation_id,
        person_id=contact_id,
        role=MemberRole.OWNER,
        joined_at=now,
    )
    return organisation_id, contact_id


def _add_review(
    bulk: Bulk,
    application_id: UUID,
    seat: PanelSeat,
    *,
    criteria: Iterable[UUID],
    turn: int,
    now: datetime,
) -> UUID | None:
    """Of ten assignments four are done, one is begun (its id is returned), five are not."""
    stage = (turn * 13 + turn // 97) % 10
    is_done, is_begun = stage < 4, stage == 4
    assignment_id = bulk.add(
        Assignment,
        round_id=seat.round_id,
        application_id=application_id,
        person_id=seat.person_id,
        funder_id=seat.funder_id,
        state=AssignmentState.DONE if is_done else AssignmentState.ACCEPTED,
        method="automatic",
        due_at=now + timedelta(weeks=6),
        offered_by_id=seat.person_id,
        offered_at=now,
        done_at=now if is_done else None,
    )
    if not (is_done or is_begun):
        return None
    review_id = bulk.add(
        Review,
        assignment_id=assignment_id,
        application_id=application_id,
        person_id=seat.person_id,
        state=ReviewState.SUBMITTED if is_done else ReviewState.DRAFT,
        confidence=1 + turn % 5,
        shared_comment="The design is sound and the sample is small. " * 8,
        private_comment="We should ask who holds the items. " * 4,
        started_at=now,
        saved_at=now,
        submitted_at=now if is_done else None,
        last_number=1 if is_done else 0,
        mean_mark=3 + turn % 7 / 7,
    )
    for place, criterion_id in enumerate(criteria):
        bulk.add(
            Score,
            review_id=review_id,
            criterion_id=criterion_id,
            mark=1 + (turn + place) % 5,
            shared_comment="Say how often graders differ." if place % 2 else "",
        )
    return assignment_id if is_begun else None


def _fill_entries(
    session: Session,
    round_: Round,
    specimens: list[Specimen],
    *,
    scene: Scene,
    entries: int,
    meet: MeetVisitor,
    now: datetime,
) -> None:
    """Add finished drafts, each of its own organisation, that lack only their file."""
    row = session.scalars(
        select(Question).where(Question.round_id == round_.id, Question.code == FILE_QUESTION)
    ).one()
    codes = {
        one.id: one.code
        for one in session.scalars(select(Question).where(Question.section_id == row.section_id))
    }
    bulk, drafts = Bulk(), []
    for number in range(entries):
        specimen = specimens[number % SPECIMENS]
        organisation_id, member_id = _add_applicant(bulk, f"Applicant {number} (sample)", now=now)
        draft_id = bulk.add(
            Application,
            round_id=round_.id,
            organisation_id=organisation_id,
            title=specimen.project.title,
            state=ApplicationState.DRAFT,
            contact_id=member_id,
            created_at=now,
            state_since=now,
        )
        for answer in specimen.answers:
            bulk.add(
                Answer,
                application_id=draft_id,
                changed_by_id=member_id,
                changed_at=now,
                **answer,
            )
        drafts.append((draft_id, member_id, specimen))
    bulk.insert(session)
    for draft_id, member_id, specimen in drafts:
        shown = {
            codes[one["question_id"]]: stamp_of(1, one["value"])
            for one in specimen.answers
            if one["question_id"] in codes
        }
        fields = {code: specimen.fields[code] for code in shown}
        fields["version"] = [stamps_as_text(shown)]
        visitor = meet(member_id)
        scene.entries.append(Entry(draft_id, row.section_id, row.id, row.code, visitor, fields))


def _analyse(session: Session) -> None:
    """Let the database count its rows, as it would by itself some minutes after an import."""
    database.begin_writing(session)
    session.execute(text("ANALYZE"))
    session.commit()
