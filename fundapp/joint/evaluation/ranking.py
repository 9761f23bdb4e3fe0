"""Ranks with their uncertainty: expected rank, chance of being fundable, three bands.

The expected rank counts, for each other application, the chance that it is the better one
(Laird and Louis 1989; Heyard, Ott, Salanti and Egger 2022). Rank 1 is best. It needs no draws:

    ER_i = 1 + sum over j of Phi((mean_j - mean_i) / sd(score_j - score_i)),   1/2 where sd = 0.

The chance to be among the best k and the likely ranks come from draws of all scores together,
with a generator seeded by the round's seed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import numpy as np
from scipy.special import ndtr

from fundapp.joint.calibration.posterior import Posterior
from fundapp.joint.calibration.review_table import Floats, Integers, ReviewTable

CLEAR = 0.9
"""From this chance of being fundable on an application is clear; up to 1 - it, a clear no."""

LIKELY = 0.9
"""The chance that an application's rank lies within its likely ranks."""

MOST_DRAWS = 10_000
LEAST_DRAWS = 2_000
DRAWN_SCORES = 20_000_000
"""Draws are as many as keep their scores below this number, within the two limits above."""


class Band(StrEnum):
    """Where an application stands when `k` can be funded."""

    CLEAR = "clear"
    CLOSE = "close"
    CLEAR_NO = "clear_no"


@dataclass(frozen=True, eq=False)
class Ranks:
    """The ranks of n applications: expected, the likely ones, and the chance of the best k.

    `fundable` is None where no k was asked for.
    """

    expected: Floats
    lowest: Integers
    highest: Integers
    fundable: Floats | None


def ranks(posterior: Posterior, table: ReviewTable, *, fundable: int | None, seed: str) -> Ranks:
    """Return the ranks under a posterior. `fundable` is k, above 0; all may be fundable."""
    generator = seeded(seed)
    count = drawn_count(posterior.size)
    blocks = (drawn_ranks(posterior.draws(generator, size)) for size in _blocks(count, 250))
    return gathered(blocks, table, expected=expected_ranks(posterior), fundable=fundable)


def tied_ranks(size: int, *, fundable: int | None) -> Ranks:
    """Return the ranks of `size` applications of which nothing tells one from another."""
    return Ranks(
        expected=np.full(size, (size + 1) / 2),
        lowest=np.ones(size, dtype=np.intp),
        highest=np.full(size, size, dtype=np.intp),
        fundable=None if fundable is None else np.full(size, min(1.0, fundable / size)),
    )


def expected_ranks(posterior: Posterior) -> Floats:
    """Return the n expected ranks, in time n squared and memory n, for the half above."""
    expected = np.ones(posterior.size)
    variances = posterior.variances
    covariances = posterior.covariance_rows() if posterior.inner.size else _no_rows(posterior)
    for start, rows in covariances:
        stop = start + len(rows)
        shared = rows[:, start:] + posterior.shared[start:stop] @ posterior.shared[start:].T
        spread = variances[start:stop, None] + variances[start:] - 2 * shared
        deviation = np.sqrt(spread.clip(0))
        ahead = posterior.mean[start:] - posterior.mean[start:stop, None]
        even = np.where(ahead == 0, 0.0, np.copysign(np.inf, ahead))
        better = ndtr(np.divide(ahead, deviation, out=even, where=deviation > 0))
        better[np.tril_indices(len(rows), 0, better.shape[1])] = 0
        later = np.ones_like(better)
        later[np.tril_indices(len(rows), 0, better.shape[1])] = 0
        expected[start:stop] += better.sum(axis=1)
        expected[start:] += (later - better).sum(axis=0)
    return expected


def _no_rows(posterior: Posterior, step: int = 256) -> Iterator[tuple[int, Floats]]:
    for start in range(0, posterior.size, step):
        yield start, np.zeros((min(step, posterior.size - start), posterior.size))


def seeded(seed: str) -> np.random.Generator:
    """Return a generator that is the same for everyone who has the seed."""
    return np.random.default_rng(int.from_bytes(sha256(seed.encode()).digest()))


def drawn_count(size: int) -> int:
    """Return how many draws `size` applications get."""
    return max(LEAST_DRAWS, min(MOST_DRAWS, DRAWN_SCORES // size))


def drawn_ranks(drawn: Floats) -> Integers:
    """Return the ranks (draws by n) of drawn scores, 1 for the highest of each draw."""
    order = np.argsort(-drawn, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(1, drawn.shape[1] + 1)[None, :], axis=1)
    return places


def gathered(
    blocks: Iterator[Integers], table: ReviewTable, *, expected: Floats, fundable: int | None
) -> Ranks:
    """Return what drawn ranks say together: `blocks` are some draws by n each."""
    drawn = np.concatenate([block.astype(np.int32) for block in blocks])
    tail = (1 - LIKELY) / 2
    ends = np.quantile(drawn, [tail, 1 - tail], axis=0, method="inverted_cdf").astype(np.intp)
    chance = None
    if fundable is not None:
        chance = _evened(np.mean(drawn <= fundable, axis=0), table, expected)
    return Ranks(expected=expected, lowest=ends[0], highest=ends[1], fundable=chance)


def _evened(chance: Floats, table: ReviewTable, expected: Floats) -> Floats:
    """Return the chances with those of interchangeable applications made the same.

    Two applications with the same reviewers, weights and expected rank have the same chance;
    only the draws made them differ.
    """
    groups: dict[object, list[int]] = {}
    starts = np.flatnonzero(np.diff(table.application_of, prepend=-1))
    reviewers = np.split(table.reviewer_of, starts[1:])
    weights = np.split(table.weights, starts[1:])
    for index, here in enumerate(zip(reviewers, weights, expected.round(7), strict=True)):
        key = (here[0].tobytes(), here[1].tobytes(), float(here[2]))
        groups.setdefault(key, []).append(index)
    evened = chance.copy()
    for members in groups.values():
        evened[members] = chance[members].mean()
    return evened


def _blocks(count: int, size: int) -> Iterator[int]:
    for start in range(0, count, size):
        yield min(size, count - start)


def band(chance: float) -> Band:
    """Return the band of a chance of being fundable."""
    if chance >= CLEAR:
        return Band.CLEAR
    return Band.CLEAR_NO if chance <= 1 - CLEAR + 1e-12 else Band.CLOSE


def natural_frequency(chance: float) -> str:
    """Return a chance as people say it: about 6 in 10."""
    if chance < 0.05:
        return "under 1 in 20"
    if chance > 0.95:
        return "over 19 in 20"
    return f"about {int(chance * 10 + 0.5)} in 10"


def likely_ranks(expected: float, lowest: int, highest: int) -> str:
    """Return a rank with the likely ones: rank 4 (likely 2–9)."""
    shown = f"rank {round(expected)}"
    return shown if lowest == highest else f"{shown} (likely {lowest}–{highest})"


def number_reached(requests: Sequence[int], *, money: int) -> int:
    """Return how many applications, best first, `money` reaches; both in minor units.

    The first request that does not fit ends the count: nobody is passed over.
    """
    reached = 0
    for request in requests:
        money -= request
        if money < 0:
            break
        reached += 1
    return reached
