"""The announcement of a round: a poster to share, and the pages that tell it in full."""

from collections.abc import Sequence
from dataclasses import dataclass

from fundapp.documents.charts import poster_lines
from fundapp.documents.decision_file import decisions_of_announcement
from fundapp.documents.own_texts import own_markup
from fundapp.documents.renderer import Renderer
from fundapp.domain.money import Money
from fundapp.domain.states import RoundKind
from fundapp.queries.document_rows import Announcement

MOST_COLUMNS = 4
_CHART_WIDTH, _CHART_HEIGHT = 170.0, 110.0


@dataclass(frozen=True, kw_only=True)
class SumColumn:
    """One column under the poster's lines: a prize and its winner, or a funder and its money."""

    over: str
    awards: int
    amount: Money
    name: str
    under: str


def announcement_pdf(renderer: Renderer, row: Announcement, *, is_printed: bool = False) -> bytes:
    """Return the announcement; `is_printed` puts the poster in ink on white.

    Raises DocumentFailed.
    """
    return renderer.render(
        "announcement.html",
        row,
        style="announcement",
        decision=decisions_of_announcement(row),
        is_printed=is_printed,
        **announcement_context(row),
    )


def announcement_context(row: Announcement) -> dict[str, object]:
    """Return what is shown beside the row: the fund's own words, and on the poster its lines,
    columns of sums, how many are left."""
    columns = _columns(row)
    shown = columns[:MOST_COLUMNS] if len(columns) == MOST_COLUMNS else columns[: MOST_COLUMNS - 1]
    lines = poster_lines(row.entries, width=_CHART_WIDTH, height=_CHART_HEIGHT)
    return {
        "own": own_markup(row),
        "lines": lines,
        "has_middle": any(line.thick for line in lines),
        "columns": shown,
        "more": len(columns) - len(shown),
    }


def _columns(row: Announcement) -> Sequence[SumColumn]:
    if row.kind is RoundKind.PRIZE:
        return [
            SumColumn(
                over=winner.prize,
                awards=1,
                amount=winner.amount,
                name=winner.title,
                under=winner.organisation,
            )
            for winner in row.winners
        ]
    return [
        SumColumn(over="", awards=funder.awards, amount=funder.amount, name=funder.funder, under="")
        for funder in row.funders
    ]
