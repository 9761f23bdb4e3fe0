"""Rounds between their rows and the plain values of `domain/rounds` and `domain/rules`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Date,
    Integer,
    String,
    and_,
    cast,
    func,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from fundapp.domain import questions as domain
from fundapp.domain.errors import NotFound
from fundapp.domain.exchange_rates import ExchangeRate
from fundapp.domain.letter_terms import letter_terms_as_data, letter_terms_from_data
from fundapp.domain.prize_rules import prize_rules_as_data, prize_rules_from_data
from fundapp.domain.rounds import RoundSettings
from fundapp.domain.rubrics import Criterion, Rubric
from fundapp.domain.rules import FunderShare, RoundContent
from fundapp.domain.templates.shape import PrizePlace
from fundapp.models import Criterion as CriterionRow
from fundapp.models import Envelope, Funder, FunderWeight, Office, PrizeRung, Round
from fundapp.models import ExchangeRate as ExchangeRateRow
from fundapp.queries.exchange_rates import own_money
from fundapp.queries.questions import form_of_round

_OTHER_COLUMNS = {"letter_terms", "announcement_languages", "prize_rules"}
_SAME_COLUMNS = tuple(name for name in RoundSettings.__annotations__ if name not in _OTHER_COLUMNS)


@dataclass(frozen=True)
class WeighedRubric:
    """A round's criteria with the ids of their rows, and the funders' own weights.

    own: by funder, then by the criterion's code, in the order of the criteria. A funder that
    weighs as the rubric does is not in it.
    """

    criteria: tuple[tuple[UUID, Criterion], ...]
    own: Mapping[UUID, Mapping[str, int]]

    @property
    def rubric(self) -> Rubric:
        """Return the criteria as reviewers see them."""
        return Rubric(tuple(criterion for _, criterion in self.criteria))

    def shares(self, envelopes: Sequence[FunderShare]) -> tuple[FunderShare, ...]:
        """Return the funders with their own weights."""
        return tuple(
            replace(share, weights=self.own.get(share.funder_id, {})) for share in envelopes
        )


def settings_of(round_: Round) -> RoundSettings:
    """Return the settings of a loaded round."""
    columns: dict[str, Any] = {name: getattr(round_, name) for name in _SAME_COLUMNS}
    return RoundSettings(
        **columns,
        letter_terms=letter_terms_from_data(round_.letter_terms),
        announcement_languages=tuple(round_.announcement_languages),
        prize_rules=prize_rules_from_data(round_.prize_rules),
    )


def settings_columns(settings: RoundSettings) -> dict[str, Any]:
    """Return the columns that hold `settings`."""
    columns = {name: getattr(settings, name) for name in _SAME_COLUMNS}
    return {
        **columns,
        "letter_terms": letter_terms_as_data(settings.letter_terms),
        "announcement_languages": list(settings.announcement_languages),
        "prize_rules": prize_rules_as_data(settings.prize_rules),
    }


def criterion_of(row: CriterionRow) -> Criterion:
    """Return the plain criterion of a row."""
    return Criterion(
        code=row.code,
        title=row.title,
        question=row.question,
        weight=row.weight,
        marks=tuple(row.marks),
        anchors={int(mark): text for mark, text in row.anchors.items()},
        wants_evidence=row.wants_evidence,
        facts=tuple(row.facts),
    )


def criterion_columns(criterion: Criterion) -> dict[str, Any]:
    """Return the row's columns that hold `criterion`."""
    return {
        "code": criterion.code,
        "title": criterion.title,
        "question": criterion.question,
        "weight": criterion.weight,
        "marks": list(criterion.marks),
        "anchors": {str(mark): text for mark, text in criterion.anchors.items()},
        "wants_evidence": criterion.wants_evidence,
        "facts": list(criterion.facts),
    }


def criteria_of_round(session: Session, round_id: UUID) -> list[tuple[UUID, Criterion]]:
    """Return the round's criteria with the ids of their rows, in their order. 1 statement."""
    rows = session.scalars(
        select(CriterionRow)
        .where(CriterionRow.round_id == round_id)
        .order_by(CriterionRow.position, CriterionRow.id)
    )
    return [(row.id, criterion_of(row)) for row in rows]


