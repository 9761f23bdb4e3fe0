"""A client that costs almost nothing: one socket per request, as sync workers close theirs."""

import socket
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlencode

from benchmarks.pages.scene import Visitor

SECONDS_TO_WAIT = 30
BOUNDARY = "a-line-that-no-file-holds"


@dataclass(frozen=True)
class Answer:
    """What came back. seconds: from connecting to the last byte. status 0: nothing came."""

    status: int
    seconds: float
    size: int
    body: bytes = b""


def ask(port: int, request: bytes) -> Answer:
    """Send one whole request to a server on this machine and read until it closes."""
    begun = perf_counter()
    parts = []
    with socket.create_connection(("127.0.0.1", port), SECONDS_TO_WAIT) as line:
        line.sendall(request)
        while part := line.recv(262_144):
            parts.append(part)
    seconds = perf_counter() - begun
    whole = b"".join(parts)
    status = int(whole[9:12]) if whole.startswith(b"HTTP/1.") else 0
    return Answer(status, seconds, len(whole), whole)


def get(path: str, visitor: Visitor | None = None) -> bytes:
    """Return a GET request, with the visitor's cookie if there is one."""
    return f"GET {path} HTTP/1.1\r\n{_common(visitor)}\r\n".encode()


def post(path: str, fields: dict[str, str], visitor: Visitor | None = None) -> bytes:
    """Return a POST of a form; a visitor's form token is added."""
    if visitor:
        fields = fields | {"csrf_token": visitor.token}
    kind = "application/x-www-form-urlencoded"
    return _posting(path, urlencode(fields).encode(), kind=kind, visitor=visitor)


def post_file(
    path: str,
    fields: dict[str, list[str]],
    file: tuple[str, str, bytes],
    *,
    visitor: Visitor | None = None,
) -> bytes:
    """Return a POST of a form with a file: (field, name, content)."""
    if visitor:
        fields = fields | {"csrf_token": [visitor.token]}
    start = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
    texts = "".join(
        f'{start}{name}"\r\n\r\n{text}\r\n' for name, values in fields.items() for text in values
    )
    field, name, content = file
    head = f'{start}{field}"; filename="{name}"\r\nContent-Type: text/plain\r\n\r\n'
    body = f"{texts}{head}".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return _posting(path, body, kind=kind, visitor=visitor)


def _posting(path: str, body: bytes, *, kind: str, visitor: Visitor | None) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\n{_common(visitor)}"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _common(visitor: Visitor | None) -> str:
    cookie = f"Cookie: fundapp={visitor.cookie}\r\n" if visitor else ""
    return f"Host: 127.0.0.1\r\nConnection: close\r\nUser-Agent: benchmark\r\n{cookie}"
