"""One ZIP with a manifest of what is in it, written piece by piece; same files, same bytes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the first one that a ZIP can hold."""

_PERMISSIONS = 0o100644 << 16
_COMPRESSED = frozenset({"pdf", "xlsx"})
_UNIX = 3


@dataclass
class Pack:
    """A pack that is being written to `target`. Entries stand in the order they are added."""

    target: BinaryIO
    files: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._zip = ZipFile(self.target, "w")

    def add(self, name: str, pieces: Iterable[bytes]) -> str:
        """Write one file from its pieces; return its SHA-256."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(_entry(name), "w", force_zip64=True) as entry:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                entry.write(piece)
        self.files.append({"name": name, "sha256": digest.hexdigest(), "size": size})
        return digest.hexdigest()

    def close(self, facts: Mapping[str, Any]) -> None:
        """Write the manifest with `facts` before its files, and the sums; end the ZIP.

        The sums are what `sha256sum -c` reads, the manifest's among them.
        """
        manifest = {**facts, "files": list(self.files)}
        self.add(MANIFEST, [(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()])
        sums = "".join(f"{file['sha256']}  {file['name']}\n" for file in self.files)
        self._zip.writestr(_entry(SUMS), sums.encode())
        self._zip.close()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, date_time=EARLIEST)
    is_compressed = name.rpartition(".")[2] in _COMPRESSED
    entry.compress_type = ZIP_STORED if is_compressed else ZIP_DEFLATED
    entry.external_attr, entry.create_system = _PERMISSIONS, _UNIX
    return entry
