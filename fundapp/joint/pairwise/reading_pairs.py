"""What fitted pairs say: places that chance leaves open, judges who differ, what hangs together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtri

from fundapp.joint.pairwise.bradley_terry import (
    EQUAL,
    LEANING_SD,
    Comparison,
    FittedPairs,
    fit_pairs,
)

BEYOND_CHANCE = 0.95
"""Two entries differ when the interval of their difference with this chance leaves out 0."""


@dataclass(frozen=True)
class JudgeReading:
    """How one judge's words fit to the others'.

    verdicts: all of theirs. agreeing of decided: in how many of the pairs that they decided, and
    on which the others' words say something, they put first whom the others put first.
    circular of triads: of three entries whose three pairs they decided, how many go round in a
    circle (A before B, B before C, C before A). firsts of decided_all: how often they put first
    what was shown first.
    """

    judge: str
    verdicts: int
    agreeing: int
    decided: int
    circular: int
    triads: int
    firsts: int
    decided_all: int


def place_ranges(
    fitted: FittedPairs, *, among: Sequence[int] | None = None, level: float = BEYOND_CHANCE
) -> dict[int, tuple[int, int]]:
    """Return the best and the worst place of each entry that chance leaves open.

    Below an entry stand at least those that it beats beyond chance, above it those that beat it.
    among: the entries that are counted, all by default.
    """
    places = list(range(len(fitted.merits))) if among is None else list(among)
    merits = fitted.merits[places]
    cov = fitted.covariance[np.ix_(places, places)]
    own = np.diag(cov)
    spread = np.sqrt(np.maximum(0.0, own[:, None] + own[None, :] - 2 * cov))
    beats = merits[:, None] - merits[None, :] > float(ndtri((1 + level) / 2)) * spread
    above, below = beats.sum(axis=0), beats.sum(axis=1)
    return {
        entry: (int(above[row]) + 1, len(places) - int(below[row]))
        for row, entry in enumerate(places)
    }


def connected_groups(entries: int, comparisons: Sequence[Comparison]) -> list[list[int]]:
    """Return the entries in groups that comparisons link, the largest first, each sorted.

    Between two groups nothing was compared: their order rests on the prior alone.
    """
    pairs = np.array([(one.first, one.second) for one in comparisons], dtype=np.intp).reshape(-1, 2)
    links = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(entries, entries))
    count, labels = connected_components(links, directed=False)
    groups = [np.flatnonzero(labels == one).tolist() for one in range(count)]
    return sorted(groups, key=lambda group: (-len(group), group))


def read_judges(entries: int, comparisons: Sequence[Comparison]) -> list[JudgeReading]:
    """Return how each judge fits to the others, by name. Each is held against a fit without them.

    An entry that no other judge has compared says nothing of agreement.
    """
    judges = sorted({one.judge for one in comparisons})
    return [_reading(entries, comparisons, judge) for judge in judges]


def _reading(entries: int, comparisons: Sequence[Comparison], judge: str) -> JudgeReading:
    own = [one for one in comparisons if one.judge == judge]
    others = [one for one in comparisons if one.judge != judge]
    known = {entry for one in others for entry in (one.first, one.second)}
    merits = fit_pairs(entries, others, leaning_sd=LEANING_SD).merits
    decided = [one for one in own if one.is_decided]
    held = [
        float(merits[one.first] - merits[one.second]) * (one.first_share - EQUAL)
        for one in decided
        if {one.first, one.second} <= known
    ]
    told = [one for one in held if abs(one) > 1e-9]
    circular, triads = circular_triads(entries, own)
    return JudgeReading(
        judge=judge,
        verdicts=len(own),
        agreeing=sum(one > 0 for one in told),
        decided=len(told),
        circular=circular,
        triads=triads,
        firsts=sum(one.first_share > EQUAL for one in decided),
        decided_all=len(decided),
    )


def circular_triads(entries: int, comparisons: Sequence[Comparison]) -> tuple[int, int]:
    """Return how many triads of one judge are circular, of how many that are decided whole.

    Kendall and Babington Smith 1940, on the pairs that were decided, more often this way than the
    other where one was judged several times. With a matrix of wins A,
    trace(A^3) counts each circle three times; with the pairs themselves each triad six times.
    """
    net = np.zeros((entries, entries))
    for one in comparisons:
        net[one.first, one.second] += one.first_share - EQUAL
        net[one.second, one.first] -= one.first_share - EQUAL
    wins = (net > 0).astype(float)
    met = wins + wins.T
    circles = float(np.einsum("ij,ji->", wins @ wins, wins))
    triads = float(np.einsum("ij,ji->", met @ met, met))
    return round(circles / 3), round(triads / 6)
