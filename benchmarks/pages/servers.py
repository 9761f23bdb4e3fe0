"""Starts gunicorn with 2 sync workers, as an installation would, on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from benchmarks.pages.client import ask, get
from config import ROOT, Config
from fundapp import create_app
from fundapp.web.logs import start_logging

SECONDS_TO_START = 60
OURS = "benchmarks.pages.servers:our_app()"
FLOOR = "benchmarks.pages.floor:floor_app()"


def our_app() -> Flask:
    """Return the product as it runs in an installation, with its log."""
    start_logging()
    return create_app()


@contextmanager
def serving(app: str, config: Config, *, ready: str) -> Iterator[int]:
    """Serve `app` on `config`'s database and give the port; `ready` is a page that answers."""
    port = _free_port()
    environment = os.environ | {
        "FUNDAPP_DATA_FOLDER": str(config.data_folder),
        "FUNDAPP_DATABASE_URL": config.database_url,
        "FUNDAPP_SECRET_KEY": config.secret_key,
    }
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    command += ["--log-level", "warning", "--no-control-socket", app]
    with (
        (config.data_folder / f"log-{port}").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as server,  # noqa: S603
    ):
        try:
            _wait_until_ready(server, port, ready=ready, log=Path(log.name))
            yield port
        finally:
            server.terminate()
            server.wait(SECONDS_TO_START)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, *, ready: str, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if all(ask(port, get(ready)).status == 200 for _ in range(20)):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start: {log.read_text()}")
