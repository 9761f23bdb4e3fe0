"""The floor: bare Flask pages that read and write what ours do, with the least code.

The same models on the same database, opened in the same way. No sign-in, no permissions, no
form tokens, no versions, no checks, no layout: templates hold the same data and nothing else.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from flask import Flask, abort, redirect, request
from flask.typing import ResponseReturnValue
from jinja2 import Environment
from sqlalchemy import case, create_engine, func, select
from sqlalchemy.orm import Session

from benchmarks.pages import floor_templates
from config import config_from_environment
from fundapp.adapters import database
from fundapp.adapters.files import LocalFileStore
from fundapp.domain.states import ApplicationState, AssignmentState, JobState
from fundapp.models import (
    Answer,
    Application,
    Assignment,
    Attachment,
    AuditEvent,
    Criterion,
    Job,
    Organisation,
    Person,
    Question,
    Review,
    Round,
    Score,
    Section,
    SubmittedVersion,
)

app = Flask("floor")
config = config_from_environment()
engine = create_engine(
    config.effective_database_url, **database.engine_options(config.effective_database_url)
)
database.prepare_engine(engine)
files = LocalFileStore(config.file_folder)
pages = Environment(autoescape=True)
LIST = pages.from_string(floor_templates.LIST)
QUEUE = pages.from_string(floor_templates.QUEUE)
DESK = pages.from_string(floor_templates.DESK)
PAGE_SIZE = 50


def floor_app() -> Flask:
    """Return the bare application."""
    return app


@app.get("/list/<uuid:round_id>")
def show_list(round_id: UUID) -> str:
    """One page of a round's applications. 3 statements."""
    page = request.args.get("page", 1, type=int)
    is_submitted = (Application.round_id == round_id, Application.number.is_not(None))
    with Session(engine) as session:
        round_ = session.execute(
            select(Round.reference, Round.title, Round.currency).where(Round.id == round_id)
        ).one()
        total = session.scalar(select(func.count()).select_from(Application).where(*is_submitted))
        rows = session.execute(
            select(
                Application.id,
                Application.reference,
                Application.title,
                Organisation.name,
                Person.name,
                Application.amount_requested,
                Application.state,
                Application.submitted_at,
            )
            .join(Organisation, Organisation.id == Application.organisation_id)
            .join(Person, Person.id == Application.contact_id)
            .where(*is_submitted)
            .order_by(Application.number)
            .limit(PAGE_SIZE)
            .offset((page - 1) * PAGE_SIZE)
        ).all()
    return LIST.render(round=round_, total=total, rows=rows)


@app.get("/queue/<uuid:person_id>")
def show_queue(person_id: UUID) -> str:
    """A reviewer's assignments, how many of each kind, how they marked. 4 statements."""
    own = Assignment.person_id == person_id
    with Session(engine) as session:
        counts = session.execute(
            select(Assignment.state, func.count()).where(own).group_by(Assignment.state)
        ).all()
        rows = session.execute(_queue_rows().where(own).limit(PAGE_SIZE)).all()
        following = session.execute(
            _queue_rows().where(own, Assignment.state == AssignmentState.ACCEPTED).limit(1)
        ).first()
        marking = _marking(session, own)
    return QUEUE.render(counts=counts, rows=rows, following=following, marking=marking)


