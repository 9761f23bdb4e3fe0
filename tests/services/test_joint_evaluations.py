from dataclasses import replace
from datetime import timedelta
from statistics import fmean
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotAllowed, WrongState
from fundapp.domain.states import AssignmentState
from fundapp.joint.evaluation.aggregation import CORRECTED, MEAN
from fundapp.models import Assignment, AuditEvent, Job, JointEvaluation, Ranking, Score
from fundapp.queries.access import actor_for
from fundapp.queries.evaluation_inputs import evaluation_inputs
from fundapp.queries.evaluation_records import evaluation_as_data, evaluation_from_data
from fundapp.queries.joint_evaluations import evaluation_job, round_estimates
from fundapp.queries.rankings import live_ranking
from fundapp.services.joint_evaluations import ask_evaluation, queue_evaluation
from fundapp.services.rankings import freeze_ranking
from fundapp.worker import run_until_idle
from tests.builders import NOW, a_conflict
from tests.services.marking import MarkedRound, a_marked_round
from tests.statements import counted_statements

SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def marked(session: Session) -> MarkedRound:
    return a_marked_round(session)


@pytest.fixture
def large(session: Session) -> MarkedRound:
    """A round of 402 reviews."""
    found = a_marked_round(session, applications=134, reviewers=12)
    session.commit()
    return found


def change_marks(session: Session, marked: MarkedRound, mark: int) -> None:
    scores = select(Score).where(Score.review_id == marked.reviews[0].id)
    for score in session.scalars(scores):
        score.mark = mark
    session.flush()


def test_a_round_is_ranked_by_corrected_scores(session: Session, marked: MarkedRound) -> None:
    live = live_ranking(session, marked.round.id)
    assert live.aggregation.method == CORRECTED
    assert [row["score"] for row in live.rows] == [row["estimate"] for row in live.rows]
    assert live.found.evaluation is not None
    assert live.found.evaluation.fundable == 5
    strict = {one.reviewer: one.strictness or 0 for one in live.found.evaluation.reviewers}
    by_seat = [strict[str(seat.person_id)] > 0 for seat in marked.seats]
    assert by_seat == [True, False, True, False, True, False]


def test_the_rules_of_the_round_decide(session: Session) -> None:
    plain = a_marked_round(session, corrects_strictness=False)
    live = live_ranking(session, plain.round.id)
    assert live.aggregation.method == MEAN
    assert [row["score"] for row in live.rows] == [row["raw"] for row in live.rows]


def test_confidence_counts_only_where_the_rules_say_so(
    session: Session, marked: MarkedRound
) -> None:
    marked.reviews[0].confidence = 1
    marked.reviews[1].confidence = None
    session.flush()
    assert {one.weight for one in evaluation_inputs(session, marked.round.id).scores} == {1}
    marked.round.weighs_confidence = True
    session.flush()
    weights = sorted(
        {float(one.weight) for one in evaluation_inputs(session, marked.round.id).scores}
    )
    assert weights == [0.4, 0.7, 0.85]


def test_a_review_with_an_abstention_counts_by_its_other_marks(
    session: Session, marked: MarkedRound
) -> None:
    first = session.scalars(select(Score).where(Score.review_id == marked.reviews[0].id)).all()
    first[0].mark, first[0].is_abstained = None, True
    session.flush()
    inputs = evaluation_inputs(session, marked.round.id)
    review = next(one for one in inputs.reviews if one.id == marked.reviews[0].id)
    assert (review.score, len(inputs.scores)) == (first[1].mark, 45)


def test_what_a_conflict_bars_does_not_count(session: Session, marked: MarkedRound) -> None:
    review = marked.reviews[0]
    a_conflict(
        session,
        review.application_id,
        person_id=review.person_id,
        recorded_by_id=review.person_id,
    )
    assert len(evaluation_inputs(session, marked.round.id).scores) == 44


def test_the_hash_is_of_all_that_counts(session: Session, marked: MarkedRound) -> None:
    before = evaluation_inputs(session, marked.round.id)
    assert replace(before, scores=before.scores[::-1]).sha256 == before.sha256
    change_marks(session, marked, 9)
    marked_anew = evaluation_inputs(session, marked.round.id)
    marked.applications[0].amount_requested = 1
    session.flush()
    assert (
        len({before.sha256, marked_anew.sha256, evaluation_inputs(session, marked.round.id).sha256})
        == 3
    )


def test_an_evaluation_is_made_once_for_the_same_reviews(
    session: Session, marked: MarkedRound
) -> None:
    first = evaluation_inputs(session, marked.round.id).evaluated()
    assert evaluation_inputs(session, marked.round.id).evaluated() is first
    change_marks(session, marked, 9)
    assert evaluation_inputs(session, marked.round.id).evaluated() is not first


