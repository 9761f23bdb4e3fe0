"""The funders' envelopes and the prize ladder of a draft round."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.money import Money, parse_money
from fundapp.domain.permissions import Action
from fundapp.domain.prize_readiness import categories_of
from fundapp.domain.rules import RoundContent
from fundapp.domain.templates.shape import PrizePlace
from fundapp.extensions import db
from fundapp.queries.funders import funder_names
from fundapp.queries.rounds import round_record
from fundapp.services import round_money
from fundapp.web.access import demand
from fundapp.web.forms.base import named_options
from fundapp.web.forms.round_parts import EnvelopeForm, VersionForm
from fundapp.web.forms.rounds import typed_money
from fundapp.web.forms.rows import Row, filled, is_rearranging, posted_rows
from fundapp.web.forms.saving import Saving
from fundapp.web.forms.typed import Typed, read_version
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import round_page

blueprint = Blueprint("round_money", __name__)
PRIZE_CODES = ("title", "amount", "category")


@blueprint.route("/rounds/<uuid:round_id>/funders", methods=["GET", "POST"])
def edit_envelopes(round_id: UUID) -> ResponseReturnValue:
    """Who takes part and with how much; add a funder or change its envelope."""
    page = round_page(round_id, "funders")
    names = funder_names(db.session())
    content, currency = page.readiness.content, page.round.settings.currency
    form = EnvelopeForm().offer_currencies(currency, [one.currency for one in content.rates])
    form.funder_id.choices = named_options(names, prompt="Choose a funder")
    saving = Saving(form, on_fields=True)
    if request.method == "GET":
        form.version.data = str(round_money.envelopes_stamp(content.envelopes))
        _show_chosen(form, content.envelopes, currency)
    if form.validate_on_submit():
        with saving:
            funder_id, amount = _read_envelope(form)
            round_money.set_envelope(
                db.session(),
                round_id,
                funder_id,
                amount=amount,
                currency=form.currency.data,
                version=read_version(form),
                actor=page.actor,
                now=now(),
            )
        if saving.is_done:
            return _to_funders(round_id, "The envelope is saved.")
    shown = render_template(
        "rounds/envelopes.html", **page.context(), form=form, theirs=saving.theirs
    )
    return shown, saving.status(422 if form.is_submitted() else 200)


@blueprint.post("/rounds/<uuid:round_id>/funders/<uuid:funder_id>/remove")
def remove_envelope(round_id: UUID, funder_id: UUID) -> ResponseReturnValue:
    """Take a funder out of the round."""
    demand(Action.RUN_ROUNDS)
    actor = demand(Action.RUN_ROUNDS, round_record(db.session(), round_id).facts)
    round_money.remove_envelope(db.session(), round_id, funder_id, actor=actor, now=now())
    return _to_funders(round_id, "The funder is out of this round.")


@blueprint.route("/rounds/<uuid:round_id>/prizes", methods=["GET", "POST"])
def edit_prizes(round_id: UUID) -> ResponseReturnValue:
    """The prize ladder, the first place first."""
    page = round_page(round_id, "prizes")
    currency = page.round.settings.currency
    stored = page.readiness.content.prizes
    form = VersionForm()
    rows = [
        {
            "title": one.title,
            "amount": typed_money(one.amount, currency),
            "category": one.category,
        }
        for one in stored
    ]
    if request.method == "GET":
        form.version.data = str(round_money.prizes_stamp(stored))
    saving = Saving(form)
    if form.is_submitted():
        rows = posted_rows(request.form, "prizes", PRIZE_CODES)
    if form.is_submitted() and not is_rearranging(request.form) and form.validate():
        rows = filled(rows)
        with saving:
            round_money.set_prizes(
                db.session(),
                round_id,
                _read_prizes(rows, currency),
                version=read_version(form),
                actor=page.actor,
                now=now(),
            )
        if saving.is_done:
            flash("The prizes are saved.")
            return redirect(url_for("round_money.edit_prizes", round_id=round_id), code=303)
    shown = {
        "rows": rows,
        "categories": _categories(page.readiness.content, rows),
        "problems": saving.problems,
        "theirs": saving.theirs,
    }
    answer = render_template("rounds/prizes.html", **page.context(), form=form, **shown)
    return answer, saving.status()


def _show_chosen(form: EnvelopeForm, envelopes: Any, currency: str) -> None:
    """Fill the form with the envelope that the address names."""
    wanted = request.args.get("funder", "")
    for share in envelopes:
        if str(share.funder_id) == wanted:
            form.funder_id.data = wanted
            given = share.own or Money(share.amount, currency)
            form.amount.data = typed_money(given.minor, given.currency)
            form.currency.data = given.currency


def _read_envelope(form: EnvelopeForm) -> tuple[UUID, int]:
    typed = Typed(form)
    funder_id = form.chosen()
    if funder_id is None:
        typed.problems.append(Problem("funder_id", "Choose a funder, or add a new one first."))
    amount = typed.money("amount", form.currency.data)
    if amount is None and not any(problem.field == "amount" for problem in typed.problems):
        typed.problems.append(Problem("amount", "Enter what this funder brings."))
    if funder_id is None or amount is None:
        raise InvalidInput(typed.problems)
    return funder_id, amount


def _categories(content: RoundContent, rows: list[Row]) -> list[tuple[str, str]]:
    """Return the choices of a place's category; one that the form has lost stays visible."""
    known = categories_of(content)
    lost = sorted({row["category"] for row in rows} - {"", *known})
    if not known and not lost:
        return []
    gone = [(name, f"{name} (not in the form)") for name in lost]
    return [("", "All entries"), *((name, name) for name in known), *gone]


def _read_prizes(rows: list[Row], currency: str) -> list[PrizePlace]:
    prizes: list[PrizePlace] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows):
        try:
            amount = parse_money(row["amount"], currency, field=f"prizes-{number}-amount").minor
        except InvalidInput as error:
            problems += error.problems
            continue
        prizes.append(PrizePlace(title=row["title"], amount=amount, category=row["category"]))
    if problems:
        raise InvalidInput(problems)
    return prizes


def _to_funders(round_id: UUID, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("round_money.edit_envelopes", round_id=round_id), code=303)
