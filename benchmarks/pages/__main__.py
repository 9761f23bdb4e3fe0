"""Runs the comparison of pages; exits with 1 when a target is missed."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import make_url

from benchmarks.pages.flows import Flow, Flows, Side
from benchmarks.pages.measuring import Measured, Place, measure
from benchmarks.pages.report import print_growth, print_pages, print_writers
from benchmarks.pages.seed import fill
from benchmarks.pages.servers import FLOOR, OURS, serving
from benchmarks.pages.visitors import meeting
from benchmarks.pages.writers import write_at_once
from config import Config
from fundapp import create_app
from fundapp.adapters import schema
from fundapp.extensions import db
from tests.postgres import running_postgres

APPLICATIONS = 10_000
FEW_APPLICATIONS = 1_000


@dataclass(frozen=True)
class Effort:
    """How many requests: pages read or saved alone and at once, applications sent in."""

    alone: int
    at_once: int
    sent_alone: int
    sent_at_once: int
    seconds: float

    @property
    def entries(self) -> int:
        """Return how many drafts two sides use up, the warm-up included."""
        return 2 * (self.sent_alone + self.sent_at_once + 20)


FULL = Effort(alone=200, at_once=800, sent_alone=80, sent_at_once=160, seconds=60)
QUICK = Effort(alone=40, at_once=160, sent_alone=20, sent_at_once=32, seconds=10)


@dataclass(frozen=True)
class Installed:
    """A filled installation."""

    config: Config
    flows: Flows


def main() -> int:
    """Measure what was asked for and print it; return the exit code."""
    wanted = _arguments()
    # So that servers are ended and folders removed when the run itself is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    effort = QUICK if wanted.quick else FULL
    databases = ("sqlite", "postgresql") if wanted.database == "both" else (wanted.database,)
    missed: list[str] = []
    for database in databases:
        with _prepared(database) as base:
            missed += _compare(database, base, effort, only=wanted.only)
            if wanted.growth:
                missed += _grow(database, base, effort)
    for sentence in missed:
        print(f"missed: {sentence}")
    print("\nAll targets met." if not missed else f"\n{len(missed)} targets missed.")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=main.__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--quick", action="store_true", help="fewer requests, for a first look")
    parser.add_argument("--growth", action="store_true", help="also 1,000 against 10,000")
    parser.add_argument("--only", default="", help="one page by its name, e.g. queue")
    return parser.parse_args()


def _compare(database: str, base: Config, effort: Effort, *, only: str) -> list[str]:
    installed = _fill(base, "compared", applications=APPLICATIONS, effort=effort)
    with (
        serving(OURS, installed.config, ready="/healthz") as ours,
        serving(FLOOR, installed.config, ready="/ping") as floor,
    ):
        found: list[Measured] = []
        for name, flow, alone, at_once in _plan(installed.flows, effort):
            places = {
                Side.OURS.value: Place(flow, Side.OURS, ours),
                Side.FLOOR.value: Place(flow, Side.FLOOR, floor),
            }
            if only in ("", name):
                found += measure(places, alone=alone, at_once=at_once)
        missed = print_pages(database, found)
        if database == "sqlite" and not only:
            written = write_at_once(installed.flows, ours, seconds=effort.seconds)
            missed += print_writers(written)
    return missed


def _grow(database: str, base: Config, effort: Effort) -> list[str]:
    """Measure ours with few and with many applications, each request in turn."""
    sizes = {f"{number:,}": number for number in (FEW_APPLICATIONS, APPLICATIONS)}
    found: list[Measured] = []
    with ExitStack() as stack:
        ports, plans = {}, []
        for name, number in sizes.items():
            installed = _fill(base, f"with_{number}", applications=number, effort=effort)
            ports[name] = stack.enter_context(serving(OURS, installed.config, ready="/healthz"))
            plans.append(_plan(installed.flows, effort))
        for both in zip(*plans, strict=True):
            flows = dict(zip(sizes, both, strict=True))
            places = {name: Place(flows[name][1], Side.OURS, ports[name]) for name in sizes}
            found += measure(places, alone=both[0][2])
    small, large = sizes
    return print_growth(database, found, small=small, large=large)


def _plan(flows: Flows, effort: Effort) -> Iterator[tuple[str, Flow, int, int]]:
    for name, flow in (flows.reading() | flows.saving()).items():
        yield name, flow, effort.alone, effort.at_once
    yield "submit", flows.send_in, effort.sent_alone, effort.sent_at_once


def _fill(base: Config, name: str, *, applications: int, effort: Effort) -> Installed:
    """Make and fill a database of its own below `base`."""
    folder = base.data_folder / name
    folder.mkdir()
    config = replace(base, data_folder=folder)
    if base.database_url:
        config = replace(config, database_url=_new_postgres_database(base.database_url, name))
    app = create_app(config)
    with app.app_context():
        schema.upgrade(db.engine)
        session = db.session()
        scene = fill(
            session,
            applications=applications,
            entries=effort.entries,
            meet=meeting(app, session),
        )
        session.close()
        db.engine.dispose()
    return Installed(config, Flows(scene))


def _new_postgres_database(server_url: str, name: str) -> str:
    url = make_url(server_url)
    server = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return url.set(database=name).render_as_string(hide_password=False)


@contextmanager
def _prepared(database: str) -> Iterator[Config]:
    """Give the settings of an installation in a folder that goes away, PostgreSQL running."""
    with TemporaryDirectory(prefix="fundapp-bench-") as name, ExitStack() as stack:
        url = ""
        if database == "postgresql":
            url = stack.enter_context(running_postgres(is_durable=True))
        yield Config(data_folder=Path(name), database_url=url, secret_key="x" * 64)


if __name__ == "__main__":
    sys.exit(main())
