"""Downloads of attached files: never opened in our name, never under a name that tells."""

from uuid import UUID

from flask import Blueprint, Response

from fundapp.domain.errors import NotAllowed
from fundapp.domain.permissions import Action, may
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.attachments import attachment_record, submitted_file
from fundapp.web.access import demand
from fundapp.web.downloads import send_stored

blueprint = Blueprint("attachments", __name__)

ONLY_HERE = (
    "This file is sensitive: nobody of the fund downloads it. Look at its samples on the page of "
    "the application instead."
)


@blueprint.get("/attachments/<uuid:attachment_id>")
def download(attachment_id: UUID) -> Response:
    """The file, to be saved. Who reads for the fund gets submitted files only.

    A sensitive file goes to the applicant's own people alone.
    """
    session = db.session()
    record = attachment_record(session, attachment_id)
    facts = application_facts(session, record.application_id)
    actor = demand(Action.VIEW_APPLICATION, facts)
    name = record.filename
    if facts.organisation_id not in actor.memberships:
        if record.is_sensitive:
            raise NotAllowed(ONLY_HERE)
        is_hidden = not may(actor, Action.VIEW_APPLICANT, facts)
        name = submitted_file(session, record, hide_identity=is_hidden).name
    return send_stored(record.sha256, name=name, media_type=record.media_type)
