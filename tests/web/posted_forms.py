"""Every form of the URL map as a browser would send it: who posts what to where.

A form is read from the page that holds it: the page at its own address, unless HELD_BY names
another. A route that takes only the press of a button stands in HELD_BY with None.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask

from tests.journeys.walker import Fields, filled_fields
from tests.web.conftest import browser_as
from tests.web.permission_table import Row, all_rows
from tests.web.world import ROLES, World
from tests.web.world_nominations import NOMINATION_LINK

UNTYPED = frozenset({"hidden", "radio", "checkbox", "file", "password", "submit", "button"})
GOODNESS = (303, 200, 422, 409, 404)
"""Of several rows and roles, the one whose answer comes first here posts the form."""


def _round(state: str, path: str = "") -> Callable[[World], str]:
    return lambda world: f"/rounds/{world.rounds[state]}{path}"


def _application(state: str, path: str) -> Callable[[World], str]:
    return lambda world: f"/applications/{world.applications[state]}{path}"


def _invitation(world: World) -> str:
    return "/invitations/unknown"


def _section(world: World) -> str:
    return f"/applications/{world.applications['open']}/sections/{world.sections['open']}"


def _colleague(world: World) -> str:
    return f"/organisations/{world.organisation}/colleagues/{world.people['viewer']}"


def _contribution(world: World) -> str:
    return f"/contributions/{world.contributions['deliberating']}"


def _wishes(world: World) -> str:
    return f"/applications/{world.applications['deliberating']}/wishes"


def _rerun_link(world: World) -> str:
    return "/rerun-links/asked-rerun"


def _asked_rerun(world: World) -> str:
    return f"/reruns/{world.reruns['asked']}/settlement"


def _nomination_link(world: World) -> str:
    return NOMINATION_LINK


def _allocation_plan(world: World) -> str:
    return f"/allocation-plans/{world.allocation_plan}"


HELD_BY: dict[str, Callable[[World], str] | None] = {
    "account.accept_as_new_person": _invitation,
    "account.accept_invitation": _invitation,
    "account.decline_invitation": _invitation,
    "releases.call_off": None,
    "account.end_all_sign_ins": None,
    "account.end_sign_in": None,
    "account.sign_out": None,
    "account.withdraw_deletion": None,
    "allocation_plans.discard_plan": _allocation_plan,
    "allocation_plans.enter_plan": None,
    "allocation_plans.make_plan": None,
    "applications.choose_language": _application("open", ""),
    "applications.submit_application": None,
    "assignment_plans.apply_plan": None,
    "assignment_plans.discard_plan": None,
    "assignment_proposals.propose_assignments": None,
    "assignment_proposals.undo_change": None,
    "bids.autosave_bids": None,
    "bids.save_bids": None,
    "conflicts.propose_conflicts": None,
    "column_sets.change": None,
    "column_sets.delete": None,
    "contributions.approve": _contribution,
    "contributions.approve_shown": _round("deliberating", "/contributions"),
    "contributions.refuse": _contribution,
    "decisions.apply_proposal": None,
    "decisions.ask": None,
    "decisions.take_back": _application("deliberating", "/decision"),
    "funders.remove_investment": None,
    "funding_wishes.set_funder_wish": _wishes,
    "funders.remove_officer": None,
    "funders.resend_invitation": None,
    "funders.withdraw_invitation": None,
    "jobs.retry_job": None,
    "letter_texts.preview": lambda world: "/letter-texts/decline-letter/en",
    "letter_texts.reset_text": None,
    "letters.retry": None,
    "lotteries.draw": None,
    "lotteries.freeze": None,
    "nominations.decline": _nomination_link,
    "nominations.enter": _nomination_link,
    "organisations.remove_colleague": _colleague,
    "organisations.resend_invitation": None,
    "organisations.withdraw_invitation": None,
    "outbox.resend_mail": None,
    "outbox.settle_mail": None,
    "own_citations.approve": None,
    "own_citations.wish": None,
    "own_gallery.choose": _application("reviewing", ""),
    "own_reruns.accept": _rerun_link,
    "own_reruns.accept_as_new_person": _rerun_link,
    "own_reruns.decline": None,
    "own_reruns.decline_link": _rerun_link,
    "own_letters.accept": _application("decided", "/letters"),
    "own_letters.refuse": _application("decided", "/letters"),
    "panels.remove_seat": None,
    "panels.resend_invitation": None,
    "panels.withdraw_invitation": None,
    "pair_board.freeze": None,
    "pairs.judge_pair": None,
    "people.grant_role": None,
    "people.revoke_role": None,
    "ranking.evaluate": None,
    "ranking.freeze": None,
    "received_nominations.ask": None,
    "received_nominations.dismiss": None,
    "releases.release": None,
    "reruns.resend": _asked_rerun,
    "reruns.waive": _application("provisional", "/rerun"),
    "reruns.withdraw": _asked_rerun,
    "review_progress.remind": _round("reviewing", "/reviews"),
    "review_queue.accept_assignment": None,
    "reviews.autosave_review": lambda world: f"/reviews/{world.assignments['reviewing']}",
    "round_files.order_file": None,
    "round_form.move_question": None,
    "round_form.move_section": None,
    "round_form.remove_question": None,
    "round_money.remove_envelope": None,
    "rubrics.move_criterion": None,
    "rubrics.remove_criterion": None,
    "samples.mark": None,
    "screening.check_applications": None,
    "screening.preview_checks": _round("screening", "/screening"),
    "sections.autosave_section": _section,
    "signatures.ask": None,
    "signing.sign": None,
}

FILLED: dict[str, Callable[[World], Fields]] = {
    "account.register": lambda world: {
        "name": "Nia Sample",
        "email": "nia@sample.example",
        "password": "a walk along the river",
    },
    "account.request_reset": lambda world: {"email": "nia@sample.example"},
    "extensions.grant_extension": lambda world: {
        "organisation_id": str(world.organisation),
        "until": "2026-12-20T12:00",
        "reason": "Power cut.",
    },
    "funders.add_officer": lambda world: {"name": "Nia Sample", "email": "nia@sample.example"},
    "funders.record_investment": lambda world: {
        "organisation_id": str(world.organisation),
        "note": "12 %",
    },
    "nominations.nominate": lambda world: {
        "title": "Drift meter",
        "website": "https://example.org/drift",
        "reason": "It measures.",
        "maker_name": "Mara Sample",
        "maker_email": "mara@sample.example",
    },
    "panels.show_panel": lambda world: {
        "name": "Nia Sample",
        "email": "nia@sample.example",
        "funder_id": str(world.funder),
        "review_load": "5",
    },
    "round_money.edit_envelopes": lambda world: {
        "funder_id": str(world.funder),
        "amount": "7,000",
    },
    "rounds.create_round": lambda world: {
        "source": "seed-grants",
        "opens_on": "2026-12-01",
        "time_zone": "UTC",
    },
    "rubrics.add_criterion": lambda world: {
        "title": "Reach",
        "question": "Who gains?",
        "weight": "10",
    },
}
"""What makes a form complete that its page shows empty."""

LIVE_LINKS = {
    "/confirm/unknown": "/confirm/confirming",
    "/reset-password/unknown": "/reset-password/resetting",
}
"""The table posts to links that were never given out; these are there."""


@dataclass(frozen=True)
class PostedForm:
    """A form filled as its page shows it, completed by what the permission table posts."""

    endpoint: str
    role: str
    address: str
    fields: Fields
    typed: tuple[str, ...]
    """The names of the fields that take text."""

    def send(self, app: Flask, fields: Fields) -> Any:
        """Post as the person who may, an autosave as the script does."""
        by_script = self.address.endswith("/autosave")
        headers = {"X-Requested-With": "autosave"} if by_script else {}
        return browser_as(app, self.role).post(self.address, data=fields, headers=headers)


@cache
def posting_rows() -> dict[str, tuple[Row, str]]:
    """Return for each endpoint that is posted to the row and the role of the best answer."""
    found: dict[str, tuple[Row, str]] = {}
    for row in (row for row in all_rows() if row.method == "POST"):
        for role in ROLES:
            kept = found.get(row.endpoint)
            if kept is None or _rank(row, role) < _rank(*kept):
                found[row.endpoint] = (row, role)
    return found


def _rank(row: Row, role: str) -> int:
    status = row.status_for(role)
    return GOODNESS.index(status) if status in GOODNESS else len(GOODNESS)


def read_form(app: Flask, world: World, endpoint: str) -> PostedForm:
    """Open the page that holds the form and read its fields.

    Raises LookupError when the page does not hold it.
    """
    row, role = posting_rows()[endpoint]
    own = row.address(world)
    address = LIVE_LINKS.get(own, own)
    fields: Fields = {}
    typed: list[str] = []
    held_by = HELD_BY.get(endpoint, lambda world: address)
    if held_by is not None:
        page = held_by(world)
        tree = html5lib.parse(browser_as(app, role).get(page).text, namespaceHTMLElements=False)
        forms = [form for form in tree.iter("form") if address in _targets(form, page)]
        if not forms:
            raise LookupError(f"{page} holds no form that is sent to {address}")
        for form in forms:
            fields |= filled_fields(form)
            typed += _typed(form)
    return PostedForm(endpoint, role, address, fields | row.form(world), tuple(typed))


def _targets(form: Element, page: str) -> Iterator[str]:
    """Return where a form posts to; one that asks (method "get") posts by a button at most."""
    posts = form.get("method") == "post"
    said = [(form.get("action") or page) if posts else None, form.get("data-autosave-url")]
    said += [button.get("formaction") for button in form.iter("button")]
    return (urlsplit(urljoin(page, address)).path for address in said if address)


def _typed(form: Element) -> Iterator[str]:
    for field in form.iter():
        takes_text = field.tag in ("input", "textarea") and field.get("type") not in UNTYPED
        if takes_text and field.get("readonly") is None:
            yield field.get("name", "")
