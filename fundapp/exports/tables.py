"""The tables that a round is exported as, of one round or of several.

Cells are text, numbers, days or `Money`; each format writes them in its own way. Rows are made
one after the other as they are asked for. Every row of a round that has a notice carries it, so
that a row cannot be read without it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from fundapp.domain.money import Money
from fundapp.queries.export_records import ExportedApplication, TellsRound

Cell = str | int | float | date | Money | None
Row = tuple[Cell, ...]
LetterPath = Callable[[ExportedApplication], str]


class ColumnKind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """A column: its name, what it means to somebody who has only the file, and its kind."""

    name: str
    meaning: str
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True)
class ExportTable:
    """A named table: columns, and a function that begins with the first row each time."""

    name: str
    columns: tuple[Column, ...]
    source: Callable[[], Iterator[Row]]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the heads."""
        return tuple(column.name for column in self.columns)

    @property
    def rows(self) -> Iterator[Row]:
        """Return the rows from the first on."""
        return self.source()

    def chosen(self, names: Sequence[str]) -> "ExportTable":
        """Return the table with these of its columns, in this order."""
        places = [self.names.index(name) for name in names]

        def rows() -> Iterator[Row]:
            return (tuple(row[place] for place in places) for row in self.source())

        return replace(self, columns=tuple(self.columns[place] for place in places), source=rows)


def letter_reference(application: ExportedApplication) -> str:
    """Return what stands in the column `letter` unless a path is wanted: the reference."""
    return application.letter


def all_tables(
    rounds: Sequence[TellsRound], *, letter: LetterPath = letter_reference
) -> tuple[ExportTable, ...]:
    """Return decisions, scores, contributions and envelopes."""
    return (
        decision_table(rounds, letter=letter),
        score_table(rounds),
        contribution_table(rounds),
        envelope_table(rounds),
    )


_TEXT, _WHOLE, _NUMBER = ColumnKind.TEXT, ColumnKind.WHOLE, ColumnKind.NUMBER
_MONEY, _DAY = ColumnKind.MONEY, ColumnKind.DAY
_ROUND = Column("round", "Reference of the round")
_APPLICATION = Column("application", "Reference of the application")
_CURRENCY = Column("currency", "Currency of the round, ISO 4217")
_NOTICE = Column("notice", "What must be read with every row, such as that the data are samples")
_OWN_CURRENCY = Column("own_currency", "Currency of the sum in its own currency, ISO 4217")
_FUNDER = Column("funder", "Name of the funder")

_DECISIONS = (
    *(_ROUND, _APPLICATION),
    Column("title", "Title of the application"),
    Column("organisation", "Who applies; empty while the round is blind to the reader"),
    Column("decision", "award, reserve or decline; empty while nothing is decided"),
    Column("amount", "Sum awarded", _MONEY),
    _CURRENCY,
    Column("reviews", "How many reviews count", _WHOLE),
    Column("raw_score", "Mean of the reviews' weighted marks", _NUMBER),
    Column("aggregated_score", "Score that the ranking goes by", _NUMBER),
    Column("letter", "Reference of the newest letter, or where it lies"),
    Column("rank", "Place in the ranking, counted among what the reader may see", _WHOLE),
    Column("prize", "Prize awarded"),
    Column("reserve_place", "Place on the reserve list, 1 moves up first", _WHOLE),
    Column("requested", "Sum asked for", _MONEY),
    Column("state", "Where the application stands"),
    Column("source", "Key of the application in the file that it was imported from"),
    Column("estimate", "Score that the reviews together speak for", _NUMBER),
    Column("estimate_low", "Lower end of the interval that holds 9 of 10 cases", _NUMBER),
    Column("estimate_high", "Upper end of that interval", _NUMBER),
    Column("chance", "Chance of being inside the money, from 0 to 1", _NUMBER),
    Column("band", "fund, discuss or decline, as far as the reviews can tell"),
)
_DECISIONS_END = (
    Column("reviewers", "Each reviewer whose review counts, the funder and the score"),
    _NOTICE,
    Column("own_requested", "Sum asked for, in the applicant's currency", _MONEY),
    Column("own_amount", "Sum awarded, in the applicant's currency", _MONEY),
    _OWN_CURRENCY,
    Column("decided_on", "Day of the decision, UTC", _DAY),
    Column("released_on", "Day on which the decision came into force, UTC", _DAY),
)
RANKED = frozenset(
    {
        *("raw_score", "aggregated_score", "rank", "estimate", "estimate_low", "estimate_high"),
        *("chance", "band"),
    }
)
"""Columns of the decisions that are computed from all reviews of a round together."""


