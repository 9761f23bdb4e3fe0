"""The announcement of a round, for everybody."""

from flask import Blueprint, Response

from fundapp.domain.languages import DEFAULT
from fundapp.extensions import db
from fundapp.queries.letters import newest_announcement
from fundapp.web.downloads import send_stored
from fundapp.web.installation import now

blueprint = Blueprint("announcements", __name__)


@blueprint.get("/announcements/<reference>.pdf", defaults={"language": DEFAULT})
@blueprint.get("/announcements/<reference>/<language>.pdf")
def download(reference: str, language: str) -> Response:
    """The newest version in a language, once the round is announced."""
    document = newest_announcement(db.session(), reference, language=language, now=now())
    return send_stored(document.sha256, name=f"{document.reference}.pdf")
