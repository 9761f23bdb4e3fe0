"""Files of a round that the worker makes for one person."""

from collections.abc import Mapping
from enum import StrEnum

from fundapp.domain.permissions import IN_OR_AFTER_DELIBERATION, Action
from fundapp.domain.states import RoundState


class RoundFileKind(StrEnum):
    """What can be ordered: everything of a round in one ZIP, or the paper for its meeting."""

    PACK = "pack"
    BOARD_PAPER = "board_paper"


KIND_WORDS: Mapping[RoundFileKind, str] = {
    RoundFileKind.PACK: "Pack of the round",
    RoundFileKind.BOARD_PAPER: "Board paper",
}
MEDIA_TYPES: Mapping[RoundFileKind, str] = {
    RoundFileKind.PACK: "application/zip",
    RoundFileKind.BOARD_PAPER: "application/pdf",
}
NEEDED: Mapping[RoundFileKind, Action] = {
    RoundFileKind.PACK: Action.EXPORT_DECISIONS,
    RoundFileKind.BOARD_PAPER: Action.VIEW_RANKING,
}
"""What a person must be allowed to do in the round to have the file made, and to take it."""

TOO_EARLY = (
    "A board paper rests on all reviews. It can be made once reviewing has ended and the round "
    "is being deliberated."
)


def why_not_yet(kind: RoundFileKind, state: RoundState) -> str:
    """Return why a file cannot be made in a round of this state, "" where it can."""
    is_early = kind is RoundFileKind.BOARD_PAPER and state not in IN_OR_AFTER_DELIBERATION
    return TOO_EARLY if is_early else ""
