"""Judges cannot enter: who decides on a prize is in no organisation that enters for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import ConflictSource, ConflictState, RoundKind
from fundapp.models import Conflict, Round
from fundapp.queries.judges_entering import enters_itself, judges_in_organisation, own_entries
from fundapp.services.audit import record_event

ENTERED = "is in an organisation that entered this prize, so they cannot judge it"


def refuse_entering_judges(
    session: Session, round_: Round, organisation_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Refuse an entry whose organisation has a judge of the prize among its people.

    WrongState without the name, since reviewers stay unnamed. The round's row is locked, as it is
    when a seat is taken, so that of two at once the second is refused.
    """
    if round_.kind is not RoundKind.PRIZE:
        return
    session.get_one(Round, round_.id, with_for_update=True)
    judges = judges_in_organisation(session, round_.id, organisation_id, now=now)
    if not judges:
        return
    if actor.person_id in judges:
        who = "You judge this prize, are invited to, or speak for a funder of it"
    else:
        who = "Somebody in your organisation judges this prize, or speaks for a funder of it"
    raise WrongState(f"{who}. So your organisation cannot enter. Ask the fund what can be done.")


def refuse_own_judge(session: Session, round_id: UUID, *, actor: Actor) -> None:
    """Refuse the actor a seat on the panel of a prize that their organisation entered."""
    if enters_itself(session, round_id, actor.person_id):
        raise WrongState(
            "Your organisation entered this prize, so you cannot judge it. Decline the invitation."
        )


def propose_own_entries(
    session: Session, person_id: UUID, *, actor: Actor, now: datetime
) -> list[Conflict]:
    """Propose a conflict for each entry of an organisation that a judge has joined.

    It bars the judge from the entry at once, until a fund manager resolves it in the register.
    """
    entries = own_entries(session, person_id)
    known = set(
        session.scalars(
            select(Conflict.application_id).where(
                Conflict.application_id.in_([one.application_id for one in entries]),
                Conflict.person_id == person_id,
                Conflict.source == ConflictSource.SAME_ORGANISATION,
            )
        )
    )
    proposed = []
    for entry in entries:
        if entry.application_id in known:
            continue
        conflict = Conflict(
            application_id=entry.application_id,
            person_id=person_id,
            source=ConflictSource.SAME_ORGANISATION,
            state=ConflictState.PROPOSED,
            note=f"Belongs to {entry.organisation} since after it entered this prize.",
            recorded_by_id=actor.person_id,
            recorded_at=now,
        )
        session.add(conflict)
        session.flush()
        record_event(
            session,
            "conflict.proposed",
            conflict,
            actor=actor,
            now=now,
            round_id=entry.round_id,
            application_id=entry.application_id,
            source=conflict.source,
        )
        proposed.append(conflict)
    return proposed
