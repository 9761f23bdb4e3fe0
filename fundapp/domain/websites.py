"""Addresses of websites as people type them."""

from urllib.parse import urlsplit

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.text import one_line, quoted

LONGEST = 500


def read_website(text: str, *, field: str = "website") -> str:
    """Return an http(s) address, with https:// put before a bare one; "" for nothing typed."""
    link = one_line(text)
    if not link:
        return ""
    if "://" not in link:
        link = f"https://{link}"
    if len(link) > LONGEST:
        raise InvalidInput([Problem(field, f"Shorten the address to {LONGEST} characters.")])
    try:
        parts = urlsplit(link)
        is_good = parts.scheme in {"http", "https"} and "." in (parts.hostname or "").strip(".")
    except ValueError:
        is_good = False
    if not is_good or " " in link:
        sentence = f"Enter an address such as https://example.org. You entered {quoted(link)}."
        raise InvalidInput([Problem(field, sentence)])
    return link
