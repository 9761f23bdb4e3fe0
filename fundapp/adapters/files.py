"""Where bytes live: attachments and issued documents, addressed by their SHA-256.

A folder by default, or an S3 bucket (`s3_files`). Both lay a file down as
`<first two hex digits>/<sha256>`, so that one can be copied into the other as it is.
"""

import hashlib
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from fundapp.domain.errors import FilesUnavailable

logger = logging.getLogger("fundapp")

CHUNK = 1 << 20
OUT_OF_REACH = (
    "The place where our files are kept does not answer. Try again in a few minutes; what you "
    "saved before is safe."
)
DAMAGED = "This file is damaged where we keep it. Write to us and say which file you need."


class FileStore(Protocol):
    """Keeps bytes under their SHA-256 for ever; the same bytes are kept once.

    Every method raises FilesUnavailable when the store does not answer.
    """

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Store all that `source` gives from its position; return (sha256 hex, size).

        Reads in pieces. When it fails nothing is kept under the address.
        """
        ...

    def get(self, sha256: str) -> bytes:
        """Return the bytes, checked against their address.

        FileNotFoundError when there are none, FilesUnavailable when they are damaged.
        """
        ...

    def check(self) -> None:
        """Return within some seconds if the store answers; else raise FilesUnavailable."""
        ...


def store_for(address: str, folder: Path, *, endpoint: str = "") -> FileStore:
    """Return the store that the settings name: an S3 bucket, or `folder` when `address` is "".

    ValueError when the address cannot be read or boto3 is missing.
    """
    if not address:
        return LocalFileStore(folder)
    # boto3 takes half a second to load and is installed only where a bucket is used.
    from fundapp.adapters.s3_files import s3_store

    return s3_store(address, endpoint=endpoint)


class LocalFileStore:
    """A folder, two levels deep by the first hex digits. A file is whole or absent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Write beside the target, flush to the disk, then rename."""
        with _answering():
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = self.folder / f".draft-{secrets.token_hex(8)}"
            try:
                with draft.open("wb") as target:
                    sha256, size = copy_and_hash(source, target)
                    target.flush()
                    os.fsync(target.fileno())
                path = self._path(sha256)
                path.parent.mkdir(parents=True, exist_ok=True)
                draft.replace(path)
                _flush_folder(path.parent)
            finally:
                draft.unlink(missing_ok=True)
        return sha256, size

    def get(self, sha256: str) -> bytes:
        """Read the whole file."""
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise out_of_reach(error) from error
        return checked(content, sha256)

    def check(self) -> None:
        """Look whether the folder is there, or can be made, and takes files."""
        with _answering():
            self.folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self.folder, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(f"{self.folder} cannot be written")

    def _path(self, sha256: str) -> Path:
        return self.folder / key_of(sha256)


def key_of(sha256: str) -> str:
    """Return where a file lies below the top of a store."""
    return f"{sha256[:2]}/{sha256}"


def copy_and_hash(source: BinaryIO, target: BinaryIO) -> tuple[str, int]:
    """Copy the rest of `source` in pieces; return its SHA-256 in hex and its size in bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def checked(content: bytes, sha256: str) -> bytes:
    """Return `content` if it is what was stored; else raise FilesUnavailable."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FilesUnavailable(DAMAGED)
    return content


def out_of_reach(error: Exception) -> FilesUnavailable:
    """Log why a store did not answer; return what people are told."""
    facts = {"problem": f"{type(error).__name__}: {error}"}
    logger.warning("file store unreachable", extra={"facts": facts})
    return FilesUnavailable(OUT_OF_REACH)


@contextmanager
def _answering() -> Iterator[None]:
    """Turn what a folder refuses (disk full, mount gone, no right) into FilesUnavailable."""
    try:
        yield
    except OSError as error:
        raise out_of_reach(error) from error


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
