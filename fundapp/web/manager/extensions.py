"""A later deadline for one organisation."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.permissions import Action
from fundapp.domain.windows import typed_local
from fundapp.extensions import db
from fundapp.queries.funders import organisation_names
from fundapp.queries.rounds import extensions_of, round_record
from fundapp.services import extensions
from fundapp.web.access import demand
from fundapp.web.forms.base import named_options
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.rounds import ExtensionForm
from fundapp.web.forms.typed import Typed
from fundapp.web.installation import now

blueprint = Blueprint("extensions", __name__)


@blueprint.route("/rounds/<uuid:round_id>/extensions", methods=["GET", "POST"])
def grant_extension(round_id: UUID) -> ResponseReturnValue:
    """The extensions that were given, and a form for another."""
    demand(Action.RUN_ROUNDS)
    record = round_record(db.session(), round_id)
    actor = demand(Action.RUN_ROUNDS, record.facts)
    form = ExtensionForm()
    names = organisation_names(db.session())
    form.organisation_id.choices = named_options(names, prompt="Choose an organisation")
    zone = record.settings.time_zone
    if request.method == "GET" and record.settings.closes_at is not None:
        form.until.data = typed_local(record.settings.closes_at, zone)
    if form.validate_on_submit():
        try:
            organisation_id, until = _read(form, zone)
            extensions.grant_extension(
                db.session(),
                round_id,
                organisation_id,
                until=until,
                reason=form.reason.data or "",
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("The new deadline counts from now on.")
            return redirect(url_for("extensions.grant_extension", round_id=round_id), code=303)
    shown = render_template(
        "rounds/extensions.html",
        round=record,
        form=form,
        granted=extensions_of(db.session(), round_id),
        banner=record.notice or None,
    )
    return shown, 422 if form.is_submitted() else 200


def _read(form: ExtensionForm, zone: str) -> tuple[UUID, datetime]:
    typed = Typed(form)
    until = typed.instant("until", zone)
    if until is None and not typed.problems:
        typed.problems.append(Problem("until", "Enter the new deadline."))
    organisation_id = None
    try:
        organisation_id = UUID(form.organisation_id.data or "")
    except ValueError:
        typed.problems.append(Problem("organisation_id", "Choose an organisation."))
    typed.refuse_problems()
    if until is None or organisation_id is None:
        raise InvalidInput(typed.problems)
    return organisation_id, until
