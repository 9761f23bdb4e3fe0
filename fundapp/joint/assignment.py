"""Who reviews what: k reviews per application from at least m funders, within loads.

`assign` seats reviewers greedily, the least loaded first, and then repairs by augmenting
paths (see `seating`), so it finds a full assignment whenever one exists. It does not
maximise the total match; a better method may take its place behind the same function.
Ties are broken by a keyed hash of the round's seed: nobody gains by an early id.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from fundapp.joint.seating import ApplicationSeats, Rank, Seating
from fundapp.joint.ties import keyed_order

METHOD = "greedy-repair-1"
"""Name and version of the method, to be stored with what it made."""


@dataclass(frozen=True, kw_only=True)
class ApplicationNeed:
    """An application that wants reviews. `label` is what sentences call it."""

    application: str
    reviews_wanted: int
    funders_wanted: int
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewerCapacity:
    """A reviewer and the most reviews they take in the round, existing ones included."""

    reviewer: str
    funder: str
    load: int
    funder_label: str = ""


@dataclass(frozen=True)
class AssignedPair:
    """One reviewer asked to review one application, and why this one."""

    application: str
    reviewer: str
    funder: str
    is_locked: bool
    reason: str


@dataclass(frozen=True)
class Shortfall:
    """What an application still lacks, in numbers and in a sentence."""

    application: str
    reviews_missing: int
    funders_missing: int
    sentence: str


@dataclass(frozen=True)
class AssignmentResult:
    """All pairs, locked ones included, by application and reviewer; who is short; loads."""

    pairs: tuple[AssignedPair, ...]
    shortfalls: tuple[Shortfall, ...]
    advice: tuple[str, ...]
    loads: Mapping[str, int]
    method: str = METHOD

    @property
    def is_full(self) -> bool:
        """Tell whether every application has the reviews and funders it wants."""
        return not self.shortfalls


@dataclass(frozen=True)
class _Question:
    """The input of `assign`, by id. `order` breaks ties by the round's seed."""

    needs: Mapping[str, ApplicationNeed]
    capacities: Mapping[str, ReviewerCapacity]
    conflicts: frozenset[tuple[str, str]]
    locked: frozenset[tuple[str, str]]
    affinity: Mapping[tuple[str, str], float]
    order: Callable[..., int]

    def locked_on(self, application: str) -> list[str]:
        """Return the reviewers who have this application already."""
        return [r for r in sorted(self.capacities) if (application, r) in self.locked]

    def funders(self, reviewers: Collection[str]) -> frozenset[str]:
        """Return the funders of these reviewers."""
        return frozenset(self.capacities[reviewer].funder for reviewer in reviewers)


def assign(
    applications: Sequence[ApplicationNeed],
    reviewers: Sequence[ReviewerCapacity],
    *,
    conflicts: Collection[tuple[str, str]],
    locked: Collection[tuple[str, str]] = (),
    affinity: Mapping[tuple[str, str], float] | None = None,
    seed: str,
) -> AssignmentResult:
    """Assign reviewers to applications.

    `conflicts`, `locked` and the keys of `affinity` are pairs (application, reviewer).
    Locked pairs exist already: they stay, and count towards wants and loads. A higher
    affinity (0 to 1) is seated first, before an even load. The order of the input does
    not matter. What cannot be filled is filled as far as it goes and told in `shortfalls`.
    Raises ValueError for unknown or doubled ids, wants or loads that are no counts, and
    locked pairs with a conflict.
    """
    question = _Question(
        needs={need.application: need for need in applications},
        capacities={capacity.reviewer: capacity for capacity in reviewers},
        conflicts=frozenset(conflicts),
        locked=frozenset(locked),
        affinity=affinity or {},
        order=keyed_order(seed),
    )
    if len(question.needs) < len(applications) or len(question.capacities) < len(reviewers):
        raise ValueError("An id comes twice")
    _refuse_impossible(question)
    seating = _empty_seating(question)
    seating.fill_greedily(_rank(question, seating))
    seating.repair()
    seating.open_distinct_seats()
    seating.repair()
    return _result(question, seating)


def _refuse_impossible(question: _Question) -> None:
    for need in question.needs.values():
        if not 0 <= need.funders_wanted <= need.reviews_wanted:
            raise ValueError(f"{need.application} wants more funders than reviews")
    for capacity in question.capacities.values():
        if capacity.load < 0:
            raise ValueError(f"{capacity.reviewer} has a load below 0")
    for pair in question.locked:
        if pair[0] not in question.needs or pair[1] not in question.capacities:
            raise ValueError(f"The locked pair {pair} is unknown")
    if question.locked & question.conflicts:
        raise ValueError("A locked pair has a conflict")


def _empty_seating(question: _Question) -> Seating:
    """Return the seats still to fill, the applications with the fewest candidates first."""
    seats = {application: _seats(question, application) for application in question.needs}

    def scarcity(application: str) -> tuple[int, int]:
        return len(seats[application].eligible), question.order(application, "")

    used = Counter(reviewer for _, reviewer in question.locked)
    return Seating(
        seats={application: seats[application] for application in sorted(seats, key=scarcity)},
        spare={
            reviewer: max(0, question.capacities[reviewer].load - used[reviewer])
            for reviewer in sorted(question.capacities, key=lambda r: question.order("", r))
        },
        funders={r: capacity.funder for r, capacity in question.capacities.items()},
    )


