"""Entries compared pair by pair: the rounds that do so, and the words that count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.pairs import PairOfIds, in_order
from fundapp.domain.permissions import RoundFacts
from fundapp.domain.prize_rules import CATEGORY_CODE, prize_rules_from_data
from fundapp.domain.states import (
    ACTIVE_ASSIGNMENT_STATES,
    ApplicationState,
    PairVerdict,
)
from fundapp.joint.pairwise.bradley_terry import (
    EQUAL,
    LEANING_SD,
    Comparison,
    FittedPairs,
    fit_pairs,
)
from fundapp.joint.ties import keyed_order
from fundapp.models import (
    Answer,
    Application,
    Assignment,
    Organisation,
    PairJudgement,
    PanelSeat,
    PrizeRung,
    Question,
    Round,
)
from fundapp.queries.access import facts_of_round
from fundapp.queries.barred import BarredPairs
from fundapp.queries.panel import REVIEWED_STATES

NOT_COMPARED = "In this round entries are not compared pair by pair."


@dataclass(frozen=True)
class PairRound:
    """A round that compares pairs. by_category: its prizes are all for one category or another."""

    round: Round
    facts: RoundFacts
    by_category: bool


@dataclass(frozen=True, kw_only=True)
class PairEntry:
    """An entry of the round. is_own: whether the reader is asked to review it."""

    id: UUID
    reference: str
    title: str
    organisation: str
    state: ApplicationState
    category: str
    is_own: bool = False


@dataclass(frozen=True)
class CountedPairs:
    """The entries of a round and the words that count.

    A word counts when neither its judge nor the judge's funder has a conflict with either entry.
    `words` name entries by their places; the first of each is the one that was shown first.
    """

    asked: PairRound
    entries: tuple[PairEntry, ...]
    words: tuple[Comparison, ...]

    @cached_property
    def fitted(self) -> FittedPairs:
        """Return the order that the words give together, judges' leanings taken out."""
        return fit_pairs(len(self.entries), self.words, leaning_sd=LEANING_SD)

    @cached_property
    def place_of(self) -> Mapping[UUID, int]:
        """Return the place of each entry in `entries`."""
        return {entry.id: place for place, entry in enumerate(self.entries)}

    @property
    def groups(self) -> list[str] | None:
        """Return each entry's group where only entries of one group compete."""
        return [entry.category for entry in self.entries] if self.asked.by_category else None


def round_of_pairs(session: Session, round_id: UUID) -> PairRound:
    """Return a round that compares pairs. 2 statements. NotFound for any other."""
    of_round = PrizeRung.round_id == Round.id
    by_category = and_(
        exists().where(of_round), ~exists().where(of_round, PrizeRung.category == "")
    )
    row = session.execute(select(Round, by_category).where(Round.id == round_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such round.")
    round_, is_by_category = row
    if not prize_rules_from_data(round_.prize_rules).compares_pairs:
        raise NotFound(NOT_COMPARED)
    return PairRound(round_, facts_of_round(session, round_), bool(is_by_category))


def shown_order(seed: str, person_id: UUID, pair: PairOfIds) -> PairOfIds:
    """Return the pair in the order in which this judge is shown it.

    A draw from the round's seed, the pair and the judge: an id says nothing of the side, and of
    two judges of one pair about half see it the other way round.
    """
    left, right = in_order(*pair)
    drawn = keyed_order(seed)("pair", left.hex, right.hex, person_id.hex)
    return (left, right) if drawn % 2 == 0 else (right, left)


def counted_pairs(
    session: Session,
    asked: PairRound,
    *,
    barred: BarredPairs,
    reader_id: UUID | None = None,
) -> CountedPairs:
    """Return what counts in the round. 2 statements. reader_id marks that person's own entries."""
    entries = _entries(session, asked.round, reader_id=reader_id)
    place_of = {entry.id: place for place, entry in enumerate(entries)}
    words = []
    for row in _rows(session, asked.round.id):
        pair = (row.left_id, row.right_id)
        if not {*pair} <= place_of.keys() or any(
            barred.bars(entry, person_id=row.person_id, funder_id=row.funder_id) for entry in pair
        ):
            continue
        first, second = shown_order(asked.round.seed, row.person_id, pair)
        share = _share(row.verdict, is_left_first=first == pair[0])
        words.append(Comparison(str(row.person_id), place_of[first], place_of[second], share))
    return CountedPairs(asked, entries, tuple(words))


def _entries(session: Session, round_: Round, *, reader_id: UUID | None) -> tuple[PairEntry, ...]:
    asks_category = and_(Question.round_id == round_.id, Question.code == CATEGORY_CODE)
    is_own = exists().where(
        Assignment.application_id == Application.id,
        Assignment.person_id == reader_id,
        Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES),
    )
    rows = session.execute(
        select(Application, Organisation.name, Answer.value, is_own)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Question, asks_category)
        .outerjoin(
            Answer,
            and_(Answer.application_id == Application.id, Answer.question_id == Question.id),
        )
        .where(Application.round_id == round_.id, Application.state.in_(REVIEWED_STATES))
        .order_by(Application.number, Application.id)
    )
    return tuple(
        PairEntry(
            id=application.id,
            reference=application.reference or "",
            title=application.title,
            organisation=organisation,
            state=application.state,
            category=category if isinstance(category, str) else "",
            is_own=bool(own),
        )
        for application, organisation, category, own in rows
    )


def _rows(session: Session, round_id: UUID) -> Iterable[Any]:
    return session.execute(
        select(
            *(PairJudgement.person_id, PairJudgement.left_id, PairJudgement.right_id),
            *(PairJudgement.verdict, PanelSeat.funder_id),
        )
        .join(
            PanelSeat,
            and_(
                PanelSeat.round_id == PairJudgement.round_id,
                PanelSeat.person_id == PairJudgement.person_id,
            ),
        )
        .where(PairJudgement.round_id == round_id)
        .order_by(PairJudgement.person_id, PairJudgement.left_id, PairJudgement.right_id)
    ).all()


def _share(verdict: PairVerdict, *, is_left_first: bool) -> float:
    if verdict is PairVerdict.EQUAL:
        return EQUAL
    return float((verdict is PairVerdict.LEFT) is is_left_first)
