"""Published rounds as everybody sees them: calls with their criteria, money and questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from fundapp.domain.embargoes import is_public, public_state
from fundapp.domain.errors import NotFound
from fundapp.domain.exchange_rates import ExchangeRate
from fundapp.domain.prize_rules import PrizeRules, prize_rules_from_data
from fundapp.domain.questions import Question as PlainQuestion
from fundapp.domain.rubrics import Criterion
from fundapp.domain.rules import FunderShare
from fundapp.domain.states import (
    RoundKind,
    RoundState,
)
from fundapp.domain.templates.shape import PrizePlace
from fundapp.domain.windows import Deadline
from fundapp.models import (
    Envelope,
    Lottery,
    Question,
    Round,
)
from fundapp.queries.exchange_rates import HAS_RATES, rates_of_round
from fundapp.queries.questions import FormSection, form_of_round
from fundapp.queries.round_records import (
    envelopes_of_round,
    prizes_of_round,
    weighed_rubric,
)

PUBLISHED = tuple(state for state in RoundState if state is not RoundState.DRAFT)
MOST_CALLS = 100


@dataclass(frozen=True)
class Call:
    """A published round. Sums in minor units of `currency`.

    state, announced_at: as everybody may know them; an embargoed round is decided, no more.
    """

    id: UUID
    reference: str
    title: str
    kind: RoundKind
    state: RoundState
    programme: str
    notice: str
    source_note: str
    summary: str
    call_text: str
    currency: str
    smallest_award: int | None
    largest_award: int | None
    time_zone: str
    is_anywhere_on_earth: bool
    opens_at: datetime | None
    closes_at: datetime | None
    reviews_due_at: datetime | None
    decides_on: date | None
    reviews_wanted: int
    funders_wanted: int
    is_blind: bool
    takes_bids: bool
    corrects_strictness: bool
    weighs_confidence: bool
    needs_signatures: bool
    prize_rules: Mapping[str, Any]
    rules_hash: str
    opened_at: datetime | None
    announced_at: datetime | None
    cancelled_because: str
    state_since: datetime
    money: int
    question_count: int
    has_draw: bool
    takes_other_currencies: bool

    @property
    def deadline(self) -> Deadline | None:
        """Return when applications close."""
        if self.closes_at is None:
            return None
        return Deadline(self.closes_at, self.time_zone, self.is_anywhere_on_earth)

    @property
    def rules_of_prizes(self) -> PrizeRules:
        """Return what the call lays down as a prize round."""
        return prize_rules_from_data(self.prize_rules)

    @property
    def decides_at(self) -> datetime | None:
        """Return the beginning of the day of the decision, in the round's zone."""
        if self.decides_on is None:
            return None
        return datetime.combine(self.decides_on, time(), tzinfo=ZoneInfo(self.time_zone))

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the call was taken back."""
        return self.state is RoundState.CANCELLED

    def is_open(self, now: datetime) -> bool:
        """Tell whether one can apply at `now`."""
        has_opened = self.opens_at is None or self.opens_at <= now
        is_in_time = self.deadline is None or self.deadline.is_open(now)
        return self.state is RoundState.OPEN and has_opened and is_in_time

    def is_to_come(self, now: datetime) -> bool:
        """Tell whether the call is published but not open yet."""
        return self.state is RoundState.OPEN and self.opens_at is not None and now < self.opens_at


@dataclass(frozen=True)
class CallPage:
    """A call with what is judged and who pays. rates: of the other currencies it takes."""

    call: Call
    criteria: tuple[Criterion, ...]
    envelopes: tuple[FunderShare, ...]
    prizes: tuple[PrizePlace, ...]
    rates: tuple[ExchangeRate, ...]


@dataclass(frozen=True)
class CallForm:
    """A call with all its questions."""

    call: Call
    sections: tuple[FormSection, ...]

    @property
    def gates(self) -> tuple[PlainQuestion, ...]:
        """Return the questions whose answers decide who may apply."""
        return tuple(
            asked.question
            for section in self.sections
            for asked in section.questions
            if asked.question.passing
        )


def published_calls(session: Session, *, now: datetime) -> list[Call]:
    """Return the published rounds, those that close last first. 1 statement."""
    rows = session.execute(
        _calls().order_by(Round.closes_at.desc(), Round.reference.desc()).limit(MOST_CALLS)
    )
    return [_call(row, now=now) for row in rows]


def call_of(session: Session, reference: str, *, now: datetime) -> Call:
    """Return one published round by its reference. 1 statement. NotFound for drafts as well."""
    row = session.execute(_calls().where(Round.reference == reference)).one_or_none()
    if row is None:
        raise NotFound("There is no call with this reference, or it is not published yet.")
    return _call(row, now=now)


def call_page(session: Session, reference: str, *, now: datetime) -> CallPage:
    """Return a call with its criteria, envelopes, prizes and rates. At most 5 statements."""
    call = call_of(session, reference, now=now)
    is_prize = call.kind is RoundKind.PRIZE
    weighed = weighed_rubric(session, call.id)
    return CallPage(
        call=call,
        criteria=weighed.rubric.criteria,
        envelopes=weighed.shares(envelopes_of_round(session, call.id)),
        prizes=prizes_of_round(session, call.id) if is_prize else (),
        rates=rates_of_round(session, call.id) if call.takes_other_currencies else (),
    )


def call_form(session: Session, reference: str, *, now: datetime) -> CallForm:
    """Return a call with all its questions. 2 statements."""
    call = call_of(session, reference, now=now)
    return CallForm(call, form_of_round(session, call.id))


def rules_of(session: Session, reference: str) -> str:
    """Return the frozen text of a call's rules. 1 statement. NotFound where there is none."""
    text = session.scalar(
        select(Round.rules).where(Round.reference == reference, Round.state.in_(PUBLISHED))
    )
    if not text:
        raise NotFound("There are no frozen rules under this reference.")
    return text


def _calls() -> Any:
    money = (
        select(func.coalesce(func.sum(Envelope.amount), 0))
        .where(Envelope.round_id == Round.id)
        .correlate(Round)
        .scalar_subquery()
    )
    questions = (
        select(func.count())
        .select_from(Question)
        .where(Question.round_id == Round.id)
        .correlate(Round)
        .scalar_subquery()
    )
    draw = exists().where(Lottery.round_id == Round.id).correlate(Round)
    return select(Round, money, questions, draw, HAS_RATES).where(Round.state.in_(PUBLISHED))


def _call(row: Any, *, now: datetime) -> Call:
    round_, money, questions, has_draw, has_rates = row
    counted = {"money", "question_count", "has_draw", "takes_other_currencies"}
    columns = {name: getattr(round_, name) for name in Call.__annotations__ if name not in counted}
    published = round_.state, round_.announced_at, now
    columns["state"] = public_state(*published)
    columns["announced_at"] = round_.announced_at if is_public(*published) else None
    return Call(
        **columns,
        money=int(money),
        question_count=questions,
        has_draw=has_draw,
        takes_other_currencies=has_rates,
    )
