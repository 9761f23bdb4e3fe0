"""Columns that somebody chooses for an export and saves under a name."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action, PersonFacts
from fundapp.extensions import db
from fundapp.queries.column_sets import NamedColumns, column_set
from fundapp.queries.deliberations import round_head
from fundapp.services import column_sets, exports
from fundapp.web.access import demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.column_sets import ColumnSetForm
from fundapp.web.installation import now

blueprint = Blueprint("column_sets", __name__)


@blueprint.route("/rounds/<uuid:round_id>/exports/<table>/columns", methods=["GET", "POST"])
def add(round_id: UUID, table: str) -> ResponseReturnValue:
    """Choose columns of a table and save them."""
    return _edit(round_id, table, None)


@blueprint.route(
    "/rounds/<uuid:round_id>/exports/<table>/columns/<uuid:set_id>", methods=["GET", "POST"]
)
def change(round_id: UUID, table: str, set_id: UUID) -> ResponseReturnValue:
    """Rename saved columns, or choose others."""
    demand(Action.USE_ACCOUNT)
    saved = column_set(db.session(), set_id)
    demand(Action.USE_ACCOUNT, PersonFacts(saved.person_id))
    return _edit(round_id, table, saved)


@blueprint.post("/rounds/<uuid:round_id>/exports/columns/<uuid:set_id>/delete")
def delete(round_id: UUID, set_id: UUID) -> ResponseReturnValue:
    """Delete saved columns."""
    head, _ = round_head(db.session(), round_id)
    actor = demand(Action.EXPORT_DECISIONS, head.facts)
    column_sets.delete_column_set(db.session(), set_id, actor=actor, now=now())
    flash("The columns are deleted. Files that you made with them stay what they are.")
    return redirect(url_for("exports.show_files", round_id=round_id), code=303)


def _edit(round_id: UUID, table: str, saved: NamedColumns | None) -> ResponseReturnValue:
    session = db.session()
    head, _ = round_head(session, round_id)
    actor = demand(Action.EXPORT_DECISIONS, head.facts)
    found = exports.table_of(session, round_id, table, actor=actor)
    names = saved.columns if saved else found.names
    form = ColumnSetForm(data={"name": saved.name if saved else "", "columns": "\n".join(names)})
    if form.validate_on_submit():
        try:
            column_sets.save_column_set(
                session,
                round_id,
                table,
                name=form.name.data or "",
                columns=form.columns.data or "",
                set_id=saved.id if saved else None,
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("The columns are saved. Take the file with them from this page.")
            return redirect(url_for("exports.show_files", round_id=round_id), code=303)
    page = render_template(
        "exports/columns.html", round=head, table=found, saved=saved, form=form, banner=head.notice
    )
    return page, 422 if form.is_submitted() else 200
