"""What the funders may resolve on one application, and who pays. Money in minor units."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from fundapp.domain.errors import Problem
from fundapp.domain.money import Money
from fundapp.domain.states import ContributionState, DecisionKind, RoundKind

LONGEST_TEXT = 4_000
"""Most characters of a reason, an advice or a citation."""

LARGEST_PLACE = 9_999


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What a manager enters. `contributions` holds what each funder pays, 0 left out."""

    kind: DecisionKind
    contributions: Mapping[UUID, int] = field(default_factory=dict)
    reserve_place: int | None = None
    prize_rung_id: UUID | None = None
    citation: str = ""
    reason: str = ""
    advice: str = ""

    @property
    def amount(self) -> int | None:
        """Return the sum of the contributions; None unless it is an award."""
        return sum(self.contributions.values()) if self.kind is DecisionKind.AWARD else None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a resolution must keep to.

    left: what each funder of the round can still pay here, what it pays here already
    included. rungs: the sums of the prizes that are still free.
    """

    round_kind: RoundKind
    requested: int | None
    left: Mapping[UUID, int]
    names: Mapping[UUID, str]
    recused: Collection[UUID]
    rungs: Mapping[UUID, int]
    places_taken: Collection[int]
    currency: str


class FunderWord(StrEnum):
    """What a funder's cell says in the table of applications by funders."""

    NOTHING = "nothing"
    RECUSED = "recused"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


def word_of(state: ContributionState | None, *, is_recused: bool) -> FunderWord:
    """Return what the cell says; a recused funder says nothing else."""
    if is_recused:
        return FunderWord.RECUSED
    return FunderWord.NOTHING if state is None else FunderWord(state.value)


def recused_funders(
    officers: Mapping[UUID, Collection[UUID]],
    *,
    barred_people: Collection[UUID],
    barred_funders: Collection[UUID],
) -> frozenset[UUID]:
    """Return the funders that may not decide on an application.

    A funder is out when the conflict is its own, or when each of its `officers` (funder
    to people) has one; a funder without any officer is not recused.
    """
    return frozenset(
        funder
        for funder, people in officers.items()
        if funder in barred_funders or (people and set(people) <= set(barred_people))
    )


def check_resolution(resolution: Resolution, terms: Terms) -> list[Problem]:
    """Return what keeps the resolution from being stored, one sentence per field."""
    problems = list(_text_problems(resolution))
    match resolution.kind:
        case DecisionKind.AWARD:
            problems += _award_problems(resolution, terms)
        case DecisionKind.RESERVE:
            problems += _reserve_problems(resolution, terms)
        case DecisionKind.DECLINE:
            pass
    if resolution.kind is not DecisionKind.AWARD and resolution.contributions:
        sentence = "Only an award is paid. Clear the sums, or choose “Award”."
        problems.append(Problem("kind", sentence))
    return problems


def _text_problems(resolution: Resolution) -> Iterator[Problem]:
    for name in ("citation", "reason", "advice"):
        length = len(getattr(resolution, name))
        if length > LONGEST_TEXT:
            sentence = f"{length:,} characters. Shorten by {length - LONGEST_TEXT:,}."
            yield Problem(name, sentence)


def _award_problems(resolution: Resolution, terms: Terms) -> Iterator[Problem]:
    if not resolution.contributions:
        yield Problem("kind", "Say which funder pays how much.")
        return
    for funder, amount in resolution.contributions.items():
        yield from _payer_problems(funder, amount, terms)
    if terms.round_kind is RoundKind.PRIZE:
        yield from _prize_problems(resolution, terms)
    else:
        yield from _request_problems(resolution, terms)


def _payer_problems(funder: UUID, amount: int, terms: Terms) -> Iterator[Problem]:
    where = f"funder-{funder}"
    if funder not in terms.left:
        yield Problem("kind", "One of these funders has no envelope in this round.")
    elif funder in terms.recused:
        sentence = f"{terms.names[funder]} is recused here and cannot pay. Clear its sum."
        yield Problem(where, sentence)
    elif amount < 0:
        yield Problem(where, "Enter an amount of 0 or more.")


def _prize_problems(resolution: Resolution, terms: Terms) -> Iterator[Problem]:
    rung = resolution.prize_rung_id
    if rung is None:
        yield Problem("prize_rung_id", "Choose the prize.")
    elif rung not in terms.rungs:
        sentence = "This prize is given already. Choose another, or take it back there first."
        yield Problem("prize_rung_id", sentence)
    elif resolution.amount != terms.rungs[rung]:
        wanted = shown(terms.rungs[rung], terms.currency)
        has = shown(resolution.amount or 0, terms.currency)
        yield Problem("kind", f"The prize is {wanted}. The funders pay {has} together.")


def _request_problems(resolution: Resolution, terms: Terms) -> Iterator[Problem]:
    amount, requested = resolution.amount or 0, terms.requested
    if requested is not None and amount > requested and not resolution.reason.strip():
        sentence = (
            f"{shown(amount, terms.currency)} is more than the "
            f"{shown(requested, terms.currency)} asked for. Say why."
        )
        yield Problem("reason", sentence)


def _reserve_problems(resolution: Resolution, terms: Terms) -> Iterator[Problem]:
    place = resolution.reserve_place
    if place is None or not 1 <= place <= LARGEST_PLACE:
        sentence = "Enter the place on the reserve list, a whole number from 1."
        yield Problem("reserve_place", sentence)
    elif place in terms.places_taken:
        yield Problem("reserve_place", f"Place {place} is taken. Choose another.")


def overdrawn(resolution: Resolution, terms: Terms) -> list[Problem]:
    """Return a sentence for each envelope that the resolution would overdraw."""
    return [
        Problem(
            f"funder-{funder}",
            f"{terms.names[funder]} has {shown(terms.left[funder], terms.currency)} left.",
        )
        for funder, amount in resolution.contributions.items()
        if funder in terms.left and amount > terms.left[funder]
    ]


def shown(minor: int, currency: str) -> str:
    """Write an amount for sentences: "EUR 12,500"."""
    return str(Money(minor, currency))
