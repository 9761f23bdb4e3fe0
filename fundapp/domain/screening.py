"""Rules of screening: when eligibility can be marked, and what it changes."""

from fundapp.domain.errors import WrongState
from fundapp.domain.states import ApplicationState, RoundState

SCREENING_STATES = frozenset({RoundState.SCREENING, RoundState.REVIEWING})
"""Rounds in which eligibility can be marked, and a mark undone."""

SCREENABLE_STATES = frozenset(
    {ApplicationState.SUBMITTED, ApplicationState.INELIGIBLE, ApplicationState.UNDER_REVIEW}
)

SAY_WHICH_RULE = "Say which rule the application does not meet. The applicant reads this."
INELIGIBLE_TAKES_BACK = "The application was found not to be eligible."


def require_screenable(
    application: str, state: ApplicationState, *, round_state: RoundState, is_decided: bool
) -> None:
    """Raise WrongState, with what to do, unless eligibility can be marked now.

    `application` is what the sentence calls it; `is_decided` = a decision was entered,
    released or not.
    """
    if round_state not in SCREENING_STATES:
        raise WrongState(
            f"This round is {round_state.value}. Eligibility is marked while it is in "
            "screening or reviewing."
        )
    if state not in SCREENABLE_STATES:
        word = state.value.replace("_", " ")
        raise WrongState(f"{application} is {word}, so its eligibility cannot be marked.")
    if is_decided:
        raise WrongState(f"A decision on {application} was entered. Take it back first.")
