"""A smaller file that says the same: what the engine writes beyond need is taken out.

Works on the engine's document before it is written, so nothing is read back or compressed
twice. Pages look the same, and readers, aloud too, find the same structure.
"""

import re
import struct
from collections.abc import Iterable
from typing import Any

import pydyf

from fundapp.documents.colours import NAME, srgb_profile

_NEEDED_TABLES = {b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep"}
"""What a PDF needs of a TrueType font (ISO 32000-1, 9.9); its names and codes stand outside."""

_LONG_NUMBER = re.compile(rb"-?\d*\.\d{3,}")
_UNMOVED = re.compile(rb">0<|(?<=>)0(?=])")
"""Between two glyphs, or after the last: move by nothing."""

_EXACT = (b"cm", b"rg", b"RG", b"scn", b"SCN")
"""Operators that multiply, or tell a colour: three and more decimals count."""

_PLAIN = {"Type", "S", "K", "Pg", "P"}
_SAYS_NOTHING = {"/NonStruct", "/Span"}
_HOLDS_TEXT = {
    "/Caption", "/H1", "/H2", "/H3", "/LBody", "/Lbl", "/Link", "/NonStruct", "/P", "/Span",
    "/TD", "/TH",
}  # fmt: skip


def make_lean(pdf: pydyf.PDF) -> None:
    """Take out of `pdf` what it does not need."""
    for page in pdf.page_references:
        _shorten(_at(pdf, _at(pdf, page)["Contents"]))
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream) and "Length1" in thing.extra:
            thing.stream = [_needed_tables(thing.stream[0])]
            thing.extra["Length1"] = len(thing.stream[0])
    for intent in pdf.catalog["OutputIntents"]:
        _at(pdf, intent["DestOutputProfile"]).stream = [srgb_profile()]
        intent["OutputConditionIdentifier"] = intent["Info"] = pydyf.String(NAME)
    _simplify_structure(pdf)


def _at(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _shorten(page: pydyf.Stream) -> None:
    """Write lengths to the hundredth of a pixel, colours and scales to what can be seen."""
    page.stream = [
        _rounded(_UNMOVED.sub(b"", part)) if b"." in part or b">0" in part else part
        for part in map(_as_bytes, page.stream)
    ]


def _as_bytes(part: Any) -> bytes:
    if isinstance(part, pydyf.Object):
        return bytes(part.data)
    return part if isinstance(part, bytes) else str(part).encode()


def _rounded(part: bytes) -> bytes:
    decimals = 5 if part.endswith(b"cm") else 3 if part.endswith(_EXACT) else 2

    def written(number: re.Match[bytes]) -> bytes:
        short = f"{float(number[0]):.{decimals}f}".rstrip("0").rstrip(".")
        return b"0" if short in {"-0", ""} else short.encode()

    return _LONG_NUMBER.sub(written, part)


def _needed_tables(font: bytes) -> bytes:
    """Return a TrueType font with nothing but the tables that draw its glyphs."""
    count = int.from_bytes(font[4:6], "big")
    directory = (struct.unpack_from(">4s3I", font, 12 + 16 * number) for number in range(count))
    kept = [entry for entry in directory if entry[0] in _NEEDED_TABLES]
    power = 1 << (len(kept).bit_length() - 1)
    header = struct.pack(
        ">4s4H", font[:4], len(kept), 16 * power, power.bit_length() - 1, 16 * (len(kept) - power)
    )
    table, body, start = b"", b"", len(header) + 16 * len(kept)
    for name, checksum, offset, length in kept:
        table += struct.pack(">4s3I", name, checksum, start + len(body), length)
        body += font[offset : offset + length] + b"\0" * (-length % 4)
    return header + table + body


def _simplify_structure(pdf: pydyf.PDF) -> None:
    """Let text belong to its paragraph or cell at once, without a chain of empty words for it."""
    structure = _Structure(pdf)
    structure.simplify()
    root = _at(pdf, pdf.catalog["StructTreeRoot"])
    for entry in _at(pdf, root["ParentTree"])["Nums"]:
        if isinstance(entry, list):
            entry[:] = map(structure.owner, entry)
    _leave_out(pdf, structure.merged)


class _Structure:
    """The elements of a document by their reference, and which were merged into which."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        self._elements: dict[bytes, Any] = {
            thing.reference: thing
            for thing in pdf.objects
            if isinstance(thing, pydyf.Dictionary) and thing.get("Type") == "/StructElem"
        }
        self.merged: dict[bytes, bytes] = {}
        self._seen: set[bytes] = set()

    def simplify(self) -> None:
        """Merge what says nothing into its parent, from the leaves up."""
        # What stands in the margins hangs on no tree; parents come before their children.
        for reference in self._elements:
            if reference not in self._seen:
                self._visit(reference)

    def owner(self, reference: bytes) -> bytes:
        """Return the element into which `reference` was merged in the end, or itself."""
        while reference in self.merged:
            reference = self.merged[reference]
        return reference

    def _visit(self, reference: bytes) -> None:
        self._seen.add(reference)
        element = self._elements[reference]
        kids: list[Any] = []
        for kid in element["K"]:
            child = self._elements.get(kid) if isinstance(kid, bytes) else None
            if child is not None:
                self._visit(kid)
            if child is None or not _may_merge(child, element):
                kids.append(kid)
                continue
            self.merged[kid] = reference
            for grandchild in child["K"]:
                if grandchild in self._elements:
                    self._elements[grandchild]["P"] = reference
            kids.extend(child["K"])
        element["K"][:] = kids


def _may_merge(child: Any, parent: Any) -> bool:
    if child["S"] not in _SAYS_NOTHING | {"/Div"} or not child.keys() <= _PLAIN:
        return False
    if not child["K"]:
        return True
    is_same_page = child.get("Pg") == parent.get("Pg")
    return child["S"] in _SAYS_NOTHING and parent["S"] in _HOLDS_TEXT and is_same_page


def _leave_out(pdf: pydyf.PDF, references: Iterable[bytes]) -> None:
    """Remove objects that nothing refers to any more, and number the others without a gap."""
    dropped = {int(reference.split()[0]) for reference in references}
    kept = [thing for thing in pdf.objects if thing.number not in dropped]
    moved: dict[bytes, bytes] = {}
    for number, thing in enumerate(kept):
        if thing.number != number:
            before = thing.reference
            thing.number = number
            moved[before] = thing.reference
    pdf.objects[:] = kept
    for thing in kept:
        if isinstance(thing, pydyf.Dictionary):
            _refer_anew(thing, moved)


def _refer_anew(value: Any, moved: dict[bytes, bytes]) -> None:
    """Replace references inside a dictionary or an array, however deep."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in list(entries):
        if isinstance(entry, bytes):
            value[key] = moved.get(entry, entry)
        elif isinstance(entry, dict | list):
            _refer_anew(entry, moved)
