"""Business errors. The message of each one tells the person what to do.

FundError
├── NotFound            what was asked for does not exist (or is not shown to this person)
├── NotAllowed          the permission table said no; carries its reason
├── NotSignedIn         the act needs a person
├── InvalidInput        what was typed cannot be taken; carries a problem per field
├── WrongState          the thing has moved on; the act no longer fits its state
│   └── StaleVersion    somebody else saved first; carries their text
├── EnvelopeOverdrawn   a contribution would exceed the funder's envelope
├── TooManyAttempts     slow down; carries the seconds to wait
├── DocumentFailed      a PDF could not be made; carries the reason
└── FilesUnavailable    the file store does not answer, or holds a damaged file
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing to mend: the field it belongs to ("" for the whole form) and a sentence."""

    field: str
    sentence: str


class FundError(Exception):
    """Root of every refusal that a person can do something about."""


class NotFound(FundError):
    """What was asked for does not exist, or this person may not know that it does."""


class NotAllowed(FundError):
    """The permission table refused; the message is its reason."""


class NotSignedIn(FundError):
    """The act needs a signed-in person."""


class InvalidInput(FundError):
    """Typed input that cannot be taken. `problems` has one sentence per field to mend."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = tuple(problems)


class WrongState(FundError):
    """The thing is in a state in which this act is not possible."""


class StaleVersion(WrongState):
    """Somebody else saved first. Nothing was overwritten; `theirs` is what stands now."""

    def __init__(self, message: str, *, theirs: Any, their_name: str, version: int) -> None:
        super().__init__(message)
        self.theirs = theirs
        self.their_name = their_name
        self.version = version


class EnvelopeOverdrawn(FundError):
    """A contribution would take more than is left in a funder's envelope."""


class TooManyAttempts(FundError):
    """Throttled. `seconds` is how long to wait."""

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class DocumentFailed(FundError):
    """A document could not be made; the message says why."""


class FilesUnavailable(FundError):
    """The file store does not answer, or what it holds is not what was stored."""


class SealUnavailable(FundError):
    """The key or the time stamp for a seal cannot be had right now; the document waits for it."""
