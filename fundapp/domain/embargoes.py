"""The embargo: a round's results are public from one instant on, asked anew at each reading.

A round is announced with that instant, which may lie ahead. Until then it looks decided to
everybody who has no part in its decisions, wherever they look.
"""

from datetime import datetime, timedelta

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.domain.windows import day_in_words, time_in_words

ANNOUNCED_STATES = (RoundState.ANNOUNCED, RoundState.CLOSED)

OUTCOMES = frozenset(
    {ApplicationState.AWARDED, ApplicationState.DECLINED, ApplicationState.RESERVED}
)
"""What a decision makes of an application."""

LONGEST_EMBARGO = timedelta(days=366)


def is_public(state: RoundState, announced_at: datetime | None, now: datetime) -> bool:
    """Tell whether everybody may read the results: announced, and the instant has come."""
    return state in ANNOUNCED_STATES and announced_at is not None and announced_at <= now


def embargo_until(
    state: RoundState, announced_at: datetime | None, now: datetime
) -> datetime | None:
    """Return when the embargo on announced results ends; None where there is none."""
    is_held = state in ANNOUNCED_STATES and not is_public(state, announced_at, now)
    return announced_at if is_held else None


def public_state(state: RoundState, announced_at: datetime | None, now: datetime) -> RoundState:
    """Return the state that everybody is told: an embargoed round is decided, no more."""
    if state in ANNOUNCED_STATES and not is_public(state, announced_at, now):
        return RoundState.DECIDED
    return state


def public_outcome(state: ApplicationState, *, is_told: bool) -> ApplicationState:
    """Return an application's state for who has no part in deciding: no outcome until told."""
    return state if is_told or state not in OUTCOMES else ApplicationState.UNDER_REVIEW


def checked_instant(at: datetime, *, now: datetime, field: str = "publish_at") -> datetime:
    """Return the instant at which results are to become public; InvalidInput for the past."""
    if at <= now:
        raise InvalidInput([Problem(field, "Choose a time ahead, or leave it empty for at once.")])
    if at > now + LONGEST_EMBARGO:
        raise InvalidInput([Problem(field, "Choose a time within a year from now.")])
    return at


def embargo_words(
    state: RoundState, announced_at: datetime | None, now: datetime, *, zone: str
) -> str:
    """Return "Under embargo until Monday 14 December 2026, 15:00 Nairobi time (EAT)", or ""."""
    until = embargo_until(state, announced_at, now)
    if until is None:
        return ""
    return f"Under embargo until {day_in_words(until, zone)}, {time_in_words(until, zone)}"
