"""Releasing decisions and announcing a round, each after a preview that counts."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action, Actor
from fundapp.extensions import db
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import RoundHead, round_head, seen_by
from fundapp.queries.letters import letter_counts
from fundapp.queries.releases import release_preview
from fundapp.services.releases import announce_round, release_decisions
from fundapp.web.access import demand
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import page_of_board

blueprint = Blueprint("releases", __name__)


@blueprint.get("/rounds/<uuid:round_id>/release")
def show_preview(round_id: UUID) -> str:
    """Count and list what a release would do, and what stands in its way."""
    head, actor = _head(round_id)
    return _preview_page(head, actor, problems=())


@blueprint.post("/rounds/<uuid:round_id>/release")
def release(round_id: UUID) -> ResponseReturnValue:
    """Put the decisions into force; the worker prints and mails the letters."""
    head, actor = _head(round_id)
    try:
        made = release_decisions(db.session(), round_id, actor=actor, now=now())
    except InvalidInput as error:
        return _preview_page(head, actor, problems=error.problems), 422
    total = sum(made.counts.values())
    told = (
        "One decision is released. Its letter is"
        if total == 1
        else (f"{total} decisions are released. Their letters are")
    )
    flash(f"{told} being printed.")
    return redirect(url_for("letters.show_list", round_id=round_id), code=303)


@blueprint.get("/rounds/<uuid:round_id>/announce")
def show_announcement(round_id: UUID) -> str:
    """Say what announcing does, and how far the letters are."""
    head, _ = _head(round_id)
    return render_template(
        "releases/announce.html",
        head=head,
        counts=letter_counts(db.session(), round_id),
        banner=head.notice,
    )


@blueprint.post("/rounds/<uuid:round_id>/announce")
def announce(round_id: UUID) -> ResponseReturnValue:
    """Publish the round's result."""
    _, actor = _head(round_id)
    announce_round(db.session(), round_id, actor=actor, now=now())
    flash("The round is announced. Its announcement is being printed.")
    return redirect(url_for("letters.show_list", round_id=round_id), code=303)


def _head(round_id: UUID) -> tuple[RoundHead, Actor]:
    head, _ = round_head(db.session(), round_id)
    return head, demand(Action.RELEASE_DECISIONS, head.facts)


def _preview_page(head: RoundHead, actor: Actor, *, problems: object) -> str:
    session = db.session()
    seen = seen_by(actor, head, barred_pairs(session, head.id))
    preview = release_preview(session, head.id, state=head.state)
    return render_template(
        "releases/preview.html",
        head=head,
        preview=preview,
        page=page_of_board(preview.letters),
        recused=seen.recused,
        problems=problems,
        banner=head.notice,
    )
