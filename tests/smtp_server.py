"""A small real SMTP server on loopback that can misbehave at any step."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Post:
    """What the server took, and how it answers: step ("RCPT", "DATA", "TEXT") -> reply.

    The reply "break" closes the line instead.
    """

    replies: dict[str, str] = field(default_factory=dict)
    taken: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Line(socketserver.StreamRequestHandler):
    @property
    def post(self) -> Post:
        return self.server.post  # type: ignore[attr-defined]

    def handle(self) -> None:
        self.post.connections += 1
        self.say("220 ready")
        while line := self.rfile.readline():
            word = line.split(None, 1)[0].decode().upper()
            if word == "QUIT":
                self.say("221 bye")
                return
            good = "354 go on" if word == "DATA" else "250 fine"
            reply = self.post.replies.get(word, good)
            if reply == "break":
                return
            self.say(reply)
            if reply.startswith("354") and not self.take():
                return

    def take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.post.taken.append(b"".join(lines))
        reply = self.post.replies.get("TEXT", "250 taken")
        if reply == "break":
            return False
        self.say(reply)
        return True

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def running_post() -> Iterator[Post]:
    """Serve on a free port of this machine until the block ends."""
    post = Post()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Line) as server:
        server.daemon_threads = True
        shared: Any = server
        shared.post = post
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()
