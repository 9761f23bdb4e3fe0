"""A prize round that is decided: its winner accepted, and people look for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, AwardState, RoundKind, RoundState
from fundapp.models import Person, PrizeRung
from fundapp.worker import run_until_idle
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_member,
    a_round,
    a_seat,
    an_application,
    an_award,
    an_envelope,
    an_officer,
    an_organisation,
)

ClientOf = Callable[[Person], FlaskClient]
UNTIL = NOW + timedelta(hours=6)


@dataclass(frozen=True)
class Prize:
    """A decided prize round with a winner who accepted, and browsers of people."""

    round_id: UUID
    reference: str
    application_id: UUID
    manager: FlaskClient
    winner: FlaskClient
    officer: FlaskClient

    @property
    def public(self) -> str:
        return f"/awards/{self.reference}/certificate.pdf"


def a_prize(session: Session, client_of: ClientOf) -> Prize:
    round_ = a_round(session, RoundState.DECIDED, kind=RoundKind.PRIZE, title="Prize (sample)")
    funder = a_funder(session)
    an_envelope(session, round_, funder)
    a_seat(session, round_, funder)
    rung = PrizeRung(
        round_id=round_.id, position=1, title="First prize", amount=100, category="Cyber"
    )
    session.add(rung)
    session.flush()
    organisation = an_organisation(session)
    member = a_member(session, organisation)
    entry = an_application(session, round_, organisation, ApplicationState.AWARDED)
    an_award(
        session, entry, {funder.id: 5_000_000}, AwardState.ACCEPTED, prize_rung_id=rung.id,
        citation="It says how surely it knows.", citation_approved_at=NOW,
        citation_approved_by_id=member.id,
    )  # fmt: skip
    people = {
        "manager": a_manager(session),
        "winner": member,
        "officer": an_officer(session, funder),
    }
    browsers = {name: client_of(person) for name, person in people.items()}
    session.commit()
    return Prize(round_.id, entry.reference or "", entry.id, **browsers)


def announced(app: Flask, prize: Prize) -> None:
    answer = prize.manager.post(
        f"/rounds/{prize.round_id}/announce", data={"publish_at": UNTIL.strftime("%Y-%m-%dT%H:%M")}
    )
    assert answer.status_code == 303
    run_until_idle(app)
