"""Fills the permission table's records from the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import (
    Actor,
    ApplicationFacts,
    MemberRole,
    RoundFacts,
)
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
    Round,
    SignIn,
)


@dataclass(frozen=True)
class SignedIn:
    """Who sits behind a browser: the actor, the sign-in row and the person's time zone."""

    actor: Actor
    sign_in_id: UUID
    time_zone: str
    is_confirmed: bool


def signed_in(session: Session, token_hash: str, *, now: datetime) -> SignedIn | None:
    """Return who holds the token, or None when it is unknown, ended or expired. 2 statements."""
    row = session.execute(
        select(Person, SignIn.id)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(
            SignIn.token_hash == token_hash,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            Person.anonymised_at.is_(None),
        )
    ).one_or_none()
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
    roles = _roles(session, person.id)
    return Actor(
        person_id=person.id,
        name=person.name,
        email=person.email,
        is_administrator=person.is_administrator,
        is_fund_manager=person.is_fund_manager,
        memberships={a: MemberRole(role) for kind, a, _, role in roles if kind == "member"},
        seats={a: b for kind, a, b, _ in roles if kind == "seat"},
        offices=frozenset(a for kind, a, _, _ in roles if kind == "office"),
    )


def _roles(session: Session, person_id: UUID) -> Sequence[Any]:
    no_id = cast(null(), Uuid)
    member = select(
        literal("member"),
        Membership.organisation_id,
        no_id,
        cast(Membership.role, Person.name.type),
    ).where(Membership.person_id == person_id)
    seat = select(literal("seat"), PanelSeat.round_id, PanelSeat.funder_id, literal("")).where(
        PanelSeat.person_id == person_id, PanelSeat.is_active.is_(True)
    )
    office = select(literal("office"), Office.funder_id, no_id, literal("")).where(
        Office.person_id == person_id
    )
    return session.execute(union_all(member, seat, office)).all()


def round_facts(session: Session, condition: ColumnElement[bool]) -> RoundFacts:
    """Return the facts of the one round that meets `condition`. 2 statements."""
    round_ = session.scalar(select(Round).where(condition))
    if round_ is None:
        raise NotFound("There is no such round.")
    return facts_of_round(session, round_)


def facts_of_round(session: Session, round_: Round) -> RoundFacts:
    """Return the facts of a loaded round. 1 statement."""
    funders = session.scalars(select(Envelope.funder_id).where(Envelope.round_id == round_.id))
    return _facts(round_, frozenset(funders))


def application_facts(
    session: Session, application_id: UUID, *, for_update: bool = False
) -> ApplicationFacts:
    """Return what the permission table needs of an application. 2 statements.

    `for_update` locks the application row until the transaction ends (PostgreSQL; on
    SQLite a writing transaction is alone anyway).
    """
    statement = (
        select(Application, Round)
        .join(Round, Round.id == Application.round_id)
        .where(Application.id == application_id)
    )
    if for_update:
        statement = statement.with_for_update(of=Application).execution_options(
            populate_existing=True
        )
    row = session.execute(statement).one_or_none()
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
    not_dismissed = (
        Conflict.application_id == application.id,
        Conflict.state != ConflictState.DISMISSED,
    )
    rows: Sequence[Any] = session.execute(
        union_all(
            select(literal("person"), Conflict.person_id).where(
                *not_dismissed, Conflict.person_id.is_not(None)
            ),
            select(literal("funder"), Conflict.funder_id).where(
                *not_dismissed, Conflict.funder_id.is_not(None)
            ),
            select(literal("reviewer"), Assignment.person_id).where(
                Assignment.application_id == application.id,
                Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES),
            ),
            select(literal("envelope"), Envelope.funder_id).where(
                Envelope.round_id == application.round_id
            ),
        )
    ).all()
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
