"""Ordered and issued documents of a round, and of one application for its people."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.languages import DEFAULT
from fundapp.domain.mail import LETTER_KEY
from fundapp.domain.money import Money
from fundapp.domain.references import announcement_language
from fundapp.domain.states import (
    ApplicationState,
    AwardState,
    DecisionState,
    DocumentKind,
    MailState,
    OrderState,
    RoundState,
)
from fundapp.models import (
    Application,
    Award,
    Contribution,
    Decision,
    DocumentOrder,
    Funder,
    IssuedDocument,
    Organisation,
    OutboxMessage,
    Round,
)
from fundapp.queries.exchange_rates import round_rates
from fundapp.queries.paging import Page, page_of
from fundapp.queries.publication import has_public_results

PAGE_SIZE = 50


@dataclass(frozen=True)
class LetterMail:
    """The mail that brings a letter. bounced_at: when the other side's refusal was read."""

    id: UUID
    state: MailState
    to_address: str
    bounced_at: datetime | None
    reason: str


@dataclass(frozen=True)
class LetterRow:
    """One ordered document. A row closed to the reader has nothing but its state.

    application_id None = the announcement. size in bytes, 0 while it is not printed.
    """

    state: OrderState
    kind: DocumentKind | None = None
    reference: str = ""
    version: int = 0
    application_id: UUID | None = None
    title: str = ""
    organisation: str = ""
    note: str = ""
    problem: str = ""
    ordered_at: datetime | None = None
    document_id: UUID | None = None
    size: int = 0
    is_recused: bool = False
    mail: LetterMail | None = None


@dataclass(frozen=True)
class StoredDocument:
    """Where the bytes of an issued document are, and whose it is."""

    id: UUID
    kind: str
    reference: str
    sha256: str
    round_id: UUID
    round_state: RoundState
    application_id: UUID | None


@dataclass(frozen=True)
class OwnAward:
    """An award as the grantee sees it; amounts in minor units.

    own: the award in the currency that was asked in, where that is not the round's.
    """

    id: UUID
    state: AwardState
    amount: int
    answer_by: date | None
    answered_at: datetime | None
    contributions: tuple[tuple[str, int], ...]
    own: Money | None


@dataclass(frozen=True)
class OwnLetters:
    """What an applicant finds about its decision: letters (newest first) and the award."""

    application_id: UUID
    reference: str
    title: str
    round_title: str
    notice: str
    currency: str
    state: ApplicationState
    reserve_place: int | None
    letters: tuple[LetterRow, ...]
    award: OwnAward | None


def letter_counts(session: Session, round_id: UUID) -> Mapping[OrderState, int]:
    """Return how many documents of the round are in each state. 1 statement."""
    rows = session.execute(
        select(DocumentOrder.state, func.count())
        .where(DocumentOrder.round_id == round_id)
        .group_by(DocumentOrder.state)
    )
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in OrderState}


