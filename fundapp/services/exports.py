"""Exports of a round's decisions: made for one reader, and remembered with who took them."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import Action, Actor, require
from fundapp.exports.column_sets import check_columns
from fundapp.exports.formats import (
    MEDIA_TYPES,
    OF_ONE_TABLE,
    ExportFormat,
    csv_pieces,
    json_bytes,
    json_line_pieces,
)
from fundapp.exports.rerun_table import rerun_table
from fundapp.exports.states import ExportedState, state_of
from fundapp.exports.tables import RANKED, ExportTable, LetterPath, all_tables, letter_reference
from fundapp.exports.workbooks import workbook, workbook_bytes
from fundapp.models import Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.exports import ExportedRound, TellsRound, exported_round, streamed_round
from fundapp.services.audit import record_event

TABLES = ("decisions", "scores", "contributions", "envelopes")
READ_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class WantedExport:
    """What is asked for. columns: those of the table in the wanted order, empty = all."""

    format: ExportFormat
    table: str = "decisions"
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class PreparedExport:
    """A file that was read through once, so that its size and hash are known.

    pieces: its bytes, made anew from the same session each time one loops over them.
    """

    filename: str
    media_type: str
    size: int
    sha256: str
    state: ExportedState
    pieces: Iterable[bytes]

    @property
    def content(self) -> bytes:
        """Return the whole file."""
        return b"".join(self.pieces)


class _Pieces:
    """Pieces that are made anew by each loop."""

    def __init__(self, table: ExportTable, format_: ExportFormat) -> None:
        self._table, self._format = table, format_

    def __iter__(self) -> Iterator[bytes]:
        is_csv = self._format is ExportFormat.CSV
        return csv_pieces(self._table) if is_csv else json_line_pieces(self._table)


def export_round(
    session: Session, round_id: UUID, *, wanted: WantedExport, actor: Actor, now: datetime
) -> PreparedExport:
    """Make an export and write down who took it; see `make_export`."""
    made = make_export(session, round_id, wanted=wanted, actor=actor)
    record_export(session, round_id, made, actor=actor, now=now)
    return made


def make_export(
    session: Session, round_id: UUID, *, wanted: WantedExport, actor: Actor
) -> PreparedExport:
    """Return one table as CSV or JSON Lines, or all of them as XLSX or JSON. Writes nothing.

    A table's rows are read twice, for the hash and for the bytes, and never stand in memory
    together; `session` must see the same data both times. In XLSX the columns are chosen in the
    sheet of the table. InvalidInput for an unknown column.
    """
    round_ = _open_round(session, round_id, wanted=wanted, actor=actor)
    tables = _tables([round_])
    if wanted.table not in TABLES:
        raise NotFound(f"There is no table {wanted.table!r}. Choose one of {', '.join(TABLES)}.")
    if wanted.columns:
        tables = tuple(_with_columns(one, wanted) for one in tables)
    state = state_of([round_])
    table = next(one for one in tables if one.name == wanted.table)
    pieces: Iterable[bytes]
    if wanted.format in OF_ONE_TABLE:
        pieces = _Pieces(table, wanted.format)
    elif wanted.format is ExportFormat.XLSX:
        pieces = (workbook_bytes(tables, state=state),)
    else:
        pieces = (json_bytes([round_], state=state),)
    name = wanted.table if wanted.format in OF_ONE_TABLE else "decisions"
    size, sha256 = _measured(pieces)
    return PreparedExport(
        f"{round_.head.reference}-{name}.{wanted.format}",
        MEDIA_TYPES[wanted.format],
        *(size, sha256, state, pieces),
    )


def table_of(session: Session, round_id: UUID, name: str, *, actor: Actor) -> ExportTable:
    """Return a table of the round with its columns, for choosing among them."""
    if name not in TABLES:
        raise NotFound(f"There is no table {name!r}. Choose one of {', '.join(TABLES)}.")
    plain = WantedExport(ExportFormat.CSV, table="envelopes")
    round_ = _open_round(session, round_id, wanted=plain, actor=actor)
    return next(one for one in all_tables([round_]) if one.name == name)


def state_of_round(session: Session, round_id: UUID, *, reader: Actor) -> ExportedState:
    """Return the hash of the round's data as this reader may see them, and their last change."""
    return state_of([streamed_round(session, round_id, reader=reader, has_ranks=False)])


def record_export(
    session: Session, round_id: UUID, made: PreparedExport, *, actor: Actor, now: datetime
) -> None:
    """Write down who took which file, by name and hash, and which state it tells."""
    files = {made.filename: made.sha256}
    _record(session, round_id, files, state=made.state.sha256, actor=actor, now=now)


def record_files(
    session: Session, round_id: UUID, files: Mapping[str, bytes], *, actor: Actor, now: datetime
) -> None:
    """Write down that files with this round in them were made, by name and hash."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    _record(session, round_id, hashes, state="", actor=actor, now=now)


def round_for_export(session: Session, round_id: UUID, *, actor: Actor) -> ExportedRound:
    """Return the round's frozen rows for somebody who may export it."""
    _require(session, round_id, actor)
    return exported_round(session, round_id, reader=actor)


def export_files(
    rounds: Sequence[TellsRound], *, state: ExportedState, letter: LetterPath = letter_reference
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield every file of the rounds together, by name, in pieces: decisions.csv and the others."""
    tables = _tables(rounds, letter=letter)
    for table in tables:
        yield f"{table.name}.csv", csv_pieces(table)
        yield f"{table.name}.jsonl", json_line_pieces(table)
    with workbook(tables, state=state) as book:
        yield "decisions.xlsx", iter(lambda: book.read(READ_AT_ONCE), b"")
    yield "decisions.json", [json_bytes(rounds, state=state)]


def _tables(
    rounds: Sequence[TellsRound], *, letter: LetterPath = letter_reference
) -> tuple[ExportTable, ...]:
    """Return all tables; re-runs are there only where a round has some."""
    tables = all_tables(rounds, letter=letter)
    return (*tables, rerun_table(rounds)) if any(one.reruns for one in rounds) else tables


def _open_round(
    session: Session, round_id: UUID, *, wanted: WantedExport, actor: Actor
) -> TellsRound:
    """Read the round as far as the wanted file needs it: the ranking takes memory and time."""
    _require(session, round_id, actor)
    if wanted.format is ExportFormat.JSON:
        return exported_round(session, round_id, reader=actor)
    is_ranked = wanted.table == "decisions" and (
        not wanted.columns or bool(RANKED & set(wanted.columns))
    )
    has_ranks = is_ranked or wanted.format is ExportFormat.XLSX
    return streamed_round(session, round_id, reader=actor, has_ranks=has_ranks)


def _require(session: Session, round_id: UUID, actor: Actor) -> None:
    row = session.get(Round, round_id)
    if row is None:
        raise NotFound("There is no such round.")
    require(actor, Action.EXPORT_DECISIONS, facts_of_round(session, row))


def _with_columns(table: ExportTable, wanted: WantedExport) -> ExportTable:
    if table.name != wanted.table:
        return table
    return table.chosen(check_columns(wanted.columns, table.names))


def _measured(pieces: Iterable[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


def _record(
    session: Session,
    round_id: UUID,
    files: Mapping[str, str],
    *,
    state: str,
    actor: Actor,
    now: datetime,
) -> None:
    record_event(
        session, "round.exported", session.get_one(Round, round_id), actor=actor, now=now,
        files=files, state_sha256=state,
    )  # fmt: skip
