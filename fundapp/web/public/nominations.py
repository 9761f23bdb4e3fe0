"""Nominating a public evaluation, and the maker's answer by the mailed link. Nothing is listed."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, NotFound, WrongState
from fundapp.domain.permissions import Action, OrganisationFacts, may
from fundapp.domain.states import NominationState
from fundapp.extensions import db
from fundapp.queries.calls import Call, call_of
from fundapp.queries.nominations import NominationLink, nomination_of_link
from fundapp.queries.organisations import organisations_named
from fundapp.services import nominations
from fundapp.services.throttling import check_attempts, nomination_throttle, record_attempt
from fundapp.services.tokens import hash_of_token
from fundapp.web.access import current_actor, demand
from fundapp.web.account.links import link_problem
from fundapp.web.forms.base import options
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.nominations import EntryForm, NominationForm
from fundapp.web.installation import now

blueprint = Blueprint("nominations", __name__)


@blueprint.route("/calls/<reference>/nominate", methods=["GET", "POST"])
def nominate(reference: str) -> ResponseReturnValue:
    """Name an evaluation; no account is needed."""
    call = _call(reference)
    form = NominationForm()
    is_open = call.is_open(now())
    if form.validate_on_submit():
        try:
            _take(call, form)
        except InvalidInput as error:
            show_problems(form, error)
        else:
            return redirect(url_for("nominations.show_thanks", reference=reference), code=303)
    page = render_template(
        "nominations/nominate.html",
        call=call,
        form=form,
        is_open=is_open,
        banner=call.notice or None,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/calls/<reference>/nominate/thanks")
def show_thanks(reference: str) -> str:
    """Say what happens next; the same whether it was named before or not."""
    call = _call(reference)
    return render_template("nominations/thanks.html", call=call, banner=call.notice or None)


@blueprint.get("/nomination-links/<token>")
def show_link(token: str) -> ResponseReturnValue:
    """What was nominated, by whom if named, and the two answers."""
    return _link_page(token, EntryForm(formdata=None))


@blueprint.post("/nomination-links/<token>/enter")
def enter(token: str) -> ResponseReturnValue:
    """Begin the entry for one's organisation."""
    actor = demand(Action.USE_ACCOUNT)
    form = EntryForm()
    _offer(form)
    chosen = next((id_ for id_ in _own() if str(id_) == form.organisation.data), None)
    if chosen is None:
        form.organisation.errors = ["Choose the organisation that enters."]
        return _link_page(token, form)
    try:
        entry = nominations.enter_nomination(
            db.session(), token, chosen, note=form.note.data or "", actor=actor, now=now()
        )
    except InvalidInput as error:
        show_problems(form, error)
        return _link_page(token, form)
    except (NotFound, WrongState) as error:
        return link_problem(error)
    return redirect(url_for("applications.show_application", application_id=entry.id), code=303)


@blueprint.post("/nomination-links/<token>/decline")
def decline(token: str) -> ResponseReturnValue:
    """Do not enter: nothing is kept of the maker."""
    try:
        nominations.decline_nomination(db.session(), token, now=now())
    except (NotFound, WrongState) as error:
        return link_problem(error)
    return redirect(url_for("nominations.show_declined"), code=303)


@blueprint.get("/nomination-links/declined")
def show_declined() -> str:
    """Thank whoever declined."""
    return render_template("nominations/declined.html")


def _call(reference: str) -> Call:
    call = call_of(db.session(), reference, now=now())
    if not call.rules_of_prizes.takes_nominations:
        raise NotFound("This call takes no nominations.")
    return call


def _take(call: Call, form: NominationForm) -> None:
    throttles = [nomination_throttle(request.remote_addr or "")]
    check_attempts(db.session(), throttles, now=now())
    nominations.nominate(db.session(), call.id, form.nominated(), now=now())
    record_attempt(db.session(), throttles, now=now())


def _own() -> list[UUID]:
    actor = current_actor()
    if actor is None:
        return []
    return [
        id_
        for id_ in sorted(actor.memberships, key=str)
        if may(actor, Action.START_APPLICATION, OrganisationFacts(id_))
    ]


def _offer(form: EntryForm) -> None:
    own = set(_own())
    actor = current_actor()
    named = organisations_named(db.session(), actor.memberships) if actor else []
    form.organisation.choices = options((str(one.id), one.name) for one in named if one.id in own)
    if not form.is_submitted() and len(own) == 1:
        form.organisation.data = str(next(iter(own)))


def _link_page(token: str, form: EntryForm) -> ResponseReturnValue:
    try:
        link = _usable(token)
    except NotFound:
        return link_problem(NotFound(nominations.UNKNOWN))
    except WrongState as error:
        return link_problem(error)
    _offer(form)
    page = render_template(
        "nominations/link.html", token=token, link=link, form=form, banner=link.notice or None
    )
    return page, 422 if form.is_submitted() else 200


def _usable(token: str) -> NominationLink:
    link = nomination_of_link(db.session(), hash_of_token(token))
    if link.state is not NominationState.ASKED:
        raise WrongState(nominations.ANSWERED)
    return link
