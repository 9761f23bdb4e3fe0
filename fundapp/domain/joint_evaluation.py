"""The words and rules of joint evaluation that the database and the pages share."""

from enum import StrEnum
from fractions import Fraction


class BidValue(StrEnum):
    """How much a reviewer wants to review an application, by their own word."""

    EAGER = "eager"
    WILLING = "willing"
    UNWILLING = "unwilling"


class WishKind(StrEnum):
    """What a funder says beforehand of one application in the plans of money.

    OPT_OUT: it pays nothing there. PIN: it pays at least the sum named.
    """

    OPT_OUT = "opt_out"
    PIN = "pin"


UNSAID_CONFIDENCE = 3
"""What a review counts as that does not say how sure it is, of 1 to 5."""


def confidence_weight(confidence: int | None) -> Fraction:
    """Return what a review counts where sure reviews count more: 0.4 for 1, 0.7 for 3, 1 for 5.

    Evenly between; a guess is still a review.
    """
    return Fraction(5 + 3 * (confidence or UNSAID_CONFIDENCE), 20)
