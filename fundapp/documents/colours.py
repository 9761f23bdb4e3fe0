"""The colour profile inside every document: sRGB in a few hundred bytes.

PDF/A asks for a profile that says what our red, green and blue are. The engine's own takes
2.5 kB of each file, because it describes the curve of brightness by 1,024 points; ICC.1:2004 has
the formula of IEC 61966-2-1 itself.
"""

import struct
from functools import cache

NAME = "sRGB IEC61966-2.1"

# As seen under the profile's white, D50, to which Bradford's matrix adapts the screen's, D65.
_WHITE = (0.96420, 1.00000, 0.82491)
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
_ADAPTED = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@cache
def srgb_profile() -> bytes:
    """Return sRGB as an ICC profile of version 4.2."""
    curve = b"para\0\0\0\0\0\3\0\0" + _fixed(*_CURVE)
    tags = {
        b"desc": _text(NAME),
        b"cprt": _text("CC0"),
        b"wtpt": _xyz(*_WHITE),
        b"chad": b"sf32\0\0\0\0" + _fixed(*_ADAPTED),
        **{name: _xyz(*primary) for name, primary in _PRIMARIES.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    start = 128 + 4 + 12 * len(tags)
    places = dict.fromkeys(tags.values(), 0)
    body = b""
    for data in places:
        places[data] = start + len(body)
        body += data + b"\0" * (-len(data) % 4)
    table = b"".join(
        name + struct.pack(">II", places[data], len(data)) for name, data in tags.items()
    )
    return _header(start + len(body)) + struct.pack(">I", len(tags)) + table + body


def _header(size: int) -> bytes:
    made_on = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    kind = b"mntrRGB XYZ " + made_on + b"acsp" + bytes(4 + 4 + 8 + 8 + 4)
    return (struct.pack(">I4xI", size, 0x04200000) + kind + _fixed(0.9642, 1.0, 0.82491)).ljust(
        128, b"\0"
    )


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _text(text: str) -> bytes:
    written = text.encode("utf-16-be")
    return (
        b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(written), 28) + written
    )


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))
