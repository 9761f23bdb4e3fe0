"""A mail on its way out, what may become of it, and when to try again."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""How long to wait after each failure; after the last one the mail has failed."""

UNREACHABLE = ".invalid"
"""Ending of addresses of people who were named in a file and gave none (RFC 2606)."""

VOTE_KEY = "vote:"
"""How the once_key of a mail to a voter begins: nobody is shown its address."""

LETTER_KEY = "letter:"
"""How the once_key of the mail of a letter begins; the letter's reference follows."""

SHORTEST_WINDOW = timedelta(seconds=6)

_LINK = r"\{site\}/(?:confirm|reset-password|invitations|nomination-links|rerun-links|votes)/"
_SECRET = re.compile(f"({_LINK})[\\w-]+")
_CUT = re.compile(f"{_LINK}…")


@dataclass(frozen=True)
class AttachedFile:
    """A file that goes with a mail."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class OutgoingMail:
    """Everything that a server needs; `message_id` stands in angle brackets."""

    message_id: str
    from_address: str
    from_name: str
    to_address: str
    to_name: str
    subject: str
    body: str
    written_at: datetime
    attachments: tuple[AttachedFile, ...] = ()


class NotHandedOver(Exception):
    """The mail was certainly not taken; it may be tried again later."""


class MailRefused(Exception):
    """The mail was certainly not taken and never will be."""


class OutcomeUnknown(Exception):
    """The line broke after the text was handed over: the mail may have been taken."""


class MailTransport(Protocol):
    """Sends one mail. `is_repeatable` = sending the same Message-ID twice leaves one mail."""

    is_repeatable: bool

    def send(self, mail: OutgoingMail) -> None:
        """Send, or raise NotHandedOver, MailRefused or OutcomeUnknown."""
        ...


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after the given number of failures; None = give up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def pace_of(per_minute: int) -> tuple[timedelta, int]:
    """Return a stretch of time and how many mails may leave in it: no burst, then a long pause."""
    window = max(timedelta(minutes=1) / per_minute, SHORTEST_WINDOW)
    return window, max(1, int(per_minute * window / timedelta(minutes=1)))


def without_secrets(body: str) -> str:
    """Return the text of a mail with its one-time links cut short."""
    return _SECRET.sub(r"\1…", body)


def has_lost_link(body: str) -> bool:
    """Tell whether a one-time link was cut out of the text, so that sending it again is no use."""
    return _CUT.search(body) is not None
