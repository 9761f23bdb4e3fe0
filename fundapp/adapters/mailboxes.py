"""Mails that lie in files: one mail (.eml), an mbox, or a Maildir folder."""

import mailbox
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LARGEST_MAIL = 5_000_000
"""Bytes. A larger one is no delivery report and is passed over."""


def mails_in(path: Path) -> Iterator[bytes]:
    """Give the raw mails of a file or folder, in order. ValueError for a folder of another kind."""
    if path.is_dir():
        if not (path / "cur").is_dir() or not (path / "new").is_dir():
            raise ValueError(f"{path.name} is a folder, but no Maildir: it has no cur and new.")
        yield from _mails_of(mailbox.Maildir(path, create=False))
        return
    with path.open("rb") as file:
        start = file.read(5)
        if start != b"From ":
            yield from _small_enough(start + file.read(LARGEST_MAIL + 1))
            return
    yield from _mails_of(mailbox.mbox(path, create=False))


def _mails_of(box: mailbox.Mailbox) -> Iterator[bytes]:
    try:
        for key in sorted(box.keys()):
            # A mail program may move a mail while we read: it is there the next time.
            with suppress(KeyError, FileNotFoundError), box.get_file(key) as file:
                yield from _small_enough(file.read(LARGEST_MAIL + 1))
    finally:
        box.close()


def _small_enough(raw: bytes) -> Iterator[bytes]:
    if 0 < len(raw) <= LARGEST_MAIL:
        yield raw
