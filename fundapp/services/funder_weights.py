"""What the criteria of a draft round count for each funder, where it weighs them itself.

The weights are chosen before anybody has seen a score and are frozen with the rules: whoever
could choose them afterwards could choose the ranking.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.permissions import Actor
from fundapp.models import Criterion, Envelope, Funder, FunderWeight, Round
from fundapp.services.audit import record_event
from fundapp.services.round_drafts import draft_to_change, refuse, refuse_stale, stamp_of

LARGEST_WEIGHT = 100

OwnWeights = Mapping[UUID, int]
"""By criterion id; empty for a funder that weighs as the rubric does."""


def set_funder_weights(
    session: Session,
    round_id: UUID,
    funder_id: UUID,
    *,
    weights: OwnWeights | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Set what each criterion, by id, counts for a funder; None: as much as in the rubric.

    Whole numbers from 0, which leaves a criterion out, to 100, at least one above 0. Fields of
    problems are "weight-<funder id>-<criterion id>".
    """
    round_ = draft_to_change(session, round_id, actor=actor)
    stored = _stored(session, round_id)
    codes = _codes(session, round_id)
    refuse(*_problems(funder_id, weights or {}, codes))
    if (weights or {}) == stored.get(funder_id, {}):
        return
    _write(session, round_, funder_id, weights=weights or {}, codes=codes, actor=actor, now=now)


def set_own_weights(
    session: Session,
    round_id: UUID,
    table: Mapping[UUID, OwnWeights],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Set the weights of several funders at once, as `set_funder_weights` does for one.

    `version` is the `own_weights_stamp` that the form showed. StaleVersion carries the weights
    that stand, by funder and criterion id, when another manager changed them or the criteria.
    """
    round_ = draft_to_change(session, round_id, actor=actor)
    stored = _stored(session, round_id)
    codes = _codes(session, round_id)
    changed = {
        funder: weights for funder, weights in table.items() if weights != stored.get(funder, {})
    }
    if not changed:
        return
    refuse_stale(stored, columns=_columns(stored, codes), stamp=version)
    refuse(
        *(
            problem
            for funder, weights in changed.items()
            for problem in _problems(funder, weights, codes)
        )
    )
    for funder, weights in changed.items():
        _write(session, round_, funder, weights=weights, codes=codes, actor=actor, now=now)


def own_weights_stamp(session: Session, round_id: UUID) -> int:
    """Return the number by which a form says which weights and criteria it showed."""
    return stamp_of(_columns(_stored(session, round_id), _codes(session, round_id)))


def weigh_new_criterion(session: Session, criterion: Criterion) -> None:
    """Let a new criterion count as in the rubric for the funders that have own weights."""
    weighing = select(FunderWeight.funder_id).where(FunderWeight.round_id == criterion.round_id)
    session.add_all(
        FunderWeight(
            round_id=criterion.round_id,
            funder_id=funder_id,
            criterion_id=criterion.id,
            weight=criterion.weight,
        )
        for funder_id in session.scalars(weighing.distinct())
    )
    session.flush()


def forget_funder_weights(session: Session, round_id: UUID, funder_id: UUID) -> None:
    """Remove the weights of a funder that leaves the round."""
    session.execute(
        delete(FunderWeight).where(
            FunderWeight.round_id == round_id, FunderWeight.funder_id == funder_id
        )
    )


def _write(
    session: Session,
    round_: Round,
    funder_id: UUID,
    *,
    weights: OwnWeights,
    codes: Mapping[UUID, str],
    actor: Actor,
    now: datetime,
) -> None:
    funder = session.scalar(
        select(Funder)
        .join(Envelope, Envelope.funder_id == Funder.id)
        .where(Envelope.round_id == round_.id, Funder.id == funder_id)
    )
    if funder is None:
        raise InvalidInput([Problem("", "A funder left this round. Load the page again.")])
    forget_funder_weights(session, round_.id, funder_id)
    session.add_all(
        FunderWeight(round_id=round_.id, funder_id=funder_id, criterion_id=criterion, weight=weight)
        for criterion, weight in weights.items()
    )
    session.flush()
    record_event(
        session,
        "round.funder_weights_set",
        round_,
        actor=actor,
        now=now,
        funder=funder.code,
        weights={codes[one]: weights[one] for one in codes if one in weights} or "as in the rubric",
    )


def _problems(funder_id: UUID, weights: OwnWeights, codes: Mapping[UUID, str]) -> list[Problem]:
    if not weights:
        return []
    if weights.keys() != codes.keys():
        return [Problem("", "The criteria changed in the meantime. Load the page again.")]
    problems = [
        Problem(
            f"weight-{funder_id}-{criterion}", f"Enter a whole number from 0 to {LARGEST_WEIGHT}."
        )
        for criterion, weight in weights.items()
        if not 0 <= weight <= LARGEST_WEIGHT
    ]
    if not problems and not any(weights.values()):
        sentence = (
            "Give one criterion or more a weight above 0, or empty all fields of this funder."
        )
        problems.append(Problem(f"weight-{funder_id}-{next(iter(codes))}", sentence))
    return problems


def _stored(session: Session, round_id: UUID) -> dict[UUID, dict[UUID, int]]:
    rows = session.execute(
        select(FunderWeight.funder_id, FunderWeight.criterion_id, FunderWeight.weight)
        .where(FunderWeight.round_id == round_id)
        .order_by(FunderWeight.funder_id, FunderWeight.criterion_id)
    )
    stored: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for funder_id, criterion_id, weight in rows:
        stored[funder_id][criterion_id] = weight
    return dict(stored)


def _codes(session: Session, round_id: UUID) -> dict[UUID, str]:
    rows = session.scalars(
        select(Criterion)
        .where(Criterion.round_id == round_id)
        .order_by(Criterion.position, Criterion.id)
    )
    return {row.id: row.code for row in rows}


def _columns(stored: Mapping[UUID, OwnWeights], codes: Mapping[UUID, str]) -> list[Any]:
    """Return what a stamp covers: the weights by funder, and which criteria there are."""
    weights = sorted(
        (str(funder), sorted((str(one), weight) for one, weight in own.items()))
        for funder, own in stored.items()
    )
    return [weights, sorted(str(id_) for id_ in codes)]
