"""What the numbers of a round cannot say, in sentences for people."""

import numpy as np

from fundapp.joint.calibration.connectivity import Component, connectivity_warning
from fundapp.joint.calibration.review_table import ReviewTable
from fundapp.joint.evaluation.quadrature import PRIOR_RANGE, is_small

CEILING_SHARE = 0.3
"""From this share of the scores on one end of the scale on, differences there are hidden."""

LEAST_MARKS, MOST_MARKS = 3, 12
"""With so many different scores, the lowest and the highest are held to be the scale's ends."""


def cautions(
    table: ReviewTable, parts: tuple[Component, ...], *, scale: tuple[float, float] | None
) -> tuple[str, ...]:
    """Return the sentences that hold for a table with these `parts`.

    `scale` is its lowest and highest score as in the table, where higher is better.
    """
    sentences = (
        connectivity_warning(parts),
        _ceiling_warning(table, scale or _seen_scale(table)),
        "" if scale else _unknown_scale_warning(table),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _seen_scale(table: ReviewTable) -> tuple[float, float] | None:
    marks = np.unique(table.scores)
    if LEAST_MARKS <= len(marks) <= MOST_MARKS:
        return float(marks[0]), float(marks[-1])
    return None


def _ceiling_warning(table: ReviewTable, scale: tuple[float, float] | None) -> str:
    share = max((float(np.mean(table.scores == end)) for end in scale or ()), default=0.0)
    if share <= CEILING_SHARE:
        return ""
    return (
        f"{round(100 * share)} % of the scores are at one end of the scale. Differences beyond "
        "it cannot be seen, and intervals there are too sure of themselves."
    )


def _unknown_scale_warning(table: ReviewTable) -> str:
    if not is_small(table) or float(np.ptp(table.scores)) <= PRIOR_RANGE:
        return ""
    return (
        "The panel is small and its scale is not known, so the ranks allow less for chance than "
        "they should. Say what the lowest and the highest possible score are."
    )
