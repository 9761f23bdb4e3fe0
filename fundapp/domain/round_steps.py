"""The steps of a round after its call has opened: what each does, and what it waits for.

Cancelling is no step on the way: it has a page of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fundapp.domain.embargoes import embargo_until
from fundapp.domain.states import (
    ROUND_TRANSITIONS,
    ApplicationState,
    AssignmentState,
    RoundState,
)
from fundapp.domain.windows import Deadline


@dataclass(frozen=True)
class StepText:
    """A step in words: its button, and what happens when it is pressed."""

    button: str
    effect: str


STEP_TEXTS: Mapping[tuple[RoundState, RoundState], StepText] = {
    (RoundState.DRAFT, RoundState.OPEN): StepText(
        "Open the call",
        "The rules are frozen, their hash is published, and organisations can apply.",
    ),
    (RoundState.OPEN, RoundState.SCREENING): StepText(
        "Close the call",
        "Nobody can apply any more but organisations with an extension. You check eligibility.",
    ),
    (RoundState.SCREENING, RoundState.REVIEWING): StepText(
        "Begin reviewing",
        "Reviewers can write their reviews of what is assigned to them.",
    ),
    (RoundState.REVIEWING, RoundState.DELIBERATING): StepText(
        "End reviewing",
        "No new review can be submitted. The officers see the ranking, and the panel discusses.",
    ),
    (RoundState.DELIBERATING, RoundState.REVIEWING): StepText(
        "Go back to reviewing",
        "Reviewers can submit reviews again, and the officers no longer see the ranking.",
    ),
    (RoundState.DELIBERATING, RoundState.DECIDED): StepText(
        "Release the decisions",
        "All decisions are told together, and the letters go out.",
    ),
    (RoundState.DECIDED, RoundState.ANNOUNCED): StepText(
        "Announce the awards",
        "The awards are public from then on.",
    ),
    (RoundState.ANNOUNCED, RoundState.CLOSED): StepText(
        "Close the round",
        "Nothing of the round changes any more.",
    ),
}


@dataclass(frozen=True)
class RoundProgress:
    """Where the work of a round stands: how many applications and reviews are in which state."""

    applications: Mapping[ApplicationState, int] = field(default_factory=dict)
    assignments: Mapping[AssignmentState, int] = field(default_factory=dict)

    @property
    def submitted(self) -> int:
        """Return the applications that were handed in and not withdrawn."""
        outside = {ApplicationState.DRAFT, ApplicationState.WITHDRAWN}
        return sum(count for state, count in self.applications.items() if state not in outside)

    @property
    def unchecked(self) -> int:
        """Return the applications that wait for their eligibility check."""
        return self.applications.get(ApplicationState.SUBMITTED, 0)

    @property
    def undecided(self) -> int:
        """Return the eligible applications whose decision is not released."""
        return self.applications.get(ApplicationState.UNDER_REVIEW, 0)

    @property
    def reviews_done(self) -> int:
        """Return the assigned reviews that are in."""
        return self.assignments.get(AssignmentState.DONE, 0)

    @property
    def reviews_open(self) -> int:
        """Return the assigned reviews that are not in yet."""
        return sum(
            self.assignments.get(state, 0)
            for state in (AssignmentState.OFFERED, AssignmentState.ACCEPTED)
        )


@dataclass(frozen=True)
class RoundDates:
    """The dates that steps keep to."""

    closes: Deadline | None
    reviews_due_at: datetime | None
    announced_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """A step that may follow. `obstacle` != "" = not now, and why.

    `early` != "" = before its time, or a way back: it says so, and wants a reason.
    """

    target: RoundState
    text: StepText
    obstacle: str = ""
    early: str = ""


def steps_from(
    state: RoundState, *, dates: RoundDates, progress: RoundProgress, now: datetime
) -> list[Step]:
    """Return the steps that may follow `state`, the way forward before the way back."""
    order = list(RoundState)
    on_the_way = ROUND_TRANSITIONS[state] - {RoundState.CANCELLED}
    targets = sorted(on_the_way, key=lambda one: -order.index(one))
    return [
        Step(
            target,
            STEP_TEXTS[state, target],
            obstacle=_embargo(state, dates, now) or _obstacle(state, target, progress),
            early=_early((state, target), dates=dates, progress=progress, now=now),
        )
        for target in targets
    ]


def _embargo(state: RoundState, dates: RoundDates, now: datetime) -> str:
    is_held = embargo_until(state, dates.announced_at, now) is not None
    return "Its results are still under embargo." if is_held else ""


def _obstacle(state: RoundState, target: RoundState, progress: RoundProgress) -> str:
    if target is RoundState.REVIEWING and state is RoundState.SCREENING and progress.unchecked:
        return f"{_count(progress.unchecked, 'application')} not checked for eligibility yet."
    if target is RoundState.DELIBERATING and progress.unchecked:
        return f"{_count(progress.unchecked, 'application')} not checked for eligibility yet."
    if target is RoundState.DECIDED and progress.undecided:
        return f"{_count(progress.undecided, 'application')} not decided and released yet."
    return ""


def _early(
    step: tuple[RoundState, RoundState],
    *,
    dates: RoundDates,
    progress: RoundProgress,
    now: datetime,
) -> str:
    if step == (RoundState.DELIBERATING, RoundState.REVIEWING):
        return "This goes back a step. The officers may have seen marks already."
    target = step[1]
    if target is RoundState.SCREENING and dates.closes and dates.closes.is_open(now):
        drafts = progress.applications.get(ApplicationState.DRAFT, 0)
        shut_out = f"{drafts} draft{'' if drafts == 1 else 's'} would be shut out."
        return f"The call promises time until {dates.closes.in_words()}. {shut_out}"
    if target is RoundState.DELIBERATING and progress.reviews_open:
        is_due = dates.reviews_due_at is not None and dates.reviews_due_at <= now
        when = "The time for reviews is over." if is_due else "The time for reviews is not over."
        return f"{_count(progress.reviews_open, 'review')} not in yet. {when}"
    return ""


def _count(number: int, noun: str) -> str:
    return f"1 {noun} is" if number == 1 else f"{number} {noun}s are"
