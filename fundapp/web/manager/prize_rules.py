"""The page of a draft's prize rules."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import NotFound
from fundapp.domain.prize_rules import PrizeRules
from fundapp.domain.states import RoundKind
from fundapp.extensions import db
from fundapp.services.prize_rules import prize_rules_stamp, set_prize_rules
from fundapp.web.forms.prize_rules import PrizeRulesForm, typed_rules
from fundapp.web.forms.saving import Saving
from fundapp.web.forms.typed import read_version
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import round_page
from fundapp.web.prize_rows import rule_rows

blueprint = Blueprint("prize_rules", __name__)


@blueprint.route("/rounds/<uuid:round_id>/prize-rules", methods=["GET", "POST"])
def edit_rules(round_id: UUID) -> ResponseReturnValue:
    """Gates, pairs, re-runs, nominations, the public vote and the gallery."""
    page = round_page(round_id, "prize_rules")
    if page.round.kind is not RoundKind.PRIZE:
        raise NotFound("Only a prize round has prize rules.")
    settings = page.round.settings
    stored, zone = settings.prize_rules, settings.time_zone
    form = PrizeRulesForm(data=typed_rules(stored, zone))
    if request.method == "GET":
        form.version.data = str(prize_rules_stamp(stored))
    saving = Saving(form, on_fields=True)
    if form.validate_on_submit():
        with saving:
            set_prize_rules(
                db.session(),
                round_id,
                form.rules(zone),
                version=read_version(form),
                actor=page.actor,
                now=now(),
            )
        if saving.is_done:
            flash("The prize rules are saved.")
            return redirect(url_for("prize_rules.edit_rules", round_id=round_id), code=303)
    theirs = saving.theirs.theirs if saving.theirs else None
    shown = render_template(
        "rounds/prize_rules.html",
        **page.context(),
        form=form,
        stale=saving.theirs,
        theirs=_rows(theirs, zone) if theirs is not None else [],
        rows=_rows(stored, zone),
    )
    return shown, saving.status(422 if form.is_submitted() else 200)


def _rows(rules: PrizeRules, zone: str) -> list[dict[str, str]]:
    return rule_rows(rules, zone) or [{"label": "Prize rules", "value": "None"}]
