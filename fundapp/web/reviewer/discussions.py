"""The panel's discussion of one application."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action, Actor
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.discussions import SaidNote, Topic, application_topic, discussion_notes
from fundapp.services import discussions
from fundapp.web.access import demand
from fundapp.web.forms.reviews import DiscussionForm
from fundapp.web.installation import now

blueprint = Blueprint("discussions", __name__)


@blueprint.route("/applications/<uuid:application_id>/discussion", methods=["GET", "POST"])
def show_discussion(application_id: UUID) -> ResponseReturnValue:
    """What was said, and room for a note."""
    session = db.session()
    actor = demand(Action.DISCUSS_APPLICATION, application_facts(session, application_id))
    form = DiscussionForm()
    if form.validate_on_submit():
        discussions.add_note(
            session, application_id, text=form.text.data or "", actor=actor, now=now()
        )
        flash("Your note is in.")
        return redirect(
            url_for("discussions.show_discussion", application_id=application_id), code=303
        )
    topic = application_topic(session, application_id)
    page = render_template(
        "discussions/discussion.html",
        topic=topic,
        notes=[
            (_name_shown(actor, topic, note), note) for note in discussion_notes(session, topic)
        ],
        form=form,
        banner=topic.notice,
    )
    return page, 422 if form.is_submitted() else 200


def _name_shown(actor: Actor, topic: Topic, note: SaidNote) -> str:
    """In a blind round reviewers see each other by their seats, as in their reviews."""
    if note.person_id == actor.person_id:
        return "You"
    if note.label and topic.is_blind and not actor.is_fund_manager:
        return note.label
    return note.name
