"""When reviewers may say what they want to review."""

from fundapp.domain.errors import WrongState
from fundapp.domain.states import RoundState

BIDDING_STATES = frozenset({RoundState.SCREENING, RoundState.REVIEWING})
"""Rounds in which bids are taken, until the first review is assigned."""


def closed_to_bids(state: RoundState, *, takes_bids: bool, is_assigned: bool) -> str:
    """Return why a round takes no bids now, as a sentence; "" when it does.

    `is_assigned` tells whether a review of the round was asked for already.
    """
    if not takes_bids:
        return "This round takes no bids: the fund assigns reviews by what you declared."
    if state not in BIDDING_STATES:
        return f"This round is {state.value}. Bids are taken after the call has closed."
    if is_assigned:
        return "Reviews are assigned, so bids are closed."
    return ""


def require_bidding(state: RoundState, *, takes_bids: bool, is_assigned: bool) -> None:
    """Raise WrongState unless the round takes bids now."""
    sentence = closed_to_bids(state, takes_bids=takes_bids, is_assigned=is_assigned)
    if sentence:
        raise WrongState(sentence)
