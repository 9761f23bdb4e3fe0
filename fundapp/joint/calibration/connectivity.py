"""Whether all applications can be compared: the graph of who reviewed what, and its parts.

Two applications can be compared directly when a chain of shared reviewers leads from one to
the other (MacKay, Kenna, Low and Parker 2017). Between parts that no chain joins, only the
assumption is left that the reviewers of all parts are drawn from one population.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fundapp.joint.calibration.review_table import ReviewTable


@dataclass(frozen=True)
class Component:
    """Applications and reviewers that chains of reviews join, by id."""

    applications: tuple[str, ...]
    reviewers: tuple[str, ...]


@dataclass(frozen=True)
class BridgingReview:
    """One review that would join a part to the largest one. Look for conflicts first."""

    application: str
    reviewer: str


def connected_parts(table: ReviewTable) -> tuple[Component, ...]:
    """Return the parts of a table, the one with most reviews first, then by their first id."""
    n, m = len(table.applications), len(table.reviewers)
    links = coo_array(
        (np.ones(len(table.scores)), (table.application_of, n + table.reviewer_of)),
        shape=(n + m, n + m),
    )
    count, part_of = connected_components(links, directed=False)
    reviews = np.bincount(part_of[table.application_of], minlength=count)
    members: list[tuple[list[str], list[str]]] = [([], []) for _ in range(count)]
    for index, part in enumerate(part_of.tolist()):
        side = 0 if index < n else 1
        name = table.applications[index] if index < n else table.reviewers[index - n]
        members[part][side].append(name)
    order = sorted(range(count), key=lambda part: (-reviews[part], members[part][0][0]))
    return tuple(Component(tuple(members[p][0]), tuple(members[p][1])) for p in order)


def bridging_reviews(
    table: ReviewTable, parts: tuple[Component, ...]
) -> tuple[BridgingReview, ...]:
    """Return one review for each part but the largest that joins it to the largest.

    It goes to the part's application with the fewest reviews, from the reviewer of the largest
    part who has the fewest, each reviewer once before anyone comes twice; ties go by id.
    """
    reviewed = dict(zip(table.applications, table.reviews_of_applications.tolist(), strict=True))
    loads = dict(zip(table.reviewers, table.reviews_by_reviewers.tolist(), strict=True))
    helpers = sorted(parts[0].reviewers, key=lambda reviewer: (loads[reviewer], reviewer))
    return tuple(
        BridgingReview(
            application=min(part.applications, key=lambda one: (reviewed[one], one)),
            reviewer=helpers[place % len(helpers)],
        )
        for place, part in enumerate(parts[1:])
    )


def connectivity_warning(parts: tuple[Component, ...]) -> str:
    """Return what separate parts mean for the comparison; "" where there is one part."""
    if len(parts) == 1:
        return ""
    return (
        f"The reviews fall into {len(parts)} parts that share no reviewer. Between parts the "
        "comparison rests only on reviewers being drawn from one population."
    )
