"""A round under decision in which four of six are too close to call for two places."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from fundapp.models import Lottery, Ranking
from fundapp.services.lotteries import draw_lottery, freeze_lottery
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW
from tests.services.deliberating import REQUEST, Deliberating, a_deliberation

MARKS = ((5, 5), (4, 4), (4, 3), (3, 4), (3, 3), (1, 1))
BANDS = ("clear", "close", "close", "close", "close", "clear_no")
INTERVALS = ((4.5, 5.0), (3.2, 4.4), (3.1, 4.2), (2.9, 4.1), (2.4, 3.0), (1.0, 1.5))
"""The third of the close ones overlaps with all, the fourth with the last two above it only."""

SOURCE = "The numbers of Lotto (sample) of 28 November 2026, in rising order"
TOMORROW = NOW.date() + timedelta(days=1)
LATER = NOW + timedelta(days=1)
VALUE = "4 8 15 16 23 42"


def a_close_round(
    session: Session, *, costs: tuple[int, ...] = (REQUEST,) * 6, **columns: Any
) -> Deliberating:
    """Make the round with its ranking frozen: 1 clear, 4 close, 1 clear no, 3 fundable."""
    room = a_deliberation(session, marks=MARKS, **columns)
    for application, cost in zip(room.applications, costs, strict=True):
        application.amount_requested = cost
    ranking = freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    band_rows(room, ranking)
    session.flush()
    return room


def band_rows(room: Deliberating, ranking: Ranking) -> None:
    """Put bands and intervals of our own into the frozen ranking."""
    places = {str(one.id): place for place, one in enumerate(room.applications)}
    chances = {"clear": "1.0", "close": "0.5", "clear_no": "0.0"}
    ranking.rows = [
        row
        | {
            "band": BANDS[place],
            "low": repr(INTERVALS[place][0]),
            "high": repr(INTERVALS[place][1]),
            "p_fundable": chances[BANDS[place]],
        }
        for row in ranking.rows
        for place in [places[row["application_id"]]]
    ]


def frozen_list(
    session: Session, room: Deliberating, *, places: int = 2, known_on: date | None = TOMORROW
) -> Lottery:
    """Freeze the list of the round."""
    ranking = session.query(Ranking).filter_by(round_id=room.round.id).one()
    return freeze_lottery(
        session,
        room.round.id,
        places=places,
        source=SOURCE,
        known_on=known_on,
        ranking=ranking.sha256,
        actor=room.actor(session),
        now=NOW,
    )


def drawn_list(session: Session, room: Deliberating, *, places: int = 2) -> Lottery:
    """Freeze the list and draw."""
    frozen_list(session, room, places=places)
    return draw_lottery(
        session, room.round.id, public_value=VALUE, actor=room.actor(session), now=LATER
    )
