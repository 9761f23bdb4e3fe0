"""The public vote of a prize round."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput
from fundapp.extensions import db
from fundapp.queries.gallery import ShownRound, vote_page
from fundapp.queries.votes import confirmed_votes, vote_of_link
from fundapp.services.throttling import check_attempts, mail_throttles, record_attempt
from fundapp.services.tokens import hash_of_token
from fundapp.services.votes import cast_vote, confirm_vote
from fundapp.web.forms.base import options
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.votes import VoteForm
from fundapp.web.installation import now

blueprint = Blueprint("votes", __name__)


@blueprint.route("/calls/<reference>/vote", methods=["GET", "POST"])
def show_vote(reference: str) -> ResponseReturnValue:
    """The entries one may vote for; afterwards, what came of it."""
    shown = vote_page(db.session(), reference, now=now())
    form = VoteForm()
    form.entry.choices = options((str(entry.id), entry.title) for entry in shown.entries)
    if form.validate_on_submit():
        try:
            _cast(shown, form)
        except InvalidInput as error:
            show_problems(form, error)
        else:
            return redirect(url_for("votes.show_sent", reference=reference), code=303)
    page = render_template(
        "votes/vote.html",
        shown=shown,
        form=form,
        is_open=shown.takes_votes(now()),
        votes=confirmed_votes(db.session(), shown.id) if shown.is_told else {},
        banner=shown.notice or None,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/calls/<reference>/vote/sent")
def show_sent(reference: str) -> str:
    """Say what to do next; the same for every address."""
    shown = vote_page(db.session(), reference, now=now())
    return render_template("votes/sent.html", shown=shown, banner=shown.notice or None)


@blueprint.route("/votes/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """The mailed link: looking at it changes nothing, pressing the button counts the vote."""
    if request.method == "POST":
        confirm_vote(db.session(), token, now=now())
        return redirect(url_for("votes.confirm", token=token), code=303)
    vote = vote_of_link(db.session(), hash_of_token(token), now=now())
    return render_template("votes/confirm.html", vote=vote, token=token, banner=vote.notice or None)


def _cast(shown: ShownRound, form: VoteForm) -> None:
    email = form.email.data or ""
    throttles = mail_throttles(email, request.remote_addr or "")
    check_attempts(db.session(), throttles, now=now())
    record_attempt(db.session(), throttles, now=now())
    cast_vote(
        db.session(),
        shown.id,
        _chosen(form.entry.data),
        email=email,
        key=_key(),
        now=now(),
    )


def _chosen(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _key() -> bytes:
    secret = current_app.secret_key or ""
    return secret if isinstance(secret, bytes) else secret.encode()