def decision_table(
    rounds: Sequence[TellsRound], *, letter: LetterPath = letter_reference
) -> ExportTable:
    """A row per application: decision, sums by funder, scores, mean mark by criterion."""
    criteria = {one.code: one.title for round_ in rounds for one in round_.criteria}
    funders = {one.code: one.name for round_ in rounds for one in round_.funders}
    columns = (
        *_DECISIONS,
        *(Column(f"paid_by_{code}", f"Paid by {name}", _MONEY) for code, name in funders.items()),
        *(
            Column(f"mean_{code}", f"Mean mark on the criterion {title}", _NUMBER)
            for code, title in criteria.items()
        ),
        *_DECISIONS_END,
    )

    def rows() -> Iterator[Row]:
        for round_ in rounds:
            for row in round_.applications:
                yield (
                    *_decided_cells(round_, row, letter=letter),
                    *(row.contributions.get(code) for code in funders),
                    *(_rounded(row.criterion_means.get(code)) for code in criteria),
                    *(_reviewers(row), round_.head.notice, row.own_requested, row.own_amount),
                    *(_currency_of(row.own_requested), row.decided_on, row.released_on),
                )

    return ExportTable("decisions", columns, rows)


def _decided_cells(round_: TellsRound, row: ExportedApplication, *, letter: LetterPath) -> Row:
    """Return the cells of _DECISIONS."""
    return (
        *(round_.head.reference, row.reference, row.title, row.organisation),
        *(row.decision, row.amount, round_.head.currency, len(row.reviews)),
        *(_rounded(row.raw_score), _rounded(row.aggregated_score)),
        *(letter(row) if row.letter else "", row.rank, row.prize, row.reserve_place),
        *(row.requested, row.state, row.source),
        *(_rounded(row.estimate), _rounded(row.estimate_low), _rounded(row.estimate_high)),
        *(_rounded(row.chance), row.band),
    )


def contribution_table(rounds: Sequence[TellsRound]) -> ExportTable:
    """A row per funder of an award; a refused contribution is none."""
    columns = (
        *(_ROUND, _APPLICATION, _FUNDER),
        Column("amount", "The funder's part of the award", _MONEY),
        *(_CURRENCY, _NOTICE),
        Column("own_amount", "The same in the currency of the funder's envelope", _MONEY),
        _OWN_CURRENCY,
    )

    def rows() -> Iterator[Row]:
        for round_ in rounds:
            for row in round_.applications:
                for funder in round_.funders:
                    if funder.code not in row.contributions:
                        continue
                    own = row.own_contributions.get(funder.code)
                    yield (
                        *(round_.head.reference, row.reference, funder.name),
                        *(row.contributions[funder.code], round_.head.currency),
                        *(round_.head.notice, own, _currency_of(own)),
                    )

    return ExportTable("contributions", columns, rows)


def envelope_table(rounds: Sequence[TellsRound]) -> ExportTable:
    """A row per funder of a round: what it brings and what is committed of it."""
    columns = (
        *(_ROUND, _FUNDER),
        Column("envelope", "What the funder brings", _MONEY),
        Column("committed", "What of it is committed to awards", _MONEY),
        *(_CURRENCY, _NOTICE),
        Column("own_amount", "The envelope in the funder's own currency", _MONEY),
        _OWN_CURRENCY,
    )

    def rows() -> Iterator[Row]:
        for round_ in rounds:
            currency = round_.head.currency
            for funder in round_.funders:
                yield (
                    *(round_.head.reference, funder.name),
                    *(Money(funder.amount, currency), Money(funder.committed, currency)),
                    *(currency, round_.head.notice, funder.own, _currency_of(funder.own)),
                )

    return ExportTable("envelopes", columns, rows)


def score_table(rounds: Sequence[TellsRound]) -> ExportTable:
    """A row per mark of a review that counts; an empty mark is an abstention."""
    columns = (
        *(_ROUND, _APPLICATION),
        Column("reviewer", "Who reviewed; a number in a blind round"),
        Column("funder", "Funder that the reviewer reviews for"),
        Column("criterion", "Code of the criterion"),
        Column("mark", "Mark given; empty where the reviewer abstained", _WHOLE),
        _NOTICE,
        Column("evidence", "Logs that the mark rests on; 0 = none, empty = not asked", _WHOLE),
    )

    def rows() -> Iterator[Row]:
        for round_ in rounds:
            codes = [criterion.code for criterion in round_.criteria]
            for row in round_.applications:
                for review in row.reviews:
                    for code in codes:
                        yield (
                            *(round_.head.reference, row.reference, review.reviewer),
                            *(review.funder, code, review.marks.get(code), round_.head.notice),
                            review.evidence.get(code),
                        )

    return ExportTable("scores", columns, rows)


def _reviewers(row: ExportedApplication) -> str:
    """Return "Reviewer 3 (Lilliput Foundation): 4.2; ..." for everybody whose review counts."""
    return "; ".join(
        f"{review.reviewer} ({review.funder}): "
        + ("abstained" if review.score is None else f"{review.score:.2f}")
        for review in row.reviews
    )


def _currency_of(own: Money | None) -> str:
    return own.currency if own else ""


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
