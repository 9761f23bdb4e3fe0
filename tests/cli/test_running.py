"""The commands that run a site, as programs."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from config import ROOT
from fundapp.cli import commands

SECONDS_TO_WAIT = 30


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A migrated installation that the commands find by the environment."""
    monkeypatch.setenv("FUNDAPP_DATA_FOLDER", str(tmp_path))
    done = CliRunner().invoke(commands, ["migrate"])
    assert done.output == "The database has the newest schema.\n"
    return tmp_path


def test_the_first_administrator_gets_a_link(folder: Path) -> None:
    arguments = ["add-administrator", "Ada@sample.example", "Ada Sample"]
    done = CliRunner().invoke(commands, arguments)
    assert done.exit_code == 0
    first, _, link = done.output.splitlines()
    assert first == "Ada Sample is an administrator and a fund manager."
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/reset-password/[\w-]{43}", link)


def test_a_bad_address_is_refused_in_words(folder: Path) -> None:
    done = CliRunner().invoke(commands, ["add-administrator", "nonsense", "Ada"])
    assert done.exit_code == 1
    assert done.output == (
        "Error: Enter a mail address, such as name@example.org. You entered “nonsense”\n"
    )


def test_a_key_that_cannot_be_read_is_told_without_a_traceback(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNDAPP_SEAL_KEY_FILE", str(folder / "nothing.pem"))
    done = CliRunner().invoke(commands, ["worker"])
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert done.output.startswith("Error: The key for sealing documents cannot be read (")
    assert done.output.count("\n") == 1


def test_the_worker_stops_when_told(folder: Path) -> None:
    command = [str(Path(sys.executable).with_name("fundapp")), "worker"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        assert "worker started" in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(SECONDS_TO_WAIT) == 0


SERVE = """
from config import config_from_environment
from fundapp import create_app
from fundapp.cli.serving import serve_site
import sys

if __name__ == "__main__":
    config = config_from_environment()
    serve_site(create_app(config), config, host="127.0.0.1", port=int(sys.argv[1]))
"""


def test_the_site_runs_with_a_worker_beside_it_and_both_stop(folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = folder / "serve_site.py"
    program.write_text(SERVE)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(program), str(port)]
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as site:
        assert _answer(f"http://127.0.0.1:{port}/healthz") == b'{"status":"ok"}\n'
        assert site.stderr is not None
        assert any("worker started" in line for line in site.stderr)
        site.send_signal(signal.SIGTERM)
        _, rest = site.communicate(timeout=SECONDS_TO_WAIT)
    assert site.returncode == 0
    assert "worker stopped" in rest


def _answer(address: str) -> bytes:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while True:
        try:
            with urlopen(address, timeout=SECONDS_TO_WAIT) as answer:  # noqa: S310
                return bytes(answer.read())
        except URLError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
