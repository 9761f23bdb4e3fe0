"""Who publishes the fund's open data, for fund managers and administrators."""

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.fund import fund_identity
from fundapp.queries.publishers import publisher_record
from fundapp.services.publishing import set_publisher
from fundapp.web.access import demand
from fundapp.web.forms.publishing import PublisherForm
from fundapp.web.forms.saving import Saving
from fundapp.web.forms.typed import read_version
from fundapp.web.installation import installation, now

blueprint = Blueprint("publishing", __name__)


@blueprint.route("/open-data/publisher", methods=["GET", "POST"])
def edit_publisher() -> ResponseReturnValue:
    """Say who publishes, under which prefix and licence."""
    actor = demand(Action.PUBLISH_DATA)
    record = publisher_record(db.session(), fund=fund_identity(installation().config))
    form = PublisherForm(data=asdict(record.profile))
    if request.method == "GET":
        form.version.data = str(record.version)
    saving = Saving(form, on_fields=True)
    if form.validate_on_submit():
        with saving:
            set_publisher(
                db.session(), form.profile(), version=read_version(form), actor=actor, now=now()
            )
        if saving.is_done:
            flash("The publisher is saved.")
            return redirect(url_for("open_data.show_files"), code=303)
    page = render_template(
        "open_data/publisher.html", form=form, record=record, theirs=saving.theirs
    )
    return page, saving.status(422 if form.is_submitted() else 200)
