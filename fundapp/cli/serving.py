"""Runs the site with a worker beside it, for one machine."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from config import Config

PROCESSES = 2
THREADS = 4
SECONDS_TO_END = 10


def serve_site(app: Flask, config: Config, *, host: str, port: int) -> None:
    """Serve `app` under gunicorn with a worker process beside it; ends with SIGTERM or Ctrl+C."""
    with worker_beside(config):
        _Site(app, f"{host}:{port}").run()


@contextmanager
def worker_beside(config: Config) -> Iterator[None]:
    """Run `fundapp worker` in a process of its own as long as the block runs."""
    owner = os.getpid()
    words = [sys.executable, "-c", "from fundapp.cli import main; main()", "worker"]
    environment = {**os.environ, **environment_of(config)}
    process = subprocess.Popen(words, env=environment)  # noqa: S603 - our own program
    try:
        yield
    finally:
        # gunicorn forks inside the block; its children leave it too, and must not end ours.
        if os.getpid() == owner:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask the worker to stop; a job that takes too long comes back when its lease runs out."""
    process.terminate()
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()


def environment_of(config: Config) -> dict[str, str]:
    """Return the variables from which `config_from_environment` reads the same settings."""
    values = {name: getattr(config, name) for name in Config.__annotations__}
    return {
        f"FUNDAPP_{name.upper()}": str(int(value)) if isinstance(value, bool) else str(value)
        for name, value in values.items()
    }


def work_until_stopped(app: Flask) -> None:
    """Work until SIGTERM or SIGINT comes; the job at hand is finished first."""
    from fundapp.web.logs import start_logging
    from fundapp.worker import run_worker

    start_logging()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_worker(app, stop=stop)


class _Site(BaseApplication):
    """gunicorn around an application that is there already."""

    def __init__(self, app: Flask, address: str) -> None:
        self._app = app
        self._address = address
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        settings: dict[str, Any] = {
            "bind": self._address,
            "workers": PROCESSES,
            "threads": THREADS,
            "worker_class": "gthread",
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application."""
        return self._app
