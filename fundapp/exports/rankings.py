"""The ranking board and the agenda of the joint meeting as tables."""

from fundapp.queries.agendas import Agenda, AgendaItem
from fundapp.queries.ranking_board import Board, RankedRow

AGENDA_COLUMNS = (
    *("application", "title", "organisation", "place", "score", "lowest", "highest", "band"),
    *("chance", "too_close", "funders_apart", "best_funder", "best_rank", "worst_funder"),
    *("worst_rank", "reviews_apart", "criterion", "criterion_lowest", "criterion_highest"),
)


def ranking_columns(board: Board) -> list[str]:
    """Return the heads: the application, its marks and doubts, then a rank by each funder.

    Funders with own weights of the criteria have a score beside their rank.
    """
    fixed = ["place", "position", "application", "title", "organisation", "requested", "currency"]
    marks = ["score", "raw_score", "lowest", "highest", "spread", "reviews", "inside_money"]
    model = ["estimate", "estimate_low", "estimate_high", "estimate_low50", "estimate_high50"]
    ranks = ["expected_rank", "rank_low", "rank_high", "chance", "band", "method"]
    by_funder = [
        *(f"rank_{funder.code}" for funder in board.funders),
        *(f"own_score_{funder.code}" for funder in board.weighing),
    ]
    return [*fixed, *marks, *model, *ranks, *by_funder]


def ranking_cells(board: Board) -> list[list[object]]:
    """Return a row per application; what the reader may not see reads "recused".

    Sums are in minor units of the currency, scores on the rubric's scale. The ends of estimates
    hold 9 and 5 of 10 cases; chance is that of being inside the money, from 0 to 1.
    """
    rows: list[list[object]] = []
    for row in board.rows:
        if row.is_recused or row.marks is None:
            rows.append(["", "", "recused"])
            continue
        marks = row.marks
        rows.append(
            [
                marks.rank,
                marks.position,
                row.reference,
                row.title,
                row.organisation,
                row.amount_requested,
                board.head.currency,
                marks.aggregated_score,
                marks.raw_score,
                marks.lowest,
                marks.highest,
                marks.standard_deviation,
                marks.reviews,
                "yes" if row.is_inside else "no",
                *_evaluated_cells(row),
                board.method,
                *(row.funder_ranks.get(funder.funder_id) for funder in board.funders),
                *(row.own_scores.get(funder.funder_id) for funder in board.weighing),
            ]
        )
    return rows


def _evaluated_cells(row: RankedRow) -> list[object]:
    found = row.marks.evaluated if row.marks else None
    if found is None:
        return [None] * 10
    ranks = (found.expected_rank, found.rank_low, found.rank_high)
    return [
        *(found.estimate, found.low, found.high, found.low50, found.high50),
        *(ranks if row.tells_likely else (None, None, None)),
        found.p_fundable,
        found.band.value if found.band else None,
    ]


def agenda_cells(agenda: Agenda) -> list[list[object]]:
    """Return a row per item of the agenda."""
    return [_item_cells(item) for item in agenda.items]


def _item_cells(item: AgendaItem) -> list[object]:
    row, gap, criterion = item.row, item.funders, item.criterion
    marks = row.marks
    return [
        *(row.reference, row.title, row.organisation),
        *((marks.rank, marks.aggregated_score) if marks else (None, None)),
        *((marks.lowest, marks.highest) if marks else (None, None)),
        row.band.value if row.band else None,
        row.chance,
        *(("yes" if reason else "no") for reason in (item.is_close, item.is_far)),
        *((gap.best, gap.best_rank, gap.worst, gap.worst_rank) if gap else (None,) * 4),
        "yes" if item.is_wide else "no",
        *((criterion.title, criterion.lowest, criterion.highest) if criterion else (None,) * 3),
    ]
