"""The organisation's profile and its colleagues."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, NotFound, StaleVersion
from fundapp.domain.permissions import Action, MemberRole, OrganisationFacts
from fundapp.extensions import db
from fundapp.queries.countries import country_names
from fundapp.queries.organisations import OrganisationRecord, organisation_record
from fundapp.services import organisations
from fundapp.services.invitations import invite_colleague as invite
from fundapp.services.invitations import resend_invitation as send_again
from fundapp.services.invitations import withdraw_invitation as take_back
from fundapp.web.access import demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.organisations import ColleagueForm, OrganisationForm, RoleForm
from fundapp.web.installation import now
from fundapp.web.pages import safe_target

blueprint = Blueprint("organisations", __name__)

FICTIONAL = {"word": "Sample", "text": "This organisation is fictional."}


@blueprint.route("/organisations/new", methods=["GET", "POST"])
def create_organisation() -> ResponseReturnValue:
    """Add an organisation; whoever adds it owns it."""
    actor = demand(Action.USE_ACCOUNT)
    form = OrganisationForm().offer_countries()
    if request.method == "GET":
        form.then.data = safe_target(request.args.get("then")) or ""
    if form.validate_on_submit():
        try:
            made = organisations.create_organisation(
                db.session(), form.profile(), actor=actor, now=now()
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash(f"{made.name} is set up. Now you can apply, or invite colleagues.")
            target = safe_target(form.then.data)
            return redirect(target or _page_of(made.id), code=303)
    page = render_template("organisations/edit.html", form=form, organisation=None)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/organisations/<uuid:organisation_id>")
def show_organisation(organisation_id: UUID) -> str:
    """The profile, the colleagues, the open invitations."""
    demand(Action.VIEW_ORGANISATION, OrganisationFacts(organisation_id))
    record = _record(organisation_id)
    return render_template(
        "organisations/organisation.html",
        organisation=record,
        country=country_names().get(record.country, ""),
        subject=OrganisationFacts(organisation_id),
        banner=FICTIONAL if record.is_fictional else None,
    )


@blueprint.route("/organisations/<uuid:organisation_id>/edit", methods=["GET", "POST"])
def edit_organisation(organisation_id: UUID) -> ResponseReturnValue:
    """Change the profile; nobody overwrites a colleague unseen."""
    actor = demand(Action.EDIT_ORGANISATION, OrganisationFacts(organisation_id))
    record = _record(organisation_id)
    form = OrganisationForm(obj=record).offer_countries()
    theirs = None
    if form.validate_on_submit():
        try:
            organisations.update_organisation(
                db.session(),
                organisation_id,
                form.profile(),
                version=form.version.data or 0,
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        except StaleVersion as error:
            theirs = error
            form.version.data, form.version.raw_data = error.version, None
        else:
            flash("The profile is saved.")
            return redirect(_page_of(organisation_id), code=303)
    page = render_template("organisations/edit.html", form=form, organisation=record, theirs=theirs)
    status = 409 if theirs else 422
    return page, status if form.is_submitted() else 200


@blueprint.route("/organisations/<uuid:organisation_id>/invite", methods=["GET", "POST"])
def invite_colleague(organisation_id: UUID) -> ResponseReturnValue:
    """Mail a colleague a link."""
    actor = demand(Action.INVITE_COLLEAGUE, OrganisationFacts(organisation_id))
    form = ColleagueForm()
    if form.validate_on_submit():
        try:
            invite(
                db.session(),
                organisation_id,
                email=form.email.data or "",
                name=form.name.data or "",
                role=MemberRole(form.role.data),
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash(f"We mailed a link to {form.email.data}.")
            return redirect(_page_of(organisation_id), code=303)
    page = render_template(
        "organisations/invite.html", form=form, organisation=_record(organisation_id)
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/organisations/<uuid:organisation_id>/invitations/<uuid:invitation_id>/send-again")
def resend_invitation(organisation_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Mail an open invitation again, with a new link."""
    actor = demand(Action.INVITE_COLLEAGUE, OrganisationFacts(organisation_id))
    sent = send_again(db.session(), invitation_id, actor=actor, now=now())
    flash(f"We mailed a new link to {sent.email}. The old one no longer works.")
    return redirect(_page_of(organisation_id), code=303)


@blueprint.post("/organisations/<uuid:organisation_id>/invitations/<uuid:invitation_id>/withdraw")
def withdraw_invitation(organisation_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Take an open invitation back."""
    actor = demand(Action.INVITE_COLLEAGUE, OrganisationFacts(organisation_id))
    take_back(db.session(), invitation_id, actor=actor, now=now())
    flash("The invitation is withdrawn; its link no longer works.")
    return redirect(_page_of(organisation_id), code=303)


@blueprint.route(
    "/organisations/<uuid:organisation_id>/colleagues/<uuid:person_id>", methods=["GET", "POST"]
)
def change_role(organisation_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Give a colleague another role."""
    actor = demand(Action.INVITE_COLLEAGUE, OrganisationFacts(organisation_id))
    record = _record(organisation_id)
    colleague = next((one for one in record.colleagues if one.person_id == person_id), None)
    if colleague is None:
        raise NotFound("This person is not a colleague in this organisation.")
    form = RoleForm(obj=colleague)
    if form.validate_on_submit():
        organisations.change_member_role(
            db.session(),
            organisation_id,
            person_id,
            role=MemberRole(form.role.data),
            actor=actor,
            now=now(),
        )
        flash("The role is changed.")
        return redirect(_page_of(organisation_id), code=303)
    page = render_template(
        "organisations/colleague.html", form=form, organisation=record, colleague=colleague
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/organisations/<uuid:organisation_id>/colleagues/<uuid:person_id>/remove")
def remove_colleague(organisation_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Take a colleague out, or leave."""
    actor = demand(Action.VIEW_ORGANISATION, OrganisationFacts(organisation_id))
    organisations.remove_member(db.session(), organisation_id, person_id, actor=actor, now=now())
    if person_id == actor.person_id:
        flash("You left the organisation.")
        return redirect(url_for("applications.show_list"), code=303)
    flash("The colleague is removed.")
    return redirect(_page_of(organisation_id), code=303)


def _record(organisation_id: UUID) -> OrganisationRecord:
    return organisation_record(db.session(), organisation_id, now=now())


def _page_of(organisation_id: UUID) -> str:
    return url_for("organisations.show_organisation", organisation_id=organisation_id)
