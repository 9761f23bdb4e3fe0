"""Who moves up in a prize ladder, and what keeps a provisional winner from its award."""

from uuid import UUID

import pytest

from fundapp.domain.prize_rules import PrizeRules, prize_rules_as_data
from fundapp.domain.reruns import Place, Standing, next_in_line, rerun_hindrance, wants_reruns
from fundapp.domain.states import RerunState, RoundKind

FIRST, SECOND, THIRD = (Place(id=UUID(int=n), position=n) for n in (1, 2, 3))
CYBER = Place(id=UUID(int=4), position=4, category="Cyber")
CYBER_SECOND = Place(id=UUID(int=5), position=5, category="Cyber")


def standing(number: int, *, rank: int = 0, prize: Place | None = None, category: str = ""):
    return Standing(
        id=UUID(int=100 + number),
        rank=rank or number,
        position=number,
        prize=prize,
        category=category,
    )


def names(vacant: Place, *standings: Standing) -> list[int]:
    return [one.id.int - 100 for one in next_in_line(vacant, standings)]


@pytest.mark.parametrize(
    ("vacant", "standings", "moved"),
    [
        pytest.param(FIRST, [standing(2, prize=SECOND), standing(3)], [2], id="the second"),
        pytest.param(SECOND, [standing(1, prize=FIRST), standing(3)], [3], id="not the first"),
        pytest.param(SECOND, [standing(4), standing(3), standing(5)], [3], id="the best left"),
        pytest.param(FIRST, [], [], id="nobody"),
        pytest.param(THIRD, [standing(1, prize=FIRST)], [], id="nobody below"),
        pytest.param(FIRST, [standing(3, rank=3), standing(4, rank=3)], [3, 4], id="a tie"),
        pytest.param(
            FIRST, [standing(4, rank=3), standing(3, rank=3, prize=SECOND)], [3], id="tie, prize"
        ),
        pytest.param(
            CYBER, [standing(1), standing(2, category="Cyber")], [2], id="of its category"
        ),
        pytest.param(
            CYBER, [standing(1, category="Cyber", prize=FIRST)], [], id="keeps what it has"
        ),
        pytest.param(
            CYBER,
            [standing(6, category="Cyber"), standing(5, category="Cyber", prize=CYBER_SECOND)],
            [5],
            id="ladder of a category",
        ),
        pytest.param(
            FIRST, [standing(1, category="Cyber", prize=CYBER), standing(2)], [2], id="not across"
        ),
        pytest.param(FIRST, [standing(1, category="Cyber"), standing(2)], [1], id="open to all"),
    ],
)
def test_who_moves_up(vacant: Place, standings: list[Standing], moved: list[int]) -> None:
    assert names(vacant, *standings) == moved


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (None, "Its re-run is not asked for yet."),
        (RerunState.WITHDRAWN, "Its re-run is not asked for yet."),
        (RerunState.ASKED, "Its re-run is not in yet."),
        (RerunState.DELIVERED, "Its re-run is in. Settle it first."),
        (RerunState.FAILED, "Its re-run failed. Decline it, or ask for another re-run."),
        (RerunState.CONFIRMED, ""),
        (RerunState.WAIVED, ""),
    ],
)
def test_what_keeps_an_award_back(state: RerunState | None, sentence: str) -> None:
    assert rerun_hindrance(state) == sentence


def test_only_prize_rounds_with_days_want_reruns() -> None:
    rules = prize_rules_as_data(PrizeRules(rerun_days=7))
    assert wants_reruns(RoundKind.PRIZE, rules) is True
    assert wants_reruns(RoundKind.PRIZE, {}) is False
    assert wants_reruns(RoundKind.GRANT, rules) is False
