"""Judging by pairs: what a judge says of two entries."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.clashes import changed_too
from fundapp.domain.errors import NotFound, StaleVersion, WrongState
from fundapp.domain.pairs import PairOfIds, in_order, read_better, read_note, verdict_of
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.models import PairJudgement, PanelSeat
from fundapp.queries.access import application_facts
from fundapp.queries.judges_pairs import JUDGED_WHILE
from fundapp.queries.pairs import round_of_pairs
from fundapp.services.audit import record_event


def judge_pair(
    session: Session,
    round_id: UUID,
    pair: PairOfIds,
    *,
    better: str,
    note: str = "",
    version: int = 0,
    actor: Actor,
    now: datetime,
) -> PairJudgement:
    """Store or change the actor's word on two entries of the round.

    better: the id of the entry that is put first, or TOO_CLOSE. version: of the word that was
    looked at, 0 for none. The same word sent twice is stored once. The seat's row is locked, so
    that two windows of one person wait in turn. The audit line does not say which entries, nor
    which is put first: the order stays closed until the round deliberates. Raises InvalidInput,
    StaleVersion, WrongState, NotFound.
    """
    asked = round_of_pairs(session, round_id)
    require(actor, Action.JUDGE_PAIRS, asked.facts)
    if asked.round.state is not RoundState.REVIEWING:
        raise WrongState(JUDGED_WHILE)
    _require_both(session, round_id, pair, actor=actor)
    session.execute(
        select(PanelSeat.id)
        .where(PanelSeat.round_id == round_id, PanelSeat.person_id == actor.person_id)
        .with_for_update()
    )
    stored = in_order(*pair)
    verdict, text = verdict_of(read_better(better, stored), stored), read_note(note)
    row = _own_word(session, stored, actor=actor)
    if row is not None and (row.verdict, row.note) == (verdict, text):
        return row
    if version != (row.version if row else 0):
        raise _stale(row)
    if row is None:
        row = PairJudgement(
            round_id=round_id,
            person_id=actor.person_id,
            left_id=stored[0],
            right_id=stored[1],
            version=0,
        )
        session.add(row)
    row.verdict, row.note, row.judged_at = verdict, text, now
    row.version += 1
    session.flush()
    record_event(
        session, "round.pair_judged", asked.round, actor=actor, now=now, version=row.version
    )
    return row


def _require_both(session: Session, round_id: UUID, pair: PairOfIds, *, actor: Actor) -> None:
    if pair[0] == pair[1]:
        raise NotFound("There is no such pair.")
    for application_id in pair:
        facts = application_facts(session, application_id)
        if facts.round.id != round_id:
            raise NotFound("There is no such pair.")
        require(actor, Action.JUDGE_PAIRS, facts)
        if facts.state is not ApplicationState.UNDER_REVIEW:
            raise WrongState("One of the two is no longer under review. Go on with the next pair.")


def _own_word(session: Session, pair: PairOfIds, *, actor: Actor) -> PairJudgement | None:
    return session.scalar(
        select(PairJudgement)
        .where(
            PairJudgement.person_id == actor.person_id,
            PairJudgement.left_id == pair[0],
            PairJudgement.right_id == pair[1],
        )
        .execution_options(populate_existing=True)
    )


def _stale(row: PairJudgement | None) -> StaleVersion:
    sentence = f"{changed_too('', 'this pair', is_own=True)} Nothing was overwritten: "
    return StaleVersion(
        f"{sentence}what stands now is marked below. Say it again if you want to change it.",
        theirs=row,
        their_name="",
        version=row.version if row else 0,
    )