def _queue_rows() -> Any:
    return (
        select(
            Assignment.id,
            Application.reference,
            Application.title,
            Round.title,
            Assignment.state,
            Assignment.due_at,
            Assignment.done_at,
            Review.saved_at,
            Review.mean_mark,
        )
        .join(Application, Application.id == Assignment.application_id)
        .join(Round, Round.id == Assignment.round_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .order_by(
            case((Assignment.state == AssignmentState.DONE, 1), else_=0),
            Assignment.due_at,
            Application.number,
        )
    )


def _marking(session: Session, *conditions: Any) -> Any:
    mean = Review.mean_mark
    return session.execute(
        select(
            func.count(mean), func.avg(mean), func.min(mean), func.max(mean), func.avg(mean * mean)
        )
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(Assignment.state == AssignmentState.DONE, *conditions)
    ).one()


@app.get("/review/<uuid:assignment_id>")
def show_review(assignment_id: UUID) -> str:
    """The application, the rubric with what was marked, the place in the queue. 5 statements."""
    with Session(engine) as session:
        head = session.execute(
            select(Assignment, Application, Round.reference, Round.currency, Review)
            .join(Application, Application.id == Assignment.application_id)
            .join(Round, Round.id == Assignment.round_id)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(Assignment.id == assignment_id)
        ).one()
        assignment, application, _, _, review = head
        content = session.scalar(
            select(SubmittedVersion.content).where(
                SubmittedVersion.application_id == application.id,
                SubmittedVersion.number == application.last_version,
            )
        )
        own = (
            Assignment.person_id == assignment.person_id,
            Assignment.round_id == assignment.round_id,
        )
        place = session.execute(
            select(func.count(), func.sum(case((Application.number <= application.number, 1))))
            .select_from(Assignment)
            .join(Application, Application.id == Assignment.application_id)
            .where(*own)
        ).one()
        return DESK.render(
            head=head,
            content=content,
            criteria=_marked_criteria(session, assignment.round_id, review),
            place=place,
            marking=_marking(session, *own),
        )


def _marked_criteria(session: Session, round_id: UUID, review: Review) -> Any:
    return session.execute(
        select(Criterion, Score)
        .outerjoin(Score, (Score.criterion_id == Criterion.id) & (Score.review_id == review.id))
        .where(Criterion.round_id == round_id)
        .order_by(Criterion.position)
    ).all()


@app.post("/review/<uuid:assignment_id>")
def save_review(assignment_id: UUID) -> ResponseReturnValue:
    """Save the whole form: the rows that changed, in one transaction."""
    _save(assignment_id)
    return redirect(f"/review/{assignment_id}", 303)


@app.post("/review/<uuid:assignment_id>/autosave")
def autosave_review(assignment_id: UUID) -> ResponseReturnValue:
    """The same; answers with JSON."""
    return {"saved_at": _save(assignment_id).isoformat()}


def _save(assignment_id: UUID) -> datetime:
    form, now = request.form, datetime.now(UTC)
    with Session(engine, expire_on_commit=False) as session:
        database.begin_writing(session)
        assignment, review = session.execute(
            select(Assignment, Review)
            .join(Review, Review.assignment_id == Assignment.id)
            .where(Assignment.id == assignment_id)
            .with_for_update()
        ).one()
        review.confidence = int(form["confidence"])
        review.shared_comment = form["shared_comment"]
        review.private_comment = form["private_comment"]
        review.saved_at = now
        review.version += 1
        weights = marks = 0
        for criterion, score in _marked_criteria(session, assignment.round_id, review):
            score.mark = int(form[f"mark-{criterion.code}"])
            score.shared_comment = form[f"comment-{criterion.code}"]
            weights += criterion.weight
            marks += criterion.weight * score.mark
        review.mean_mark = marks / weights
        session.commit()
    return now


@app.post("/applications/<uuid:application_id>/files/<uuid:question_id>")
def attach_file(application_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Store the file, flushed to the disk; then the answers beside it and the file's row."""
    upload = request.files["evidence"]
    sha256, size = files.put(cast(Any, upload.stream))
    now = datetime.now(UTC)
    with Session(engine) as session:
        database.begin_writing(session)
        application = session.get_one(Application, application_id, with_for_update=True)
        for code, answer in _answers_of_page(session, application_id, question_id):
            if code in request.form and answer.value != request.form[code]:
                answer.changed_at = now
        attachment = Attachment(
            application_id=application_id,
            question_id=question_id,
            filename=upload.filename,
            media_type="text/plain",
            size=size,
            sha256=sha256,
            added_by_id=application.contact_id,
            added_at=now,
        )
        session.add(attachment)
        session.flush()
        _record(session, "attachment.added", attachment.id, application=application, now=now)
        session.commit()
    return redirect("/", 303)


def _answers_of_page(session: Session, application_id: UUID, question_id: UUID) -> Any:
    section = select(Question.section_id).where(Question.id == question_id).scalar_subquery()
    return session.execute(
        select(Question.code, Answer)
        .join(Answer, Answer.question_id == Question.id)
        .where(Question.section_id == section, Answer.application_id == application_id)
    )


@app.post("/applications/<uuid:application_id>/submit")
def submit_application(application_id: UUID) -> ResponseReturnValue:
    """Freeze form, answers and files as a version, number it, queue its copy."""
    now = datetime.now(UTC)
    with Session(engine) as session:
        database.begin_writing(session)
        application = session.get_one(Application, application_id, with_for_update=True)
        if application.state is not ApplicationState.DRAFT:
            abort(409)
        round_ = session.get_one(Round, application.round_id, with_for_update=True)
        round_.last_number += 1
        application.number = round_.last_number
        application.reference = f"{round_.reference}-{round_.last_number:03}"
        application.state = ApplicationState.SUBMITTED
        application.submitted_at = application.state_since = now
        application.last_version = 1
        content = _content(session, application)
        version = SubmittedVersion(
            application_id=application_id,
            number=1,
            content=content,
            sha256=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
            submitted_by_id=application.contact_id,
            submitted_at=now,
        )
        session.add(version)
        session.flush()
        _record(session, "application.submitted", application_id, application=application, now=now)
        session.add(
            Job(
                kind="submission_copy",
                payload={"version_id": str(version.id)},
                once_key=f"submission_copy:{version.id}",
                state=JobState.QUEUED,
                due_at=now,
                queued_at=now,
            )
        )
        session.commit()
    return redirect("/", 303)


def _content(session: Session, application: Application) -> dict[str, Any]:
    organisation = session.get_one(Organisation, application.organisation_id)
    rows = session.execute(
        select(Section.title, Question.code, Question.label, Question.kind, Answer.value)
        .join(Question, Question.section_id == Section.id)
        .outerjoin(
            Answer, (Answer.question_id == Question.id) & (Answer.application_id == application.id)
        )
        .where(Section.round_id == application.round_id)
        .order_by(Section.position, Question.position)
    )
    attached = session.execute(
        select(Attachment.id, Attachment.filename, Attachment.size, Attachment.sha256).where(
            Attachment.application_id == application.id, Attachment.removed_at.is_(None)
        )
    )
    return {
        "organisation": organisation.name,
        "reference": application.reference,
        "questions": [list(row) for row in rows],
        "files": [[str(row.id), *row[1:]] for row in attached],
    }


def _record(
    session: Session, event: str, subject_id: UUID, *, application: Application, now: datetime
) -> None:
    session.add(
        AuditEvent(
            at=now,
            actor_id=application.contact_id,
            event=event,
            subject_kind="application",
            subject_id=subject_id,
            round_id=application.round_id,
            details={},
        )
    )


@app.get("/ping")
def ping() -> str:
    """Tell that the server runs."""
    return "ok"
