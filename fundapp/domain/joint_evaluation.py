"""The words of joint evaluation that the database keeps."""

from enum import StrEnum


class BidValue(StrEnum):
    """How much a reviewer wants to review an application, by their own word."""

    EAGER = "eager"
    WILLING = "willing"
    RELUCTANT = "reluctant"


class WishKind(StrEnum):
    """What a funder says beforehand of one application in the plans of money.

    OPT_OUT: it pays nothing there. PIN: it pays at least the sum named.
    """

    OPT_OUT = "opt_out"
    PIN = "pin"
