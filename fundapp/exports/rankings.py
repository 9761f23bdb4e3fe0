"""The ranking board as a table."""

from fundapp.queries.ranking_board import Board


def ranking_columns(board: Board) -> list[str]:
    """Return the heads: the application, its marks, then a rank by each funder."""
    fixed = ["place", "position", "application", "title", "organisation", "requested", "currency"]
    marks = ["score", "raw_score", "lowest", "highest", "spread", "reviews", "inside_money"]
    return [*fixed, *marks, *(f"rank_{funder.code}" for funder in board.funders)]


def ranking_cells(board: Board) -> list[list[object]]:
    """Return a row per application; what the reader may not see reads "recused".

    Sums are in minor units of the currency, scores on the rubric's scale.
    """
    rows: list[list[object]] = []
    for row in board.rows:
        if row.is_recused or row.marks is None:
            rows.append(["", "", "recused"])
            continue
        marks, ranks = row.marks, row.funder_ranks or {}
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
                *(ranks.get(funder.funder_id) for funder in board.funders),
            ]
        )
    return rows
