"""One sample of any tool's log, as text."""

import json
from dataclasses import dataclass
from typing import Any

LONGEST = 200_000
"""Characters of one text; what is longer is cut, and says so."""

CUT = "… (cut here: the text goes on for {count:,} characters)"


@dataclass(frozen=True)
class Message:
    """One turn: who speaks (system, user, assistant, tool) and what is said."""

    role: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SampleScore:
    """What a scorer said. is_right: None where the value does not tell."""

    name: str
    value: str
    explanation: str = ""
    is_right: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One sample in one epoch. "" for what the log does not say. name: what lists call it."""

    name: str
    messages: tuple[Message, ...] = ()
    target: str = ""
    output: str = ""
    scores: tuple[SampleScore, ...] = ()
    error: str = ""
    tokens: int | None = None
    seconds: float | None = None

    @property
    def is_wrong(self) -> bool:
        """Tell whether a scorer found it wrong, or it ended with an error."""
        return bool(self.error) or any(score.is_right is False for score in self.scores)

    @property
    def all_text(self) -> str:
        """Return what a search looks through."""
        parts = [message.text for message in self.messages]
        parts += [self.target, self.output, self.error, self.name]
        parts += [score.explanation for score in self.scores]
        return "\n".join(parts)


def as_text(value: Any) -> str:
    """Return any JSON value as text of a bounded length; "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        shown = value
    elif isinstance(value, list) and all(isinstance(one, str) for one in value):
        shown = "\n".join(value)
    else:
        shown = json.dumps(value, ensure_ascii=False)
    if len(shown) <= LONGEST:
        return shown
    return shown[:LONGEST] + CUT.format(count=len(shown) - LONGEST)


_RIGHT = frozenset({"c", "correct", "true", "yes", "pass", "1", "1.0"})
_WRONG = frozenset({"i", "n", "incorrect", "false", "no", "fail", "0", "0.0"})


def is_right(value: Any) -> bool | None:
    """Read a score: right, wrong, or None for what is in between."""
    word = str(value).strip().casefold()
    if word in _RIGHT:
        return True
    return False if word in _WRONG else None
