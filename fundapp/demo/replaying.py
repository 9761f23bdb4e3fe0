"""The steps that load a replay round's public data."""

from statistics import fmean
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.demo import replays
from fundapp.demo.cast import FUNDERS, MANAGER, sign_up
from fundapp.demo.rounds import begin_reviewing, seat
from fundapp.demo.stage import Stage
from fundapp.domain.permissions import Actor
from fundapp.domain.states import ACTIVE_ASSIGNMENT_STATES, DecisionKind
from fundapp.models import (
    Application,
    Assignment,
    Contribution,
    Decision,
    Funder,
    Person,
    Review,
    Score,
)
from fundapp.services.application_imports import import_applications
from fundapp.services.conflicts import declare_conflict
from fundapp.services.decisions import resolve_application
from fundapp.services.review_imports import import_reviews

PANEL_SIZES = {"ruritania": 3, "lilliput": 2, "erewhon": 2, "laputa": 2}
"""How many of the nine assessors sit for each funder."""

LOAD = 50


def load_applications(stage: Stage, key: str, content: bytes) -> str:
    """Load a replay's applications from its file."""
    with stage.transaction() as session:
        loaded = import_applications(
            session,
            stage.rounds[key],
            content,
            actor=stage.actor(session, MANAGER),
            now=stage.now,
            is_fictional=True,
            progress=stage.teller.progress,
        )
        return f"{loaded.loaded} applications are loaded from a file."


def load_prize_reviews(stage: Stage, key: str) -> str:
    """Begin reviewing and take in the public ratings, each by its own anonymous reviewer."""
    begin_reviewing(stage, key)
    return _load_reviews(stage, key, replays.prize_reviews([part.code for part in FUNDERS]))


def seat_assessors(stage: Stage, key: str) -> str:
    """Seat the nine assessors for the four funders; who cast no vote declares a conflict."""
    funders = [code for code, size in PANEL_SIZES.items() for _ in range(size)]
    names = [replays.assessor_name(assessor) for assessor in replays.assessors()]
    for name in names:
        with stage.transaction() as session:
            sign_up(stage, session, name, domain="replay.example")
    seat(stage, key, dict(zip(names, funders, strict=True)), load=LOAD)
    absent = replays.absent_votes()
    with stage.reading() as session:
        applications = _applications_by_source(session, stage, key)
    for assessor in replays.assessors():
        with stage.transaction() as session:
            actor = stage.actor(session, replays.assessor_name(assessor))
            for proposal in (found for found, who in absent if who == assessor):
                declare_conflict(
                    session,
                    applications[proposal],
                    note="No vote was cast in the source, so this counts as a recusal.",
                    actor=actor,
                    now=stage.now,
                )
    return f"Nine assessors take their seats; {len(absent)} votes not cast count as recusals."


def load_grant_votes(stage: Stage, key: str) -> str:
    """Take in the public votes of the assessors whom the assigner chose."""
    assessors = {replays.assessor_name(one): one for one in replays.assessors()}
    with stage.reading() as session:
        rows = session.execute(
            select(Application.source_key, Person.name, Funder.code)
            .join(Assignment, Assignment.application_id == Application.id)
            .join(Person, Person.id == Assignment.person_id)
            .join(Funder, Funder.id == Assignment.funder_id)
            .where(
                Assignment.round_id == stage.rounds[key],
                Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES),
            )
            .order_by(Application.number, Person.name)
        ).all()
    assigned = [(str(key_), assessors[name], code) for key_, name, code in rows]
    return _load_reviews(stage, key, replays.grant_reviews(assigned))


def cite_winners(stage: Stage, key: str) -> str:
    """Give each winner of the prize replay a citation: the source's numbers and nothing else."""
    with stage.transaction() as session:
        manager = stage.actor(session, MANAGER)
        winners = session.scalars(
            select(Decision)
            .where(Decision.round_id == stage.rounds[key], Decision.kind == DecisionKind.AWARD)
            .order_by(Decision.id)
        ).all()
        for decision in winners:
            _cite(stage, session, decision, manager=manager)
    return f"{len(winners)} winners are cited with the numbers of the source."


def _cite(stage: Stage, session: Session, decision: Decision, *, manager: Actor) -> None:
    marks = session.scalars(
        select(Score.mark)
        .join(Review, Review.id == Score.review_id)
        .where(Review.application_id == decision.application_id)
    ).all()
    given = [mark for mark in marks if mark is not None]
    parts = session.execute(
        select(Contribution.funder_id, Contribution.amount).where(
            Contribution.decision_id == decision.id
        )
    )
    resolve_application(
        session,
        decision.application_id,
        kind=decision.kind,
        contributions={part.funder_id: part.amount for part in parts},
        prize_rung_id=decision.prize_rung_id,
        citation=f"Mean rating {fmean(given):.2f} of 10 in {len(given)} public reviews.",
        version=decision.version,
        actor=manager,
        now=stage.now,
    )


def _load_reviews(stage: Stage, key: str, content: bytes) -> str:
    with stage.transaction() as session:
        loaded = import_reviews(
            session,
            stage.rounds[key],
            content,
            actor=stage.actor(session, MANAGER),
            now=stage.now,
            progress=stage.teller.progress,
        )
        return f"{loaded.loaded} real reviews are loaded from a file."


def _applications_by_source(session: Session, stage: Stage, key: str) -> dict[str, UUID]:
    rows = session.execute(
        select(Application.source_key, Application.id).where(
            Application.round_id == stage.rounds[key], Application.source_key.is_not(None)
        )
    )
    return {str(source): id_ for source, id_ in rows}
