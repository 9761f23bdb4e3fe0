"""Writing, sending in, revising and reading a review."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem, StaleVersion, WrongState
from fundapp.domain.permissions import Action, Actor, may
from fundapp.domain.review_fields import PostedReview, keep_text, typed_review
from fundapp.domain.reviews import require_revising, require_writing
from fundapp.extensions import db
from fundapp.queries.review_queue import next_review
from fundapp.queries.reviews import ReviewHead, is_own_in, review_head, stored_review
from fundapp.services import reviews
from fundapp.web.access import demand
from fundapp.web.installation import now
from fundapp.web.reviewer.desk import Typed, desk_page, posted_fields
from fundapp.web.reviewer.reading import reading_page
from fundapp.web.transactions import begin_writing, reads_first

blueprint = Blueprint("reviews", __name__)

OUT_OF_DATE = "This form was out of date. Look at what stands now, then save again."


@blueprint.get("/reviews/<uuid:assignment_id>")
def show_review(assignment_id: UUID) -> str:
    """The desk for who writes this review; the review as it stands for who may read it."""
    session = db.session()
    head = review_head(session, assignment_id)
    actor = demand(Action.USE_ACCOUNT)
    own_is_in = head.is_in
    if head.reviewer.person_id != actor.person_id:
        own_is_in = is_own_in(session, head.application_id, person_id=actor.person_id)
    facts = head.review_facts(is_own_submitted=own_is_in)
    demand(Action.VIEW_REVIEW, facts)
    if _is_writable(actor, head):
        return desk_page(session, actor, head, is_checked="check" in request.args)
    return reading_page(
        session,
        actor,
        head,
        sees_name=bool(may(actor, Action.VIEW_REVIEWER, facts)),
        may_revise=_is_revisable(actor, head),
    )


@blueprint.post("/reviews/<uuid:assignment_id>")
@reads_first
def save_review(assignment_id: UUID) -> ResponseReturnValue:
    """Save what was typed; then send it in, or go to the next one, as the button says."""
    actor = demand(Action.USE_ACCOUNT)
    begin_writing()
    kept = next((name for name in request.form if name.startswith("keep-")), "")
    if kept:
        return _keep(assignment_id, actor, kept.removeprefix("keep-"))
    return _save(assignment_id, actor, posted_fields(request.form))


@blueprint.post("/reviews/<uuid:assignment_id>/autosave")
@reads_first
def autosave_review(assignment_id: UUID) -> ResponseReturnValue:
    """Save while typing; answers the page's script with JSON."""
    actor = demand(Action.USE_ACCOUNT)
    begin_writing()
    session = db.session()
    try:
        review = reviews.save_review(
            session,
            assignment_id,
            PostedReview(posted_fields(request.form)),
            version=_posted_version(),
            actor=actor,
            now=now(),
        )
    except StaleVersion as error:
        stands = stored_review(session, review_head(session, assignment_id))
        theirs = typed_review(error.theirs, stands.rubric, currency=stands.head.currency)
        told = {"theirs": theirs, "their_name": error.their_name, "their_time": ""}
        return jsonify(**told, version=error.version), 409
    return jsonify(saved_at=review.saved_at.isoformat(), version=review.version, problems=[])


@blueprint.route("/reviews/<uuid:assignment_id>/revise", methods=["GET", "POST"])
def revise_review(assignment_id: UUID) -> ResponseReturnValue:
    """Change a review that is in, with a note."""
    session = db.session()
    head = review_head(session, assignment_id)
    actor = demand(Action.WRITE_REVIEW, head.review_facts())
    require_revising(head.facts.round.state, head.facts.state)
    if not head.is_in:
        raise WrongState("This review is not in yet, so there is nothing to revise.")
    if request.method == "GET":
        return desk_page(session, actor, head, is_revision=True)
    note = request.form.get("note", "")
    try:
        reviews.revise_review(
            session,
            assignment_id,
            PostedReview(posted_fields(request.form)),
            version=_posted_version(),
            note=note,
            actor=actor,
            now=now(),
        )
    except InvalidInput as error:
        typed = Typed(
            posted_fields(request.form), error.problems, version=_posted_version(), note=note
        )
        return desk_page(session, actor, head, typed=typed, is_revision=True), 422
    except StaleVersion as error:
        typed = _out_of_date(head, posted_fields(request.form), error, note=note)
        return desk_page(session, actor, head, typed=typed, is_revision=True), 409
    flash("Your revision is in. The version before it is kept.")
    return _to_review(assignment_id)


