"""The gallery of an announced prize round."""

from flask import Blueprint, render_template

from fundapp.extensions import db
from fundapp.queries.gallery import gallery_of
from fundapp.web.installation import now

blueprint = Blueprint("gallery", __name__)


@blueprint.get("/calls/<reference>/gallery")
def show_gallery(reference: str) -> str:
    """Entries whose makers agreed: winners first, the others by title."""
    shown = gallery_of(db.session(), reference, now=now())
    return render_template("gallery/gallery.html", shown=shown, banner=shown.notice or None)