def weighed_rubric(session: Session, round_id: UUID) -> WeighedRubric:
    """Return the round's rubric with the funders' own weights. 1 statement."""
    rows = session.execute(
        select(CriterionRow, Envelope.funder_id, FunderWeight.weight)
        .outerjoin(FunderWeight, FunderWeight.criterion_id == CriterionRow.id)
        .outerjoin(
            Envelope,
            and_(
                Envelope.round_id == CriterionRow.round_id,
                Envelope.funder_id == FunderWeight.funder_id,
            ),
        )
        .where(CriterionRow.round_id == round_id)
        .order_by(CriterionRow.position, CriterionRow.id, Envelope.position, FunderWeight.funder_id)
    )
    criteria: dict[UUID, Criterion] = {}
    own: dict[UUID, dict[str, int]] = {}
    for row, funder_id, weight in rows:
        if row.id not in criteria:
            criteria[row.id] = criterion_of(row)
        if funder_id is not None:
            own.setdefault(funder_id, {})[row.code] = weight
    return WeighedRubric(tuple(criteria.items()), own)


def envelopes_of_round(session: Session, round_id: UUID) -> tuple[FunderShare, ...]:
    """Return the round's funders with their envelopes, in their order. 1 statement."""
    officers = (
        select(func.count())
        .where(Office.funder_id == Funder.id)
        .correlate(Funder)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Funder, Envelope, officers)
        .join(Envelope, Envelope.funder_id == Funder.id)
        .where(Envelope.round_id == round_id)
        .order_by(Envelope.position, Funder.name, Funder.id)
    )
    return tuple(
        FunderShare(
            funder_id=funder.id,
            code=funder.code,
            name=funder.name,
            kind=funder.kind,
            amount=envelope.amount,
            officers=count,
            own=own_money(envelope.own_amount, envelope.own_currency),
        )
        for funder, envelope, count in rows
    )


def prizes_of_round(session: Session, round_id: UUID) -> tuple[PrizePlace, ...]:
    """Return the round's prize ladder from the first place on. 1 statement."""
    rows = session.execute(
        select(PrizeRung.title, PrizeRung.amount, PrizeRung.category)
        .where(PrizeRung.round_id == round_id)
        .order_by(PrizeRung.position)
    )
    return tuple(_place(row.title, row.amount, row.category) for row in rows)


def _place(title: str, amount: int, category: str) -> PrizePlace:
    return PrizePlace(title=title, amount=amount, category=category)


def content_of(session: Session, round_: Round) -> RoundContent:
    """Return what a loaded round is made of. 4 statements."""
    form = form_of_round(session, round_.id)
    prizes, rates = _prizes_and_rates(session, round_.id)
    weighed = weighed_rubric(session, round_.id)
    return RoundContent(
        kind=round_.kind,
        sections=tuple(
            domain.Section(
                code=f"section_{number}",
                title=section.title,
                intro=section.intro,
                questions=tuple(asked.question for asked in section.questions),
            )
            for number, section in enumerate(form, start=1)
        ),
        rubric=weighed.rubric,
        envelopes=weighed.shares(envelopes_of_round(session, round_.id)),
        prizes=prizes,
        rates=rates,
    )


def _prizes_and_rates(
    session: Session, round_id: UUID
) -> tuple[tuple[PrizePlace, ...], tuple[ExchangeRate, ...]]:
    """Return both in one statement, because most rounds have at most one of them."""
    rung, rate = PrizeRung, ExchangeRateRow
    both: CompoundSelect[Any] = union_all(
        select(
            *(rung.position, rung.title, rung.amount, rung.category),
            *(cast(null(), String).label("rate"), cast(null(), String).label("source")),
            cast(null(), Date).label("quoted_on"),
        ).where(rung.round_id == round_id),
        select(
            *(cast(null(), Integer), rate.currency, cast(null(), BigInteger)),
            *(cast(null(), String), rate.rate, rate.source, rate.quoted_on),
        ).where(rate.round_id == round_id),
    )
    rows = session.execute(both).all()
    prizes = sorted((row for row in rows if row.rate is None), key=lambda row: int(row.position))
    rates = sorted((row for row in rows if row.rate is not None), key=lambda row: str(row.title))
    return (
        tuple(_place(row.title, row.amount, row.category) for row in prizes),
        tuple(
            ExchangeRate(
                currency=row.title, rate=row.rate, source=row.source, quoted_on=row.quoted_on
            )
            for row in rates
        ),
    )


def round_row(session: Session, round_id: UUID) -> Round:
    """Return the round's row. 1 statement. NotFound when there is none."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    return round_
