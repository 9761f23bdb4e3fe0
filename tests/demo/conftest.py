"""The demo, played once for the whole suite: a small one with letters, and the replays."""

import fcntl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import Config
from fundapp.demo.calendar import DELIBERATING, EVALUATIONS, GRANT, OPEN, PRIZE, REVIEWING, SAMPLE
from fundapp.demo.story import play

TODAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


class Silent:
    """A teller that keeps the lines for itself."""

    def say(self, line: str) -> None:
        pass

    def progress(self, done: int, total: int) -> None:
        pass


def config_of(folder: Path) -> Config:
    return Config(data_folder=folder, secret_key="x" * 64, is_testing=True)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample round with its letters, and nothing else."""

    def build(folder: Path) -> None:
        play(config_of(folder), Silent(), keys=[SAMPLE], today=TODAY)

    return _once(tmp_path_factory, "sample", build)


@pytest.fixture(scope="session")
def prize_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample prize round with its letters, certificates and badges, and nothing else."""

    def build(folder: Path) -> None:
        play(config_of(folder), Silent(), keys=[EVALUATIONS], today=TODAY)

    return _once(tmp_path_factory, "prize", build)


@pytest.fixture(scope="session")
def replay_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both replays up to their announcements and exports, without a printed page."""

    def build(folder: Path) -> None:
        play(config_of(folder), Silent(), keys=[PRIZE, GRANT], today=TODAY, prints=False)

    return _once(tmp_path_factory, "replays", build)


@pytest.fixture(scope="session")
def playing_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rounds to play in, without a printed page."""

    def build(folder: Path) -> None:
        keys = [DELIBERATING, REVIEWING, OPEN]
        play(config_of(folder), Silent(), keys=keys, today=TODAY, prints=False)

    return _once(tmp_path_factory, "playing", build)


def _once(
    tmp_path_factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]
) -> Path:
    """Build in a folder that all workers of this run share; who comes second finds it there."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    folder = shared / f"demo-{name}"
    with (shared / f"demo-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "summary.json").exists():
            build(folder)
    return folder
