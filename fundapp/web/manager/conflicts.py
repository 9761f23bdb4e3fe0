"""The register of conflicts: find, record, resolve, export."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fundapp.domain.conflicts import SOURCE_WORDS
from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action, Actor
from fundapp.domain.states import ConflictState
from fundapp.exports.csv_writer import write_csv
from fundapp.exports.recusals import RECUSAL_COLUMNS, recusal_cells
from fundapp.extensions import db
from fundapp.models import Round
from fundapp.queries.access import application_facts
from fundapp.queries.conflicts import (
    conflict_row,
    possible_parties,
    register_head,
    register_of_recusals,
    register_page,
)
from fundapp.queries.headings import application_heading
from fundapp.services import conflicts
from fundapp.services.audit import record_event
from fundapp.web.access import demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.conflicts import RecordForm, ResolutionForm
from fundapp.web.installation import now
from fundapp.web.transactions import begin_writing, reads_first, remember

blueprint = Blueprint("conflicts", __name__)


@blueprint.get("/rounds/<uuid:round_id>/conflicts")
def show_register(round_id: UUID) -> str:
    """Everybody who has a tie to an applicant, by application."""
    actor = demand(Action.RESOLVE_CONFLICT)
    state = next((one for one in ConflictState if one == request.args.get("state")), None)
    session = db.session()
    head = register_head(session, round_id)
    page = register_page(
        session,
        round_id,
        state=state,
        reader_id=actor.person_id,
        number=request.args.get("page", 1, type=int),
    )
    return render_template(
        "conflicts/register.html",
        round=head,
        page=page,
        state=state,
        sources=SOURCE_WORDS,
        banner=head.notice,
    )


@blueprint.post("/rounds/<uuid:round_id>/conflicts/propose")
@reads_first
def propose_conflicts(round_id: UUID) -> ResponseReturnValue:
    """Look for ties in the data."""
    actor = demand(Action.RESOLVE_CONFLICT)
    register_head(db.session(), round_id)
    found = conflicts.find_ties(db.session(), round_id, actor=actor)
    begin_writing()
    new = conflicts.store_found(db.session(), round_id, found, actor=actor, now=now())
    flash(_found_sentence(len(new)))
    target = url_for(
        "conflicts.show_register", round_id=round_id, state="proposed" if new else None
    )
    return redirect(target, code=303)


@blueprint.get("/rounds/<uuid:round_id>/conflicts.csv")
def export_register(round_id: UUID) -> Response:
    """The whole register as CSV; who took it is recorded."""
    actor = demand(Action.RESOLVE_CONFLICT)
    head = register_head(db.session(), round_id)
    rows = register_of_recusals(db.session(), round_id, reader_id=actor.person_id)
    at = now()

    def record(session: Session) -> None:
        round_ = session.get_one(Round, round_id)
        record_event(session, "conflict.exported", round_, actor=actor, now=at, rows=len(rows))

    remember(record)
    text = "".join(write_csv(RECUSAL_COLUMNS, recusal_cells(rows)))
    response = Response(text.encode(), mimetype="text/csv")
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{head.reference}-recusals.csv"
    )
    return response


@blueprint.route("/conflicts/<uuid:conflict_id>", methods=["GET", "POST"])
def resolve_conflict(conflict_id: UUID) -> ResponseReturnValue:
    """One conflict with its evidence, to confirm or dismiss."""
    session = db.session()
    actor = demand(Action.RESOLVE_CONFLICT)
    row = conflict_row(session, conflict_id, reader_id=actor.person_id)
    demand(Action.RESOLVE_CONFLICT, application_facts(session, row.application_id))
    form = ResolutionForm()
    if form.validate_on_submit():
        try:
            conflicts.resolve_conflict(
                session,
                conflict_id,
                state=ConflictState(form.state.data),
                note=form.note.data or "",
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            word = "stands" if form.state.data == ConflictState.CONFIRMED else "is dismissed"
            flash(f"The conflict of {row.party} with {row.reference} {word}.")
            return redirect(url_for("conflicts.show_register", round_id=row.round_id), code=303)
    head = register_head(session, row.round_id)
    page = render_template(
        "conflicts/conflict.html",
        round=head,
        row=row,
        form=form,
        sources=SOURCE_WORDS,
        banner=head.notice,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/applications/<uuid:application_id>/conflicts/record", methods=["GET", "POST"])
def record_conflict(application_id: UUID) -> ResponseReturnValue:
    """Write a conflict down for somebody who told the manager, or for a funder."""
    session = db.session()
    facts = application_facts(session, application_id)
    actor = demand(Action.RESOLVE_CONFLICT, facts)
    form = RecordForm().offer_parties(possible_parties(session, facts.round.id))
    if form.validate_on_submit():
        try:
            _record(form, application_id, actor)
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("The recusal is recorded.")
            return redirect(url_for("conflicts.show_register", round_id=facts.round.id), code=303)
    heading = application_heading(session, application_id)
    page = render_template(
        "conflicts/record.html", heading=heading, form=form, banner=heading.notice
    )
    return page, 422 if form.is_submitted() else 200


def _record(form: RecordForm, application_id: UUID, actor: Actor) -> None:
    kind, _, id_ = str(form.party.data).partition(":")
    conflicts.record_conflict(
        db.session(),
        application_id,
        person_id=UUID(id_) if kind == "person" else None,
        funder_id=UUID(id_) if kind == "funder" else None,
        note=form.note.data or "",
        actor=actor,
        now=now(),
    )


def _found_sentence(count: int) -> str:
    if not count:
        return "The data show no tie that is not in the register."
    if count == 1:
        return "One tie was found. It bars until it is dismissed."
    return f"{count} ties were found. They bar until they are dismissed."
