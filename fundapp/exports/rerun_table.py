"""The re-runs of prize rounds as a table."""

from collections.abc import Iterator, Sequence

from fundapp.exports.tables import Column, ColumnKind, ExportTable, Row
from fundapp.queries.export_records import ExportedRerun, TellsRound

_NUMBER, _DAY = ColumnKind.NUMBER, ColumnKind.DAY
_COLUMNS = (
    Column("round", "Reference of the round"),
    Column("application", "Reference of the entry that was to win"),
    Column("state", "asked, delivered, confirmed, failed or waived (done without)"),
    Column("task", "Task of the result that is checked"),
    Column("metric", "Metric of that result"),
    Column("model", "Model that was tested"),
    Column("claimed", "Value in the entry's log", _NUMBER),
    Column("claimed_error", "Standard error that the entry's log gives", _NUMBER),
    Column("found", "Value in the re-run's log", _NUMBER),
    Column("found_error", "Standard error that the re-run's log gives", _NUMBER),
    Column("difference", "The re-run less the claim", _NUMBER),
    Column("difference_low", "Lower end of the difference's 95 % interval", _NUMBER),
    Column("difference_high", "Upper end of that interval", _NUMBER),
    Column("verdict", "holds, differs or cannot_tell; empty without a log"),
    Column("sentence", "What the app says of it"),
    Column("due_on", "Day by which the log is due, UTC", _DAY),
    Column("delivered_on", "Day on which the newest log came, UTC", _DAY),
    Column("settled_on", "Day on which a manager settled it, UTC", _DAY),
    Column("reason", "Why it was settled so"),
    Column("notice", "What must be read with every row, such as that the data are samples"),
)


def rerun_table(rounds: Sequence[TellsRound]) -> ExportTable:
    """A row per re-run that was not taken back."""

    def rows() -> Iterator[Row]:
        for round_ in rounds:
            for row in round_.reruns:
                yield (round_.head.reference, *_cells(row), round_.head.notice)

    return ExportTable("reruns", _COLUMNS, rows)


def _cells(row: ExportedRerun) -> Row:
    return (
        *(row.application, row.state, row.task, row.metric, row.model),
        *(row.claimed, row.claimed_error, row.found, row.found_error),
        *(row.difference, row.low, row.high, row.verdict, row.sentence),
        *(row.due_on, row.delivered_on, row.settled_on, row.reason),
    )
