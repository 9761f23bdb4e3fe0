"""Proof that a worker died, for the other workers of its machine.

A worker holds a lock on a file of its own and writes into it what it has in hand. The kernel
lets go of the lock when the process ends, however it ends; so whoever gets the lock of another
knows that the other is dead. A lock says nothing about another machine or an earlier start of
this one: a file names the kernel that it was locked under, and only those of this kernel are
judged. For all others the lease has to run out.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID, uuid4
from weakref import finalize

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
LONGEST_NOTE = 1_000
"""Bytes."""


@dataclass(frozen=True)
class InHand:
    """What a worker is about: a "job" or a "mail", and the mark by which it holds it."""

    kind: str
    id: UUID
    mark: str


class LifeSign:
    """The sign of one worker; mute where no folder can be locked or the kernel has no name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kernel = _kernel()
        self._handle: int | None = None
        self._path = folder / f"{self._kernel}-{uuid4().hex}"

    def take(self, thing: InHand) -> None:
        """Write down what is in hand from now on; call it before the database is told."""
        if self._handle is None:
            with suppress(OSError):
                self._begin()
        if self._handle is not None:
            note = json.dumps(asdict(thing), default=str).encode()
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, note, 0)

    def close(self) -> None:
        """End the sign of a worker that has nothing in hand any more."""
        if self._handle is not None:
            self._path.unlink(missing_ok=True)
            self._end()
            self._handle = None

    def left_by_the_dead(self) -> Iterator[InHand]:
        """Give what each dead worker had in hand; its file goes when the next one is asked for."""
        if not self._kernel or not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob(f"{self._kernel}-*")):
            if path == self._path:
                continue
            with suppress(FileNotFoundError):
                handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                try:
                    if _is_locked(handle):
                        continue
                    thing = _read(os.pread(handle, LONGEST_NOTE, 0))
                    if thing is not None:
                        yield thing
                    path.unlink(missing_ok=True)
                finally:
                    os.close(handle)

    def _begin(self) -> None:
        """Lock the file under another name first: found by others, it must be locked already."""
        if not self._kernel:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{self._path.name}"
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            draft.rename(self._path)
        except OSError:
            os.close(handle)
            raise
        self._handle = handle
        self._end = finalize(self, os.close, handle)


def _kernel() -> str:
    try:
        return BOOT_ID.read_text().strip().replace("-", "")
    except OSError:
        return ""


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _read(note: bytes) -> InHand | None:
    try:
        values = json.loads(note)
        return InHand(values["kind"], UUID(values["id"]), values["mark"])
    except (ValueError, KeyError, TypeError):
        return None
