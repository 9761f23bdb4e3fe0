"""Award letters that wait for an officer: what each will say, and signing many at once."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.permissions import Action, ContributionFacts
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.signatures import LetterToSign, letters_to_sign, signing_sheet
from fundapp.services.signatures import MOST_AT_ONCE, sign_letters
from fundapp.web.access import demand
from fundapp.web.account.entering import is_own_password
from fundapp.web.installation import now
from fundapp.web.transactions import begin_writing, reads_first

blueprint = Blueprint("signing", __name__)

WRONG = "This is not your password. Nothing is signed; what you chose is kept."
ALL = "all"


@blueprint.get("/letters-to-sign")
def show_list() -> str:
    """The letters that wait for the officer's signature."""
    return _page(_waiting(), chosen=(), problems=())


@blueprint.post("/letters-to-sign")
@reads_first
def sign() -> ResponseReturnValue:
    """Sign the chosen letters, or all that the page showed, after asking for the password."""
    actor = demand(Action.SPEAK_FOR_FUNDER)
    waiting = _waiting()
    typed = request.form.getlist("shown" if request.form.get("which") == ALL else "letter")
    wanted = {letter: key for letter in waiting if (key := _key(letter)) in set(typed)}
    chosen = tuple(wanted.values())
    if not wanted:
        problem = Problem("which", "Choose at least one letter that still waits.")
        return _page(waiting, chosen=(), problems=[problem]), 422
    if not is_own_password(actor.email, request.form.get("password", "")):
        problem = Problem("password", WRONG)
        return _page(waiting, chosen=chosen, problems=[problem]), 422
    begin_writing()
    try:
        count = _sign(wanted)
    except InvalidInput as error:
        return _page(waiting, chosen=chosen, problems=error.problems), 422
    flash(f"You signed {count} {'letter' if count == 1 else 'letters'}.")
    return redirect(url_for("signing.show_list"), code=303)


@blueprint.get("/letters-to-sign/<uuid:order_id>/<uuid:funder_id>")
def show_sheet(order_id: UUID, funder_id: UUID) -> str:
    """What one letter will say, and the form to sign it alone."""
    demand(Action.SPEAK_FOR_FUNDER)
    sheet = signing_sheet(db.session(), order_id, funder_id)
    facts = application_facts(db.session(), sheet.application_id)
    demand(Action.APPROVE_CONTRIBUTION, ContributionFacts(funder_id, facts))
    return render_template("signing/sheet.html", sheet=sheet, banner=sheet.notice)


def _waiting() -> tuple[LetterToSign, ...]:
    actor = demand(Action.SPEAK_FOR_FUNDER)
    return letters_to_sign(db.session(), actor.person_id, actor.offices, limit=MOST_AT_ONCE)


def _sign(letters: Collection[LetterToSign]) -> int:
    actor = demand(Action.USE_ACCOUNT)
    by_funder: dict[UUID, list[UUID]] = defaultdict(list)
    for letter in letters:
        by_funder[letter.funder_id].append(letter.order_id)
    return sum(
        sign_letters(db.session(), order_ids, funder_id=funder_id, actor=actor, now=now())
        for funder_id, order_ids in sorted(by_funder.items())
    )


def _key(letter: LetterToSign) -> str:
    return f"{letter.order_id}:{letter.funder_id}"


def _page(
    waiting: tuple[LetterToSign, ...],
    *,
    chosen: Collection[str],
    problems: Collection[Problem],
) -> str:
    return render_template(
        "signing/list.html", letters=waiting, key_of=_key, chosen=chosen, problems=problems
    )
