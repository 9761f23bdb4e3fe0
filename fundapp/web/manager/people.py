"""People and the roles that an administrator gives."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import Action
from fundapp.domain.text import one_line
from fundapp.extensions import db
from fundapp.queries.people import people_page, person_row
from fundapp.services import people
from fundapp.services.people import FundRole
from fundapp.web.access import demand, requires
from fundapp.web.installation import now

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@requires(Action.ADMINISTER)
def show_list() -> str:
    """Everybody with an account, by name; a search by name or address."""
    search = one_line(request.args.get("search", ""))[:200]
    number = request.args.get("page", 1, type=int)
    page = people_page(db.session(), search=search, number=number)
    return render_template("people/list.html", page=page, search=search)


@blueprint.get("/people/<uuid:person_id>")
@requires(Action.ADMINISTER)
def show_person(person_id: UUID) -> str:
    """One person and their roles."""
    whose = person_row(db.session(), person_id)
    return render_template("people/person.html", whose=whose)


@blueprint.post("/people/<uuid:person_id>/roles/<role>/grant")
def grant_role(person_id: UUID, role: str) -> ResponseReturnValue:
    """Give a role."""
    actor = demand(Action.ADMINISTER)
    people.grant_role(db.session(), person_id, role=_role(role), actor=actor, now=now())
    flash("The role is given.")
    return _to_person(person_id)


@blueprint.post("/people/<uuid:person_id>/roles/<role>/revoke")
def revoke_role(person_id: UUID, role: str) -> ResponseReturnValue:
    """Take a role away."""
    actor = demand(Action.ADMINISTER)
    people.revoke_role(db.session(), person_id, role=_role(role), actor=actor, now=now())
    flash("The role is taken away.")
    return _to_person(person_id) if person_id != actor.person_id else redirect("/", code=303)


def _role(name: str) -> FundRole:
    try:
        return FundRole(name)
    except ValueError:
        raise NotFound("There is no such role.") from None


def _to_person(person_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("people.show_person", person_id=person_id), code=303)
