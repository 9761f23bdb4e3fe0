"""The embargo: one instant, before which announced results are nobody's business."""

from datetime import timedelta

import pytest

from fundapp.domain.embargoes import (
    checked_instant,
    embargo_until,
    embargo_words,
    is_public,
    public_outcome,
    public_state,
)
from fundapp.domain.errors import InvalidInput
from fundapp.domain.round_steps import RoundDates, RoundProgress, steps_from
from fundapp.domain.states import ApplicationState, RoundState
from tests.builders import NOW

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("state", list(RoundState))
def test_results_are_public_from_the_instant_on_and_only_when_announced(state: RoundState) -> None:
    is_announced = state in {RoundState.ANNOUNCED, RoundState.CLOSED}
    assert is_public(state, NOW, NOW) is is_announced
    assert is_public(state, NOW + SECOND, NOW) is False
    assert is_public(state, None, NOW) is False
    assert public_state(state, NOW, NOW) is state
    told = RoundState.DECIDED if is_announced else state
    assert public_state(state, NOW + SECOND, NOW) is told
    assert embargo_until(state, NOW, NOW) is None
    assert embargo_until(state, NOW + SECOND, NOW) == (NOW + SECOND if is_announced else None)


def test_outcomes_stay_hidden_until_told() -> None:
    hidden = {state for state in ApplicationState if public_outcome(state, is_told=False) != state}
    assert hidden == {
        ApplicationState.AWARDED,
        ApplicationState.DECLINED,
        ApplicationState.RESERVED,
    }
    assert public_outcome(ApplicationState.AWARDED, is_told=True) is ApplicationState.AWARDED


@pytest.mark.parametrize(
    ("ahead", "sentence"),
    [
        (timedelta(), "Choose a time ahead, or leave it empty for at once."),
        (timedelta(days=400), "Choose a time within a year from now."),
    ],
)
def test_an_instant_lies_ahead_and_within_a_year(ahead: timedelta, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_instant(NOW + ahead, now=NOW)
    assert [problem.sentence for problem in refused.value.problems] == [sentence]
    assert checked_instant(NOW + SECOND, now=NOW) == NOW + SECOND


def test_the_words_name_the_zone() -> None:
    words = embargo_words(RoundState.ANNOUNCED, NOW + SECOND, NOW, zone="Africa/Nairobi")
    assert words == "Under embargo until Monday 2 November 2026, 12:00:01 Nairobi time (EAT)"
    assert embargo_words(RoundState.ANNOUNCED, NOW, NOW, zone="UTC") == ""


def test_a_round_under_embargo_is_not_closed_yet() -> None:
    def obstacle(at: timedelta) -> str:
        dates = RoundDates(None, None, NOW + at)
        (step,) = steps_from(RoundState.ANNOUNCED, dates=dates, progress=RoundProgress(), now=NOW)
        return step.obstacle

    assert obstacle(SECOND) == "Its results are still under embargo."
    assert obstacle(timedelta()) == ""
