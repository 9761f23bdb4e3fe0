"""The other currencies of a draft round, each with rate, source and date."""

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.exchange_rates import ExchangeRate
from fundapp.domain.text import quoted
from fundapp.extensions import db
from fundapp.services.exchange_rates import rates_stamp, set_exchange_rates
from fundapp.web.forms.round_parts import VersionForm
from fundapp.web.forms.rows import Row, filled, is_rearranging, posted_rows
from fundapp.web.forms.saving import Saving
from fundapp.web.forms.typed import read_version
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import round_page

blueprint = Blueprint("exchange_rates", __name__)
CODES = ("currency", "rate", "source", "quoted_on")


@blueprint.route("/rounds/<uuid:round_id>/exchange-rates", methods=["GET", "POST"])
def edit_rates(round_id: UUID) -> ResponseReturnValue:
    """List the other currencies in which a round takes envelopes and requests."""
    page = round_page(round_id, "funders")
    stored = page.readiness.content.rates
    form = VersionForm()
    rows = [one.as_data() for one in stored] or [dict.fromkeys(CODES, "")]
    if request.method == "GET":
        form.version.data = str(rates_stamp(stored))
    saving = Saving(form)
    if form.is_submitted():
        rows = posted_rows(request.form, "rates", CODES)
    if form.is_submitted() and not is_rearranging(request.form) and form.validate():
        rows = filled(rows)
        with saving:
            set_exchange_rates(
                db.session(),
                round_id,
                _read(rows),
                version=read_version(form),
                actor=page.actor,
                now=now(),
            )
        if saving.is_done:
            flash("The rates are saved.")
            target = url_for("round_money.edit_envelopes", round_id=round_id)
            return redirect(target, code=303)
    shown = {"rows": rows, "problems": saving.problems, "theirs": saving.theirs}
    answer = render_template("rounds/exchange_rates.html", **page.context(), form=form, **shown)
    return answer, saving.status()


def _read(rows: list[Row]) -> list[ExchangeRate]:
    rates: list[ExchangeRate] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows):
        try:
            quoted_on = date.fromisoformat(row["quoted_on"].strip())
        except ValueError:
            typed = row["quoted_on"].strip()
            said = f" You entered {quoted(typed)}." if typed else ""
            sentence = f"Enter the day of the rate, such as 2026-03-02.{said}"
            problems.append(Problem(f"rates-{number}-quoted_on", sentence))
            continue
        rates.append(ExchangeRate(**{**row, "quoted_on": quoted_on}))  # type: ignore[arg-type]
    if problems:
        raise InvalidInput(problems)
    return rates