@blueprint.get("/reviews/<uuid:assignment_id>/form")
def print_form(assignment_id: UUID) -> str:
    """The criteria with their anchors and room to write, to print or to keep."""
    session = db.session()
    head = review_head(session, assignment_id)
    demand(Action.WRITE_REVIEW, head.review_facts())
    review = stored_review(session, head)
    return render_template("reviews/form.html", head=head, review=review, banner=head.notice)


def _save(assignment_id: UUID, actor: Actor, fields: dict[str, str]) -> ResponseReturnValue:
    session = db.session()
    version = _posted_version()
    try:
        review = reviews.save_review(
            session, assignment_id, PostedReview(fields), version=version, actor=actor, now=now()
        )
    except InvalidInput as error:
        typed = Typed(fields, error.problems, version=version)
        return desk_page(session, actor, review_head(session, assignment_id), typed=typed), 422
    except StaleVersion as error:
        head = review_head(session, assignment_id)
        typed = _out_of_date(head, fields, error)
        return desk_page(session, actor, head, typed=typed), 409
    act = request.form.get("act", "save")
    if act == "submit":
        return _submit(assignment_id, actor, version=review.version)
    if act == "next":
        return _to_next(actor, after=assignment_id)
    return _to_review(assignment_id)


def _submit(assignment_id: UUID, actor: Actor, *, version: int) -> ResponseReturnValue:
    """Send in; what is missing is said by the page, after the text itself was saved."""
    session = db.session()
    try:
        reviews.submit_review(session, assignment_id, version=version, actor=actor, now=now())
    except InvalidInput:
        return redirect(
            url_for("reviews.show_review", assignment_id=assignment_id, check=1, _anchor="mark"),
            code=303,
        )
    flash("Your review is in. You may revise it, with a note, until the round is decided.")
    return _to_review(assignment_id)


def _keep(assignment_id: UUID, actor: Actor, name: str) -> ResponseReturnValue:
    """One of two texts was chosen; ask for the others, or save when none is left."""
    session = db.session()
    head = review_head(session, assignment_id)
    demand(Action.WRITE_REVIEW, head.review_facts())
    review = stored_review(session, head)
    stands = typed_review(review.draft, review.rubric, currency=head.currency)
    fields = posted_fields(request.form)
    if name in stands:
        choice = request.form[f"keep-{name}"]
        fields[name] = keep_text(fields.get(name, ""), stands[name], choice)
    left = [other for other in request.form.getlist("conflict") if other != name]
    if left:
        typed = Typed(fields, conflicts=left, version=_posted_version())
        return desk_page(session, actor, head, typed=typed), 409
    return _save(assignment_id, actor, fields)


def _out_of_date(
    head: ReviewHead, fields: Mapping[str, str], error: StaleVersion, *, note: str = ""
) -> Typed:
    """Return the form again, with each field whose text is not what stands now."""
    review = stored_review(db.session(), head)
    stands = typed_review(review.draft, review.rubric, currency=head.currency)
    differing = [
        name
        for name, text in stands.items()
        if name in fields and fields[name].replace("\r\n", "\n").strip() != text
    ]
    problems = () if differing else (Problem("", OUT_OF_DATE),)
    return Typed(fields, problems, conflicts=differing, version=error.version, note=note)


def _is_writable(actor: Actor, head: ReviewHead) -> bool:
    if head.is_in or not may(actor, Action.WRITE_REVIEW, head.review_facts()):
        return False
    try:
        require_writing(head.facts.round.state, head.facts.state)
    except WrongState:
        return False
    return True


def _is_revisable(actor: Actor, head: ReviewHead) -> bool:
    if not head.is_in or not may(actor, Action.WRITE_REVIEW, head.review_facts()):
        return False
    try:
        require_revising(head.facts.round.state, head.facts.state)
    except WrongState:
        return False
    return True


def _posted_version() -> int:
    return request.form.get("version", -1, type=int)


def _to_review(assignment_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("reviews.show_review", assignment_id=assignment_id), code=303)


def _to_next(actor: Actor, *, after: UUID) -> ResponseReturnValue:
    found = next_review(db.session(), actor, after=after)
    if found is None:
        flash("Saved. There is no other review to write.")
        return redirect(url_for("review_queue.show_queue"), code=303)
    return _to_review(found[0])
