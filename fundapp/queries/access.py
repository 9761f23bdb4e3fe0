"""Fills the permission table's records from the database.

Every request runs these statements, so they are built once: building one costs more than
running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Uuid,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import (
    Actor,
    ApplicationFacts,
    MemberRole,
    RoundFacts,
)
from fundapp.domain.reruns import OPEN_RERUN_STATES
from fundapp.domain.states import ACTIVE_ASSIGNMENT_STATES, ConflictState
from fundapp.models import (
    Application,
    Assignment,
    Conflict,
    Envelope,
    Membership,
    Office,
    PanelSeat,
    Person,
    Rerun,
    Round,
    SignIn,
)

_NO_ID = cast(null(), Uuid)

_SIGNED_IN = (
    select(Person, SignIn.id)
    .join(SignIn, SignIn.person_id == Person.id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("now"),
        Person.anonymised_at.is_(None),
    )
)

_ROLES = union_all(
    select(
        literal("member"),
        Membership.organisation_id,
        _NO_ID,
        cast(Membership.role, Person.name.type),
    ).where(Membership.person_id == bindparam("person_id")),
    select(literal("seat"), PanelSeat.round_id, PanelSeat.funder_id, literal("")).where(
        PanelSeat.person_id == bindparam("person_id"), PanelSeat.is_active.is_(True)
    ),
    select(literal("office"), Office.funder_id, _NO_ID, literal("")).where(
        Office.person_id == bindparam("person_id")
    ),
    select(literal("rerun"), Rerun.id, _NO_ID, literal("")).where(
        Rerun.verifier_id == bindparam("person_id"), Rerun.state.in_(OPEN_RERUN_STATES)
    ),
)

_IN_FORCE = (
    Conflict.application_id == bindparam("application_id"),
    Conflict.state != ConflictState.DISMISSED,
)

_PARTIES: CompoundSelect[Any, Any] = union_all(
    select(literal("person"), Conflict.person_id).where(
        *_IN_FORCE, Conflict.person_id.is_not(None)
    ),
    select(literal("funder"), Conflict.funder_id).where(
        *_IN_FORCE, Conflict.funder_id.is_not(None)
    ),
    select(literal("reviewer"), Assignment.person_id).where(
        Assignment.application_id == bindparam("application_id"),
        Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES),
    ),
    select(literal("envelope"), Envelope.funder_id).where(
        Envelope.round_id == bindparam("round_id")
    ),
)

_APPLICATION = (
    select(Application, Round)
    .join(Round, Round.id == Application.round_id)
    .where(Application.id == bindparam("application_id"))
)

_APPLICATION_LOCKED = _APPLICATION.with_for_update(of=Application).execution_options(
    populate_existing=True
)

_FUNDERS = select(Envelope.funder_id).where(Envelope.round_id == bindparam("round_id"))


@dataclass(frozen=True)
class SignedIn:
    """Who sits behind a browser: the actor, the sign-in row and the person's time zone."""

    actor: Actor
    sign_in_id: UUID
    time_zone: str
    is_confirmed: bool


def signed_in(session: Session, token_hash: str, *, now: datetime) -> SignedIn | None:
    """Return who holds the token, or None when it is unknown, ended or expired. 2 statements."""
    row = session.execute(_SIGNED_IN, {"token_hash": token_hash, "now": now}).one_or_none()
    if row is None:
        return None
    person, sign_in_id = row
    return SignedIn(
        actor=_actor(session, person),
        sign_in_id=sign_in_id,
        time_zone=person.time_zone,
        is_confirmed=person.email_confirmed_at is not None,
    )


def actor_for(session: Session, person_id: UUID) -> Actor:
    """Return a person with all their roles. 2 statements."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    return _actor(session, person)


def _actor(session: Session, person: Person) -> Actor:
    roles: Sequence[Any] = session.execute(_ROLES, {"person_id": person.id}).all()
    return Actor(
        person_id=person.id,
        name=person.name,
        email=person.email,
        is_administrator=person.is_administrator,
        is_fund_manager=person.is_fund_manager,
        memberships={a: MemberRole(role) for kind, a, _, role in roles if kind == "member"},
        seats={a: b for kind, a, b, _ in roles if kind == "seat"},
        offices=frozenset(a for kind, a, _, _ in roles if kind == "office"),
        reruns=frozenset(a for kind, a, _, _ in roles if kind == "rerun"),
    )


def round_facts(session: Session, condition: ColumnElement[bool]) -> RoundFacts:
    """Return the facts of the one round that meets `condition`. 2 statements."""
    round_ = session.scalar(select(Round).where(condition))
    if round_ is None:
        raise NotFound("There is no such round.")
    return facts_of_round(session, round_)


def facts_of_round(session: Session, round_: Round) -> RoundFacts:
    """Return the facts of a loaded round. 1 statement."""
    funders = session.scalars(_FUNDERS, {"round_id": round_.id})
    return _facts(round_, frozenset(funders))


def application_facts(
    session: Session, application_id: UUID, *, for_update: bool = False
) -> ApplicationFacts:
    """Return what the permission table needs of an application. 2 statements.

    `for_update` locks the application row until the transaction ends (PostgreSQL; on
    SQLite a writing transaction is alone anyway).
    """
    statement = _APPLICATION_LOCKED if for_update else _APPLICATION
    row = session.execute(statement, {"application_id": application_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such application.")
    return facts_of_application(session, row[0], row[1])


def facts_of_application(
    session: Session, application: Application, round_: Round
) -> ApplicationFacts:
    """Return the facts of a loaded application. 1 statement."""
    parties = _parties(session, application)
    return ApplicationFacts(
        id=application.id,
        organisation_id=application.organisation_id,
        state=application.state,
        round=_facts(round_, parties["envelope"]),
        barred_people=parties["person"],
        barred_funders=parties["funder"],
        reviewer_ids=parties["reviewer"],
    )


def _parties(session: Session, application: Application) -> dict[str, frozenset[UUID]]:
    ids = {"application_id": application.id, "round_id": application.round_id}
    rows: Sequence[Any] = session.execute(_PARTIES, ids).all()
    return {
        kind: frozenset(party for found, party in rows if found == kind)
        for kind in ("person", "funder", "reviewer", "envelope")
    }


def _facts(round_: Round, funder_ids: frozenset[UUID]) -> RoundFacts:
    return RoundFacts(
        id=round_.id,
        state=round_.state,
        is_blind=round_.is_blind,
        peer_reviews=round_.peer_reviews,
        funder_ids=funder_ids,
    )
