"""What the demo's public pages hand out, as files: the feed, the dates, the winners' badges."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.demo.stage import Stage
from fundapp.domain.states import DecisionKind, RerunState
from fundapp.models import Application, Award, Credential, Decision, PrizeRung, Rerun

PUBLIC = "public"
BADGES = "badges"
FOLLOWED = ("announcements.atom", "calls.ics")


def write_public_files(stage: Stage) -> str:
    """Write the feed, the calendar and each badge, as token and as picture with it inside."""
    folder = stage.config.data_folder / PUBLIC
    browser = stage.app.test_client()
    with stage.reading() as session:
        badges = _badges(session)
    for name in FOLLOWED:
        _save(browser, f"/{name}", folder / name)
    for row in badges:
        for ending in ("jwt", "svg"):
            target = folder / BADGES / f"{row.reference}.{ending}"
            _save(browser, f"/badges/{row.id}.{ending}", target)
    return f"The feed, the calendar and {len(badges)} badges lie ready."


def prize_summary(session: Session, round_id: UUID) -> dict[str, Any] | None:
    """Return what became of a round whose winners are verified; None for any other."""
    reruns = session.execute(
        select(Application.reference, Application.title, Rerun.state)
        .join(Application, Application.id == Rerun.application_id)
        .where(Rerun.round_id == round_id, Rerun.state != RerunState.WITHDRAWN)
        .order_by(Rerun.asked_at, Application.number)
    ).all()
    if not reruns:
        return None
    winners = session.execute(
        select(PrizeRung.title.label("prize"), Application.title, Application.reference)
        .join(Decision, Decision.prize_rung_id == PrizeRung.id)
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.round_id == round_id, Decision.kind == DecisionKind.AWARD)
        .order_by(PrizeRung.position)
    )
    return {
        "winners": {row.prize: f"{row.reference} {row.title}" for row in winners},
        "reruns": {f"{row.reference} {row.title}": row.state.value for row in reruns},
    }


def _badges(session: Session) -> list[Any]:
    return list(
        session.execute(
            select(Credential.id, Application.reference)
            .join(Award, Award.id == Credential.award_id)
            .join(Decision, Decision.id == Award.decision_id)
            .join(Application, Application.id == Decision.application_id)
            .order_by(Application.reference)
        )
    )


def _save(browser: FlaskClient, address: str, target: Path) -> None:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(answer.data)
