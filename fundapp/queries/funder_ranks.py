"""How each funder ranks the reviews of a round."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from uuid import UUID

from fundapp.queries.deliberations import FunderEnvelope
from fundapp.queries.rankings import LiveRanking


def funder_ranks(
    live: LiveRanking, funders: Sequence[FunderEnvelope]
) -> Mapping[str, Mapping[UUID, int]]:
    """Return by application its rank for each funder.

    Where a funder has own weights, all are ranked by each funder's weights, those of the rubric
    where it has none of its own; else among those that the funder's own reviewers marked.
    """
    ranks: dict[str, dict[UUID, int]] = defaultdict(dict)
    for funder, found in _scores_by_funder(live, funders).items():
        for application, rank in ranked(found).items():
            ranks[application][funder] = rank
    return ranks


def _scores_by_funder(
    live: LiveRanking, funders: Sequence[FunderEnvelope]
) -> Mapping[UUID, Mapping[str, float]]:
    own = live.found.own_scores
    if own:
        joint = {
            row.application: row.aggregated_score
            for row in live.aggregation.rows
            if row.aggregated_score is not None
        }
        return {one.funder_id: own.get(str(one.funder_id), joint) for one in funders}
    means: dict[UUID, dict[str, float]] = defaultdict(dict)
    for row in live.aggregation.rows:
        for funder, mean in row.funder_means.items():
            means[UUID(funder)][row.application] = mean
    return means


def own_scores_of(live: LiveRanking) -> Mapping[str, Mapping[UUID, float]]:
    """Return by application its score for each funder that has own weights."""
    found: dict[str, dict[UUID, float]] = defaultdict(dict)
    for funder, scores in live.found.own_scores.items():
        for application, score in scores.items():
            found[application][UUID(funder)] = score
    return found


def ranked(scores: Mapping[str, float]) -> dict[str, int]:
    """Return the rank of each, best first; equal scores share one."""
    order = sorted(scores, key=lambda one: -scores[one])
    ranks = {one: place for place, one in enumerate(order, start=1)}
    for before, one in pairwise(order):
        if scores[before] == scores[one]:
            ranks[one] = ranks[before]
    return ranks
