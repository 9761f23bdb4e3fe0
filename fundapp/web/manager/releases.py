"""Releasing decisions and announcing a round, each after a preview that counts."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action, Actor
from fundapp.domain.states import RoundKind, RoundState
from fundapp.domain.windows import typed_local
from fundapp.extensions import db
from fundapp.queries.barred import barred_pairs
from fundapp.queries.citations import unapproved_citations
from fundapp.queries.deliberations import RoundHead, round_head, seen_by
from fundapp.queries.letters import letter_counts
from fundapp.queries.releases import release_preview
from fundapp.services.announcements import (
    announce_round,
    call_off_announcement,
    move_publication,
)
from fundapp.services.citations import refuse_unapproved
from fundapp.services.releases import release_decisions
from fundapp.web.access import demand
from fundapp.web.forms.announcements import PublicationForm
from fundapp.web.forms.checks import show_problems
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
    """Say what announcing does, when the results become public, and how far the letters are."""
    head, _ = _head(round_id)
    form = PublicationForm()
    if head.announced_at and head.embargo(now()):
        form.publish_at.data = typed_local(head.announced_at, head.time_zone)
    return _announcement_page(head, form)


@blueprint.post("/rounds/<uuid:round_id>/announce")
def announce(round_id: UUID) -> ResponseReturnValue:
    """Publish the round's result, at once or at a chosen time; or choose another time."""
    head, actor = _head(round_id)
    form, session, at = PublicationForm(), db.session(), now()
    try:
        publish_at = form.instant(head.time_zone)
        if head.embargo(at) or (publish_at and head.state is RoundState.ANNOUNCED):
            move_publication(session, round_id, publish_at=publish_at, actor=actor, now=at)
        else:
            accepted = bool(form.accepts_unapproved.data)
            refuse_unapproved(session, round_id, is_accepted=accepted)
            announce_round(session, round_id, publish_at=publish_at, actor=actor, now=at)
    except InvalidInput as error:
        show_problems(form, error)
        return _announcement_page(head, form), 422
    if publish_at is None:
        told = "" if head.embargo(at) else " Its announcement is being printed."
        flash(f"The round is announced.{told}")
    else:
        flash("The results are under embargo until the time you chose.")
    return redirect(url_for("letters.show_list", round_id=round_id), code=303)


@blueprint.post("/rounds/<uuid:round_id>/announce/call-off")
def call_off(round_id: UUID) -> ResponseReturnValue:
    """Take the announcement back while the results are under embargo."""
    _, actor = _head(round_id)
    call_off_announcement(db.session(), round_id, actor=actor, now=now())
    flash("The announcement is called off. The decisions and their letters stay in force.")
    return redirect(url_for("releases.show_announcement", round_id=round_id), code=303)


def _announcement_page(head: RoundHead, form: PublicationForm) -> str:
    is_prize = head.kind is RoundKind.PRIZE
    return render_template(
        "releases/announce.html",
        head=head,
        form=form,
        embargo=head.embargo(now()),
        counts=letter_counts(db.session(), head.id),
        unapproved=unapproved_citations(db.session(), head.id) if is_prize else (),
        banner=head.notice,
    )


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
