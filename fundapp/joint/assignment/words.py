"""Sentences on an assignment: why each pair, what is short, what would help."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from fundapp.joint.assignment.question import (
    ApplicationNeed,
    AssignmentQuestion,
    Pair,
    ReviewerCapacity,
)
from fundapp.joint.ties import keyed_order


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as 1 review or 1,200 reviews."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def pair_reasons(
    question: AssignmentQuestion, pairs: Sequence[Pair], loads: Mapping[str, int]
) -> dict[Pair, str]:
    """Return for each pair why this reviewer, with the match and the load."""
    capacities = {capacity.reviewer: capacity for capacity in question.capacities}
    brings = _bringing_in(question, pairs, capacities)
    reasons = {}
    for pair in pairs:
        capacity = capacities[pair[1]]
        place = brings.get(pair, "Takes a place that a reviewer of any funder may have.")
        if pair in question.locked:
            place = "Assigned before."
        load = f"Load {loads[pair[1]]} of {capacity.load}."
        reasons[pair] = " ".join(filter(None, [place, _match(question, pair), load]))
    return reasons


def shortfall_sentence(
    question: AssignmentQuestion, need: ApplicationNeed, reviewers: Sequence[str]
) -> str:
    """Return what an application lacks that has these reviewers, and why."""
    sentences = []
    reviews_missing = need.reviews_wanted - len(reviewers)
    if reviews_missing > 0:
        conflicted = sum(
            (need.application, capacity.reviewer) in question.conflicts
            for capacity in question.capacities
        )
        others = len(question.capacities) - conflicted - len(reviewers)
        sentences.append(
            f"{need.shown} is {counted(reviews_missing, 'reviewer')} short. On the panel: "
            f"{len(reviewers)} assigned, {conflicted} with a conflict, {others} without room."
        )
    funders = len({c.funder for c in question.capacities if c.reviewer in reviewers})
    if funders < need.funders_wanted:
        sentences.append(
            f"{need.shown} has reviewers from {counted(funders, 'funder')} "
            f"and wants them from {need.funders_wanted}."
        )
    return " ".join(sentences)


def general_advice(question: AssignmentQuestion) -> Iterator[str]:
    """Yield sentences on what no assignment could satisfy, whoever sits where."""
    locked_on = Counter(application for application, _ in question.locked)
    wanted = sum(max(n.reviews_wanted, locked_on[n.application]) for n in question.needs)
    room = sum(capacity.load for capacity in question.capacities)
    if wanted > room:
        yield (
            f"{counted(wanted, 'review')} are wanted and the loads add up to {room}. "
            "Raise loads, add reviewers or ask for fewer reviews."
        )
    funders = len({capacity.funder for capacity in question.capacities})
    most = max((need.funders_wanted for need in question.needs), default=0)
    if most > funders:
        yield (
            f"Reviewers of {counted(most, 'funder')} are wanted and the panel has {funders}. "
            "Add reviewers of another funder or ask for fewer."
        )


def _match(question: AssignmentQuestion, pair: Pair) -> str:
    affinity = question.affinity.get(pair)
    if affinity is None or pair in question.locked:
        return ""
    because = question.explanations.get(pair, "")
    return f"Match {affinity:.2f}: {because}." if because else f"Match {affinity:.2f}."


def _bringing_in(
    question: AssignmentQuestion,
    pairs: Sequence[Pair],
    capacities: Mapping[str, ReviewerCapacity],
) -> dict[Pair, str]:
    """Return the reason of who brings in a further funder: the best match of each funder."""
    order = keyed_order(question.seed)
    needs = {need.application: need for need in question.needs}
    seen: dict[str, set[str]] = defaultdict(set)
    for application, reviewer in question.locked:
        seen[application].add(capacities[reviewer].funder)
    reasons = {}
    best_first = sorted(
        (pair for pair in pairs if pair not in question.locked),
        key=lambda pair: (pair[0], -question.affinity.get(pair, 0.0), order(*pair)),
    )
    for application, reviewer in best_first:
        capacity, wanted = capacities[reviewer], needs[application].funders_wanted
        if capacity.funder not in seen[application] and len(seen[application]) < wanted:
            seen[application].add(capacity.funder)
            funder = capacity.funder_label or capacity.funder
            reason = f"Brings in {funder}, as one of {counted(wanted, 'funder')} wanted."
            reasons[application, reviewer] = reason
    return reasons
