"""Where things stand on a chart: pure geometry. The templates draw, in flat colours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fundapp.queries.document_rows import CriterionStanding, EntryLine

FACES = "Noto Sans, Noto Sans Arabic, Noto Sans Devanagari, Noto Sans CJK SC"
"""Page styles do not reach the text of a picture; the first face that has a letter draws it."""

MOST_TICKS = 7
MOST_LABELS = 4
LABELLED_PITCH = 5.5
FEWEST_ENTRIES = 8
"""Under this many entries a poster draws no lines: each could be recognised."""


def along(value: float, scale: Sequence[float], length: float) -> float:
    """Return where `value` stands on a line of `length` units from scale's first to last value.

    Values outside stand at the nearer end; a scale of one value puts everything at 0.
    """
    low, high = scale[0], scale[-1]
    if high == low:
        return 0.0
    share = min(1.0, max(0.0, (value - low) / (high - low)))
    return round(share * length, 2)


def axis_ticks(scale: Sequence[int]) -> tuple[int, ...]:
    """Return the marks to label: all of a short scale; of a long one the ends and the middle."""
    if len(scale) <= MOST_TICKS:
        return tuple(scale)
    return (scale[0], scale[len(scale) // 2], scale[-1])


def shared_scale(criteria: Sequence[CriterionStanding]) -> tuple[int, ...] | None:
    """Return the one scale of all criteria, None where they differ or there is none."""
    scales = {criterion.scale for criterion in criteria}
    return scales.pop() if len(scales) == 1 else None


@dataclass(frozen=True, kw_only=True)
class PosterLine:
    """One entry drawn on the poster, in millimetres from the chart's corner.

    size: the room that its strokes take. label_at: where the label ends (is_label_before)
    or begins.
    """

    y: float
    thin: tuple[float, float]
    thick: tuple[float, float] | None
    dot: float
    size: float
    is_awarded: bool
    label: str
    is_label_before: bool
    label_at: float


def poster_lines(
    entries: Sequence[EntryLine], *, width: float, height: float
) -> tuple[PosterLine, ...]:
    """Return the poster's lines top down, best first; none under FEWEST_ENTRIES entries.

    The scale runs from the lowest to the highest mark given in the round. A few labelled
    entries get at least 5.5 mm each, the others share the rest; many labels are left out.
    """
    if len(entries) < FEWEST_ENTRIES:
        return ()
    scale = (min(entry.lowest for entry in entries), max(entry.highest for entry in entries))
    labelled = sum(1 for entry in entries if entry.label)
    labelled = labelled if labelled <= MOST_LABELS else 0
    wide = max(LABELLED_PITCH, height / len(entries))
    narrow = (height - wide * labelled) / (len(entries) - labelled)
    lines, top = [], 0.0
    for entry in entries:
        has_label = bool(entry.label) and labelled > 0
        room = wide if has_label else narrow
        shown = entry if has_label else replace(entry, label="")
        lines.append(_poster_line(shown, y=top + room / 2, room=room, scale=scale, width=width))
        top += room
    return tuple(lines)


def _poster_line(
    entry: EntryLine, *, y: float, room: float, scale: tuple[float, float], width: float
) -> PosterLine:
    start, end = along(entry.lowest, scale, width), along(entry.highest, scale, width)
    thick = None
    if entry.lower is not None and entry.upper is not None:
        thick = (along(entry.lower, scale, width), along(entry.upper, scale, width))
    # A label takes up to 30 mm; where the line begins too early it stands behind the line.
    is_before = start >= 32
    return PosterLine(
        y=round(y, 2),
        thin=(start, end),
        thick=thick,
        dot=along(entry.mean, scale, width),
        size=round(min(room, LABELLED_PITCH), 2),
        is_awarded=entry.is_awarded,
        label=entry.label,
        is_label_before=is_before,
        label_at=round(start - 3 if is_before else end + 3, 2),
    )
