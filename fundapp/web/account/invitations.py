"""Answering an invitation by its link, with or without an account."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.invitations import InvitationRow, invitation_of
from fundapp.services import invitations as answers
from fundapp.services.tokens import hash_of_token
from fundapp.web.access import demand
from fundapp.web.account.blueprint import blueprint
from fundapp.web.account.entering import enter, go_on
from fundapp.web.account.links import link_problem
from fundapp.web.forms.account import NewPersonForm, RefusalForm
from fundapp.web.installation import installation, now
from fundapp.web.transactions import begin_writing, reads_first

PLACES = {"reviewer": "/reviews", "officer": "/decisions", "colleague": "/applications"}
"""Where the new reviewer, officer or colleague goes on."""


@blueprint.get("/invitations/<token>")
def show_invitation(token: str) -> ResponseReturnValue:
    """What is offered, and the two answers."""
    return _page(token, new_person=NewPersonForm(formdata=None), refusal=RefusalForm(formdata=None))


@blueprint.post("/invitations/<token>/accept")
def accept_invitation(token: str) -> ResponseReturnValue:
    """Accept as the person who is signed in."""
    actor = demand(Action.USE_ACCOUNT)
    try:
        invitation = answers.accept_invitation(db.session(), token, actor=actor, now=now())
    except (NotFound, WrongState) as error:
        return link_problem(error)
    flash("Thank you. You have accepted the invitation.")
    return go_on(PLACES[invitation.kind])


@blueprint.post("/invitations/<token>/register")
@reads_first
def accept_as_new_person(token: str) -> ResponseReturnValue:
    """Open an account for the invited address and accept."""
    form = NewPersonForm()
    if not form.validate():
        return _page(token, new_person=form, refusal=RefusalForm(formdata=None), status=422)
    password_hash = installation().passwords.hash_of(form.password.data or "")
    begin_writing()
    try:
        person = answers.accept_as_new_person(
            db.session(), token, name=form.name.data or "", password_hash=password_hash, now=now()
        )
    except (NotFound, WrongState) as error:
        return link_problem(error)
    enter(person)
    invitation = _invitation(token)
    return go_on(PLACES[invitation.kind])


@blueprint.post("/invitations/<token>/decline")
def decline_invitation(token: str) -> ResponseReturnValue:
    """Decline, with a note if one likes."""
    form = RefusalForm()
    if not form.validate():
        return _page(token, new_person=NewPersonForm(formdata=None), refusal=form, status=422)
    try:
        answers.decline_invitation(db.session(), token, note=form.note.data or "", now=now())
    except (NotFound, WrongState) as error:
        return link_problem(error)
    return redirect(url_for("account.show_declined"), code=303)


@blueprint.get("/invitations/declined")
def show_declined() -> str:
    """Thank whoever declined."""
    return render_template("account/declined.html")


def _page(
    token: str, *, new_person: NewPersonForm, refusal: RefusalForm, status: int = 200
) -> ResponseReturnValue:
    try:
        invitation = _invitation(token)
        answers.require_open(invitation.state, expires_at=invitation.expires_at, now=now())
    except (NotFound, WrongState) as error:
        return link_problem(error)
    if not new_person.is_submitted():
        new_person.name.data = invitation.name
    page = render_template(
        "account/invitation.html",
        token=token,
        invitation=invitation,
        new_person=new_person,
        refusal=refusal,
    )
    return page, status


def _invitation(token: str) -> InvitationRow:
    invitation = invitation_of(db.session(), hash_of_token(token))
    if invitation is None:
        raise NotFound(answers.UNKNOWN)
    return invitation
