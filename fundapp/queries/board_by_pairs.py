"""The ranking board in the order of the pairs, where decisions rest on these."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from fundapp.queries.ranking_board import Board, RankedRow


def board_by_pairs(board: Board) -> Board:
    """Return the board with the places of a ranking that was frozen from pairs, else as it is.

    Marks and their intervals stay the rubric's. Chances, bands, the cut and what is far from a
    place are left out: they tell of the rubric's order. Rows in no pair that counts have no place.
    """
    frozen = board.head.frozen
    if frozen is None or not frozen.is_by_pairs:
        return board
    recused = {row.id for row in board.rows if row.is_recused}
    ranks = frozen.ranks_without(recused)
    positions = {id_: position for id_, (_, position) in frozen.places.items() if position}
    inside = {id_ for id_, position in positions.items() if position <= board.head.prizes}
    rows = [_placed(row, ranks, inside=row.id in inside) for row in board.rows]
    last = len(positions) + 1
    return replace(
        board,
        rows=tuple(sorted(rows, key=lambda row: (row.is_recused, positions.get(row.id, last)))),
        inside=sum(row.is_inside for row in rows),
        cut=None,
        method=frozen.method,
    )


def _placed(row: RankedRow, ranks: Mapping[UUID, int], *, inside: bool) -> RankedRow:
    if row.marks is None:
        return row
    found = row.marks.evaluated
    plain = replace(found, p_fundable=None, band=None) if found else None
    return replace(
        row,
        marks=replace(row.marks, rank=ranks.get(row.id), evaluated=plain),
        far_from=frozenset(),
        tells_likely=False,
        is_inside=inside,
    )
