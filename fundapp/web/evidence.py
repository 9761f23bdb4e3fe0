"""Logs side by side: those of one application, and those of all entries that ran the same task."""

from uuid import UUID

from flask import Blueprint, render_template

from fundapp.domain.permissions import Action, may
from fundapp.evidence.side_by_side import compare_results
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.applications import application_document
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import round_head, seen_by
from fundapp.queries.evidence import evidence_of
from fundapp.queries.evidence_comparison import entries_side_by_side, results_of_files
from fundapp.web.access import demand
from fundapp.web.evidence_rows import claims_without_logs, offered_logs, texts_of

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/applications/<uuid:application_id>/evidence")
def compare_logs(application_id: UUID) -> str:
    """The logs that came with one application, side by side."""
    session = db.session()
    facts = application_facts(session, application_id)
    actor = demand(Action.VIEW_APPLICATION, facts)
    is_hidden = not may(actor, Action.VIEW_APPLICANT, facts)
    document = application_document(session, application_id, hide_identity=is_hidden)
    evidence = evidence_of(
        session,
        application_id,
        hide_identity=is_hidden,
        is_own=facts.organisation_id in actor.memberships,
    )
    logs = offered_logs(document.sections, evidence)
    results = results_of_files(session, application_id)
    return render_template(
        "evidence/logs.html",
        document=document,
        logs=logs,
        tasks=compare_results([results[one.sha256][one.log.place] for one in logs]),
        claims=claims_without_logs(texts_of(document.sections), evidence),
        may_view_samples=bool(may(actor, Action.VIEW_SAMPLES, facts)),
        banner=document.notice,
    )


@blueprint.get("/rounds/<uuid:round_id>/evidence")
def compare_entries(round_id: UUID) -> str:
    """Entries of a round that ran the same task."""
    session = db.session()
    head, _ = round_head(session, round_id)
    actor = demand(Action.VIEW_RANKING, head.facts)
    seen = seen_by(actor, head, barred_pairs(session, round_id))
    return render_template(
        "evidence/entries.html",
        head=head,
        compared=entries_side_by_side(session, round_id, closed=seen.recused),
        recused=len(seen.recused),
        banner=head.notice,
    )
