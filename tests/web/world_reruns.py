"""A prize round of the world whose provisional winners are verified by the other applicant."""

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.states import (
    ApplicationState,
    DecisionKind,
    DecisionState,
    RerunState,
    RoundKind,
    RoundState,
)
from fundapp.evidence.results import result_as_data
from fundapp.models import Application, Decision, Funder, Person, PrizeRung, Rerun, Round
from fundapp.queries.rerun_claims import claims_of
from fundapp.services.tokens import hash_of_token
from fundapp.web.installation import installation
from tests.builders import (
    NOW,
    a_conflict,
    a_round,
    an_application,
    an_envelope,
    an_organisation,
)
from tests.web.rerun_room import a_log, submit_log

RULES = {"rerun_days": 14}


def build_reruns(session: Session, funder: Funder, people: Mapping[str, Person]) -> dict[str, UUID]:
    """Return the ids of the round, an entry without a re-run, and re-runs by their state.

    The other applicant runs the one that is delivered; the link of the one that is asked ends in
    "asked-rerun".
    """
    round_ = a_round(
        session,
        RoundState.DELIBERATING,
        kind=RoundKind.PRIZE,
        prize_rules=RULES,
        created_by_id=people["manager"].id,
    )
    an_envelope(session, round_, funder)
    entries = [_an_entry(session, round_, people, number) for number in (1, 2, 3)]
    manager_id = people["manager"].id
    asked = _a_rerun(session, entries[1], manager_id, token_hash=hash_of_token("asked-rerun"))
    content = a_log(0.49, day=20)
    sha256, size = installation().files.put(BytesIO(content))
    delivered = _a_rerun(
        session,
        entries[2],
        manager_id,
        state=RerunState.DELIVERED,
        verifier_id=people["other applicant"].id,
        sha256=sha256,
        size=size,
        filename="run.json",
        delivered_at=NOW,
    )
    return {
        "round": round_.id,
        "provisional": entries[0].id,
        "asked": asked.id,
        "delivered": delivered.id,
    }


def _an_entry(
    session: Session, round_: Round, people: Mapping[str, Person], number: int
) -> Application:
    organisation = an_organisation(session, f"Ruritania Rating {number}")
    entry = an_application(session, round_, organisation, ApplicationState.UNDER_REVIEW)
    rung = PrizeRung(round_id=round_.id, position=number, title=f"Prize {number}", amount=1_000)
    session.add(rung)
    session.flush()
    session.add(
        Decision(
            round_id=round_.id,
            application_id=entry.id,
            kind=DecisionKind.AWARD,
            state=DecisionState.PENDING,
            amount=1_000,
            prize_rung_id=rung.id,
            decided_by_id=people["manager"].id,
            decided_at=NOW,
        )
    )
    submit_log(session, entry, a_log(0.5, day=number))
    barred = people["barred manager"].id
    a_conflict(session, entry.id, person_id=barred, recorded_by_id=barred)
    return entry


def _a_rerun(session: Session, entry: Application, manager_id: UUID, **columns: Any) -> Rerun:
    (claim,) = claims_of(session, entry.id)
    defaults: dict[str, Any] = {
        "round_id": entry.round_id,
        "application_id": entry.id,
        "state": RerunState.ASKED,
        "claim": result_as_data(claim.result),
        "verifier_name": "Vera Sample",
        "verifier_email": "vera@lab.example",
        "asked_by_id": manager_id,
        "asked_at": NOW,
        "due_at": NOW + timedelta(days=14),
    }
    rerun = Rerun(**defaults | columns)
    session.add(rerun)
    session.flush()
    return rerun
