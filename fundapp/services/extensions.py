"""A later deadline for one organisation in one round."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import RoundState
from fundapp.domain.windows import Deadline
from fundapp.models import Extension, Organisation, Round
from fundapp.services.audit import record_event
from fundapp.services.notes import read_note
from fundapp.services.round_drafts import locked_round

EXTENDING_STATES = frozenset({RoundState.OPEN, RoundState.SCREENING})
"""States in which an organisation with an extension may still apply."""


def grant_extension(
    session: Session,
    round_id: UUID,
    organisation_id: UUID,
    *,
    until: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Extension:
    """Give one organisation more time, or change what it was given.

    InvalidInput without a reason, or when `until` is not after the deadline and after now.
    """
    round_ = locked_round(session, round_id, actor=actor)
    if round_.state not in EXTENDING_STATES:
        raise WrongState("More time can be given while the call is open or being screened.")
    why = read_note(reason, field="reason", if_missing="Say why this organisation gets more time.")
    _check_until(round_, until, now=now)
    if session.get(Organisation, organisation_id) is None:
        raise NotFound("There is no such organisation.")
    extension = session.scalar(
        select(Extension).where(
            Extension.round_id == round_id, Extension.organisation_id == organisation_id
        )
    )
    if extension is None:
        extension = Extension(round_id=round_id, organisation_id=organisation_id)
        session.add(extension)
    elif (extension.until_at, extension.reason) == (until, why):
        return extension
    extension.until_at, extension.reason = until, why
    extension.granted_by_id, extension.granted_at = actor.person_id, now
    session.flush()
    record_event(
        session,
        "extension.granted",
        extension,
        actor=actor,
        now=now,
        organisation_id=organisation_id,
        until=until,
        reason=why,
    )
    return extension


def _check_until(round_: Round, until: datetime, *, now: datetime) -> None:
    if round_.closes_at is not None:
        deadline = Deadline(round_.closes_at, round_.time_zone, round_.is_anywhere_on_earth)
        if until <= round_.closes_at:
            sentence = f"Choose a time after the deadline, {deadline.in_words()}."
            raise InvalidInput([Problem("until", sentence)])
    if until <= now:
        raise InvalidInput([Problem("until", "Choose a time that is still to come.")])
