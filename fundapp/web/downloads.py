"""Sending stored files: to be saved, never opened in our name."""

import logging
from io import BytesIO

from flask import Response, send_file

from fundapp.domain.errors import FilesUnavailable
from fundapp.web.installation import installation

logger = logging.getLogger("fundapp")

SANDBOX = "sandbox; default-src 'none'"
"""Content policy of files that strangers made."""

LOST = "This file is not where we keep it. Write to us and say which file you need."


def send_stored(sha256: str, *, name: str, media_type: str = "application/pdf") -> Response:
    """Return a stored file as a download called `name`. Whether the reader may is asked before.

    FilesUnavailable when the store does not answer or does not hold it.
    """
    try:
        content = installation().files.get(sha256)
    except FileNotFoundError as error:
        logger.exception("file lost", extra={"facts": {"sha256": sha256}})
        raise FilesUnavailable(LOST) from error
    response = send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
