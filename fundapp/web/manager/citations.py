"""The citations of a prize round: writing them, and what their winners say."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, StaleVersion
from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.barred import barred_pairs
from fundapp.queries.citations import CitationRow, citation_of, citations_of_round
from fundapp.queries.deliberations import round_head, seen_by
from fundapp.services.citations import write_citation
from fundapp.web.access import demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.citations import CitationForm
from fundapp.web.installation import now

blueprint = Blueprint("citations", __name__)


@blueprint.get("/rounds/<uuid:round_id>/citations")
def show_list(round_id: UUID) -> str:
    """Each prize with its citation and its winner's word."""
    session = db.session()
    head, _ = round_head(session, round_id)
    actor = demand(Action.DECIDE, head.facts)
    seen = seen_by(actor, head, barred_pairs(session, round_id))
    return render_template(
        "citations/list.html",
        head=head,
        rows=citations_of_round(session, round_id, recused=seen.recused),
        banner=head.notice,
    )


@blueprint.route("/applications/<uuid:application_id>/citation/text", methods=["GET", "POST"])
def write(application_id: UUID) -> ResponseReturnValue:
    """Write or change one citation."""
    actor = demand(Action.DECIDE, application_facts(db.session(), application_id))
    row = citation_of(db.session(), application_id)
    form = CitationForm()
    if request.method == "GET":
        form.citation.data, form.version.data = row.text, str(row.version)
        return _page(row, form)
    if form.validate():
        try:
            write_citation(
                db.session(),
                application_id,
                text=form.citation.data or "",
                version=_number(form.version.data),
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        except StaleVersion as error:
            db.session.rollback()
            row = citation_of(db.session(), application_id)
            form.version.data = str(row.version)
            form.form_errors = [*form.form_errors, str(error)]
        else:
            flash(f"{row.reference}: the citation is kept.")
            return redirect(url_for("citations.show_list", round_id=row.round_id), code=303)
    return _page(row, form), 422


def _page(row: CitationRow, form: CitationForm) -> str:
    return render_template("citations/write.html", row=row, form=form, banner=row.notice)


def _number(text: str | None) -> int:
    """Return the version that was sent; one that no decision has for anything else."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 9
    return int(text) if text is not None and is_number else -1
