"""How much memory and time an export takes that is sent as it is read, at 1,000 and 100,000 rows.

Each file is made in a process of its own, from a database of its own: scores (20 an application),
contributions (two an application), decisions without the columns that are computed from all
reviews together. Memory is the peak of the process, beside that of one which reads an empty round.
Run with: python -m benchmarks.exports [rows ...]
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from fundapp.adapters import database, schema
from fundapp.domain.states import (
    ApplicationState,
    AssignmentState,
    ContributionState,
    DecisionKind,
    DecisionState,
    ReviewState,
    RoundKind,
    RoundState,
)
from fundapp.exports.formats import ExportFormat
from fundapp.exports.tables import RANKED
from fundapp.models import (
    Application,
    Assignment,
    Base,
    Contribution,
    Criterion,
    Decision,
    Envelope,
    Funder,
    Organisation,
    PanelSeat,
    Person,
    Review,
    Round,
    Score,
)
from fundapp.queries.access import actor_for
from fundapp.services.exports import WantedExport, make_export, table_of

AT = datetime(2026, 3, 1, tzinfo=UTC)
REVIEWS, CRITERIA, FUNDERS = 4, 5, 2
ROWS_OF = {"scores": REVIEWS * CRITERIA, "contributions": FUNDERS, "decisions": 1}
"""Rows of each table for one application."""

SIZES = (1_000, 100_000)
AT_ONCE = 2_000
Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass(frozen=True)
class Fund:
    """Ids of what all rows of the round hang on."""

    round_id: Any
    people: list[Any]
    funders: list[Any]
    criteria: list[Any]
    organisation_id: Any


def seed(session: Session, table: str, *, applications: int) -> None:
    """Fill an empty database with one decided round."""
    fund = _fund(session)
    for first in range(1, applications + 1, AT_ONCE):
        rows: Rows = {}
        for number in range(first, min(first + AT_ONCE, applications + 1)):
            for model, row in _application(fund, number, has_reviews=table == "scores"):
                rows.setdefault(model, []).append(row)
        for model, values in rows.items():
            session.execute(insert(model), values)


def _fund(session: Session) -> Fund:
    people = [Person(email=f"p{n}@sample.example", name=f"P{n} (sample)", is_fund_manager=n == 0,
                     created_at=AT) for n in range(REVIEWS + 1)]  # fmt: skip
    funders = [Funder(code=f"f{n}", name=f"Funder {n} (sample)", kind="foundation", created_at=AT)
               for n in range(FUNDERS)]  # fmt: skip
    organisation = Organisation(name="Zembla Gauge (sample)", created_at=AT)
    session.add_all([*people, *funders, organisation])
    session.flush()
    round_ = Round(
        reference="BENCH-R1", title="A large round (sample)", kind=RoundKind.GRANT,
        state=RoundState.DECIDED, currency="EUR", seed="bench", created_by_id=people[0].id,
        created_at=AT, state_since=AT,
    )  # fmt: skip
    session.add(round_)
    session.flush()
    criteria = [
        Criterion(round_id=round_.id, position=n, code=f"c{n}", title=f"Criterion {n}",
                  question="?", weight=20, marks=[1, 2, 3, 4, 5], anchors={})
        for n in range(CRITERIA)
    ]  # fmt: skip
    session.add_all(criteria)
    for place, funder in enumerate(funders):
        session.add(
            Envelope(round_id=round_.id, funder_id=funder.id, position=place, amount=10**12)
        )
    for place, person in enumerate(people[1:]):
        session.add(
            PanelSeat(round_id=round_.id, person_id=person.id, funder_id=funders[0].id,
                      label=f"Reviewer {place}", review_load=10, joined_at=AT)
        )  # fmt: skip
    session.flush()
    return Fund(
        round_.id,
        [person.id for person in people],
        [funder.id for funder in funders],
        [criterion.id for criterion in criteria],
        organisation.id,
    )


def _application(
    fund: Fund, number: int, *, has_reviews: bool
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    id_, decision_id = uuid4(), uuid4()
    yield Application, {
        "id": id_, "round_id": fund.round_id, "organisation_id": fund.organisation_id,
        "title": f"Drift meter {number}", "amount_requested": 22_000_000, "number": number,
        "reference": f"BENCH-R1-{number:06}", "state": ApplicationState.AWARDED,
        "contact_id": fund.people[0], "created_at": AT, "state_since": AT, "submitted_at": AT,
    }  # fmt: skip
    yield Decision, {
        "id": decision_id, "round_id": fund.round_id, "application_id": id_,
        "kind": DecisionKind.AWARD, "state": DecisionState.RELEASED, "amount": 2_000,
        "decided_by_id": fund.people[0], "decided_at": AT, "released_at": AT,
    }  # fmt: skip
    for funder in fund.funders:
        yield Contribution, {
            "id": uuid4(), "decision_id": decision_id, "funder_id": funder, "amount": 1_000,
            "state": ContributionState.APPROVED,
        }  # fmt: skip
    for person in fund.people[1:] if has_reviews else ():
        assignment_id, review_id = uuid4(), uuid4()
        yield Assignment, {
            "id": assignment_id, "round_id": fund.round_id, "application_id": id_,
            "person_id": person, "funder_id": fund.funders[0], "state": AssignmentState.DONE,
            "method": "manual", "offered_by_id": fund.people[0], "offered_at": AT,
        }  # fmt: skip
        yield Review, {
            "id": review_id, "assignment_id": assignment_id, "application_id": id_,
            "person_id": person, "state": ReviewState.SUBMITTED, "started_at": AT,
            "saved_at": AT, "submitted_at": AT,
        }  # fmt: skip
        for criterion in fund.criteria:
            mark = 1 + (number * 7 + criterion.int) % 5
            yield Score, {
                "id": uuid4(), "review_id": review_id, "criterion_id": criterion, "mark": mark,
            }  # fmt: skip


def take(path: Path, table: str, format_: ExportFormat) -> str:
    """Make one file, throw its pieces away; return rows, seconds, bytes and peak memory."""
    engine = _engine(path)
    with Session(engine) as session:
        round_ = session.query(Round).one()
        actor = actor_for(session, round_.created_by_id)
        names = table_of(session, round_.id, table, actor=actor).names
        columns = tuple(name for name in names if name not in RANKED)
        started = perf_counter()
        wanted = WantedExport(format_, table, columns)
        made = make_export(session, round_.id, wanted=wanted, actor=actor)
        lines = sum(piece.count(b"\n") for piece in made.pieces)
        seconds = perf_counter() - started
    peak = _peak_memory()
    return f"{lines:>9,} {seconds:>8.1f} {made.size / 1e6:>8.1f} {peak:>8.0f}"


def _peak_memory() -> float:
    """Return this process's own peak in MB; getrusage would tell that of its parent too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _engine(path: Path) -> Any:
    url = f"sqlite:///{path}"
    engine = create_engine(url, **database.engine_options(url))
    database.prepare_engine(engine)
    return engine


def compare(sizes: tuple[int, ...]) -> None:
    """Make every file at every size and print a line for each."""
    print(f"{'table':<14} {'format':<7} {'lines':>9} {'s':>8} {'MB':>8} {'peak MB':>8}")
    with TemporaryDirectory() as folder:
        for table, each in ROWS_OF.items():
            for size in (0, *sizes):
                path = Path(folder) / f"{table}-{size}.sqlite3"
                engine = _engine(path)
                schema.upgrade(engine)
                with Session(engine) as session:
                    database.begin_writing(session)
                    seed(session, table, applications=size // each)
                    session.commit()
                engine.dispose()
                for format_ in (ExportFormat.CSV, ExportFormat.JSONL):
                    command = [sys.executable, "-m", __spec__.name, str(path), table, format_]
                    run = subprocess.run(  # noqa: S603 - ourselves
                        command, check=True, capture_output=True, text=True
                    )
                    print(f"{table:<14} {format_:<7} {run.stdout.strip()}", flush=True)
                path.unlink()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if len(arguments) == 3 and arguments[0].endswith(".sqlite3"):
        print(take(Path(arguments[0]), arguments[1], ExportFormat(arguments[2])))
    else:
        compare(tuple(int(text) for text in arguments) or SIZES)
