"""What the handler of a background job gets.

A handler is a function of one Work. It may run twice (the worker may die after it did
its part), so each step looks first whether it was done. Slow parts, such as rendering,
stand outside of `transaction()`.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from sqlalchemy.orm import Session

from config import Config
from fundapp.domain.credentials import BadgeKey


class FileKeeper(Protocol):
    """The part of the file store that handlers use."""

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Store bytes; return (sha256 hex, size)."""
        ...

    def get(self, sha256: str) -> bytes:
        """Return stored bytes."""
        ...


@dataclass(frozen=True)
class Work:
    """One run of a job.

    payload: what was queued. seal: puts the fund's seal on the PDF of a reference.
    badge_key: gives the key that signs badges.
    transaction: opens a short writing transaction, committed at its end. reading: opens a
    session that only reads. report: tells how many of how many steps are done, over all runs.
    """

    payload: Mapping[str, Any]
    config: Config
    files: FileKeeper
    seal: Callable[[bytes, str], bytes]
    badge_key: Callable[[], BadgeKey]
    now: Callable[[], datetime]
    transaction: Callable[[], AbstractContextManager[Session]]
    reading: Callable[[], AbstractContextManager[Session]]
    report: Callable[[int, int], None]


Handler = Callable[[Work], None]


class Settlement(Protocol):
    """Settles what waits for a job that is given up."""

    def __call__(
        self, session: Session, payload: Mapping[str, Any], /, *, reason: str, now: datetime
    ) -> None:
        """Change the rows that the job was to change, so that a person can go on."""
        ...
