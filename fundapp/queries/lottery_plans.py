"""Who would be in a draw: those too close to call in the frozen ranking, and their chances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import WrongState
from fundapp.domain.lotteries import MOST_IN_DRAW
from fundapp.domain.states import ApplicationState, DecisionKind, RoundKind
from fundapp.joint.evaluation.ranking import Band
from fundapp.joint.lottery.partial_lottery import Interval, Lottery, plan_lottery
from fundapp.models import Application, Decision, Ranking
from fundapp.queries.deliberations import FunderEnvelope, RoundHead

AT_ONCE = 100
"""Up to so many applications the chances are worked out while a page is looked at."""


@dataclass(frozen=True)
class Candidate:
    """One application that is too close to call. Ends of its interval in the rubric's marks.

    cost: the sum asked for in minor units, None where none is named.
    """

    id: UUID
    reference: str
    title: str
    estimate: float
    low: float | None
    high: float | None
    cost: int | None
    is_decided: bool


@dataclass(frozen=True)
class DrawInputs:
    """What a draw in this round would be made from.

    places: how many can be funded less those that are clear. money: what the envelopes hold
    less what the clear ones and the awards outside of the draw take, in minor units. obstacle:
    why nothing can be drawn, "" where something can.
    """

    ranking: str
    candidates: tuple[Candidate, ...]
    clear: int
    places: int
    money: int
    obstacle: str

    @property
    def is_by_order(self) -> bool:
        """Tell whether the sums asked for differ, so that money goes down a drawn order."""
        costs = {candidate.cost for candidate in self.candidates}
        return len(costs) > 1 and None not in costs

    @property
    def costs(self) -> dict[str, int]:
        """Return the sums asked for by reference where they matter."""
        if not self.is_by_order:
            return {}
        return {candidate.reference: candidate.cost or 0 for candidate in self.candidates}

    @property
    def lowest(self) -> float:
        """Return the lowest end of an interval."""
        return min((one.low for one in self.candidates if one.low is not None), default=0.0)

    @property
    def highest(self) -> float:
        """Return the highest end of an interval, or more where it is the lowest end too."""
        ends = [one.high for one in self.candidates if one.high is not None]
        return max([*ends, self.lowest + 0.1])

    @property
    def is_small(self) -> bool:
        """Tell whether the chances can be worked out while a page is looked at."""
        return len(self.candidates) <= AT_ONCE

    def planned(self, places: int) -> Lottery:
        """Return the chances for `places`. Seconds in large rounds: never while writing.

        WrongState where the method gives up, or where there are not so many.
        """
        if not 0 < places < len(self.candidates):
            raise WrongState(
                f"{len(self.candidates)} are too close to call. Draw for fewer places than that, "
                "and for one at least."
            )
        return _planned(ordinal_intervals(self.candidates), places)


def draw_inputs(session: Session, head: RoundHead, funders: Sequence[FunderEnvelope]) -> DrawInputs:
    """Return what a draw would be made from, candidates by reference. 2 statements."""
    rows = _ranked_rows(session, head)
    found = _applications(session, head.id)
    bands = {UUID(row["application_id"]): row.get("band") for row in rows}
    candidates = tuple(
        _candidate(row, found[id_])
        for row in rows
        if (id_ := UUID(row["application_id"])) in found
        and row.get("band") == Band.CLOSE
        and found[id_].state is ApplicationState.UNDER_REVIEW
    )
    clear = {id_ for id_ in found if bands.get(id_) == Band.CLEAR}
    fundable = round(sum(float(row.get("p_fundable") or 0) for row in rows))
    places = fundable - len(clear)
    drawn = {candidate.id for candidate in candidates}
    taken = sum(
        _taken(row, is_clear=id_ in clear) for id_, row in found.items() if id_ not in drawn
    )
    return DrawInputs(
        ranking=head.frozen.sha256 if head.frozen else "",
        candidates=tuple(sorted(candidates, key=lambda candidate: candidate.reference)),
        clear=len(clear),
        places=places,
        money=max(0, sum(funder.amount for funder in funders) - taken),
        obstacle=_obstacle(head, rows, candidates, places=places),
    )


def ordinal_intervals(candidates: Sequence[Candidate]) -> tuple[Interval, ...]:
    """Return the intervals with places among all ends in place of marks.

    The chances rest on which intervals overlap and on nothing else, so they stay the same, and
    the list can be published without telling anybody's score.
    """
    ends = sorted({end for one in candidates for end in (one.low, one.high) if end is not None})
    places = {end: float(place) for place, end in enumerate(ends, start=1)}
    return tuple(
        Interval(one.reference, places[one.low], places[one.high])
        for one in candidates
        if one.low is not None and one.high is not None
    )


@lru_cache(maxsize=32)
def _planned(intervals: tuple[Interval, ...], places: int) -> Lottery:
    try:
        return plan_lottery(intervals, select=places)
    except ArithmeticError as error:
        raise WrongState(
            "The chances of this draw could not be worked out. Try one place more or fewer."
        ) from error


def _ranked_rows(session: Session, head: RoundHead) -> list[Any]:
    if head.frozen is None:
        return []
    rows: list[Any] = session.scalars(
        select(Ranking.rows).where(Ranking.id == head.frozen.id)
    ).one()
    return rows


def _applications(session: Session, round_id: UUID) -> Mapping[UUID, Any]:
    rows = session.execute(
        select(
            Application.id,
            Application.reference,
            Application.title,
            Application.state,
            Application.amount_requested,
            Decision.kind,
            Decision.amount,
        )
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(Application.round_id == round_id)
        .order_by(Application.number, Application.id)
    )
    return {row.id: row for row in rows}


def _candidate(row: Mapping[str, Any], application: Any) -> Candidate:
    low, high = row.get("low"), row.get("high")
    return Candidate(
        id=application.id,
        reference=application.reference or str(application.id),
        title=application.title,
        estimate=float(row.get("estimate") or row.get("score") or 0),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        cost=application.amount_requested,
        is_decided=application.kind is not None,
    )


def _taken(application: Any, *, is_clear: bool) -> int:
    """Return what an application outside of the draw takes of the money."""
    if application.kind is DecisionKind.AWARD:
        return application.amount or 0
    is_waiting = application.kind is None and application.state is ApplicationState.UNDER_REVIEW
    return (application.amount_requested or 0) if is_clear and is_waiting else 0


def _obstacle(
    head: RoundHead, rows: Sequence[Any], candidates: Sequence[Candidate], *, places: int
) -> str:
    """Return the first sentence that holds of why nothing can be drawn, "" where none does."""
    count = len(candidates)
    decided = sum(one.is_decided for one in candidates)
    has = "has a decision" if decided == 1 else "have decisions"
    sentences = (
        (
            head.kind is RoundKind.PRIZE,
            "Prizes go by the ranking, the first to the first. Nothing is drawn.",
        ),
        (
            head.frozen is None,
            "The draw rests on a frozen ranking. Freeze the ranking first.",
        ),
        (
            all(row.get("band") is None for row in rows),
            "The frozen ranking does not say how sure it is. Freeze the ranking again.",
        ),
        (
            count == 0,
            "No application is too close to call: for each it is clear on which side of the line "
            "it stands.",
        ),
        (
            places <= 0,
            "Every place goes to an application that is clear, so none is left to draw.",
        ),
        (
            places >= count,
            "There is a place for each of those that are too close to call.",
        ),
        (
            count > MOST_IN_DRAW,
            f"{count} applications are too close to call, and {MOST_IN_DRAW} is the most that a "
            "draw takes. More reviews near the line would tell some of them apart.",
        ),
        (
            any(one.low is None or one.high is None for one in candidates),
            "Of one of them nothing says how sure its mark is. One more review would.",
        ),
        (
            decided > 0,
            f"{decided} of those too close to call {has} already. Take that back first.",
        ),
    )
    return next((sentence for holds, sentence in sentences if holds), "")
