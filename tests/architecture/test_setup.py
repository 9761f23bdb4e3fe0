"""bin/setup on machines that lack something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "bin" / "setup"


@pytest.fixture
def bare_machine(tmp_path):
    """A checkout without Pango, run by a person who is not root; apt only keeps a diary."""
    programs = tmp_path / "programs"
    checkout = tmp_path / "checkout"
    for folder in (programs, checkout / "bin", checkout / ".venv" / "bin"):
        folder.mkdir(parents=True)
    (checkout / "bin" / "setup").write_text(SCRIPT.read_text())
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    stubs = {
        "id": "echo 1000",
        "sudo": "exit 1",
        "apt-get": f'echo "$*" >>{tmp_path}/apt',
        "python": f'case "$*" in *pango*) exit 1 ;; esac; exec {sys.executable} "$@"',
    }
    for name, body in stubs.items():
        (programs / name).write_text(f"#!/bin/sh\n{body}\n")
        (programs / name).chmod(0o755)
    return tmp_path


def run_setup(machine: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", machine / "checkout" / "bin" / "setup"],
        env={
            **os.environ,
            "PATH": f"{machine / 'programs'}:{os.environ['PATH']}",
            "PYTHON": "python",
            **environment,
        },
        capture_output=True,
        text=True,
    )


def test_setup_says_what_to_type_when_it_may_not_install(bare_machine):
    result = run_setup(bare_machine)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "Some system packages are missing. Type this, then run it again:",
        "    sudo apt-get update && sudo apt-get install --no-install-recommends"
        " libpango-1.0-0 libpangoft2-1.0-0",
    ]
    assert not (bare_machine / "apt").exists()


def test_setup_installs_what_is_missing_and_looks_again(bare_machine):
    (bare_machine / "programs" / "sudo").write_text('#!/bin/sh\nshift\nexec "$@"\n')
    result = run_setup(bare_machine)
    assert (bare_machine / "apt").read_text().splitlines() == [
        "-qq update",
        "-qq -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends"
        " libpango-1.0-0 libpangoft2-1.0-0",
    ]
    assert result.returncode == 1
    assert result.stderr == "Still missing after installing: libpango-1.0-0 libpangoft2-1.0-0\n"


def test_setup_asks_for_a_python_that_is_new_enough(bare_machine):
    result = run_setup(bare_machine, PYTHON="false")
    assert result.returncode == 1
    assert result.stderr.splitlines()[0] == "No Python 3.11 or newer was found."
