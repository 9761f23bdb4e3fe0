"""The tables that a round is exported as, of one round or of several.

Cells are text, numbers or `Money`; each format writes them in its own way. Every row of a
round that has a notice carries it, so that a row cannot be read without it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fundapp.domain.money import Money
from fundapp.queries.exports import ExportedApplication, ExportedRound

Cell = str | int | float | Money | None
OWN_COLUMNS = ("own_amount", "own_currency")
"""The same sum in a currency of its own, where that is not the round's."""

LetterPath = Callable[[ExportedApplication], str]


@dataclass(frozen=True)
class ExportTable:
    """A named table: heads, and rows of as many cells."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def letter_reference(application: ExportedApplication) -> str:
    """Return what stands in the column `letter` unless a path is wanted: the reference."""
    return application.letter


def all_tables(
    rounds: Sequence[ExportedRound], *, letter: LetterPath = letter_reference
) -> tuple[ExportTable, ...]:
    """Return decisions, contributions, envelopes and scores."""
    return (
        decision_table(rounds, letter=letter),
        contribution_table(rounds),
        envelope_table(rounds),
        score_table(rounds),
    )


def decision_table(
    rounds: Sequence[ExportedRound], *, letter: LetterPath = letter_reference
) -> ExportTable:
    """A row per application: decision, sums by funder, scores, mean mark by criterion."""
    codes = _distinct(criterion.code for round_ in rounds for criterion in round_.criteria)
    funders = _distinct(funder.code for round_ in rounds for funder in round_.funders)
    columns = (
        *("round", "application", "title", "organisation", "decision", "amount", "currency"),
        *("reviews", "raw_score", "aggregated_score", "letter", "rank", "prize", "reserve_place"),
        *("requested", "state", "source"),
        *("estimate", "estimate_low", "estimate_high", "chance", "band"),
        *(f"paid_by_{code}" for code in funders),
        *(f"mean_{code}" for code in codes),
        *("reviewers", "notice", "own_requested", "own_amount", "own_currency"),
    )
    rows = [
        (
            round_.head.reference,
            row.reference,
            row.title,
            row.organisation,
            row.decision,
            row.amount,
            round_.head.currency,
            len(row.reviews),
            _rounded(row.raw_score),
            _rounded(row.aggregated_score),
            letter(row) if row.letter else "",
            row.rank,
            row.prize,
            row.reserve_place,
            row.requested,
            row.state,
            row.source,
            _rounded(row.estimate),
            _rounded(row.estimate_low),
            _rounded(row.estimate_high),
            _rounded(row.chance),
            row.band,
            *(row.contributions.get(code) for code in funders),
            *(_rounded(row.criterion_means.get(code)) for code in codes),
            _reviewers(row),
            round_.head.notice,
            row.own_requested,
            row.own_amount,
            _currency_of(row.own_requested),
        )
        for round_ in rounds
        for row in round_.applications
    ]
    return ExportTable("decisions", columns, tuple(rows))


def contribution_table(rounds: Sequence[ExportedRound]) -> ExportTable:
    """A row per funder of an award; a refused contribution is none."""
    rows = [
        (
            round_.head.reference,
            row.reference,
            funder.name,
            row.contributions[funder.code],
            round_.head.currency,
            round_.head.notice,
            row.own_contributions.get(funder.code),
            _currency_of(row.own_contributions.get(funder.code)),
        )
        for round_ in rounds
        for row in round_.applications
        for funder in round_.funders
        if funder.code in row.contributions
    ]
    columns = (
        *("round", "application", "funder", "amount", "currency", "notice"),
        *OWN_COLUMNS,
    )
    return ExportTable("contributions", columns, tuple(rows))


def envelope_table(rounds: Sequence[ExportedRound]) -> ExportTable:
    """A row per funder of a round: what it brings and what is committed of it."""
    rows = [
        (
            round_.head.reference,
            funder.name,
            Money(funder.amount, round_.head.currency),
            Money(funder.committed, round_.head.currency),
            round_.head.currency,
            round_.head.notice,
            funder.own,
            _currency_of(funder.own),
        )
        for round_ in rounds
        for funder in round_.funders
    ]
    columns = (
        *("round", "funder", "envelope", "committed", "currency", "notice"),
        *OWN_COLUMNS,
    )
    return ExportTable("envelopes", columns, tuple(rows))


def score_table(rounds: Sequence[ExportedRound]) -> ExportTable:
    """A row per mark of a review that counts; an empty mark is an abstention."""
    rows = [
        (
            round_.head.reference,
            row.reference,
            review.reviewer,
            review.funder,
            criterion.code,
            review.marks.get(criterion.code),
            round_.head.notice,
        )
        for round_ in rounds
        for row in round_.applications
        for review in row.reviews
        for criterion in round_.criteria
    ]
    columns = ("round", "application", "reviewer", "funder", "criterion", "mark", "notice")
    return ExportTable("scores", columns, tuple(rows))


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


def _distinct(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
