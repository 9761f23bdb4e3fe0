"""A draw among those too close to call: the list is frozen, then a public value decides."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, Problem, WrongState
from fundapp.domain.lotteries import DrawTerms, read_public_value, read_source
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import RoundState
from fundapp.joint.lottery.draw import FrozenLottery, run_draw
from fundapp.joint.lottery.draw import freeze_lottery as frozen_as
from fundapp.joint.lottery.draw_record import record_as_json
from fundapp.joint.lottery.partial_lottery import Lottery as Chances
from fundapp.models import Lottery, Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import FunderEnvelope, RoundHead, round_head, seen_by
from fundapp.queries.lotteries import frozen_list
from fundapp.queries.lottery_plans import DrawInputs, draw_inputs
from fundapp.services.audit import record_event

CLOSED_TO_YOU = (
    "A conflict of interest is recorded between you and an application in this draw. Ask a fund "
    "manager who has none."
)
DRAWN = "The draw has taken place, and there is one only."


def freeze_lottery(
    session: Session,
    round_id: UUID,
    *,
    places: int,
    source: str,
    known_on: date | None,
    ranking: str,
    actor: Actor,
    now: datetime,
) -> Lottery:
    """Freeze the list of those too close to call; its hash is public from then on.

    source: names the public value that will decide; known_on: the first day on which it can
    be known, after today. ranking: SHA-256 of the frozen ranking that was looked at. A list
    that was not drawn yet is replaced, and stays on record. Work the chances out before
    (`DrawInputs.planned`), so that this takes no time. Raises InvalidInput, WrongState.
    """
    head, funders = _locked_head(session, round_id, actor=actor)
    inputs = draw_inputs(session, head, funders)
    concerned = [candidate.id for candidate in inputs.candidates]
    _refuse_concerned(session, head, concerned, actor=actor)
    _refuse_settled(inputs, newest_lottery(session, round_id), ranking=ranking)
    chances = inputs.planned(places)
    if not any(entry.is_drawn for entry in chances.entries):
        raise WrongState(chances.reason)
    lottery = _frozen(
        head,
        inputs,
        chances,
        source=read_source(source),
        known_on=_checked_day(known_on, now=now),
        actor=actor,
        now=now,
    )
    session.add(lottery)
    session.flush()
    record_event(
        session,
        "lottery.frozen",
        lottery,
        actor=actor,
        now=now,
        places=places,
        in_the_draw=len(lottery.entries),
        value=lottery.source,
        commitment=lottery.commitment,
    )
    return lottery


def draw_lottery(
    session: Session, round_id: UUID, *, public_value: str, actor: Actor, now: datetime
) -> Lottery:
    """Draw with the value that the list named. Once: the same value gives the same draw.

    Raises InvalidInput, and WrongState before the value can be known.
    """
    head, _ = _locked_head(session, round_id, actor=actor)
    lottery = newest_lottery(session, round_id)
    if lottery is None:
        raise WrongState("Freeze the list first, then wait for the value that it names.")
    concerned = [UUID(entry["application_id"]) for entry in lottery.entries]
    _refuse_concerned(session, head, concerned, actor=actor)
    if lottery.drawn_at is not None:
        raise WrongState(DRAWN)
    known_on = date.fromisoformat(lottery.record["known_on"])
    if now.date() < known_on:
        raise WrongState(f"The value can be known from {known_on.day} {known_on:%B %Y} on.")
    value = read_public_value(public_value)
    record = run_draw(frozen_list(lottery), public_value=value, source=lottery.source)
    lottery.public_value = value
    lottery.record = lottery.record | {"draw": record_as_json(record)}
    lottery.drawn_by_id, lottery.drawn_at = actor.person_id, now
    session.flush()
    record_event(
        session,
        "lottery.drawn",
        lottery,
        actor=actor,
        now=now,
        places=lottery.places,
        public_value=value,
        commitment=lottery.commitment,
    )
    return lottery


def newest_lottery(session: Session, round_id: UUID) -> Lottery | None:
    """Return the list that counts, None while none was frozen."""
    return session.scalar(
        select(Lottery)
        .where(Lottery.round_id == round_id)
        .order_by(Lottery.frozen_at.desc(), Lottery.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _locked_head(
    session: Session, round_id: UUID, *, actor: Actor
) -> tuple[RoundHead, tuple[FunderEnvelope, ...]]:
    """Lock the round for somebody who may decide, while it is deliberating."""
    round_ = session.get(Round, round_id, with_for_update=True, populate_existing=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.DECIDE, facts_of_round(session, round_))
    if round_.state is not RoundState.DELIBERATING:
        raise WrongState("A draw is made while the round is deliberating.")
    return round_head(session, round_id)


def _refuse_concerned(
    session: Session, head: RoundHead, applications: Iterable[UUID], *, actor: Actor
) -> None:
    recused = seen_by(actor, head, barred_pairs(session, head.id)).recused
    if not recused.isdisjoint(applications):
        raise NotAllowed(CLOSED_TO_YOU)


def _refuse_settled(inputs: DrawInputs, newest: Lottery | None, *, ranking: str) -> None:
    if inputs.obstacle:
        raise WrongState(inputs.obstacle)
    if ranking != inputs.ranking:
        raise WrongState("The ranking was frozen anew since you looked. Look at the list again.")
    if newest is not None and newest.drawn_at is not None:
        raise WrongState(DRAWN)


def _checked_day(known_on: date | None, *, now: datetime) -> date:
    if known_on is None:
        sentence = "Enter the first day on which the value can be known."
        raise InvalidInput([Problem("known_on", sentence)])
    if known_on <= now.date():
        sentence = "The value must not exist yet. Enter a day from tomorrow on."
        raise InvalidInput([Problem("known_on", sentence)])
    return known_on


def _frozen(
    head: RoundHead,
    inputs: DrawInputs,
    chances: Chances,
    *,
    source: str,
    known_on: date,
    actor: Actor,
    now: datetime,
) -> Lottery:
    terms = DrawTerms(
        round_reference=head.reference,
        ranking=inputs.ranking,
        known_on=known_on,
        currency=head.currency,
        money=inputs.money,
        costs=inputs.costs,
    )
    frozen: FrozenLottery = frozen_as(chances, round_id=terms.label)
    ids = {candidate.reference: candidate.id for candidate in inputs.candidates}
    return Lottery(
        round_id=head.id,
        places=frozen.select,
        entries=[
            {
                "application_id": str(ids[entry.item]),
                "item": entry.item,
                "lower": entry.lower,
                "upper": entry.upper,
                "billionths": entry.billionths,
            }
            for entry in frozen.entries
        ],
        source=source,
        commitment=frozen.commitment,
        record={
            "round": terms.label,
            "worst_case": frozen.worst_case,
            "known_on": known_on.isoformat(),
        },
        frozen_by_id=actor.person_id,
        frozen_at=now,
    )
