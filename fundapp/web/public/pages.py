"""Health, privacy and how the fund decides."""

from flask import Blueprint, Response, jsonify, render_template
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from fundapp.domain.errors import FilesUnavailable
from fundapp.extensions import db
from fundapp.web.installation import installation

blueprint = Blueprint("public", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Say whether the application, its database and its file store answer.

    Without files most pages still work, so a balancer should go on sending people here.
    """
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(status="database unreachable"), 503
    try:
        installation().files.check()
    except FilesUnavailable:
        return jsonify(status="file store unreachable"), 200
    return jsonify(status="ok"), 200


@blueprint.get("/privacy")
def privacy() -> str:
    """What is kept, for how long, and what a person can ask for."""
    days = installation().config.sign_in_days
    return render_template("public/privacy.html", sign_in_days=days)


@blueprint.get("/how-we-decide")
def how_we_decide() -> str:
    """The whole process, step by step."""
    return render_template("public/how_we_decide.html")
