"""Exports of a round's decisions: made for one reader, and remembered with who took them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import Action, Actor, require
from fundapp.exports.formats import (
    MEDIA_TYPES,
    ExportFormat,
    csv_bytes,
    json_bytes,
    xlsx_bytes,
)
from fundapp.exports.tables import LetterPath, all_tables, letter_reference
from fundapp.models import Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.exports import ExportedRound, exported_round
from fundapp.services.audit import record_event

TABLES = ("decisions", "contributions", "envelopes", "scores")


@dataclass(frozen=True)
class ExportedFile:
    """A file that was made: its name, media type and bytes."""

    filename: str
    media_type: str
    content: bytes


def export_round(
    session: Session,
    round_id: UUID,
    *,
    table: str = "decisions",
    format: ExportFormat,  # noqa: A002 - what the people who export call it
    actor: Actor,
    now: datetime,
) -> ExportedFile:
    """Make an export and write down who took it; see `make_export`."""
    made = make_export(session, round_id, table=table, format=format, actor=actor, now=now)
    record_export(session, round_id, made, actor=actor, now=now)
    return made


def make_export(
    session: Session,
    round_id: UUID,
    *,
    table: str = "decisions",
    format: ExportFormat,  # noqa: A002
    actor: Actor,
    now: datetime,
) -> ExportedFile:
    """Return one table as CSV, or all of them as XLSX or JSON. Writes nothing."""
    if table not in TABLES:
        raise NotFound(f"There is no table {table!r}. Choose one of {', '.join(TABLES)}.")
    round_ = round_for_export(session, round_id, actor=actor)
    name = f"{round_.head.reference}-{table if format is ExportFormat.CSV else 'decisions'}"
    return ExportedFile(
        f"{name}.{format}", MEDIA_TYPES[format], _written(round_, table, format, now=now)
    )


def record_export(
    session: Session, round_id: UUID, made: ExportedFile, *, actor: Actor, now: datetime
) -> None:
    """Write down who took which file."""
    record_files(session, round_id, {made.filename: made.content}, actor=actor, now=now)


def record_files(
    session: Session, round_id: UUID, files: Mapping[str, bytes], *, actor: Actor, now: datetime
) -> None:
    """Write down that files with this round in them were made, by name and hash."""
    record_event(
        session,
        "round.exported",
        session.get_one(Round, round_id),
        actor=actor,
        now=now,
        files={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    )


def round_for_export(session: Session, round_id: UUID, *, actor: Actor) -> ExportedRound:
    """Return the round's frozen rows for somebody who may export it."""
    row = session.get(Round, round_id)
    if row is None:
        raise NotFound("There is no such round.")
    require(actor, Action.EXPORT_DECISIONS, facts_of_round(session, row))
    return exported_round(session, round_id, reader=actor)


def export_files(
    rounds: Sequence[ExportedRound], *, now: datetime, letter: LetterPath = letter_reference
) -> dict[str, bytes]:
    """Return every file of the rounds together, by name: decisions.csv and the others."""
    tables = all_tables(rounds, letter=letter)
    files = {f"{table.name}.csv": csv_bytes(table) for table in tables}
    files["decisions.xlsx"] = xlsx_bytes(tables, made_at=now)
    files["decisions.json"] = json_bytes(rounds, made_at=now)
    return files


def _written(
    round_: ExportedRound,
    table: str,
    format: ExportFormat,  # noqa: A002
    *,
    now: datetime,
) -> bytes:
    if format is ExportFormat.JSON:
        return json_bytes([round_], made_at=now)
    tables = all_tables([round_])
    if format is ExportFormat.XLSX:
        return xlsx_bytes(tables, made_at=now)
    return csv_bytes(next(one for one in tables if one.name == table))
