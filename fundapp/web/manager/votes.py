"""The public vote so far, for the fund's managers."""

from uuid import UUID

from flask import Blueprint, render_template

from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import round_head
from fundapp.queries.votes import counted_entries
from fundapp.web.access import demand

blueprint = Blueprint("counted_votes", __name__)


@blueprint.get("/rounds/<uuid:round_id>/votes")
def show_counts(round_id: UUID) -> str:
    """How many confirmed votes each entry has, by title."""
    head, _ = round_head(db.session(), round_id)
    actor = demand(Action.RELEASE_DECISIONS, head.facts)
    closed = barred_pairs(db.session(), round_id).applications_closed_to(actor.person_id)
    entries = counted_entries(db.session(), round_id, closed=frozenset(closed))
    return render_template("votes/counts.html", head=head, entries=entries, banner=head.notice)
