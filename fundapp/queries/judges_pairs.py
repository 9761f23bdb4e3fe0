"""One judge's pairs: which to compare next, and what they said so far."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotAllowed, NotFound
from fundapp.domain.pairs import PairOfIds, better_of, in_order, pairs_named
from fundapp.domain.permissions import Actor, bars, hides_applicants
from fundapp.domain.permissions.rules import BARRED
from fundapp.domain.prize_rules import CATEGORY_CODE, prize_rules_from_data
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.joint.pairwise.next_pairs import WORTH_ASKING, pairs_to_ask
from fundapp.models import Application, PairJudgement, Round, SubmittedVersion
from fundapp.queries.barred import BarredPairs, barred_pairs
from fundapp.queries.pairs import CountedPairs, PairEntry, PairRound, counted_pairs, shown_order
from fundapp.queries.submitted import SubmittedAnswer, SubmittedSection, submitted_sections

JUDGED_WHILE = "Entries are compared while the round is reviewing. What you said stands."
MOST_COUNTED = 60
"""Pairs that would still help are counted up to this number."""

MOST_ANSWERS = 4
LONGEST_ANSWER = 900


@dataclass(frozen=True, kw_only=True)
class ShownAnswer:
    """An answer as it stands beside another entry's. is_cut: the rest is in the application."""

    label: str
    text: str
    is_cut: bool


@dataclass(frozen=True)
class ComparingRound:
    """A round in which this judge compares pairs now. words: how many they have compared."""

    id: UUID
    title: str
    words: int


@dataclass(frozen=True, kw_only=True)
class OwnWord:
    """What the reader said of a pair. better: None = too close to call."""

    first: PairEntry
    second: PairEntry
    better: UUID | None
    note: str
    version: int
    judged_at: datetime


@dataclass(frozen=True, kw_only=True)
class JudgesPairs:
    """What one judge can compare, and has.

    own: the entries that they may compare. recused: how many of those assigned are closed to them.
    helping: how many more of their words would tell something, up to MOST_COUNTED.
    """

    counted: CountedPairs
    own: tuple[PairEntry, ...]
    words: tuple[OwnWord, ...]
    closed: str
    hides_applicants: bool
    person_id: UUID
    barred: frozenset[UUID]
    helping: int
    following: PairOfIds | None

    def sides(self, pair: PairOfIds) -> tuple[PairEntry, PairEntry]:
        """Return the pair as it is shown. NotAllowed, NotFound for entries that are not theirs."""
        by_id = {entry.id: entry for entry in self.own}
        if not self.barred.isdisjoint(pair):
            raise NotAllowed(BARRED)
        if pair[0] == pair[1] or not {*pair} <= by_id.keys():
            raise NotFound("There is no such pair among your entries.")
        first, second = shown_order(self.counted.asked.round.seed, self.person_id, pair)
        return by_id[first], by_id[second]

    def word_on(self, pair: PairOfIds) -> OwnWord | None:
        """Return what was said of the pair."""
        return next((one for one in self.words if {one.first.id, one.second.id} == {*pair}), None)


def rounds_to_compare_in(session: Session, actor: Actor) -> list[ComparingRound]:
    """Return the rounds in which the actor can compare pairs now. 1 statement."""
    own = (
        select(func.count())
        .where(PairJudgement.round_id == Round.id, PairJudgement.person_id == actor.person_id)
        .correlate(Round)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Round.id, Round.title, Round.prize_rules, own)
        .where(Round.id.in_(sorted(actor.seats)), Round.state == RoundState.REVIEWING)
        .order_by(Round.created_at.desc(), Round.id)
    )
    return [
        ComparingRound(id_, title, words)
        for id_, title, rules, words in rows
        if prize_rules_from_data(rules).compares_pairs
    ]


