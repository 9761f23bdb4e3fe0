"""Sending stored documents: as files to be saved, under a name of ours."""

from io import BytesIO

from flask import Response, send_file

from fundapp.web.installation import installation

SANDBOX = "sandbox; default-src 'none'"


def send_pdf(sha256: str, *, name: str) -> Response:
    """Return a stored PDF as a download called `name`."""
    response = send_file(
        BytesIO(installation().files.get(sha256)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=name,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
