"""Background jobs: what failed, and running it again."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.domain.states import JobState
from fundapp.extensions import db
from fundapp.queries.jobs import job_counts, job_page
from fundapp.services import jobs
from fundapp.web.access import demand, requires
from fundapp.web.installation import now

blueprint = Blueprint("jobs", __name__)


@blueprint.get("/jobs")
@requires(Action.ADMINISTER)
def show_list() -> str:
    """Jobs by state, the newest first."""
    state = next((one for one in JobState if one == request.args.get("state")), None)
    number = request.args.get("page", 1, type=int)
    session = db.session()
    return render_template(
        "jobs/list.html",
        page=job_page(session, state=state, number=number),
        counts=job_counts(session),
        state=state,
    )


@blueprint.post("/jobs/<uuid:job_id>/retry")
def retry_job(job_id: UUID) -> ResponseReturnValue:
    """Run a failed job again."""
    actor = demand(Action.ADMINISTER)
    jobs.retry_job(db.session(), job_id, actor=actor, now=now())
    flash("The job is queued again.")
    return redirect(url_for("jobs.show_list"), code=303)
