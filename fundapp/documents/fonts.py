"""The faces that documents print with, and whether this machine has what printing needs.

A fontconfig file of our own (`templates/documents/fonts.conf`) names the only faces that the
engine may use: whatever else a machine has installed, the same row gives the same bytes.
"""

import ctypes
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from fundapp.documents.environments import TEMPLATES

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

CONFIGURATION = TEMPLATES / "fonts.conf"
NEEDED = {
    "fonts-noto-core": (
        *("Noto Sans", "Noto Serif", "Noto Serif Display"),
        *("Noto Sans Arabic", "Noto Naskh Arabic"),
        *("Noto Sans Devanagari", "Noto Serif Devanagari"),
    ),
    "fonts-noto-cjk": ("Noto Sans CJK SC", "Noto Serif CJK SC"),
}
"""The faces of our languages, by the Debian package that has them."""

LIBRARIES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
"""The libraries that the engine loads, by their Debian package."""

MISSING_SIGN = "\N{REPLACEMENT CHARACTER}"

_ORDINARY = "\u0000-\u024f\u0400-\u04ff\u0620-\u064a\u0900-\u097f\u2010-\u201e\u3000-\u3002"
_RARE = re.compile(f"[^{_ORDINARY}]")
_SELECTOR = re.compile("[\ufe00-\ufe0f]")
"""Choose between two looks of the sign before; no face of ours has both."""

_MISSING = re.compile(f"{MISSING_SIGN}[\u200d{MISSING_SIGN}]+")
"""One emoji may be several signs, joined."""

_FC_SYSTEM_SET = 0


def missing_for_printing() -> str:
    """Return what to install before a document can be printed, as a sentence; "" for nothing."""
    lacking = [package for package, name in LIBRARIES.items() if not _has_library(name)]
    families = _families() if _has_library("libfontconfig.so.1") else frozenset()
    lacking += [package for package, faces in NEEDED.items() if not families.issuperset(faces)]
    if not lacking:
        return ""
    return (
        "Letters cannot be printed on this machine yet. Install what is missing: "
        f"apt-get install --no-install-recommends {' '.join(lacking)}"
    )


def font_configuration() -> "FontConfiguration":
    """Return the engine's fonts, made from our own faces alone."""
    from weasyprint.text.fonts import FontConfiguration

    with _own_faces():
        return FontConfiguration()


def printable(page: str) -> str:
    """Return `page` with each character that no face of ours has as one replacement sign.

    An archived PDF must not show the empty box of a missing glyph, and emoji have no face here.
    """
    if not _RARE.search(page):
        return page
    plain = _SELECTOR.sub("", page)
    shown = _RARE.sub(lambda found: found[0] if _has_glyph(found[0]) else MISSING_SIGN, plain)
    return _MISSING.sub(MISSING_SIGN, shown)


@contextmanager
def _own_faces() -> Iterator[None]:
    """Point fontconfig to our file while it loads; other programs keep the machine's own."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(CONFIGURATION)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


class _FontSet(ctypes.Structure):
    _fields_ = (
        ("count", ctypes.c_int),
        ("room", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    )


@cache
def _fontconfig() -> Any:
    library = ctypes.CDLL("libfontconfig.so.1")
    library.FcConfigCreate.restype = ctypes.c_void_p
    library.FcConfigParseAndLoad.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
    library.FcConfigBuildFonts.argtypes = (ctypes.c_void_p,)
    library.FcConfigGetFonts.argtypes = (ctypes.c_void_p, ctypes.c_int)
    library.FcConfigGetFonts.restype = ctypes.POINTER(_FontSet)
    library.FcPatternGetString.argtypes = (
        *(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int),
        ctypes.POINTER(ctypes.c_char_p),
    )
    library.FcPatternGetCharSet.argtypes = (
        *(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int),
        ctypes.POINTER(ctypes.c_void_p),
    )
    library.FcCharSetHasChar.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    return library


@cache
def _fonts() -> tuple[int, ...]:
    """Return fontconfig's own handles of our faces, kept as long as the process lives."""
    library = _fontconfig()
    configuration = library.FcConfigCreate()
    library.FcConfigParseAndLoad(configuration, str(CONFIGURATION).encode(), True)
    library.FcConfigBuildFonts(configuration)
    found = library.FcConfigGetFonts(configuration, _FC_SYSTEM_SET)
    count = found.contents.count if found else 0
    return tuple(found.contents.fonts[place] for place in range(count))


@cache
def _families() -> frozenset[str]:
    names = set()
    for font in _fonts():
        name = ctypes.c_char_p()
        if _fontconfig().FcPatternGetString(font, b"family", 0, ctypes.byref(name)) == 0:
            names.add((name.value or b"").decode())
    return frozenset(names)


@cache
def _has_glyph(character: str) -> bool:
    for font in _fonts():
        characters = ctypes.c_void_p()
        found = _fontconfig().FcPatternGetCharSet(font, b"charset", 0, ctypes.byref(characters))
        if found == 0 and _fontconfig().FcCharSetHasChar(characters, ord(character)):
            return True
    return False
