"""Runs the site with a worker beside it, for one machine."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
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
    """Run a worker in a process of its own as long as the block runs."""
    process = get_context("spawn").Process(target=_work, args=(config,), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(SECONDS_TO_END)


def work_until_stopped(app: Flask) -> None:
    """Work until SIGTERM or SIGINT comes; the job at hand is finished first."""
    from fundapp.web.logs import start_logging
    from fundapp.worker import run_worker

    start_logging()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_worker(app, stop=stop)


def _work(config: Config) -> None:
    from fundapp import create_app

    work_until_stopped(create_app(config))


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
