"""Sends our scripts and styles gzipped: they are most of a page's weight on a slow line.

Pages themselves are left to the server in front: compressing a page that holds a secret
beside text somebody else chose would let its length tell about the secret.
"""

import gzip
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, request
from werkzeug.wsgi import ClosingIterator

COMPRESSIBLE = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})


def install(app: Flask) -> None:
    """Compress static files for browsers that take it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.endpoint != "static" or response.mimetype not in COMPRESSIBLE:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not request.accept_encodings["gzip"]:
        return response
    path = Path(current_app.static_folder or "") / (request.view_args or {})["filename"]
    cast(ClosingIterator, response.response).close()  # the open file it would have sent
    response.direct_passthrough = False
    response.set_data(_gzipped(str(path), path.stat().st_mtime_ns))
    response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=64)
def _gzipped(path: str, changed_at: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)
