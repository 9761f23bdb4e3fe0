"""What the fund has paid for: announced rounds only."""

from flask import Blueprint, render_template

from fundapp.extensions import db
from fundapp.queries.announced_awards import announced_awards
from fundapp.web.installation import now

blueprint = Blueprint("announced_awards", __name__)


@blueprint.get("/awards")
def show_list() -> str:
    """Awards of announced rounds, with what each funder pays."""
    return render_template("calls/awards.html", rounds=announced_awards(db.session(), now=now()))
