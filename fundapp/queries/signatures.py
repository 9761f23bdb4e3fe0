"""Award letters that wait for officers' signatures: whose, in which round, and what they say."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.money import Money
from fundapp.domain.states import ConflictState, ContributionState, DocumentKind, OrderState
from fundapp.models import (
    Application,
    Award,
    Conflict,
    Contribution,
    Decision,
    DocumentOrder,
    Envelope,
    Funder,
    LetterSignature,
    Organisation,
    Person,
    Round,
    Tranche,
)
from fundapp.queries.exchange_rates import own_money

AnySelect: TypeAlias = Select[*tuple[Any, ...]]

IS_WANTED = or_(Round.needs_signatures.is_(True), Contribution.state == ContributionState.PROPOSED)
"""In a round that needs signatures every payer signs; elsewhere whose part was amended."""


@dataclass(frozen=True)
class UnsignedPart:
    """One funder's part of one letter that no officer of the funder has signed yet."""

    order_id: UUID
    funder_id: UUID
    funder: str
    round_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class LetterToSign:
    """A letter on an officer's list; sums in minor units of `currency`.

    part: what the officer's funder pays of `award`. own: the same in its envelope's currency.
    """

    order_id: UUID
    funder_id: UUID
    funder: str
    round_id: UUID
    round_title: str
    round_reference: str
    reference: str
    version: int
    note: str
    title: str
    organisation: str
    currency: str
    award: int
    part: int
    own: Money | None
    condition: str
    paid_when: str
    ordered_at: datetime


@dataclass(frozen=True)
class SigningSheet:
    """What one letter will say, for an officer to read before signing.

    payers: name, sum, when it pays, its condition, when its officer signed. conditions:
    those that all funders ask. tranches: sum, what releases it, its first day.
    """

    letter: LetterToSign
    application_id: UUID
    notice: str
    payers: tuple[tuple[str, int, str, str, datetime | None], ...]
    conditions: tuple[str, ...]
    tranches: tuple[tuple[int, str, date | None], ...]
    answer_by: date | None
    reason: str


@dataclass(frozen=True)
class UnsignedLetter:
    """A letter of a round that waits, with the funders whose officers have not signed.

    One that is closed to the reader has nothing but that.
    """

    order_id: UUID
    reference: str = ""
    title: str = ""
    ordered_at: datetime | None = None
    funders: tuple[str, ...] = ()
    is_recused: bool = False


def unsigned_parts(
    session: Session,
    *,
    order_ids: Collection[UUID] | None = None,
    round_id: UUID | None = None,
) -> Sequence[UnsignedPart]:
    """Return the parts that wait for a signature, by funder and letter. 1 statement."""
    statement = _waiting(
        select(
            DocumentOrder.id,
            Funder.id,
            Funder.name,
            DocumentOrder.round_id,
            DocumentOrder.application_id,
        )
    ).order_by(Funder.name, Funder.id, DocumentOrder.reference)
    if order_ids is not None:
        statement = statement.where(DocumentOrder.id.in_(order_ids))
    if round_id is not None:
        statement = statement.where(DocumentOrder.round_id == round_id)
    return [UnsignedPart(*row) for row in session.execute(statement)]


def count_to_sign(session: Session, person_id: UUID, funder_ids: Collection[UUID]) -> int:
    """Return how many letters wait for this officer of these funders. 1 statement."""
    statement = _open_to(
        _waiting(select(func.count(DocumentOrder.id))), person_id=person_id, funder_ids=funder_ids
    )
    return session.scalar(statement) or 0


def letters_to_sign(
    session: Session, person_id: UUID, funder_ids: Collection[UUID], *, limit: int | None = None
) -> tuple[LetterToSign, ...]:
    """Return what this officer may sign, by round, funder and letter. 1 statement.

    An application from which the officer or the funder is barred is not among them.
    """
    statement = _open_to(_letters(), person_id=person_id, funder_ids=funder_ids)
    rows = session.execute(
        statement.order_by(
            DocumentOrder.ordered_at, Round.reference, Funder.name, DocumentOrder.reference
        ).limit(limit)
    )
    return tuple(_letter(row) for row in rows)


