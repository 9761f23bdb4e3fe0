"""What the criteria of a draft round count for each funder."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.numerals import NumeralError, read_units
from fundapp.domain.text import quoted
from fundapp.extensions import db
from fundapp.queries.round_records import weighed_rubric
from fundapp.services.funder_weights import LARGEST_WEIGHT, own_weights_stamp, set_own_weights
from fundapp.web.forms.round_parts import VersionForm
from fundapp.web.forms.saving import Saving
from fundapp.web.forms.typed import read_version
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import round_page

blueprint = Blueprint("funder_weights", __name__)
Texts = Mapping[UUID, Mapping[UUID, str]]
"""What stands in the fields, by funder and criterion."""


@blueprint.route("/rounds/<uuid:round_id>/funder-weights", methods=["GET", "POST"])
def edit_weights(round_id: UUID) -> ResponseReturnValue:
    """Say for each funder what the criteria count."""
    page = round_page(round_id, "funders")
    weighed = weighed_rubric(db.session(), round_id)
    form = VersionForm()
    texts: Texts = {
        share.funder_id: {
            id_: str(share.weights.get(criterion.code, "")) for id_, criterion in weighed.criteria
        }
        for share in page.readiness.content.envelopes
    }
    if request.method == "GET":
        form.version.data = str(own_weights_stamp(db.session(), round_id))
    saving = Saving(form)
    if form.validate_on_submit():
        texts = _posted(texts)
        with saving:
            set_own_weights(
                db.session(),
                round_id,
                _read(texts),
                version=read_version(form),
                actor=page.actor,
                now=now(),
            )
        if saving.is_done:
            flash("The weights of the funders are saved.")
            target = url_for("funder_weights.edit_weights", round_id=round_id)
            return redirect(target, code=303)
    shown = {"texts": texts, "problems": saving.problems, "theirs": saving.theirs}
    answer = render_template(
        "rounds/funder_weights.html",
        **page.context(),
        form=form,
        criteria=weighed.criteria,
        **shown,
    )
    return answer, saving.status(422 if form.is_submitted() else 200)


def _posted(texts: Texts) -> Texts:
    return {
        funder: {
            criterion: request.form.get(f"weight-{funder}-{criterion}", text)
            for criterion, text in row.items()
        }
        for funder, row in texts.items()
    }


def _read(texts: Texts) -> dict[UUID, dict[UUID, int]]:
    """Return the weights of the rows in which something was typed; empty rows are empty."""
    problems: list[Problem] = []
    table: dict[UUID, dict[UUID, int]] = {}
    for funder, row in texts.items():
        table[funder] = {}
        if not any(text.strip() for text in row.values()):
            continue
        for criterion, text in row.items():
            try:
                table[funder][criterion] = read_units(text.strip(), digits=0)
            except NumeralError:
                said = f"You entered {quoted(text.strip())}." if text.strip() else ""
                limit = f"Enter a whole number from 0 to {LARGEST_WEIGHT}"
                sentence = f"{limit}, or empty all of this funder. {said}"
                problems.append(Problem(f"weight-{funder}-{criterion}", sentence.strip()))
    if problems:
        raise InvalidInput(problems)
    return table
