"""Sends pages, scripts and styles gzipped to browsers that take it.

Compressing a page that holds a secret beside text that somebody else chose lets its length
tell about the secret, to whoever can have a browser ask for the page thousands of times.
Our cookie is SameSite=Lax, so another site cannot do that unseen; and the gzip header of
each page carries a name of random length, which hides the few bytes that would tell.
"""

import gzip
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from secrets import randbelow
from typing import cast

from flask import Flask, Response, current_app, request
from werkzeug.wsgi import ClosingIterator

COMPRESSIBLE = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})

SMALLEST_PAGE = 2_000
LONGEST_NAME = 100
PAGE_LEVEL = 4
"""Four fifths of what is to gain, for half of the time."""


def install(app: Flask) -> None:
    """Compress what browsers take compressed."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype == "text/html" and not response.is_streamed:
        return _compress_page(response)
    if request.endpoint != "static" or response.mimetype not in COMPRESSIBLE:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code == 304:
        _let_go_of_file(response)
        response.response = []
    if response.status_code != 200 or not request.accept_encodings["gzip"]:
        return response
    path = Path(current_app.static_folder or "") / (request.view_args or {})["filename"]
    _let_go_of_file(response)
    response.set_data(_gzipped(str(path), path.stat().st_mtime_ns))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _let_go_of_file(response: Response) -> None:
    """Close the open file that would have been sent."""
    cast(ClosingIterator, response.response).close()
    response.direct_passthrough = False


def _compress_page(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    page = response.get_data()
    if len(page) < SMALLEST_PAGE or not request.accept_encodings["gzip"]:
        return response
    packed = BytesIO()
    name = "x" * randbelow(LONGEST_NAME)
    with gzip.GzipFile(name, "wb", PAGE_LEVEL, packed, mtime=0) as file:
        file.write(page)
    response.set_data(packed.getvalue())
    response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=64)
def _gzipped(path: str, changed_at: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)