def signing_sheet(session: Session, order_id: UUID, funder_id: UUID) -> SigningSheet:
    """Return what one letter will say, for a funder that has not signed it. 4 statements.

    NotFound where it is signed, or was replaced.
    """
    found: Any = session.execute(
        _letters().where(DocumentOrder.id == order_id, Funder.id == funder_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This letter is signed already, or a newer version took its place.")
    decision, order, award = found.Decision, found.DocumentOrder, found.Award
    return SigningSheet(
        letter=_letter(found),
        application_id=order.application_id,
        notice=found.Round.notice,
        payers=_payers(session, order_id, decision.id),
        conditions=tuple(one["text"] for one in award.conditions if not one.get("funder")),
        tranches=tuple(
            (row.amount, row.released_by, row.not_before_on)
            for row in session.scalars(
                select(Tranche).where(Tranche.award_id == award.id).order_by(Tranche.position)
            )
        ),
        answer_by=award.answer_by,
        reason=decision.reason,
    )


def unsigned_letters(
    session: Session, round_id: UUID, *, recused: frozenset[UUID] = frozenset()
) -> tuple[UnsignedLetter, ...]:
    """Return the round's letters that wait for signatures, and for whose. 2 statements."""
    waiting: dict[UUID, list[str]] = defaultdict(list)
    for part in unsigned_parts(session, round_id=round_id):
        waiting[part.order_id].append(part.funder)
    rows = session.execute(
        select(DocumentOrder, Application.title)
        .join(Application, Application.id == DocumentOrder.application_id)
        .where(DocumentOrder.round_id == round_id, DocumentOrder.state == OrderState.UNSIGNED)
        .order_by(Application.number, DocumentOrder.reference)
    )
    return tuple(
        UnsignedLetter(order.id, is_recused=True)
        if order.application_id in recused
        else UnsignedLetter(
            order.id, order.reference, title, order.ordered_at, tuple(waiting[order.id])
        )
        for order, title in rows
    )


def signatures_of(
    session: Session, order_ids: Collection[UUID]
) -> Mapping[UUID, Mapping[UUID, tuple[str, datetime]]]:
    """Return who signed each order for which funder, and when. 1 statement."""
    rows = session.execute(
        select(
            LetterSignature.order_id,
            LetterSignature.funder_id,
            Person.name,
            LetterSignature.signed_at,
        )
        .join(Person, Person.id == LetterSignature.person_id)
        .where(LetterSignature.order_id.in_(order_ids))
        .order_by(LetterSignature.signed_at, LetterSignature.id)
    )
    found: dict[UUID, dict[UUID, tuple[str, datetime]]] = defaultdict(dict)
    for order_id, funder_id, name, at in rows:
        found[order_id][funder_id] = (name, at)
    return found


def _waiting(statement: AnySelect) -> AnySelect:
    """Narrow to parts of letters that no officer of their funder has signed."""
    return (
        statement.select_from(DocumentOrder)
        .join(Round, Round.id == DocumentOrder.round_id)
        .join(Decision, Decision.application_id == DocumentOrder.application_id)
        .join(Contribution, Contribution.decision_id == Decision.id)
        .join(Funder, Funder.id == Contribution.funder_id)
        .outerjoin(
            LetterSignature,
            (LetterSignature.order_id == DocumentOrder.id)
            & (LetterSignature.funder_id == Contribution.funder_id),
        )
        .where(
            DocumentOrder.state == OrderState.UNSIGNED,
            DocumentOrder.kind == DocumentKind.AWARD_LETTER,
            LetterSignature.id.is_(None),
            IS_WANTED,
        )
    )


def _open_to(statement: AnySelect, *, person_id: UUID, funder_ids: Collection[UUID]) -> AnySelect:
    """Narrow to what this person may sign for these funders."""
    is_barred = (
        select(Conflict.id)
        .where(
            Conflict.application_id == DocumentOrder.application_id,
            Conflict.state != ConflictState.DISMISSED,
            or_(Conflict.person_id == person_id, Conflict.funder_id == Contribution.funder_id),
        )
        .exists()
    )
    return statement.where(Contribution.funder_id.in_(funder_ids), ~is_barred)


def _letters() -> AnySelect:
    return (
        _waiting(
            select(
                DocumentOrder,
                Round,
                Decision,
                Contribution,
                Award,
                Funder.name.label("funder"),
                Application.title,
                Organisation.name.label("organisation"),
                Envelope.own_currency,
            )
        )
        .join(Award, Award.decision_id == Decision.id)
        .join(Application, Application.id == DocumentOrder.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(
            Envelope,
            (Envelope.round_id == Round.id) & (Envelope.funder_id == Contribution.funder_id),
        )
    )


def _letter(row: Any) -> LetterToSign:
    order, round_, part = row.DocumentOrder, row.Round, row.Contribution
    return LetterToSign(
        order_id=order.id,
        funder_id=part.funder_id,
        funder=row.funder,
        round_id=round_.id,
        round_title=round_.title,
        round_reference=round_.reference,
        reference=order.reference,
        version=order.version,
        note=order.note,
        title=row.title,
        organisation=row.organisation,
        currency=round_.currency,
        award=row.Decision.amount or 0,
        part=part.amount,
        own=own_money(part.own_amount, row.own_currency),
        condition=part.condition,
        paid_when=part.paid_when,
        ordered_at=order.ordered_at,
    )


def _payers(
    session: Session, order_id: UUID, decision_id: UUID
) -> tuple[tuple[str, int, str, str, datetime | None], ...]:
    rows = session.execute(
        select(Contribution, Funder.name, LetterSignature.signed_at)
        .join(Funder, Funder.id == Contribution.funder_id)
        .outerjoin(
            LetterSignature,
            (LetterSignature.order_id == order_id)
            & (LetterSignature.funder_id == Contribution.funder_id),
        )
        .where(Contribution.decision_id == decision_id)
        .order_by(Contribution.amount.desc(), Funder.name, Funder.id)
    )
    return tuple(
        (name, part.amount, part.paid_when, part.condition, signed_at)
        for part, name, signed_at in rows
    )
