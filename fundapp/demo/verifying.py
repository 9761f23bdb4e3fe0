"""How the sample prize round's winners are verified, cited and announced."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fundapp.demo.cast import MANAGER, VERIFIERS, VERIFYING_TEAM, mail_of, sign_up
from fundapp.demo.entering import stored_log
from fundapp.demo.entries import entry_of
from fundapp.demo.stage import Stage, token_in_newest_mail
from fundapp.domain.states import DecisionKind, DecisionState, RerunState
from fundapp.models import Application, Decision, Rerun
from fundapp.queries.rerun_claims import claims_of
from fundapp.services.announcements import announce_round
from fundapp.services.citations import approve_citation, write_citation
from fundapp.services.rerun_deliveries import accept_rerun, deliver_rerun
from fundapp.services.reruns import ask_for_rerun, settle_rerun

_REASON = "The accuracy of the re-run lies further from the entered one than chance explains."
_OUTCOMES = {"holds": RerunState.CONFIRMED, "differs": RerunState.FAILED}


@dataclass(frozen=True)
class Winner:
    """An entry with an award. version: of its decision."""

    application_id: UUID
    title: str
    contact_id: UUID
    citation: str
    version: int


def seat_verifiers(stage: Stage) -> str:
    """Open accounts for those who run evaluations again; they belong to no entry."""
    for name in VERIFIERS:
        with stage.transaction() as session:
            sign_up(stage, session, name, domain=VERIFYING_TEAM)
    return f"{len(VERIFIERS)} people of another team are there to run evaluations again."


def ask_for_reruns(stage: Stage, key: str) -> str:
    """Ask the other team to run each provisional winner's evaluation again."""
    with stage.reading() as session:
        asked = set(
            session.scalars(select(Rerun.application_id).where(Rerun.round_id == stage.rounds[key]))
        )
    winners = [one for one in _winners(stage, key) if one.application_id not in asked]
    for place, winner in enumerate(winners):
        name = VERIFIERS[place % len(VERIFIERS)]
        with stage.transaction() as session:
            (claim, *_) = claims_of(session, winner.application_id)
            rerun = ask_for_rerun(
                session,
                winner.application_id,
                claim=claim.key,
                verifier_name=name,
                verifier_email=mail_of(name, VERIFYING_TEAM),
                actor=stage.actor(session, MANAGER),
                now=stage.now,
            )
            token = token_in_newest_mail(session, rerun.verifier_email)
            accept_rerun(session, token, actor=stage.actor(session, name), now=stage.now)
    return f"To be run again by another team: {_titles(winners)}."


def deliver_reruns(stage: Stage, key: str) -> str:
    """Let the other team bring the logs of its runs."""
    with stage.reading() as session:
        asked = session.execute(
            select(Rerun.id, Rerun.verifier_name, Application.title)
            .join(Application, Application.id == Rerun.application_id)
            .where(Rerun.round_id == stage.rounds[key], Rerun.state == RerunState.ASKED)
            .order_by(Application.number)
        ).all()
    for row in asked:
        upload = stored_log(stage, entry_of(row.title).log_again)
        with stage.transaction() as session:
            verifier = stage.actor(session, row.verifier_name)
            deliver_rerun(session, row.id, upload=upload, actor=verifier, now=stage.now)
    return f"Run again, with a new log: {_titles(asked)}."


def settle_reruns(stage: Stage, key: str) -> str:
    """Let the manager settle what was delivered as the comparison says."""
    with stage.reading() as session:
        delivered = session.execute(
            select(Rerun.id, Rerun.sha256, Rerun.comparison, Application.title)
            .join(Application, Application.id == Rerun.application_id)
            .where(Rerun.round_id == stage.rounds[key], Rerun.state == RerunState.DELIVERED)
            .order_by(Application.number)
        ).all()
    told = []
    for row in delivered:
        outcome = _OUTCOMES[row.comparison["verdict"]]
        with stage.transaction() as session:
            settled = settle_rerun(
                session,
                row.id,
                outcome=outcome,
                reason=_REASON if outcome is RerunState.FAILED else "",
                seen=row.sha256,
                actor=stage.actor(session, MANAGER),
                now=stage.now,
            )
        told.append(f"{row.title}: {outcome.value}.")
        told += [f"{one.title} moves up." for one in settled.moved if not one.problem]
    return " ".join(told)


def write_citations(stage: Stage, key: str) -> str:
    """Let the manager write why each entry won."""
    winners = _winners(stage, key)
    for winner in winners:
        with stage.transaction() as session:
            write_citation(
                session,
                winner.application_id,
                text=entry_of(winner.title).citation,
                version=winner.version,
                actor=stage.actor(session, MANAGER),
                now=stage.now,
            )
    return f"{len(winners)} citations are written."


def approve_citations(stage: Stage, key: str) -> str:
    """Let the winners approve their citations."""
    winners = _winners(stage, key)
    for winner in winners:
        stage.people["a winner"] = winner.contact_id
        with stage.transaction() as session:
            approve_citation(
                session,
                winner.application_id,
                seen=winner.citation,
                actor=stage.actor(session, "a winner"),
                now=stage.now,
            )
    return f"{len(winners)} winners approve their citations."


def announce_under_embargo(stage: Stage, key: str, *, until: float) -> str:
    """Announce the round for an instant ahead; all is printed and signed before it."""
    at = stage.at(until)
    with stage.transaction() as session:
        manager = stage.actor(session, MANAGER)
        round_ = announce_round(
            session, stage.rounds[key], publish_at=at, actor=manager, now=stage.now
        )
        return f"{round_.reference} is announced, under embargo until {at:%d %b %H:%M} UTC."


def _winners(stage: Stage, key: str) -> list[Winner]:
    with stage.reading() as session:
        rows = session.execute(
            select(
                Application.id,
                Application.title,
                Application.contact_id,
                Decision.citation,
                Decision.version,
            )
            .join(Decision, Decision.application_id == Application.id)
            .where(
                Decision.round_id == stage.rounds[key],
                Decision.kind == DecisionKind.AWARD,
                Decision.state.in_((DecisionState.PENDING, DecisionState.RELEASED)),
            )
            .order_by(Application.number)
        )
        return [Winner(*row) for row in rows]


def _titles(rows: Iterable[Any]) -> str:
    return ", ".join(row.title for row in rows)
