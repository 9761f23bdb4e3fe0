"""What a round's reviews say by the weights of each funder: evaluated, frozen, drawn."""

import hashlib
import json
from dataclasses import replace
from fractions import Fraction
from statistics import fmean

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import ReviewState
from fundapp.models import JointEvaluation, Score
from fundapp.queries.evaluation_inputs import evaluation_inputs
from fundapp.queries.joint_evaluations import round_estimates
from fundapp.queries.rankings import live_ranking
from fundapp.services.joint_evaluations import ask_evaluation
from fundapp.services.rankings import freeze_ranking
from fundapp.worker import run_until_idle
from tests.builders import NOW
from tests.services.marking import MarkedRound, a_marked_round
from tests.statements import counted_statements


@pytest.fixture
def weighed(session: Session) -> MarkedRound:
    """A round in which the first funder counts the first criterion alone."""
    found = a_marked_round(session, corrects_strictness=False)
    found.weigh(session, 0, 1, 0)
    return found


def by_hand(session: Session, weighed: MarkedRound, criterion: int) -> dict[str, float]:
    """Return the mean of the marks on one criterion by application."""
    wanted = weighed.criteria[criterion].id
    marks: dict[str, list[int]] = {}
    for review in weighed.reviews:
        mark = session.scalars(
            select(Score.mark).where(Score.review_id == review.id, Score.criterion_id == wanted)
        ).one()
        if mark is not None:
            marks.setdefault(str(review.application_id), []).append(mark)
    return {application: fmean(here) for application, here in marks.items()}


def test_the_same_reviews_are_scored_by_a_funders_own_weights(
    session: Session, weighed: MarkedRound
) -> None:
    live = live_ranking(session, weighed.round.id)
    own = {
        name: float(score) for name, score in live.own_scores[str(weighed.funders[0].id)].items()
    }
    assert list(live.own_scores) == [str(weighed.funders[0].id)]
    assert own == pytest.approx(by_hand(session, weighed, 0))


def test_own_scores_follow_the_rules_of_the_round(session: Session) -> None:
    marked = a_marked_round(session, weighs_confidence=True)
    marked.reviews[0].confidence = 1
    marked.weigh(session, 1, 3, 7)
    session.flush()
    inputs = evaluation_inputs(session, marked.round.id)
    weights = {one.weight for one in inputs.own_scores[str(marked.funders[1].id)]}
    assert Fraction(2, 5) in weights
    computed = inputs.evaluated()
    assert computed is not None
    assert computed.own[str(marked.funders[1].id)].calibration.is_calibrated


def test_the_rubrics_own_weights_give_the_rounds_own_scores(session: Session) -> None:
    marked = a_marked_round(session)
    marked.weigh(session, 2, 8, 8)
    live = live_ranking(session, marked.round.id)
    own = live.own_scores[str(marked.funders[2].id)]
    assert own == {row["application_id"]: row["score"] for row in live.rows}


def test_what_a_funder_does_not_weigh_cannot_stand_for_a_missing_mark(
    session: Session, weighed: MarkedRound
) -> None:
    wanted = weighed.applications[0].id
    for review in weighed.reviews:
        if review.application_id == wanted:
            score = session.scalars(
                select(Score).where(
                    Score.review_id == review.id,
                    Score.criterion_id == weighed.criteria[0].id,
                )
            ).one()
            score.mark, score.is_abstained = None, True
    session.flush()
    own = live_ranking(session, weighed.round.id).own_scores[str(weighed.funders[0].id)]
    assert own.keys() == {str(one.id) for one in weighed.applications} - {str(wanted)}


def test_own_weights_count_in_the_hash_only_where_there_are_any(session: Session) -> None:
    marked = a_marked_round(session)
    without = evaluation_inputs(session, marked.round.id)
    marked.weigh(session, 0, 1, 3)
    first = evaluation_inputs(session, marked.round.id)
    assert replace(first, own_weights={}).sha256 == without.sha256 != first.sha256
    other = replace(first, own_weights={marked.funders[0].id: {"feasibility": 1}})
    assert other.sha256 != first.sha256
    assert len(first.scores) == len(first.own_scores[str(marked.funders[0].id)])


def test_one_who_left_the_round_has_no_weights(session: Session, weighed: MarkedRound) -> None:
    envelope = next(
        one for one in weighed.round.envelopes if one.funder_id == weighed.funders[0].id
    )
    session.delete(envelope)
    session.flush()
    session.expire_all()
    assert live_ranking(session, weighed.round.id).own_scores == {}


def test_a_frozen_ranking_keeps_the_own_scores_under_its_hash(
    session: Session, weighed: MarkedRound
) -> None:
    ranking = freeze_ranking(session, weighed.round.id, actor=weighed.actor(session), now=NOW)
    own = ranking.evaluation["own_scores"]
    assert list(own) == [str(weighed.funders[0].id)]
    assert {name: float(score) for name, score in own[str(weighed.funders[0].id)].items()} == (
        pytest.approx(by_hand(session, weighed, 0))
    )
    content = {"method": ranking.method, "own_scores": own, "rows": ranking.rows}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert ranking.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_without_own_weights_a_frozen_ranking_is_what_it_was(session: Session) -> None:
    marked = a_marked_round(session)
    ranking = freeze_ranking(session, marked.round.id, actor=marked.actor(session), now=NOW)
    assert "own_scores" not in ranking.evaluation
    text = json.dumps(
        {"method": ranking.method, "rows": ranking.rows}, sort_keys=True, separators=(",", ":")
    )
    assert ranking.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_draws_of_one_index_belong_together(session: Session) -> None:
    marked = a_marked_round(session)
    marked.weigh(session, 0, 50, 50)
    marked.weigh(session, 1, 90, 10)
    with counted_statements() as counted:
        found = round_estimates(session, marked.round.id, draws=300)
    assert len(counted) == 5
    same, other = (found.own[marked.funders[place].id] for place in (0, 1))
    assert same == found.draws
    application = marked.applications[0].id
    assert other.keys() == found.draws.keys()
    assert other[application] != found.draws[application]
    correlations = [_correlation(other[one.id], found.draws[one.id]) for one in marked.applications]
    assert min(correlations) > 0.9


def _correlation(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    one, other = fmean(first), fmean(second)
    products = fmean((a - one) * (b - other) for a, b in zip(first, second, strict=True))
    spread = fmean((a - one) ** 2 for a in first) * fmean((b - other) ** 2 for b in second)
    return products / spread**0.5


def test_a_worker_keeps_the_own_scores_of_a_large_round(app: Flask, session: Session) -> None:
    large = a_marked_round(session, applications=134, reviewers=12)
    large.weigh(session, 0, 0, 5)
    round_id = large.round.id
    funder = str(large.funders[0].id)
    assert live_ranking(session, round_id, waits=False).own_scores == {}
    ask_evaluation(session, round_id, actor=large.actor(session), now=NOW)
    session.commit()
    run_until_idle(app)
    session.expire_all()
    stored = session.scalars(select(JointEvaluation.result)).one()
    live = live_ranking(session, round_id)
    assert stored["own_scores"] == live.found.own_scores
    assert len(live.own_scores[funder]) == 134
    large.reviews[0].state = ReviewState.DRAFT
    session.flush()
    older = live_ranking(session, round_id, waits=False)
    assert (older.found.newer, older.own_scores) == (1, live.own_scores)
