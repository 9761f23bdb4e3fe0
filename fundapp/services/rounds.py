"""Rounds: made from a template or an earlier round, written as a draft, opened, moved on."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, Problem, StaleVersion, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.readiness import lacks_of, may_open
from fundapp.domain.references import round_reference
from fundapp.domain.round_steps import RoundDates, Step, steps_from
from fundapp.domain.rounds import RoundSettings, checked_settings
from fundapp.domain.rules import RoundContent, RoundIdentity, hash_of_rules, rules_text
from fundapp.domain.states import ROUND_TRANSITIONS, RoundState, advance
from fundapp.domain.templates.shape import RoundTemplate
from fundapp.domain.windows import Deadline
from fundapp.models import AuditEvent, PanelSeat, Round
from fundapp.queries.exchange_rates import rates_of_round
from fundapp.queries.progress import progress_of
from fundapp.queries.round_records import content_of, round_row, settings_columns, settings_of
from fundapp.services.audit import record_event
from fundapp.services.notes import read_note
from fundapp.services.round_content import write_content
from fundapp.services.round_drafts import DRAFT_DELETED, draft_to_change, locked_round

_VOTE_CLASHES = {
    "votes_open_at": Problem(
        "closes_at",
        "The public vote begins before that. Move the vote first, on the page Prize rules.",
    ),
    "votes_close_at": Problem(
        "reviews_due_at",
        "The public vote ends after that. Move the vote first, on the page Prize rules.",
    ),
}


def create_round(
    session: Session,
    settings: RoundSettings,
    *,
    template: RoundTemplate,
    prefix: str,
    actor: Actor,
    now: datetime,
    seed: str = "",
    round_id: UUID | None = None,
) -> Round:
    """Make a draft round with a template's form, rubric and prizes.

    `prefix` is the fund's (config.reference_prefix), the first part of the reference.
    `seed` settles ties and draws; a random one is made when none is given. Sent twice with
    the same `round_id`, the round is made once.
    """
    made = _made_before(session, round_id, actor=actor)
    if made is not None:
        return made
    content = RoundContent(
        kind=template.kind,
        sections=template.sections,
        rubric=template.rubric,
        prizes=template.prizes,
    )
    round_ = _add_round(
        session, settings, content, round_id=round_id, prefix=prefix, actor=actor, now=now
    )
    round_.seed = seed or round_.seed
    record_event(session, "round.created", round_, actor=actor, now=now, template=template.code)
    return round_


def copy_round(
    session: Session,
    settings: RoundSettings,
    *,
    copied_from_id: UUID,
    prefix: str,
    actor: Actor,
    now: datetime,
    round_id: UUID | None = None,
) -> Round:
    """Make a draft round with an earlier round's form, rubric, funders, envelopes and prizes.

    The panel is not copied: people are asked anew. Rates of other currencies come with their
    day, to be brought up to date. Sent twice with the same `round_id`,
    the round is made once.
    """
    made = _made_before(session, round_id, actor=actor)
    if made is not None:
        return made
    earlier = round_row(session, copied_from_id)
    content = content_of(session, earlier)
    round_ = _add_round(
        session, settings, content, round_id=round_id, prefix=prefix, actor=actor, now=now
    )
    round_.copied_from_id = earlier.id
    record_event(
        session, "round.created", round_, actor=actor, now=now, copied_from=earlier.reference
    )
    return round_


def update_round(
    session: Session,
    round_id: UUID,
    settings: RoundSettings,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Round:
    """Change the settings of a draft, all but its prize rules, which have a page of their own.

    StaleVersion carries the stored settings when somebody else saved after `version`.
    """
    round_ = draft_to_change(session, round_id, actor=actor)
    stored = settings_of(round_)
    tidy = _checked_with_vote(replace(settings, prize_rules=stored.prize_rules))
    if tidy == stored:
        return round_
    if round_.version != version:
        raise StaleVersion(
            "The settings were changed after you opened them. Compare, then save again.",
            theirs=stored,
            their_name="Another manager",
            version=round_.version,
        )
    if tidy.currency != stored.currency and rates_of_round(session, round_id):
        sentence = f"The rates of this round are to {stored.currency}. Remove them first."
        raise InvalidInput([Problem("currency", sentence)])
    for name, value in settings_columns(tidy).items():
        setattr(round_, name, value)
    round_.version += 1
    changed = [name for name, value in vars(tidy).items() if value != getattr(stored, name)]
    record_event(session, "round.updated", round_, actor=actor, now=now, fields=changed)
    session.flush()
    return round_


def open_round(session: Session, round_id: UUID, *, actor: Actor, now: datetime) -> Round:
    """Open the call: freeze the rules and their hash. InvalidInput says what is missing.

    A round whose opening time is to come is published now and takes applications from
    then on; one without a time, or with a past one, opens now.
    """
    round_ = locked_round(session, round_id, actor=actor)
    advance(ROUND_TRANSITIONS, round_.state, RoundState.OPEN, what="This round")
    content = content_of(session, round_)
    lacks = lacks_of(settings_of(round_), content, seats=count_seats(session, round_id), now=now)
    if not may_open(lacks):
        raise InvalidInput([Problem("", lack.sentence) for lack in lacks if lack.is_needed])
    if round_.opens_at is None or round_.opens_at < now:
        round_.opens_at = now
    identity = RoundIdentity(round_.reference, round_.seed)
    round_.rules = rules_text(identity, settings_of(round_), content)
    round_.rules_hash = hash_of_rules(round_.rules)
    round_.opened_at = now
    move_round(session, round_, RoundState.OPEN, actor=actor, now=now, rules_hash=round_.rules_hash)
    return round_


def advance_round(
    session: Session,
    round_id: UUID,
    target: RoundState,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Round:
    """Take the next step of a round (not the opening: `open_round`).

    WrongState says what still stands in the way. A step before its time, or back, needs a
    reason (InvalidInput), which the audit record keeps.
    """
    round_ = locked_round(session, round_id, actor=actor)
    advance(ROUND_TRANSITIONS, round_.state, target, what="This round")
    if target in (RoundState.OPEN, RoundState.CANCELLED):
        raise WrongState("This step has a page of its own. Take it from the page of the round.")
    step = next(one for one in next_steps(session, round_, now=now) if one.target is target)
    if step.obstacle:
        raise WrongState(step.obstacle)
    why = f"{step.early} Say why you do it all the same." if step.early else ""
    note = read_note(reason, field="reason", if_missing=why)
    move_round(session, round_, target, actor=actor, now=now, early=step.early, reason=note)
    if target is RoundState.ANNOUNCED:
        round_.announced_at = now
    return round_


def next_steps(session: Session, round_: Round, *, now: datetime) -> list[Step]:
    """Return the steps that may follow, with what stands in their way. 1 statement."""
    closes = None
    if round_.closes_at is not None:
        closes = Deadline(round_.closes_at, round_.time_zone, round_.is_anywhere_on_earth)
    dates = RoundDates(closes, round_.reviews_due_at, round_.announced_at)
    progress = progress_of(session, round_.id)
    return steps_from(round_.state, dates=dates, progress=progress, now=now)


def move_round(
    session: Session,
    round_: Round,
    target: RoundState,
    *,
    actor: Actor | None,
    now: datetime,
    **details: Any,
) -> None:
    """Put a locked round into its next state, with its audit line."""
    before = round_.state
    round_.state = advance(ROUND_TRANSITIONS, before, target, what="This round")
    round_.state_since = now
    event = f"round.{'opened' if target is RoundState.OPEN else 'advanced'}"
    record_event(
        session, event, round_, actor=actor, now=now, before=before, after=target, **details
    )
    session.flush()


def count_seats(session: Session, round_id: UUID) -> int:
    """Return how many reviewers sit on the panel. 1 statement."""
    seated = (PanelSeat.round_id == round_id, PanelSeat.is_active.is_(True))
    return session.scalar(select(func.count()).select_from(PanelSeat).where(*seated)) or 0


def _checked_with_vote(settings: RoundSettings) -> RoundSettings:
    """Check settings whose vote is written elsewhere: its clashes are told at the dates here."""
    try:
        return checked_settings(settings)
    except InvalidInput as error:
        raise InvalidInput(
            [_VOTE_CLASHES.get(problem.field, problem) for problem in error.problems]
        ) from error


def _made_before(session: Session, round_id: UUID | None, *, actor: Actor) -> Round | None:
    require(actor, Action.RUN_ROUNDS)
    return session.get(Round, round_id) if round_id is not None else None


def _add_round(
    session: Session,
    settings: RoundSettings,
    content: RoundContent,
    *,
    round_id: UUID | None,
    prefix: str,
    actor: Actor,
    now: datetime,
) -> Round:
    require(actor, Action.RUN_ROUNDS)
    tidy = checked_settings(settings)
    round_ = Round(
        id=round_id or uuid4(),
        reference=_free_reference(session, prefix, year=(tidy.opens_at or now).year),
        kind=content.kind,
        state=RoundState.DRAFT,
        seed=secrets.token_hex(16),
        created_by_id=actor.person_id,
        created_at=now,
        state_since=now,
        **settings_columns(tidy),
    )
    session.add(round_)
    session.flush()
    write_content(session, round_.id, content)
    return round_


def _free_reference(session: Session, prefix: str, *, year: int) -> str:
    first = round_reference(prefix, year=year)
    deleted = AuditEvent.details["reference"].as_string()
    taken = {
        *session.scalars(select(Round.reference).where(Round.reference.startswith(first))),
        *session.scalars(select(deleted).where(AuditEvent.event == DRAFT_DELETED)),
    }
    ordinal = 1
    while (reference := round_reference(prefix, year=year, ordinal=ordinal)) in taken:
        ordinal += 1
    return reference
