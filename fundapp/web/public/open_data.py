"""Open data: the awards of announced rounds by 360Giving, for everybody."""

from flask import Blueprint, Response, render_template, request

from fundapp.domain.publishing import LICENCES
from fundapp.extensions import db
from fundapp.queries.announced_awards import announced_awards
from fundapp.queries.fund import fund_identity
from fundapp.queries.publishers import publisher_record
from fundapp.services.publishing import OpenFormat, open_data_file
from fundapp.web.installation import installation, now

blueprint = Blueprint("open_data", __name__)

KEPT_FOR = 300
"""Seconds that others may keep a file. Before its instant there is none that could be kept."""


@blueprint.get("/open-data")
def show_files() -> str:
    """The files there are, and what may be done with them."""
    session = db.session()
    publisher = publisher_record(session, fund=fund_identity(installation().config))
    return render_template(
        "open_data/files.html",
        rounds=[one for one in announced_awards(session, now=now()) if one.awards],
        publisher=publisher,
        licence=LICENCES.get(publisher.profile.licence, publisher.profile.licence),
    )


@blueprint.get("/open-data/360giving-<reference>.<any(json, csv):ending>")
def download(reference: str, ending: str) -> Response:
    """One round's file; pages of others may read it too."""
    made = open_data_file(
        db.session(),
        reference,
        format=OpenFormat(ending),
        fund=fund_identity(installation().config),
        now=now(),
    )
    response = Response(made.content, mimetype=made.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=made.filename)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.cache_control.public = True
    response.cache_control.max_age = KEPT_FOR
    response.add_etag()
    response.make_conditional(request)
    return response
