"""An award for its manager: what it says, all its versions, amending it and taking it back."""

from collections.abc import Collection, Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem, StaleVersion, WrongState
from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.award_terms import AwardPage, award_page
from fundapp.services.amendments import amend_award, withdraw_award
from fundapp.web.access import demand
from fundapp.web.forms.amendments import fields_of, terms_typed
from fundapp.web.installation import now

blueprint = Blueprint("amendments", __name__)


@blueprint.get("/applications/<uuid:application_id>/award")
def show_award(application_id: UUID) -> str:
    """What the award says, who still has to sign, and every version."""
    page = _award(application_id)
    return render_template("amendments/award.html", page=page, banner=page.notice)


@blueprint.get("/applications/<uuid:application_id>/award/amend")
def show_amendment(application_id: UUID) -> str:
    """The form with what the award says now."""
    page = _award(application_id)
    _refuse_ended(page)
    return _form(page, typed=fields_of(page.terms, currency=page.currency), problems=())


@blueprint.post("/applications/<uuid:application_id>/award/amend")
def amend(application_id: UUID) -> ResponseReturnValue:
    """Give the award new terms."""
    page = _award(application_id)
    typed = terms_typed(request.form, funders=page.funders, currency=page.currency)
    if typed.problems:
        return _form(page, typed=request.form, problems=typed.problems), 422
    try:
        order = amend_award(
            db.session(),
            application_id,
            typed.terms,
            reason=request.form.get("reason", ""),
            version=_version(),
            actor=demand(Action.USE_ACCOUNT),
            now=now(),
        )
    except InvalidInput as error:
        return _form(page, typed=request.form, problems=_own_fields(error)), 422
    except StaleVersion as error:
        return _form(page, typed=request.form, problems=[Problem("", str(error))]), 409
    flash("Nothing was changed." if order is None else f"{order.reference} takes its place.")
    return redirect(url_for("amendments.show_award", application_id=application_id), code=303)


@blueprint.get("/applications/<uuid:application_id>/award/withdraw")
def show_withdrawal(application_id: UUID) -> str:
    """What taking the award back would do, and the form."""
    page = _award(application_id)
    _refuse_ended(page)
    return _withdrawal(page, typed={}, problems=())


@blueprint.post("/applications/<uuid:application_id>/award/withdraw")
def withdraw(application_id: UUID) -> ResponseReturnValue:
    """Take the award back."""
    page = _award(application_id)
    try:
        order = withdraw_award(
            db.session(),
            application_id,
            reason=request.form.get("reason", ""),
            version=_version(),
            actor=demand(Action.USE_ACCOUNT),
            now=now(),
        )
    except InvalidInput as error:
        return _withdrawal(page, typed=request.form, problems=error.problems), 422
    flash(f"The award is taken back. {order.reference} tells the applicant why.")
    return redirect(url_for("amendments.show_award", application_id=application_id), code=303)


def _award(application_id: UUID) -> AwardPage:
    demand(Action.RELEASE_DECISIONS, application_facts(db.session(), application_id))
    return award_page(db.session(), application_id)


def _refuse_ended(page: AwardPage) -> None:
    if not page.is_in_force:
        raise WrongState(f"This award is {page.state.value}, so it is in force no more.")


def _version() -> int:
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise WrongState("This form was not sent whole. Reload the page and send it again.")
    return int(text)


def _own_fields(error: InvalidInput) -> list[Problem]:
    """Return the problems under the names of this form's fields."""
    return [
        Problem(problem.field.replace("funder-", "sum-"), problem.sentence)
        for problem in error.problems
    ]


def _form(page: AwardPage, *, typed: Mapping[str, str], problems: Collection[Problem]) -> str:
    return render_template(
        "amendments/amend.html", page=page, typed=typed, problems=problems, banner=page.notice
    )


def _withdrawal(page: AwardPage, *, typed: Mapping[str, str], problems: Collection[Problem]) -> str:
    return render_template(
        "amendments/withdraw.html", page=page, typed=typed, problems=problems, banner=page.notice
    )
