"""Freezing the order of a round before the funders decide."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import RoundState
from fundapp.models import Ranking, Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.evaluation_records import evaluation_summary
from fundapp.queries.rankings import live_ranking
from fundapp.services.audit import record_event


def freeze_ranking(session: Session, round_id: UUID, *, actor: Actor, now: datetime) -> Ranking:
    """Store the round's order as its reviews stand, with its method and hash.

    The rows keep the estimate, its interval, the expected rank and the band; `evaluation` keeps
    what holds for the round, and as `own_scores` what each application is ranked by with the
    weights of each funder that has its own. A large round is evaluated before this is called,
    outside of any writing transaction: `live_ranking` then finds the result in memory. Freezing
    again while nothing changed gives the same ranking back; when marks changed, a newer one is
    stored beside it and counts from then on. Raises WrongState outside of deliberation or when
    no application has a review.
    """
    round_ = session.get(Round, round_id, with_for_update=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.DECIDE, facts_of_round(session, round_))
    if round_.state is not RoundState.DELIBERATING:
        raise WrongState("The ranking is frozen while the round is deliberating.")
    live = live_ranking(session, round_id)
    evaluation = live.found.complete
    if evaluation is None:
        raise WrongState("No application has a review yet, so there is nothing to rank.")
    newest = newest_ranking(session, round_id)
    if newest is not None and newest.sha256 == live.sha256:
        return newest
    own = {"own_scores": live.own_scores} if live.own_scores else {}
    ranking = Ranking(
        round_id=round_id,
        method=live.aggregation.method,
        note=evaluation.why,
        rows=live.rows,
        evaluation=evaluation_summary(evaluation) | own,
        sha256=live.sha256,
        frozen_by_id=actor.person_id,
        frozen_at=now,
    )
    session.add(ranking)
    session.flush()
    record_event(
        session,
        "ranking.frozen",
        ranking,
        actor=actor,
        now=now,
        method=ranking.method,
        sha256=ranking.sha256,
        applications=len(live.rows),
    )
    return ranking


def newest_ranking(session: Session, round_id: UUID) -> Ranking | None:
    """Return the ranking that counts, None while none was frozen."""
    return session.scalar(
        select(Ranking)
        .where(Ranking.round_id == round_id)
        .order_by(Ranking.frozen_at.desc(), Ranking.id)
        .limit(1)
    )