def test_estimates_and_draws_for_plans(session: Session, marked: MarkedRound) -> None:
    with counted_statements() as counted:
        found = round_estimates(session, marked.round.id, draws=400)
    assert (len(counted), found.is_corrected, found.scale) == (5, True, (1, 10))
    assert found.estimates.keys() == found.draws.keys() == {one.id for one in marked.applications}
    means = {application: fmean(drawn) for application, drawn in found.draws.items()}
    assert means == pytest.approx(found.estimates, abs=0.2)
    assert round_estimates(session, marked.round.id, draws=400) == found


def test_a_round_without_reviews_has_nothing_to_draw(session: Session) -> None:
    empty = a_marked_round(session, each=0)
    assert round_estimates(session, empty.round.id, draws=3).draws == {}


def test_freezing_keeps_the_doubt(session: Session, marked: MarkedRound) -> None:
    ranking = freeze_ranking(session, marked.round.id, actor=marked.actor(session), now=NOW)
    first = ranking.rows[0]
    assert (ranking.method, first["rank"], first["band"]) == (CORRECTED, 1, "clear")
    assert float(first["low"]) < float(first["estimate"]) < float(first["high"])
    assert first["score"] == first["estimate"]
    assert sum(float(row["p_fundable"]) for row in ranking.rows) == pytest.approx(5)
    assert ranking.evaluation["calibrated"] is True
    assert ranking.evaluation["agreement"]["icc_single"]["value"] > 0
    assert "reviewers" not in ranking.evaluation
    again = freeze_ranking(session, marked.round.id, actor=marked.actor(session), now=SOON)
    assert again.id == ranking.id


def test_an_evaluation_survives_its_record(session: Session, marked: MarkedRound) -> None:
    found = evaluation_inputs(session, marked.round.id).evaluated()
    assert found is not None
    assert evaluation_from_data(evaluation_as_data(found.complete)) == found.complete


def test_small_rounds_queue_nothing(session: Session, marked: MarkedRound) -> None:
    queue_evaluation(session, marked.round.id, now=NOW)
    assert session.scalars(select(Job.kind)).all() == []


def test_a_large_round_is_evaluated_by_a_worker_and_says_how_old_it_is(
    app: Flask, session: Session, large: MarkedRound
) -> None:
    round_id = large.round.id
    waiting = live_ranking(session, round_id, waits=False)
    assert (waiting.found.evaluation, waiting.found.newer) == (None, 402)
    assert waiting.aggregation.method == MEAN
    ask_evaluation(session, round_id, actor=large.actor(session), now=NOW)
    assert evaluation_job(session, round_id, due_by=NOW)
    with pytest.raises(WrongState, match="worked out already"):
        ask_evaluation(session, round_id, actor=large.actor(session), now=NOW)
    session.commit()
    run_until_idle(app)
    session.expire_all()
    assert not evaluation_job(session, round_id, due_by=NOW)
    ready = live_ranking(session, round_id, waits=False)
    assert (ready.found.newer, ready.aggregation.method) == (0, CORRECTED)
    change_marks(session, large, 10)
    stale = live_ranking(session, round_id, waits=False)
    assert stale.found.newer == 1
    assert stale.found.evaluation is not None
    assert ready.found.evaluation is not None
    assert stale.found.evaluation.rows == ready.found.evaluation.rows
    assert not live_ranking(session, round_id).found.newer
    events = session.scalars(select(AuditEvent.event)).all()
    assert events.count("ranking.asked") == 1


def test_the_worker_keeps_one_result_and_makes_none_twice(
    app: Flask, session: Session, large: MarkedRound
) -> None:
    for number in range(3):
        if number == 2:
            change_marks(session, large, 10)
        at = NOW - timedelta(seconds=3 - number)
        ask_evaluation(session, large.round.id, actor=large.actor(session), now=at)
        session.commit()
        run_until_idle(app)
        session.expire_all()
        ids = session.scalars(select(JointEvaluation.id)).all()
        if number == 0:
            first: UUID = ids[0]
        assert (len(ids), ids[0] == first) == (1, number < 2)


def test_reviews_of_the_same_minutes_are_evaluated_together(
    session: Session, large: MarkedRound
) -> None:
    for seconds in (0, 5, 700):
        queue_evaluation(session, large.round.id, now=NOW + timedelta(seconds=seconds))
    due = session.scalars(select(Job.due_at).order_by(Job.due_at)).all()
    assert due == [NOW + timedelta(minutes=10), NOW + timedelta(minutes=20)]


def test_only_those_who_decide_may_have_it_worked_out(
    session: Session, marked: MarkedRound
) -> None:
    reviewer = marked.seats[0].person_id
    with pytest.raises(NotAllowed):
        ask_evaluation(session, marked.round.id, actor=actor_for(session, reviewer), now=NOW)


def test_a_withdrawn_review_is_gone(session: Session, marked: MarkedRound) -> None:
    assignment = session.get_one(Assignment, marked.reviews[0].assignment_id)
    assignment.state = AssignmentState.CONFLICTED
    session.flush()
    assert len(evaluation_inputs(session, marked.round.id).scores) == 44
    assert session.scalars(select(Ranking.id)).all() == []