def judges_pairs(
    session: Session, asked: PairRound, *, actor: Actor, left_out: Collection[str] = ()
) -> JudgesPairs:
    """Return what the actor, a reviewer of the panel, can compare. 4 statements."""
    barred = barred_pairs(session, asked.round.id)
    counted = counted_pairs(session, asked, barred=barred, reader_id=actor.person_id)
    assigned = [entry for entry in counted.entries if entry.is_own]
    closed_to = frozenset(
        entry.id
        for entry in assigned
        if _is_closed(entry.id, barred, actor=actor, round_id=asked.round.id)
    )
    own = tuple(
        entry
        for entry in assigned
        if entry.id not in closed_to and entry.state is ApplicationState.UNDER_REVIEW
    )
    is_open = asked.round.state is RoundState.REVIEWING
    helping, following = (
        _following(counted, own, judge=str(actor.person_id), left_out=left_out)
        if is_open
        else (0, None)
    )
    return JudgesPairs(
        counted=counted,
        own=own,
        words=_own_words(session, asked.round, own, actor=actor),
        closed="" if is_open else JUDGED_WHILE,
        hides_applicants=hides_applicants(actor, asked.facts),
        person_id=actor.person_id,
        barred=closed_to,
        helping=helping,
        following=following,
    )


def _is_closed(application_id: UUID, barred: BarredPairs, *, actor: Actor, round_id: UUID) -> bool:
    """Tell whether a conflict of the judge, or of a funder that they act for, closes an entry."""
    if barred.bars(application_id, person_id=actor.person_id, funder_id=actor.seats[round_id]):
        return True
    funders = {funder for own, funder in barred.funders if own == application_id}
    return bars(actor, round_id, people=(), funders=funders)


def _following(
    counted: CountedPairs, own: Sequence[PairEntry], *, judge: str, left_out: Collection[str]
) -> tuple[int, PairOfIds | None]:
    """Return how many more words would tell something, and the pair to ask next."""
    if len(own) < 2:
        return 0, None
    mine = {counted.place_of[entry.id] for entry in own}
    skipped = pairs_named(left_out, (in_order(a.id, b.id) for a, b in combinations(own, 2)))
    asked = pairs_to_ask(
        counted.fitted,
        judge=judge,
        count=MOST_COUNTED,
        barred=set(range(len(counted.entries))) - mine,
        left_out=[(counted.place_of[a], counted.place_of[b]) for a, b in skipped],
        groups=counted.groups,
    )
    if not asked:
        return 0, None
    entries = counted.entries
    following = entries[asked[0].first].id, entries[asked[0].second].id
    return sum(one.tells >= WORTH_ASKING for one in asked), following


def _own_words(
    session: Session, round_: Round, own: Sequence[PairEntry], *, actor: Actor
) -> tuple[OwnWord, ...]:
    """Return the actor's words on entries that are open to them, the newest first."""
    by_id = {entry.id: entry for entry in own}
    rows = session.scalars(
        select(PairJudgement)
        .where(
            PairJudgement.round_id == round_.id,
            PairJudgement.person_id == actor.person_id,
        )
        .order_by(PairJudgement.judged_at.desc(), PairJudgement.left_id, PairJudgement.right_id)
    )
    words = []
    for row in rows:
        pair = (row.left_id, row.right_id)
        if not {*pair} <= by_id.keys():
            continue
        first, second = shown_order(round_.seed, actor.person_id, pair)
        words.append(
            OwnWord(
                first=by_id[first],
                second=by_id[second],
                better=better_of(row.verdict, pair),
                note=row.note,
                version=row.version,
                judged_at=row.judged_at,
            )
        )
    return tuple(words)


def answers_beside(
    session: Session, pair: PairOfIds, *, hide_identity: bool
) -> Mapping[UUID, tuple[ShownAnswer, ...]]:
    """Return the first answers of both entries as they were submitted. 1 statement."""
    rows = session.execute(
        select(Application.id, SubmittedVersion.content)
        .join(SubmittedVersion, SubmittedVersion.application_id == Application.id)
        .where(
            Application.id.in_(pair),
            SubmittedVersion.number == Application.last_version,
        )
    )
    found = {
        id_: _first_answers(submitted_sections(content, hide_identity=hide_identity))
        for id_, content in rows
    }
    return {entry: found.get(entry, ()) for entry in pair}


def _first_answers(sections: Sequence[SubmittedSection]) -> tuple[ShownAnswer, ...]:
    told = [
        answer
        for section in sections
        for answer in section.answers
        if answer.text and not answer.rows and answer.code != CATEGORY_CODE
    ]
    return tuple(_shown(answer) for answer in told[:MOST_ANSWERS])


def _shown(answer: SubmittedAnswer) -> ShownAnswer:
    is_cut = len(answer.text) > LONGEST_ANSWER
    text = answer.text[:LONGEST_ANSWER].rstrip() + " …" if is_cut else answer.text
    return ShownAnswer(label=answer.label, text=text, is_cut=is_cut)
