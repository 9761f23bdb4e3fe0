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


def test_pages_are_gzipped_at_a_length_that_varies(client: FlaskClient) -> None:
    plain = client.get("/privacy")
    packed = [client.get("/privacy", headers={"Accept-Encoding": "gzip"}) for _ in range(20)]
    assert {gzip.decompress(answer.data) for answer in packed} == {plain.data}
    assert {answer.headers["Content-Encoding"] for answer in packed} == {"gzip"}
    assert (plain.headers["Vary"], plain.headers.get("Content-Encoding")) == (
        packed[0].headers["Vary"],
        None,
    )
    assert len({len(answer.data) for answer in packed}) > 5
