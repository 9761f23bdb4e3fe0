"""Which state of the data an export tells: its hash, and when it last changed."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fundapp.exports.plain import facts_as_data, round_as_data
from fundapp.queries.export_records import TellsRound


@dataclass(frozen=True)
class ExportedState:
    """sha256: of all that is recorded of the rounds as their reader may see it.

    What is computed from the reviews is not in it, only the reviews and the rules that they are
    evaluated by. changed_at: the newest time in it.
    """

    sha256: str
    changed_at: datetime

    @property
    def changed(self) -> str:
        """Return the time of the last change in UTC, to the second: 2026-03-01T12:00:00Z."""
        return f"{self.changed_at:%Y-%m-%dT%H:%M:%SZ}"


BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
"""When nothing changed last: of an export without rounds."""


def state_of(rounds: Sequence[TellsRound]) -> ExportedState:
    """Read the rounds through once, one application in memory at a time."""
    digest = hashlib.sha256()
    times = []
    for round_ in rounds:
        digest.update(_line({**round_as_data(round_), "rules": dict(round_.rules)}))
        times.append(round_.changed_at)
        for row in round_.applications:
            sureness = [[review.reviewer, review.confidence] for review in row.reviews]
            digest.update(_line({**facts_as_data(row), "confidence": sureness}))
            times.append(row.changed_at)
            if len(times) > 1:
                times = [max(times)]
    return ExportedState(digest.hexdigest(), max(times, default=BEFORE_ALL))


def _line(data: dict[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()
