"""The applicant's side of a decision: where it stands, the letters, the answer to an award."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, NotFound
from fundapp.domain.permissions import Action, may
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.award_terms import own_versions
from fundapp.queries.certificates import has_certificate
from fundapp.queries.citations import own_citation
from fundapp.queries.credentials import credential_of_award
from fundapp.queries.letters import OwnAward, own_letters
from fundapp.services import awards
from fundapp.web.access import current_actor, demand
from fundapp.web.applicant.heads import STATE_WORDS
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.decisions import RefuseAwardForm
from fundapp.web.installation import now
from fundapp.web.manager.letters import KIND_WORDS

blueprint = Blueprint("own_letters", __name__)


@blueprint.get("/applications/<uuid:application_id>/letters")
def show(application_id: UUID) -> str:
    """Where the application stands, its letters, and the award to answer."""
    return _page(application_id, RefuseAwardForm(formdata=None))


@blueprint.post("/applications/<uuid:application_id>/award/accept")
def accept(application_id: UUID) -> ResponseReturnValue:
    """Accept the award."""
    award = _award(application_id)
    actor = demand(Action.USE_ACCOUNT)
    awards.accept_award(db.session(), award.id, actor=actor, now=now())
    flash("You accepted the award. The fund writes to you about the first payment.")
    return redirect(url_for("own_letters.show", application_id=application_id), code=303)


@blueprint.post("/applications/<uuid:application_id>/award/refuse")
def refuse(application_id: UUID) -> ResponseReturnValue:
    """Refuse the award; its money goes to others."""
    award = _award(application_id)
    form = RefuseAwardForm()
    if form.validate():
        try:
            awards.refuse_award(
                db.session(),
                award.id,
                note=form.note.data or "",
                actor=demand(Action.USE_ACCOUNT),
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("You refused the award. Its money goes back to the funders.")
            target = url_for("own_letters.show", application_id=application_id)
            return redirect(target, code=303)
    return _page(application_id, form), 422


def _award(application_id: UUID) -> OwnAward:
    demand(Action.ANSWER_AWARD, application_facts(db.session(), application_id))
    award = own_letters(db.session(), application_id).award
    if award is None:
        raise NotFound("There is no award to answer.")
    return award


def _page(application_id: UUID, form: RefuseAwardForm) -> str:
    facts = application_facts(db.session(), application_id)
    demand(Action.VIEW_LETTER, facts)
    own = own_letters(db.session(), application_id)
    return render_template(
        "letters/own.html",
        own=own,
        has_certificate=has_certificate(db.session(), own.reference, now=now()),
        badge=credential_of_award(db.session(), own.reference, now=now()),
        form=form,
        may_answer=bool(may(current_actor(), Action.ANSWER_AWARD, facts)),
        state_word=STATE_WORDS[own.state],
        kind_words=KIND_WORDS,
        citation=own_citation(db.session(), application_id) if own.award else None,
        versions=own_versions(db.session(), application_id),
        banner=own.notice,
    )
