import pytest
from weasyprint.urls import FatalURLFetchingError

from fundapp.documents.fetcher import Asset, AssetFetcher
from fundapp.documents.renderer import Renderer
from fundapp.domain.errors import DocumentFailed
from tests.documents.letter_rows import a_decline_letter

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
FETCHER = AssetFetcher({"asset:mark.svg": Asset(PICTURE, "image/svg+xml")})

REFUSED = [
    "http://127.0.0.1:9/picture.png",
    "https://fund.example/picture.png",
    "//fund.example/picture.png",
    "file:///etc/passwd",
    "/etc/passwd",
    "ftp://fund.example/x",
    "data:image/svg+xml,<svg/>",
    "../paper.css",
    "asset:../paper.css",
    "asset:mark.svg/../x",
    "asset:MARK.svg",
    "mark.svg?x",
]


def test_serves_what_is_in_its_table():
    response = FETCHER.fetch("asset:mark.svg")
    assert response.read() == PICTURE
    assert response.content_type == "image/svg+xml"


@pytest.mark.parametrize("address", REFUSED)
def test_refuses_every_other_address(address):
    with pytest.raises(FatalURLFetchingError):
        FETCHER.fetch(address)


WAYS = [
    '<img src="{}">',
    '<link rel="stylesheet" href="{}">',
    '<link rel="attachment" href="{}">',
    '<a rel="attachment" href="{}">x</a>',
    '<style>@import "{}"; p {{ color: red }}</style><p>x</p>',
    '<p style="background: url({})">x</p>',
    '<object data="{}"></object>',
    '<svg viewBox="0 0 1 1" width="9" height="9"><image href="{}" width="1" height="1"/></svg>',
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/hostname"])
def test_a_document_that_names_an_address_fails_with_the_reason(tmp_path, way, address):
    (tmp_path / "outside.html").write_text(way.format(address))
    renderer = Renderer(own_templates=tmp_path)
    with pytest.raises(DocumentFailed) as failure:
        renderer.render("outside.html", a_decline_letter(), style="letter")
    assert str(failure.value) == (
        f"EVF-2026-031-D1 could not be printed: '{address}' is no asset of this document."
    )