def letters_of_round(
    session: Session, round_id: UUID, *, recused: frozenset[UUID], number: int
) -> Page[LetterRow]:
    """Return one page of the round's documents, what failed or came back first. 2 statements."""
    statement = (
        select(
            DocumentOrder, Application.title, Organisation.name, IssuedDocument.size, OutboxMessage
        )
        .outerjoin(Application, Application.id == DocumentOrder.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(IssuedDocument, IssuedDocument.id == DocumentOrder.document_id)
        .outerjoin(OutboxMessage, mail_of_letter())
        .where(DocumentOrder.round_id == round_id)
        .order_by(
            DocumentOrder.state != OrderState.FAILED,
            OutboxMessage.bounced_at.is_(None),
            Application.number,
            DocumentOrder.reference,
            DocumentOrder.version.desc(),
        )
    )

    def make(found: Any) -> LetterRow:
        order, title, organisation, size, mail = found
        if order.application_id in recused:
            return LetterRow(state=order.state, is_recused=True)
        row = _row(order, title=title or "", organisation=organisation or "", size=size or 0)
        return replace(row, mail=_mail(mail))

    return page_of(session, statement, make, number=number, size=PAGE_SIZE)


def mail_of_letter() -> ColumnElement[bool]:
    """Join an order to the one mail that brings its letter."""
    return OutboxMessage.once_key == LETTER_KEY + DocumentOrder.reference


def stored_document(session: Session, document_id: UUID) -> StoredDocument:
    """Return an issued document. 1 statement. NotFound for none."""
    found = session.execute(
        select(IssuedDocument, Round.state)
        .join(Round, Round.id == IssuedDocument.round_id)
        .where(IssuedDocument.id == document_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such document.")
    return _stored(found[0], found[1])


def newest_announcement(
    session: Session, round_reference: str, *, language: str = DEFAULT, now: datetime
) -> StoredDocument:
    """Return a round's newest announcement in a language. 1 statement.

    NotFound until it is printed and public.
    """
    rows = session.execute(
        select(IssuedDocument, Round.state)
        .join(Round, Round.id == IssuedDocument.round_id)
        .where(
            Round.reference == round_reference,
            has_public_results(now),
            IssuedDocument.kind == DocumentKind.ANNOUNCEMENT.value,
        )
        .order_by(IssuedDocument.version.desc())
    )
    for document, state in rows:
        if announcement_language(document.reference) == language:
            return _stored(document, state)
    raise NotFound("There is no announcement of this round yet.")


def own_letters(session: Session, application_id: UUID) -> OwnLetters:
    """Return what the applicant may see of its decision. 3 statements, 4 with own currency.

    Nothing of a decision is told before it is released.
    """
    found: Any = session.execute(
        select(Application, Round, Decision, Award)
        .join(Round, Round.id == Application.round_id)
        .outerjoin(
            Decision,
            (Decision.application_id == Application.id)
            & (Decision.state == DecisionState.RELEASED),
        )
        .outerjoin(Award, Award.decision_id == Decision.id)
        .where(Application.id == application_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such application.")
    application, round_, decision, award = found
    is_reserved = application.state is ApplicationState.RESERVED and decision is not None
    return OwnLetters(
        application_id=application.id,
        reference=application.reference or "",
        title=application.title,
        round_title=round_.title,
        notice=round_.notice,
        currency=round_.currency,
        state=application.state,
        reserve_place=decision.reserve_place if is_reserved else None,
        letters=_issued_letters(session, application.id),
        award=_own_award(session, found) if award is not None else None,
    )


def _issued_letters(session: Session, application_id: UUID) -> tuple[LetterRow, ...]:
    rows = session.execute(
        select(DocumentOrder, IssuedDocument.size)
        .outerjoin(IssuedDocument, IssuedDocument.id == DocumentOrder.document_id)
        .where(
            DocumentOrder.application_id == application_id,
            DocumentOrder.kind != DocumentKind.CERTIFICATE,
        )
        .order_by(DocumentOrder.ordered_at.desc(), DocumentOrder.version.desc())
    )
    return tuple(_row(order, size=size or 0) for order, size in rows)


def _own_award(session: Session, found: Any) -> OwnAward:
    application, round_, decision, award = found
    has_others = application.own_currency is not None
    rates = round_rates(session, round_.id, currency=round_.currency, has_others=has_others)
    parts = session.execute(
        select(Funder.name, Contribution.amount)
        .join(Contribution, Contribution.funder_id == Funder.id)
        .where(Contribution.decision_id == decision.id)
        .order_by(Contribution.amount.desc(), Funder.name)
    )
    return OwnAward(
        id=award.id,
        state=award.state,
        amount=decision.amount or 0,
        answer_by=award.answer_by,
        answered_at=award.answered_at,
        contributions=tuple((name, amount) for name, amount in parts),
        own=rates.award(decision.amount, application),
    )


def _row(order: DocumentOrder, *, title: str = "", organisation: str = "", size: int) -> LetterRow:
    return LetterRow(
        state=order.state,
        kind=order.kind,
        reference=order.reference,
        version=order.version,
        application_id=order.application_id,
        title=title,
        organisation=organisation,
        note=order.note,
        problem=order.problem,
        ordered_at=order.ordered_at,
        document_id=order.document_id,
        size=size,
    )


def _mail(message: OutboxMessage | None) -> LetterMail | None:
    if message is None:
        return None
    reason = message.bounce_reason or message.last_error
    return LetterMail(message.id, message.state, message.to_address, message.bounced_at, reason)


def _stored(document: IssuedDocument, state: RoundState) -> StoredDocument:
    return StoredDocument(
        id=document.id,
        kind=document.kind,
        reference=document.reference,
        sha256=document.sha256,
        round_id=document.round_id,
        round_state=state,
        application_id=document.application_id,
    )
