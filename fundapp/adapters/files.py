"""Where bytes live: attachments and issued documents, addressed by their SHA-256."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 1 << 20


class FileStore(Protocol):
    """Keeps bytes under their SHA-256 for ever; the same bytes are kept once."""

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Store all that `source` gives from its position; return (sha256 hex, size)."""
        ...

    def get(self, sha256: str) -> bytes:
        """Return the bytes; raise FileNotFoundError when there are none."""
        ...


class LocalFileStore:
    """A folder, two levels deep by the first hex digits. A file is whole or absent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Write beside the target, flush to the disk, then rename."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".draft-{secrets.token_hex(8)}"
        digest, size = hashlib.sha256(), 0
        try:
            with draft.open("wb") as target:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            path = self._path(digest.hexdigest())
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(path)
            _flush_folder(path.parent)
        finally:
            draft.unlink(missing_ok=True)
        return digest.hexdigest(), size

    def get(self, sha256: str) -> bytes:
        """Read the whole file."""
        return self._path(sha256).read_bytes()

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
