"""Attached files are read for evaluation logs once, by their content."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.uploads import FileKind
from fundapp.evidence.as_data import evidence_as_data
from fundapp.evidence.reading import read_evidence
from fundapp.models import EvidenceReading

READERS = 1
"""Raised when the readers learn something that changes what they say of a file."""

_MAY_BE_LOGS = frozenset({FileKind.TEXT, FileKind.ARCHIVE})


def logs_in(filename: str, kind: FileKind, content: bytes) -> list[dict[str, Any]]:
    """Return what the logs in a file say, as plain data; nothing for a file of another kind.

    Takes no session: reading an archive may take a second, and belongs outside of any write.
    """
    if kind not in _MAY_BE_LOGS:
        return []
    return [evidence_as_data(read) for read in read_evidence([(filename, content)])]


def keep_reading(
    session: Session, sha256: str, logs: Sequence[dict[str, Any]], *, now: datetime
) -> None:
    """Keep what was read of a content; what older readers said of it is replaced."""
    if not logs:
        return
    kept = session.scalar(select(EvidenceReading).where(EvidenceReading.sha256 == sha256))
    if kept is None:
        kept = EvidenceReading(sha256=sha256)
        session.add(kept)
    elif kept.readers >= READERS:
        return
    kept.logs, kept.readers, kept.read_at = list(logs), READERS, now
    session.flush()
