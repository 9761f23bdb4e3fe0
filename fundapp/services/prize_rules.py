"""The prize rules of a draft round: gates, pairs, re-runs, nominations, the vote, the gallery."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.errors import WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.prize_rules import (
    PrizeRules,
    check_prize_rules,
    prize_rules_as_data,
    prize_rules_from_data,
)
from fundapp.domain.states import RoundKind
from fundapp.services.audit import record_event
from fundapp.services.round_drafts import draft_to_change, refuse, refuse_stale, stamp_of


def set_prize_rules(
    session: Session,
    round_id: UUID,
    rules: PrizeRules,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Write the prize rules anew. `version` is the `prize_rules_stamp` that the form showed.

    StaleVersion carries the rules that stand when somebody else saved first. WrongState for a
    grant round, InvalidInput with a sentence per field of PrizeRules.
    """
    round_ = draft_to_change(session, round_id, actor=actor)
    if round_.kind is not RoundKind.PRIZE:
        raise WrongState("Only a prize round has prize rules.")
    refuse(
        *check_prize_rules(rules, closes_at=round_.closes_at, reviews_due_at=round_.reviews_due_at)
    )
    stored = prize_rules_from_data(round_.prize_rules)
    if rules == stored:
        return
    refuse_stale(stored, columns=prize_rules_as_data(stored), stamp=version)
    round_.prize_rules = prize_rules_as_data(rules)
    round_.version += 1
    changed = [name for name, value in vars(rules).items() if value != getattr(stored, name)]
    record_event(session, "round.prize_rules_set", round_, actor=actor, now=now, fields=changed)
    session.flush()


def prize_rules_stamp(rules: PrizeRules) -> int:
    """Return the number by which a form says which rules it showed."""
    return stamp_of(prize_rules_as_data(rules))
