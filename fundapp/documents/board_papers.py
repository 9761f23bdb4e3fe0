"""The board paper: the ranking cut into pages, each with its chart, then the rest of the round."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fundapp.documents.board_words import number, share, signed
from fundapp.documents.charts import along
from fundapp.documents.renderer import Renderer
from fundapp.domain.states import RoundKind
from fundapp.queries.board_paper_rows import MOST_DISCUSSED, BoardPaper, RankedLine

HEAD, ROW, GROUP = 15.0, 8.0, 6.5
"""Heights in millimetres: the head of a table, an application, the name of a band."""

FIRST_PAGE, PAGE = 190.0, 216.0
"""What fits under the head on the ranking's first page and on the others."""

CHART_WIDTH = 41.0
MOST_COLUMNS = 4
"""With more funders than that, a cell names them instead of a column each."""

MOST_TICKS = 7
MOST_COMMENTS = 4
MOST_REVIEWERS = 24

SHAPES = {"clear": "disc", "close": "ring", "clear_no": "square"}
"""What stands for each band; a shape has its word beside it."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One estimate in the chart, in millimetres from its corner. shape: disc, ring or square."""

    y: float
    dot: float
    thin: tuple[float, float] | None
    thick: tuple[float, float] | None
    raw: float | None
    shape: str


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One row of the table: an application, or the name of a band above some.

    is_last_inside: the money ends under it.
    """

    line: RankedLine | None = None
    band: str = ""
    count: int = 0
    is_continued: bool = False
    is_last_inside: bool = False

    @property
    def height(self) -> float:
        """Return its height in millimetres."""
        return ROW if self.line else GROUP


@dataclass(frozen=True, kw_only=True)
class RankingPage:
    """The rows of one page, the marks of its chart, and the chart's height."""

    slots: tuple[Slot, ...]
    marks: tuple[Mark, ...]
    height: float
    first: int | None
    last: int | None


def board_paper_pdf(renderer: Renderer, row: BoardPaper) -> bytes:
    """Return the paper as a PDF; 1,000 applications take half a minute. Raises DocumentFailed."""
    return renderer.render("board_paper.html", row, style="board_paper", **board_context(row))


def board_context(row: BoardPaper) -> Mapping[str, Any]:
    """Return what the paper shows beside the row."""
    low, high = row.axis
    step = max(1, -(-(high - low) // MOST_TICKS))
    return {
        "pages": ranking_pages(row),
        "bands": {band: row.in_band(band) for band in SHAPES},
        "has_bands": any(line.band for line in row.ranking),
        "ticks": tuple(range(low, high + 1, step)),
        "cut_at": None if row.cut is None else along(row.cut, row.axis, CHART_WIDTH),
        "in_columns": len(row.funders) <= MOST_COLUMNS,
        "close": [item for item in row.items if item.is_close],
        "far": [item for item in row.items if item.is_far],
        "wide": [item for item in row.items if item.is_wide],
        "told": row.items[:MOST_DISCUSSED],
        "others": row.items[MOST_DISCUSSED:],
        "most_comments": MOST_COMMENTS,
        "most_worth": _most_worth(row),
        **_strictness(row),
        "money_ends": "prizes end" if row.kind is RoundKind.PRIZE else "money ends",
        "number_of": number,
        "share_of": share,
        "signed": signed,
        "chart": {"width": CHART_WIDTH, "head": HEAD},
    }


def _most_worth(row: BoardPaper) -> float:
    worths = [worth for one in row.funders for worth in (one.alone, one.joint) if worth]
    return max(worths, default=0.0)


def _strictness(row: BoardPaper) -> Mapping[str, Any]:
    """Return the reviewers to list: all of a few, of many those at the two ends."""
    everyone = row.agreement.reviewers
    if len(everyone) <= MOST_REVIEWERS:
        return {"strictest": everyone, "mildest": (), "between": 0}
    end = MOST_REVIEWERS // 2
    return {
        "strictest": everyone[:end],
        "mildest": everyone[-end:],
        "between": len(everyone) - 2 * end,
    }


def ranking_pages(row: BoardPaper) -> tuple[RankingPage, ...]:
    """Return the ranking cut into pages; a band that goes on is named on each."""
    return tuple(_page(slots, row) for slots in _cut(tuple(_slots(row))))


def _slots(row: BoardPaper) -> Iterator[Slot]:
    inside = [line for line in row.ranking if line.is_inside]
    last = inside[-1] if 0 < len(inside) < len(row.ranking) else None
    before = ""
    for line in row.ranking:
        if line.band and line.band != before:
            yield Slot(band=line.band, count=row.in_band(line.band))
        before = line.band
        yield Slot(line=line, is_last_inside=line is last)


def _cut(slots: Sequence[Slot]) -> Iterator[list[Slot]]:
    room, page = FIRST_PAGE, list[Slot]()
    band: Slot | None = None
    for slot in slots:
        # The name of a band is not left alone at the foot of a page.
        needed = slot.height if slot.line else slot.height + ROW
        if page and sum(one.height for one in page) + needed > room:
            yield page
            room, page = PAGE, []
            if slot.line and band:
                page.append(Slot(band=band.band, count=band.count, is_continued=True))
        if slot.line is None:
            band = slot
        page.append(slot)
    if page:
        yield page


def _page(slots: Sequence[Slot], row: BoardPaper) -> RankingPage:
    marks, top = [], HEAD
    for slot in slots:
        if slot.line and slot.line.doubt:
            marks.append(_mark(slot.line, top + slot.height / 2, row.axis))
        top += slot.height
    places = [slot.line.place for slot in slots if slot.line]
    return RankingPage(
        slots=tuple(slots),
        marks=tuple(marks),
        height=round(top, 2),
        first=places[0],
        last=places[-1],
    )


def _mark(line: RankedLine, y: float, axis: tuple[int, int]) -> Mark:
    doubt = line.doubt
    if doubt is None:
        raise ValueError("a line without an estimate has no mark")

    def at(value: float) -> float:
        return along(value, axis, CHART_WIDTH)

    return Mark(
        y=round(y, 2),
        dot=at(doubt.estimate),
        thin=None if doubt.low is None or doubt.high is None else (at(doubt.low), at(doubt.high)),
        thick=None
        if doubt.low50 is None or doubt.high50 is None
        else (at(doubt.low50), at(doubt.high50)),
        raw=None if doubt.raw is None else at(doubt.raw),
        shape=SHAPES[line.band] if line.band else ("disc" if line.is_inside else "square"),
    )
