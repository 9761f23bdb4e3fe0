"""The public page of an award names what a re-run confirmed, from the instant on."""

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.domain.states import RerunState
from fundapp.models import Rerun
from tests.builders import NOW, a_person
from tests.web.prize_room import UNTIL, ClientOf, Prize, a_prize, announced


def a_rerun(session: Session, prize: Prize, state: RerunState, *, task: str, model: str) -> None:
    """Store a re-run of the winner's entry, of which the claim is an accuracy of 0.81."""
    claim = {"task": task, "metric": "accuracy", "model": model, "value": 0.81}
    session.add(
        Rerun(
            round_id=prize.round_id,
            application_id=prize.application_id,
            state=state,
            claim=claim,
            verifier_name="Vera Sample",
            verifier_email="vera@lab.example",
            asked_by_id=a_person(session).id,
            asked_at=NOW,
            due_at=NOW,
            settled_at=NOW,
        )
    )
    session.commit()


def told(page: str) -> list[str]:
    """Return the sentences on re-runs."""
    found = re.findall(r"<p[^>]*>(Confirmed by a re-run[^<]*)</p>", page)
    return [unescape(one) for one in found]


def test_it_is_named_at_the_instant_and_not_before(
    app: Flask, clock: FixedClock, session: Session, client: FlaskClient, client_of: ClientOf
) -> None:
    prize = a_prize(session, client_of)
    a_rerun(session, prize, RerunState.CONFIRMED, task="<b>meters</b>", model="m" * 200)
    announced(app, prize)
    address = f"/awards/{prize.reference}"
    for browser in (client, prize.winner, prize.manager):
        assert browser.get(address).status_code == 404
    clock.instant = UNTIL
    assert told(client.get(address).text) == [
        f"Confirmed by a re-run of another team: accuracy 0.81 (<b>meters</b>, {'m' * 79}…)."
    ]


def test_what_was_not_confirmed_is_not_named(
    app: Flask, clock: FixedClock, session: Session, client: FlaskClient, client_of: ClientOf
) -> None:
    prize = a_prize(session, client_of)
    a_rerun(session, prize, RerunState.WAIVED, task="meters", model="tested")
    announced(app, prize)
    clock.instant = UNTIL
    page = client.get(f"/awards/{prize.reference}")
    assert (page.status_code, told(page.text)) == (200, [])
