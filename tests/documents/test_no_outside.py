"""No document asks the network for anything: a listener on this machine counts who calls."""

import socket
import sys
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from fundapp.documents.fetcher import AssetFetcher
from fundapp.documents.limits import limits_of
from fundapp.documents.pool import Pool
from fundapp.documents.printing import print_row
from fundapp.documents.renderer import Renderer
from fundapp.domain.errors import DocumentFailed
from fundapp.queries.document_rows import Addressee, PrintedRow, SharedComment
from tests.documents.letter_rows import PANEL, a_decline_letter, a_reserve_letter, an_award_letter

WAYS = [
    "<img src='{}'>",
    "<img srcset='{} 2x'>",
    "<base href='{}'><img src=x.png>",
    "<link rel=stylesheet href='{}'>",
    "<link rel='alternate stylesheet' href='{}'>",
    "<link rel=icon href='{}'>",
    "<link rel=attachment href='{}'>",
    "<a rel=attachment href='{}'>x</a>",
    "<style>@import '{}';</style>",
    "<style>@import url({}) print;</style>",
    "<style>@font-face {{ font-family: f; src: url({}) }} p {{ font: 9pt f }}</style><p>x",
    "<style>@page {{ background: url({}) }}</style>",
    "<style>@page {{ @top-left {{ content: url({}) }} }}</style>",
    "<style>@color-profile --p {{ src: url({}) }}</style><p style='color: color(--p 0 0 0)'>x",
    "<p style='background: url({})'>x",
    "<p style='border-image: url({}) 1'>x",
    "<p style='mask-image: url({})'>x",
    "<p style='cursor: url({}), auto'>x",
    "<ul style='list-style-image: url({})'><li>x</ul>",
    "<style>p::before {{ content: url({}) }}</style><p>x",
    "<style>li::marker {{ content: url({}) }}</style><ul><li>x</ul>",
    "<object data='{}'></object>",
    "<embed src='{}'>",
    "<iframe src='{}'></iframe>",
    "<video poster='{}'></video>",
    "<input type=image src='{}'>",
    "<body background='{}'>x",
    "<meta http-equiv=refresh content='0; url={}'>",
    "<svg viewBox='0 0 1 1'><image href='{}' width='1' height='1'/></svg>",
    "<svg viewBox='0 0 1 1'><image xlink:href='{}' width='1' height='1'/></svg>",
    "<svg viewBox='0 0 1 1'><use href='{}#x'/></svg>",
    "<svg viewBox='0 0 1 1'><rect width='1' height='1' fill='url({}#x)'/></svg>",
    "<svg viewBox='0 0 1 1'><style>@import '{}';</style><rect width='1' height='1'/></svg>",
    "<svg viewBox='0 0 1 1'><filter id='f'><feImage href='{}'/></filter>"
    "<rect width='1' height='1' filter='url(#f)'/></svg>",
]


class Listener:
    """Counts the connections to a port of this machine; answers none."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/x"
        self._thread = Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


@pytest.fixture
def calls(listener: Listener) -> Iterator[None]:
    """Fails the test in which somebody called."""
    before = listener.calls
    yield
    assert listener.calls == before


def test_the_listener_hears_an_engine_without_our_fetcher():
    listening = Listener()
    HTML(string=f"<img src='{listening.address}'>").write_pdf()
    listening.close()
    assert listening.calls == 1


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["http", "https", "//"])
def test_no_way_of_the_engine_leads_to_the_network(tmp_path, renderer, listener, way, kind):
    address = listener.address.replace(
        "http:", {"http": "http:", "https": "https:", "//": ""}[kind]
    )
    outcome(tmp_path, renderer, way.format(address))


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_the_engine_leads_to_the_disk(tmp_path, renderer, way):
    secret = tmp_path / "secret.txt"
    secret.write_text("open sesame")
    assert b"sesame" not in outcome(tmp_path, renderer, way.format(secret.as_uri()))


def outcome(folder: Any, renderer: Renderer, page: str) -> bytes:
    """What comes of `page` as a template: the plain PDF, or nothing where it is refused."""
    (folder / "outside.html").write_text(page)
    own = Renderer.__new__(Renderer)
    own.__dict__ |= renderer.__dict__ | {"_folders": (folder,), "_environments": {}}
    try:
        return own.render("outside.html", a_decline_letter(), style="letter")
    except DocumentFailed:
        return b""


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("option", ["stylesheets", "xmp_metadata", "attachments"])
def test_options_of_the_engine_ask_our_fetcher_too(listener, option):
    page = HTML(string="<html lang=en>x", url_fetcher=AssetFetcher({}))
    with pytest.raises(FatalURLFetchingError):
        page.write_pdf(**{option: [listener.address]})


def print_unconnected(row: PrintedRow) -> bytes:
    """Print in a press that dies, with a reason, of any step towards the network."""
    sys.addaudithook(_forbid)
    return print_row(row)


def _forbid(event: str, _: object) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"}:
        raise AssertionError(event)


@pytest.mark.usefixtures("calls")
def test_a_batch_with_addresses_in_every_text_calls_nobody(listener):
    attack = "".join(way.format(listener.address) for way in WAYS)
    hostile: dict[str, Any] = {
        "application_title": attack[:300],
        "reason": attack,
        "addressee": Addressee(organisation=attack[:300], person=attack[:300], lines=(attack,)),
    }
    panel = type(PANEL)(
        **{**PANEL.__dict__, "comments": (SharedComment(text=attack, about=attack[:300]),)}
    )
    pool = Pool(most=1)
    for make in (an_award_letter, a_decline_letter, a_reserve_letter):
        row = make(**hostile, panel=panel)
        printed = pool.run(print_unconnected, row, limits_of(row))
        assert (printed.problem, printed.pdf is None) == ("", False)
    pool.close()
