"""Freezing the order of a round before the funders decide."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import RoundKind, RoundState
from fundapp.models import Ranking, Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import BY_PAIRS
from fundapp.queries.evaluation_records import evaluation_summary
from fundapp.queries.pair_rankings import live_pair_ranking
from fundapp.queries.pairs import round_of_pairs
from fundapp.queries.rankings import live_ranking
from fundapp.services.audit import record_event

PAIRS_NOTE = "Ranked by pairs. A strict judge and a mild one order two entries alike."


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
    _require_freezable(session, round_id, actor=actor)
    live = live_ranking(session, round_id)
    evaluation = live.found.complete
    if evaluation is None:
        raise WrongState("No application has a review yet, so there is nothing to rank.")
    own = {"own_scores": live.own_scores} if live.own_scores else {}
    ranking = Ranking(
        round_id=round_id,
        method=live.aggregation.method,
        note=evaluation.why,
        rows=live.rows,
        evaluation=evaluation_summary(evaluation) | own,
        sha256=live.sha256,
    )
    return _stored(session, ranking, actor=actor, now=now)


def freeze_pair_ranking(
    session: Session, round_id: UUID, *, actor: Actor, now: datetime
) -> Ranking:
    """Store the round's order by pairs, in the shape of a ranking from the rubric.

    A ranking counts from when it was frozen, whichever way it was made. Freezing again while
    nothing changed gives the same ranking back. Raises WrongState outside of deliberation, in a
    round of grants or when no pair was judged, NotFound where the round does not compare pairs.
    """
    _require_freezable(session, round_id, actor=actor)
    asked = round_of_pairs(session, round_id)
    if asked.round.kind is not RoundKind.PRIZE:
        raise WrongState("Grants are decided by the rubric. Pairs are there to talk about.")
    live = live_pair_ranking(session, asked, barred_pairs(session, round_id))
    if not live.compared:
        raise WrongState("No pair was judged, so there is nothing to rank.")
    ranking = Ranking(
        round_id=round_id,
        method=BY_PAIRS,
        note=PAIRS_NOTE,
        rows=live.rows,
        evaluation=live.summary,
        sha256=live.sha256,
    )
    return _stored(session, ranking, actor=actor, now=now)


def _require_freezable(session: Session, round_id: UUID, *, actor: Actor) -> None:
    """Lock the round while its ranking is frozen."""
    round_ = session.get(Round, round_id, with_for_update=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.DECIDE, facts_of_round(session, round_))
    if round_.state is not RoundState.DELIBERATING:
        raise WrongState("The ranking is frozen while the round is deliberating.")


def _stored(session: Session, ranking: Ranking, *, actor: Actor, now: datetime) -> Ranking:
    """Store a ranking with its audit line, unless the newest says the same."""
    newest = newest_ranking(session, ranking.round_id)
    if newest is not None and newest.sha256 == ranking.sha256:
        return newest
    ranking.frozen_by_id, ranking.frozen_at = actor.person_id, now
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
        applications=len(ranking.rows),
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
