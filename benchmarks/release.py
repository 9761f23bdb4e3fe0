"""A whole round goes out while its worker is killed on the way: is it whole, and how fast?

Seeds a decided round, releases it in one request's transaction, runs `fundapp worker` as a real
process, kills it with SIGKILL at random moments, lets the last one finish and counts: documents,
sealed files, mails. Run with: python -m benchmarks.release --decisions 1000 --kills 3
"""

import argparse
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy.orm import Session

from config import Config
from fundapp import create_app
from fundapp.adapters import database, schema
from fundapp.extensions import db
from fundapp.services.releases import release_decisions
from tests.killing import family_of, faults_of, progress, running_worker
from tests.services.decided import a_decided_round

LOOK_EVERY = 0.25
"""Seconds."""


def seed(session: Session, decisions: int) -> tuple[UUID, UUID]:
    """Fill a migrated database; return the ids of the round and its manager."""
    database.begin_writing(session)
    room = a_decided_round(session, decisions)
    session.commit()
    return room.round.id, room.manager.id


def release(session: Session, round_id: UUID, manager_id: UUID) -> float:
    """Release as the page does; return the seconds from its first statement to the commit."""
    from fundapp.queries.access import actor_for

    session.expire_all()
    start = time.perf_counter()
    database.begin_writing(session)
    actor = actor_for(session, manager_id)
    release_decisions(session, round_id, actor=actor, now=datetime.now(UTC))
    session.commit()
    return time.perf_counter() - start


def memory_of(pid: int) -> int:
    """Return the bytes that a worker and its presses hold, shared pages counted once."""
    total = 0
    for one in family_of(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def run_killed(config: Config, session: Session, round_id: UUID, *, until: list[int]) -> int:
    """Run workers one after the other, each killed at its number of steps; return peak memory."""
    peak = 0
    for steps in until:
        with running_worker(config) as worker:
            while (found := progress(session, round_id)).steps < steps:
                if worker.poll() is not None:
                    sys.exit("The worker ended by itself.")
                peak = max(peak, memory_of(worker.pid))
                time.sleep(LOOK_EVERY)
        sys.stdout.write(f"killed at {found.issued} letters, {found.sent} mails\n")
        sys.stdout.flush()
    return peak


def main() -> None:
    """Run and print the figures; exit 1 when anything is missing, twice or left behind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    steps = 2 * asked.decisions
    chance = random.Random(asked.seed)
    kills = sorted(chance.sample(range(1, steps), asked.kills))
    with TemporaryDirectory(prefix="fundapp-release-") as name:
        config = Config(data_folder=Path(name), secret_key="x" * 64)
        app = create_app(config)
        with app.app_context():
            schema.upgrade(db.engine)
            session = db.session()
            round_id, manager_id = seed(session, asked.decisions)
            released = release(session, round_id, manager_id)
            start = time.perf_counter()
            peak = run_killed(config, session, round_id, until=[*kills, steps])
            seconds = time.perf_counter() - start
            faults = faults_of(
                session,
                round_id,
                letters=asked.decisions,
                read=app.extensions["installation"].files.get,
                mails=config.mail_folder,
            )
    sys.stdout.write(
        f"release of {asked.decisions} decisions: {released:.2f} s\n"
        f"printed, sealed, stored and mailed in {seconds:.0f} s with {asked.kills} kills: "
        f"{asked.decisions / seconds:.1f} letters a second\n"
        f"peak memory of a worker with its presses: {peak / 1e6:.0f} MB\n"
        f"{'; '.join(faults) or 'nothing missing, nothing twice, nothing left behind'}\n"
    )
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