def _seats(question: _Question, application: str) -> ApplicationSeats:
    need = question.needs[application]
    locked = question.locked_on(application)
    taken = question.funders(locked)
    seats = max(0, need.reviews_wanted - len(locked))
    distinct = min(seats, max(0, need.funders_wanted - len(taken)))
    return ApplicationSeats(
        distinct_seats=distinct,
        free_seats=seats - distinct,
        eligible={
            reviewer: capacity.funder
            for reviewer, capacity in sorted(question.capacities.items())
            if reviewer not in locked and (application, reviewer) not in question.conflicts
        },
        taken_funders=taken,
    )


def _rank(question: _Question, seating: Seating) -> Rank:
    def rank(application: str, reviewer: str) -> tuple[float, float, int]:
        load = question.capacities[reviewer].load
        return (
            -question.affinity.get((application, reviewer), 0.0),
            1 - seating.spare[reviewer] / load,
            question.order(application, reviewer),
        )

    return rank


def _result(question: _Question, seating: Seating) -> AssignmentResult:
    pairs = sorted(
        [*question.locked]
        + [(a, reviewer) for a, seats in seating.seats.items() for reviewer in seats.seated]
    )
    loads = Counter(dict.fromkeys(sorted(question.capacities), 0))
    loads.update(reviewer for _, reviewer in pairs)
    reviewers_of: dict[str, list[str]] = {application: [] for application in question.needs}
    for application, reviewer in pairs:
        reviewers_of[application].append(reviewer)
    shortfalls = (_shortfall(question, a, reviewers_of[a]) for a in sorted(question.needs))
    return AssignmentResult(
        pairs=tuple(_pair(question, seating, pair, loads=loads) for pair in pairs),
        shortfalls=tuple(filter(None, shortfalls)),
        advice=tuple(_advice(question)),
        loads=dict(loads),
    )


def _pair(
    question: _Question, seating: Seating, pair: tuple[str, str], *, loads: Mapping[str, int]
) -> AssignedPair:
    application, reviewer = pair
    capacity = question.capacities[reviewer]
    reason = _reason(question, seating.seats[application], pair)
    return AssignedPair(
        application=application,
        reviewer=reviewer,
        funder=capacity.funder,
        is_locked=pair in question.locked,
        reason=f"{reason} Load {loads[reviewer]} of {capacity.load}.",
    )


def _reason(question: _Question, seats: ApplicationSeats, pair: tuple[str, str]) -> str:
    application, reviewer = pair
    if pair in question.locked:
        return "Assigned before."
    capacity = question.capacities[reviewer]
    colleagues = [r for r, funder in seats.seated.items() if funder == capacity.funder]
    first = min(colleagues, key=lambda r: question.order(application, r))
    wanted = question.needs[application].funders_wanted
    reason = "Takes a place that a reviewer of any funder may have."
    if capacity.funder in seats.distinct_funders and reviewer == first:
        funder = capacity.funder_label or capacity.funder
        reason = f"Brings in {funder}, as one of {_count(wanted, 'funder')} wanted."
    match = question.affinity.get(pair)
    return reason if match is None else f"{reason} Match {match:.2f}."


def _shortfall(
    question: _Question, application: str, reviewers: Collection[str]
) -> Shortfall | None:
    need = question.needs[application]
    reviews_missing = max(0, need.reviews_wanted - len(reviewers))
    funders = len(question.funders(reviewers))
    funders_missing = max(0, need.funders_wanted - funders)
    if not reviews_missing and not funders_missing:
        return None
    label = need.label or application
    sentences = []
    if reviews_missing:
        conflicted = sum((application, r) in question.conflicts for r in question.capacities)
        others = len(question.capacities) - conflicted - len(reviewers)
        sentences.append(
            f"{label} is {_count(reviews_missing, 'reviewer')} short. On the panel: "
            f"{len(reviewers)} assigned, {conflicted} with a conflict, {others} without room."
        )
    if funders_missing:
        sentences.append(
            f"{label} has reviewers from {_count(funders, 'funder')} "
            f"and wants them from {need.funders_wanted}."
        )
    return Shortfall(application, reviews_missing, funders_missing, " ".join(sentences))


def _advice(question: _Question) -> list[str]:
    """Return sentences on what no assignment could satisfy, whoever sits where."""
    advice = []
    wanted = sum(
        max(need.reviews_wanted, len(question.locked_on(a))) for a, need in question.needs.items()
    )
    room = sum(capacity.load for capacity in question.capacities.values())
    if wanted > room:
        advice.append(
            f"{_count(wanted, 'review')} are wanted and the loads add up to {room}. "
            "Raise loads, add reviewers or ask for fewer reviews."
        )
    funders = len(question.funders(question.capacities))
    most = max((need.funders_wanted for need in question.needs.values()), default=0)
    if most > funders:
        advice.append(
            f"Reviewers of {_count(most, 'funder')} are wanted and the panel has {funders}. "
            "Add reviewers of another funder or ask for fewer."
        )
    return advice


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
