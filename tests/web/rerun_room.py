"""A prize round under decision, whose entries submitted logs and whose winners are verified."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.prize_rules import PrizeRules, prize_rules_as_data
from fundapp.domain.states import DecisionKind, DecisionState, RoundKind
from fundapp.domain.uploads import FileKind
from fundapp.models import (
    Application,
    Contribution,
    Decision,
    EvidenceReading,
    PrizeRung,
    SubmittedVersion,
)
from fundapp.services.contributions import approve_contribution
from fundapp.services.decisions import resolve_application
from fundapp.services.evidence import READERS, logs_in
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW
from tests.evidence.logs import as_json, inspect_log
from tests.services.deliberating import Deliberating, a_deliberation

MARKS = ((5, 5), (4, 4), (3, 3), (2, 2))
FIRST, SECOND = 10_000_000, 4_000_000
HOW = "Install the package, then run the task with seed 7."


def a_log(value: float = 0.5, *, error: float = 0.02, day: int = 1, **changes: Any) -> bytes:
    """A log on 400 samples, begun on a day of September."""
    log = inspect_log(
        eval__created=f"2026-09-{day:02}T09:00:00+00:00",
        eval__dataset={"name": "meters", "samples": 400},
        results__total_samples=400,
        results__completed_samples=400,
        **changes,
    )
    (score,) = log["results"]["scores"]
    score["metrics"] = {
        "accuracy": {"name": "accuracy", "value": value},
        "stderr": {"name": "stderr", "value": error},
    }
    return as_json(log)


def a_prize_room(
    session: Session,
    *,
    marks: Sequence[tuple[int, int]] = MARKS,
    margin: int = 0,
    rerun_days: int = 14,
    **columns: Any,
) -> Deliberating:
    """A frozen round with a first and a second prize; each entry submitted one log."""
    rules = PrizeRules(rerun_days=rerun_days, rerun_margin=margin)
    room = a_deliberation(
        session,
        marks=tuple(marks),
        kind=RoundKind.PRIZE,
        prize_rules=prize_rules_as_data(rules),
        **columns,
    )
    for position, (title, amount) in enumerate(
        [("First prize", FIRST), ("Second prize", SECOND)], start=1
    ):
        session.add(
            PrizeRung(round_id=room.round.id, position=position, title=title, amount=amount)
        )
    for number, application in enumerate(room.applications, start=1):
        submit_log(session, application, a_log(0.5, day=number))
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    session.flush()
    return room


def submit_log(session: Session, application: Application, content: bytes) -> str:
    """Store a submitted version with one log and how it is run; return the file's hash."""
    sha256 = uuid4().hex * 2
    told = {
        "id": str(uuid4()),
        "name": "zembla-run.json",
        "media_type": "application/json",
        "size": len(content),
        "sha256": sha256,
    }
    blank = {"kind": "long_text", "identifying": False, "files": [], "label": "Label"}
    questions = [
        blank | {"code": "rerun", "value": "x", "text": HOW},
        blank | {"code": "who", "identifying": True, "value": "y", "text": "We are Zembla."},
        blank | {"code": "logs", "kind": "file", "files": [told], "value": [], "text": ""},
    ]
    session.add(
        SubmittedVersion(
            application_id=application.id,
            number=1,
            sha256="0" * 64,
            content={"currency": "EUR", "sections": [{"title": "A", "questions": questions}]},
            submitted_by_id=application.contact_id,
            submitted_at=NOW,
        )
    )
    logs = logs_in("run.json", FileKind.TEXT, content)
    session.add(EvidenceReading(sha256=sha256, readers=READERS, logs=logs, read_at=NOW))
    session.flush()
    return sha256


def rungs_of(session: Session, room: Deliberating) -> list[UUID]:
    """Return the prizes, the first first."""
    return list(
        session.scalars(
            select(PrizeRung.id)
            .where(PrizeRung.round_id == room.round.id)
            .order_by(PrizeRung.position)
        )
    )


def award(
    session: Session, room: Deliberating, number: int, place: int, **columns: Any
) -> Decision:
    """Enter a prize (place from 0) for the application with a number from 0; halves of both."""
    amount = (FIRST, SECOND)[place]
    return resolve_application(
        session,
        room.applications[number].id,
        kind=DecisionKind.AWARD,
        contributions={funder.id: amount // 2 for funder in room.funders},
        prize_rung_id=rungs_of(session, room)[place],
        actor=room.actor(session),
        now=NOW,
        **columns,
    )


def decide(session: Session, room: Deliberating, number: int, kind: DecisionKind) -> Decision:
    """Enter a decline or a reserve for the application with a number from 0."""
    return resolve_application(
        session,
        room.applications[number].id,
        kind=kind,
        reserve_place=number if kind is DecisionKind.RESERVE else None,
        actor=room.actor(session),
        now=NOW,
    )


def approve_all(session: Session, room: Deliberating) -> None:
    """Give each officer's word on every part of a pending award."""
    for part in session.scalars(
        select(Contribution)
        .join(Decision, Decision.id == Contribution.decision_id)
        .where(Decision.round_id == room.round.id, Decision.state == DecisionState.PENDING)
    ).all():
        officer = room.officers[[one.id for one in room.funders].index(part.funder_id)]
        approve_contribution(session, part.id, actor=room.actor(session, officer), now=NOW)


def sent(content: bytes, name: str = "rerun.json", **fields: str) -> dict[str, Any]:
    """Return the form of a delivery."""
    return {"log": (BytesIO(content), name), **fields}


LATER = NOW + timedelta(days=15)
"""After the day of a re-run that was asked for NOW."""
