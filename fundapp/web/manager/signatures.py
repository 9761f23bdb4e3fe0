"""Who has not signed the round's award letters yet, and asking them again."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import round_head, seen_by
from fundapp.queries.signatures import unsigned_letters
from fundapp.services.signatures import nudge_officers
from fundapp.web.access import demand
from fundapp.web.installation import now

blueprint = Blueprint("signatures", __name__)


@blueprint.get("/rounds/<uuid:round_id>/signatures")
def show_list(round_id: UUID) -> str:
    """The letters that wait, each with the funders that have not signed."""
    session = db.session()
    head, _ = round_head(session, round_id)
    actor = demand(Action.RELEASE_DECISIONS, head.facts)
    seen = seen_by(actor, head, barred_pairs(session, round_id))
    return render_template(
        "signing/round.html",
        head=head,
        letters=unsigned_letters(session, round_id, recused=seen.recused),
        banner=head.notice,
    )


@blueprint.post("/rounds/<uuid:round_id>/signatures/ask")
def ask(round_id: UUID) -> ResponseReturnValue:
    """Mail the officers whose signatures are missing."""
    actor = demand(Action.RELEASE_DECISIONS)
    mails = nudge_officers(db.session(), round_id, actor=actor, now=now())
    flash(
        f"{mails} {'officer is' if mails == 1 else 'officers are'} asked."
        if mails
        else "They were asked today already, or nobody is missing."
    )
    return redirect(url_for("signatures.show_list", round_id=round_id), code=303)
