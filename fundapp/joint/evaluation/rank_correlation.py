"""How alike two lists order the same things."""

import numpy as np

from fundapp.joint.calibration.review_table import Floats


def kendall_tau(first: Floats, second: Floats) -> float | None:
    """Return Kendall's tau-b of two lists (Kendall 1945); None where one has ties only.

    Values closer than 1e-9 are ties.
    """
    agreeing, untied_first, untied_second = 0.0, 0.0, 0.0
    first, second = first.round(9), second.round(9)
    for place in range(len(first) - 1):
        ahead = np.sign(first[place + 1 :] - first[place])
        behind = np.sign(second[place + 1 :] - second[place])
        agreeing += float(ahead @ behind)
        untied_first += float(ahead @ ahead)
        untied_second += float(behind @ behind)
    if not untied_first or not untied_second:
        return None
    return agreeing / float(np.sqrt(untied_first) * np.sqrt(untied_second))
