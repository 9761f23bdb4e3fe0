"""When an application may be written, and how concurrent saves are told apart."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fundapp.domain.states import ApplicationState, RoundState
from fundapp.domain.windows import Deadline, effective_deadline

TITLE_CODE = "title"
"""Code of the question whose answer names the application in lists."""

AMOUNT_CODE = "amount"
"""Code of the money question that says what is asked for."""

LONGEST_TITLE = 300

EDITABLE_STATES = frozenset({ApplicationState.DRAFT, ApplicationState.SUBMITTED})
"""After submitting, changes make a new draft over what was submitted."""

LANGUAGE_STATES = EDITABLE_STATES | {ApplicationState.UNDER_REVIEW}
"""Until the decision is told, the applicant may choose the language of its letters."""


@dataclass(frozen=True)
class Window:
    """The time in which one organisation may apply in one round.

    `closes` is the round's deadline, `extended_until` one organisation's later one; it
    outlives the state "open", because screening the others need not wait.
    """

    round_state: RoundState
    opens_at: datetime | None
    closes: Deadline | None
    extended_until: datetime | None = None

    @property
    def deadline(self) -> Deadline | None:
        """Return the deadline that counts for this organisation."""
        if self.closes is None:
            return None
        return effective_deadline(self.closes, self.extended_until)

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the call was taken back."""
        return self.round_state is RoundState.CANCELLED

    @property
    def is_extended(self) -> bool:
        """Tell whether this organisation has more time than the others."""
        return self.deadline != self.closes

    def refusal(self, now: datetime) -> str:
        """Return why nothing can be saved or submitted at `now`; "" while it can."""
        if self.is_cancelled:
            return "This call was cancelled. What you wrote stays readable; nothing can be changed."
        if self.opens_at is not None and now < self.opens_at:
            return "This call is not open yet. Come back when it opens."
        deadline = self.deadline
        if deadline is not None and not deadline.is_open(now):
            return (
                f"The deadline has passed: {deadline.in_words()}. Nothing more can be saved. "
                "Write to the fund if something kept you."
            )
        is_late_guest = self.is_extended and self.round_state is RoundState.SCREENING
        if self.round_state is not RoundState.OPEN and not is_late_guest:
            return "This call is closed. Nothing more can be saved."
        return ""


def editing_refusal(window: Window, state: ApplicationState, now: datetime) -> str:
    """Return why this application cannot be changed at `now`; "" while it can."""
    if state is ApplicationState.WITHDRAWN:
        return "This application was withdrawn, so it cannot be changed."
    if state not in EDITABLE_STATES:
        return "This application is being looked at, so it cannot be changed any more."
    return window.refusal(now)


@dataclass(frozen=True)
class Stamp:
    """The answer that a form showed: its version (0 = none yet) and a digest of its value."""

    version: int
    digest: str


def stamp_of(version: int, value: object) -> Stamp:
    """Return the stamp of a stored answer."""
    return Stamp(version, digest_of(value)[:12])


def digest_of(value: object) -> str:
    """Return the SHA-256 of `value` as canonical JSON: the same value, the same digest."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def canonical_json(value: object) -> str:
    """Return JSON with sorted keys and no spaces, in Unicode: one text for one value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def stamps_as_text(stamps: Mapping[str, Stamp]) -> str:
    """Return the stamps of a form, by question code, for its hidden field."""
    return " ".join(f"{code}:{stamp.version}:{stamp.digest}" for code, stamp in stamps.items())


def stamps_from_text(text: str) -> dict[str, Stamp]:
    """Return the stamps that `stamps_as_text` wrote; what it did not write is left out."""
    found = {}
    for part in text.split()[:1_000]:
        code, _, rest = part.partition(":")
        version, _, digest = rest.partition(":")
        if code and len(version) <= 9 and version.isascii() and version.isdigit():
            found[code] = Stamp(int(version), digest)
    return found


def title_from(value: Any) -> str:
    """Return the title for lists from the answer to the title question."""
    return value[:LONGEST_TITLE] if isinstance(value, str) else ""
