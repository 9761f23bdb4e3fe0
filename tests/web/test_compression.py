"""Static files go out gzipped where the browser takes it, and whole where it does not."""

import gzip
from pathlib import Path

from flask.testing import FlaskClient

from config import ROOT

STYLES = Path(ROOT, "static/css/base.css").read_bytes()


def test_styles_are_gzipped_for_browsers_that_take_it(client: FlaskClient) -> None:
    answer = client.get("/static/css/base.css", headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == STYLES
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_styles_come_whole_for_others(client: FlaskClient) -> None:
    with client.get("/static/css/base.css") as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.data == STYLES


def test_a_browser_that_has_it_is_told_nothing_changed(client: FlaskClient) -> None:
    first = client.get("/static/css/base.css", headers={"Accept-Encoding": "gzip"})
    headers = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    with client.get("/static/css/base.css", headers=headers) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_pages_are_not_compressed_here(client: FlaskClient) -> None:
    answer = client.get("/privacy", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
