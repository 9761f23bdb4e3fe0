"""ZIP archives from strangers: named members only, bounded, and never written to disk."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

import zstandard

from fundapp.evidence.record import EvidenceRefused, RefusalCode

STORED, DEFLATED, ZSTANDARD = 0, 8, 93
_ENCRYPTED_BIT = 0x1
_LOCAL_HEADER = 30


@dataclass(frozen=True, kw_only=True)
class ArchiveLimits:
    """How much an archive may have: members, bytes in one, in all that are read, and how many
    times larger than packed a member of over `free_size` bytes may get."""

    members: int = 20_000
    member_size: int = 20_000_000
    total_size: int = 60_000_000
    ratio: int = 200
    free_size: int = 1_000_000


class Archive:
    """A ZIP archive in memory. Members are read one by one, by exact name."""

    def __init__(self, content: bytes, *, limits: ArchiveLimits | None = None) -> None:
        """Read the directory. Raises EvidenceRefused."""
        self._content = content
        self._limits = limits or ArchiveLimits()
        self._left = self._limits.total_size
        try:
            found = ZipFile(BytesIO(content)).infolist()
        except (BadZipFile, LargeZipFile, ValueError, NotImplementedError, OverflowError) as error:
            raise _broken() from error
        if len(found) > self._limits.members:
            raise EvidenceRefused(
                RefusalCode.TOO_LARGE,
                f"The archive has over {self._limits.members:,} members. Bring the log alone.",
            )
        self._members: Mapping[str, ZipInfo] = {member.filename: member for member in found}

    @property
    def names(self) -> list[str]:
        """Return the names of the members, in the archive's order."""
        return list(self._members)

    def read(self, name: str) -> bytes:
        """Return one member. KeyError for none of that name; raises EvidenceRefused."""
        member = self._members[name]
        if member.flag_bits & _ENCRYPTED_BIT:
            raise EvidenceRefused(
                RefusalCode.ENCRYPTED, "The archive is encrypted. Bring it without a password."
            )
        inflate = _INFLATERS.get(member.compress_type)
        if inflate is None:
            raise EvidenceRefused(
                RefusalCode.UNKNOWN_COMPRESSION,
                "The archive is packed in a way that we cannot read. Use deflate or Zstandard.",
            )
        content = inflate(self._packed(member), self._most(member))
        self._left -= len(content)
        if zlib.crc32(content) != member.CRC:
            raise _broken()
        return content

    def _packed(self, member: ZipInfo) -> bytes:
        """Return the packed bytes: after the local header, its name and its extra field."""
        at = member.header_offset
        header = self._content[at : at + _LOCAL_HEADER]
        if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
            raise _broken()
        begin = at + _LOCAL_HEADER + int.from_bytes(header[26:28], "little")
        begin += int.from_bytes(header[28:30], "little")
        packed = self._content[begin : begin + member.compress_size]
        if len(packed) != member.compress_size:
            raise _broken()
        return packed

    def _most(self, member: ZipInfo) -> int:
        limits = self._limits
        most = min(limits.member_size, self._left)
        fair = max(limits.free_size, limits.ratio * member.compress_size)
        if member.file_size > min(most, fair):
            raise _too_large()
        return min(most, fair)


def is_archive(content: bytes) -> bool:
    """Tell whether the bytes begin as a ZIP archive does."""
    return content[:4] in {b"PK\x03\x04", b"PK\x05\x06"}


def _stored(packed: bytes, most: int, /) -> bytes:
    if len(packed) > most:
        raise _too_large()
    return packed


def _inflated(packed: bytes, most: int, /) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(packed, most + 1)
    except zlib.error as error:
        raise _broken() from error
    return _within(content, most, is_whole=inflater.eof)


def _from_zstandard(packed: bytes, most: int, /) -> bytes:
    try:
        inflater = zstandard.ZstdDecompressor(max_window_size=1 << 25)
        with inflater.stream_reader(BytesIO(packed), read_across_frames=True) as stream:
            content = stream.read(most + 1)
    except (zstandard.ZstdError, MemoryError) as error:
        raise _broken() from error
    return _within(content, most, is_whole=True)


def _within(content: bytes, most: int, *, is_whole: bool) -> bytes:
    if len(content) > most:
        raise _too_large()
    if not is_whole:
        raise _broken()
    return content


_INFLATERS: Mapping[int, Callable[[bytes, int], bytes]] = {
    STORED: _stored,
    DEFLATED: _inflated,
    ZSTANDARD: _from_zstandard,
}


def _broken() -> EvidenceRefused:
    return EvidenceRefused(RefusalCode.BROKEN, "The archive is cut off or damaged.")


def _too_large() -> EvidenceRefused:
    return EvidenceRefused(
        RefusalCode.TOO_LARGE, "The archive unpacks to far more than a log has. It is not read."
    )
