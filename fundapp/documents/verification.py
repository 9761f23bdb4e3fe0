"""The square code that leads from paper to the page where a document can be checked."""

import segno
from markupsafe import Markup


def bare_address(address: str) -> str:
    """Return a web address as people type it: without the scheme."""
    return address.partition("://")[2] or address


def qr_code(address: str, *, title: str, colour: str = "#10181a") -> Markup:
    """Return `address` as a QR code: inline SVG without a size, class "qr", with a title.

    An address without a scheme gets https. Error correction M: 15 % of it may be dirty.
    """
    whole = address if "://" in address else f"https://{address}"
    code = segno.make(whole, error="m", micro=False)
    svg = code.svg_inline(
        border=0, dark=colour, svgclass="qr", lineclass=None, omitsize=True, title=title
    )
    return Markup(svg)  # noqa: S704 - segno escapes the title; the rest is numbers
