"""A round's applications for the fund's people: the list, and one as it was submitted."""

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from fundapp.domain.permissions import Action, Actor, RoundFacts, bars, hides_applicants, may
from fundapp.domain.states import ApplicationState
from fundapp.extensions import db
from fundapp.models import Round
from fundapp.queries.access import application_facts
from fundapp.queries.applications import (
    ApplicationFilter,
    Viewpoint,
    application_document,
    applications_of_round,
    round_head,
)
from fundapp.queries.barred import barred_pairs
from fundapp.queries.evidence import evidence_of
from fundapp.queries.submitted import has_files
from fundapp.web.access import demand
from fundapp.web.applicant.heads import STATE_WORDS, banner_of
from fundapp.web.installation import now

blueprint = Blueprint("round_applications", __name__)


@blueprint.get("/rounds/<uuid:round_id>/applications")
def show_list(round_id: UUID) -> str:
    """The submitted applications of a round, 50 a page, narrowed by state and text."""
    session = db.session()
    round_, facts = round_head(session, Round.id == round_id)
    actor = demand(Action.VIEW_ROUND, facts)
    wanted = _filter()
    viewpoint = _viewpoint(actor, facts)
    page = applications_of_round(
        session, round_id, filter=wanted, page=_page_number(), viewpoint=viewpoint
    )
    return render_template(
        "applications/round_list.html",
        round=round_,
        page=page,
        wanted=wanted,
        is_identity_hidden=viewpoint.hide_identity,
        state_words=STATE_WORDS,
        state_options=[
            (state.value, word)
            for state, (_, word) in STATE_WORDS.items()
            if state is not ApplicationState.DRAFT
        ],
        addresses={
            number: _address(round_id, wanted, number)
            for number in (page.number - 1, page.number + 1)
        },
        banner=banner_of(round_.notice),
    )


@blueprint.get("/applications/<uuid:application_id>/read")
def read_application(application_id: UUID) -> str:
    """The submitted version, without the applicant where the round is blind."""
    session = db.session()
    facts = application_facts(session, application_id)
    actor = demand(Action.VIEW_APPLICATION, facts)
    is_hidden = not may(actor, Action.VIEW_APPLICANT, facts)
    may_view_round = may(actor, Action.VIEW_ROUND, facts.round)
    decides = may_view_round or facts.organisation_id in actor.memberships
    document = application_document(
        session, application_id, hide_identity=is_hidden, told_at=None if decides else now()
    )
    return render_template(
        "applications/read.html",
        document=document,
        evidence=evidence_of(session, application_id, hide_identity=is_hidden)
        if has_files(document.sections)
        else {},
        word=STATE_WORDS[document.state],
        may_view_round=may_view_round,
        banner=banner_of(document.notice),
    )


def _viewpoint(actor: Actor, round_: RoundFacts) -> Viewpoint:
    pairs = barred_pairs(db.session(), round_.id)
    people, funders = _by_application(pairs.people), _by_application(pairs.funders)
    barred = {
        application
        for application in people.keys() | funders.keys()
        if bars(
            actor,
            round_.id,
            people=people.get(application, ()),
            funders=funders.get(application, ()),
        )
    }
    return Viewpoint(frozenset(barred), hides_applicants(actor, round_))


def _by_application(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for application, party in pairs:
        found.setdefault(application, []).append(party)
    return found


def _filter() -> ApplicationFilter:
    state = request.args.get("state", "")
    known = ApplicationState(state) if state in set(ApplicationState) else None
    return ApplicationFilter(known, request.args.get("text", "")[:200])


def _page_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _address(round_id: UUID, wanted: ApplicationFilter, number: int) -> str:
    return url_for(
        "round_applications.show_list",
        round_id=round_id,
        state=wanted.state.value if wanted.state else None,
        text=wanted.text or None,
        page=number,
    )
