"""The square code that leads from paper to the page where a document can be checked."""

import segno
from markupsafe import Markup


def qr_code(address: str, *, title: str, colour: str = "#10181a") -> Markup:
    """Return `address` as a QR code: inline SVG without a size, class "qr", with a title.

    Error correction M: a quarter of the picture may be dirty.
    """
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(
        border=0, dark=colour, svgclass="qr", lineclass=None, omitsize=True, title=title
    )
    return Markup(svg)  # noqa: S704 - segno escapes the title; the rest is numbers
