"""Rules of assigning: when it is possible, who can be asked, what an application lacks."""

from dataclasses import dataclass

from fundapp.domain.errors import WrongState
from fundapp.domain.states import ApplicationState, RoundState

ASSIGNING_STATES = frozenset({RoundState.SCREENING, RoundState.REVIEWING})
"""Rounds in which reviewers are asked. In screening they can already answer and declare."""


@dataclass(frozen=True)
class Pairing:
    """A reviewer who might review an application. The two names are what sentences say."""

    application: str
    reviewer: str
    application_state: ApplicationState
    is_seated: bool
    is_barred: bool
    is_assigned: bool


def obstacle(pairing: Pairing) -> str:
    """Return why this reviewer cannot be asked, as a sentence; "" when they can."""
    application, reviewer = pairing.application, pairing.reviewer
    if pairing.application_state is not ApplicationState.UNDER_REVIEW:
        state = pairing.application_state.value.replace("_", " ")
        return f"{application} is {state}, not under review."
    if not pairing.is_seated:
        return f"{reviewer} does not sit on this round's panel."
    if pairing.is_barred:
        return f"{reviewer} has a conflict of interest with {application}."
    if pairing.is_assigned:
        return f"{reviewer} is assigned to {application} already."
    return ""


def require_assigning(state: RoundState) -> None:
    """Raise WrongState unless reviewers can be asked while a round is in `state`."""
    if state not in ASSIGNING_STATES:
        raise WrongState(
            f"This round is {state.value}. Reviewers are assigned while it is in screening "
            "or reviewing."
        )


@dataclass(frozen=True)
class Coverage:
    """Reviews and distinct funders that an application has and wants."""

    reviews: int
    reviews_wanted: int
    funders: int
    funders_wanted: int

    @property
    def is_full(self) -> bool:
        """Tell whether nothing is missing."""
        return self.reviews >= self.reviews_wanted and self.funders >= self.funders_wanted

    def sentence(self, application: str) -> str:
        """Say what is missing; "" when nothing is."""
        if self.is_full:
            return ""
        return (
            f"{application} has {self.reviews} of {self.reviews_wanted} reviewers, "
            f"from {self.funders} of {self.funders_wanted} funders wanted."
        )
