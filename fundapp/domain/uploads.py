"""Attachments judged by what is in them, never by their name alone.

Sources of the signatures: ISO 32000 (PDF), ISO/IEC 15948 (PNG), ITU-T T.81 (JPEG),
APPNOTE (ZIP), ECMA-376 (docx, xlsx), OASIS OpenDocument (odt).
"""

import struct
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.text import quoted, safe_filename

MAX_BYTES = 20_000_000
"""Largest attachment unless the caller says otherwise."""

MAX_MEMBERS = 20_000
"""Most files in an archive."""


class FileKind(StrEnum):
    """The kinds of file that are taken."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TEXT = "text"
    ARCHIVE = "archive"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"


KIND_PHRASES: Mapping[FileKind, str] = {
    FileKind.PDF: "a PDF",
    FileKind.PNG: "a PNG image",
    FileKind.JPEG: "a JPEG image",
    FileKind.TEXT: "UTF-8 text (.txt, .md, .csv, .json, .jsonl)",
    FileKind.ARCHIVE: "an archive (.zip, .eval)",
    FileKind.DOCX: "a Word document (.docx)",
    FileKind.XLSX: "an Excel table (.xlsx)",
    FileKind.ODT: "an OpenDocument text (.odt)",
}

_ENDINGS: Mapping[str, tuple[FileKind, str]] = {
    "pdf": (FileKind.PDF, "application/pdf"),
    "png": (FileKind.PNG, "image/png"),
    "jpg": (FileKind.JPEG, "image/jpeg"),
    "jpeg": (FileKind.JPEG, "image/jpeg"),
    "txt": (FileKind.TEXT, "text/plain"),
    "md": (FileKind.TEXT, "text/markdown"),
    "csv": (FileKind.TEXT, "text/csv"),
    "json": (FileKind.TEXT, "application/json"),
    "jsonl": (FileKind.TEXT, "application/jsonl"),
    "zip": (FileKind.ARCHIVE, "application/zip"),
    "eval": (FileKind.ARCHIVE, "application/zip"),
    "docx": (
        FileKind.DOCX,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": (FileKind.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "odt": (FileKind.ODT, "application/vnd.oasis.opendocument.text"),
}

_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_ENTRY = b"PK\x01\x02"
_ODT_START = b"mimetypeapplication/vnd.oasis.opendocument.text"
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f"))
_ZIP_FAULTS = (
    zipfile.BadZipFile,
    ValueError,
    NotImplementedError,
    OSError,
    EOFError,
    IndexError,
    struct.error,
)


@dataclass(frozen=True)
class CheckedUpload:
    """An attachment that may be kept: a safe name, what it is, its size in bytes."""

    name: str
    kind: FileKind
    media_type: str
    size: int


def check_upload(
    filename: str,
    content: bytes,
    *,
    accepts: Collection[str] = (),
    field: str = "file",
    max_bytes: int = MAX_BYTES,
) -> CheckedUpload:
    """Return what an attachment is; raise InvalidInput with a sentence on `field` if refused.

    The kind is read from the content; the ending of the name must agree with it.
    `accepts` lists the kinds that the question takes, all of them when empty.
    """
    name = safe_filename(filename)
    try:
        kind = _kind_of(content, max_bytes)
        media_type = _media_type(name, kind, accepts)
    except _RefusedError as refused:
        raise InvalidInput([Problem(field, f"{quoted(name)} {refused}")]) from refused
    return CheckedUpload(name, kind, media_type, len(content))


class _RefusedError(Exception):
    """Why a file is refused: a sentence that goes on after its name."""


def _kind_of(content: bytes, max_bytes: int) -> FileKind:
    if not content:
        raise _RefusedError("is empty. Attach it again.")
    if len(content) > max_bytes:
        raise _RefusedError(
            f"has {_megabytes(len(content))}. At most {_megabytes(max_bytes)} can be attached: "
            "shrink it or give a link."
        )
    if content.startswith(_PROGRAMS):
        raise _RefusedError("is a program, whatever its name says. Attach a document instead.")
    if content.startswith(_OLD_OFFICE):
        raise _RefusedError("is an old or locked Office file. Save it as PDF, .docx or .xlsx.")
    return _kind_by_signature(content)


def _megabytes(size: int) -> str:
    """Return the size in millions of bytes, rounded up to one decimal."""
    return f"{-(-size // 100_000) / 10:,.1f} MB"


def _kind_by_signature(content: bytes) -> FileKind:
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    if _is_text(content):
        return FileKind.TEXT
    kinds = ", ".join(KIND_PHRASES.values())
    raise _RefusedError(f"is of a kind that we cannot read. Attach one of these: {kinds}.")


def _kind_of_zip(content: bytes) -> FileKind:
    if content.count(_ZIP_ENTRY) > MAX_MEMBERS:
        raise _RefusedError(f"holds more than {MAX_MEMBERS:,} files. Attach a smaller part.")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except _ZIP_FAULTS as error:
        raise _RefusedError("is damaged. Save it again and attach the new file.") from error
    names = {member.filename.lower() for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise _RefusedError("is locked with a password. Attach it without one.")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise _RefusedError("contains macros. Save it without them, or as PDF.")
    if "word/document.xml" in names:
        return FileKind.DOCX
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    return FileKind.ODT if content[30:].startswith(_ODT_START) else FileKind.ARCHIVE


def _is_text(content: bytes) -> bool:
    """Tell whether `content` is UTF-8 without control characters but tab and line ends."""
    if content.translate(None, _CONTROLS) != content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _media_type(name: str, kind: FileKind, accepts: Collection[str]) -> str:
    what = KIND_PHRASES[kind]
    ending = name.rpartition(".")[2].lower()
    named_kind, media_type = _ENDINGS.get(ending, (None, ""))
    if named_kind is not kind:
        fitting = [f".{known}" for known, (its_kind, _) in _ENDINGS.items() if its_kind is kind]
        raise _RefusedError(f"is in truth {what}. Give its name the ending {' or '.join(fitting)}.")
    if accepts and kind not in accepts:
        taken = " or ".join(KIND_PHRASES[FileKind(accepted)] for accepted in accepts)
        raise _RefusedError(f"is {what}. This question takes {taken}.")
    return media_type
