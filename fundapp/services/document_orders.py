"""Ordering documents, the first time and anew. The worker prints them (see `printing`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.check_codes import new_code
from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.languages import DEFAULT, in_order
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.references import LetterKind, announcement_reference, letter_reference
from fundapp.domain.states import (
    DecisionKind,
    DecisionState,
    DocumentKind,
    OrderState,
    RoundState,
)
from fundapp.models import Application, Decision, DocumentOrder, Round
from fundapp.queries.access import application_facts, facts_of_round
from fundapp.services.audit import record_event
from fundapp.services.jobs import queue_job
from fundapp.services.letter_texts import give_own_texts
from fundapp.services.notes import read_note
from fundapp.services.signing_requests import begin_signing

PRINT_DOCUMENTS = "print_documents"
"""Kind of the job that prints ordered documents."""

ORDERS_PER_JOB = 25
"""Few enough that workers share a round well, and a dead one's part is soon taken over."""

LETTER_SIGNS: Mapping[DocumentKind, LetterKind] = {
    DocumentKind.AWARD_LETTER: LetterKind.AWARD,
    DocumentKind.DECLINE_LETTER: LetterKind.DECLINE,
    DocumentKind.RESERVE_LETTER: LetterKind.RESERVE,
    DocumentKind.WITHDRAWAL_LETTER: LetterKind.WITHDRAWAL,
}
LETTER_OF: Mapping[DecisionKind, DocumentKind] = {
    DecisionKind.AWARD: DocumentKind.AWARD_LETTER,
    DecisionKind.DECLINE: DocumentKind.DECLINE_LETTER,
    DecisionKind.RESERVE: DocumentKind.RESERVE_LETTER,
}


def order_letters(
    session: Session,
    round_id: UUID,
    kinds: Mapping[UUID, DocumentKind],
    *,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> list[DocumentOrder]:
    """Order one letter by application, in its next version, and queue the printing.

    One that officers must sign first waits for them.
    """
    letters = {
        row.id: (row.reference or "", row.language)
        for row in session.scalars(
            select(Application).where(Application.id.in_(kinds)).order_by(Application.number)
        )
    }
    counted = session.execute(
        select(DocumentOrder.application_id, DocumentOrder.kind, func.count())
        .where(DocumentOrder.application_id.in_(kinds))
        .group_by(DocumentOrder.application_id, DocumentOrder.kind)
    )
    before = {(application_id, kind): count for application_id, kind, count in counted}
    orders = []
    for application_id, (reference, language) in letters.items():
        kind = kinds[application_id]
        version = before.get((application_id, kind), 0) + 1
        orders.append(
            DocumentOrder(
                round_id=round_id,
                application_id=application_id,
                kind=kind,
                reference=letter_reference(reference, LETTER_SIGNS[kind], version=version),
                language=language,
                version=version,
                code=new_code(),
                note=note,
                state=OrderState.QUEUED,
                ordered_by_id=actor.person_id,
                ordered_at=now,
            )
        )
    give_own_texts(session, round_id, orders)
    session.add_all(orders)
    session.flush()
    begin_signing(session, round_id, orders, now=now)
    printable = [order for order in orders if order.state is OrderState.QUEUED]
    queue_printing(session, printable, actor=actor, now=now)
    return orders


def order_announcement(
    session: Session, round_id: UUID, *, note: str, actor: Actor, now: datetime
) -> DocumentOrder:
    """Order the round's announcement in its next version, once in each language of the round.

    Returns the order of the English one. The round is decided already.
    """
    round_ = session.get_one(Round, round_id)
    before = session.scalar(
        select(func.max(DocumentOrder.version)).where(
            DocumentOrder.round_id == round_id, DocumentOrder.kind == DocumentKind.ANNOUNCEMENT
        )
    )
    version = (before or 0) + 1
    orders = [
        DocumentOrder(
            round_id=round_id,
            kind=DocumentKind.ANNOUNCEMENT,
            reference=announcement_reference(round_.reference, version=version, language=language),
            language=language,
            version=version,
            code=new_code(),
            note=note,
            state=OrderState.QUEUED,
            ordered_by_id=actor.person_id,
            ordered_at=now,
        )
        for language in in_order((DEFAULT, *round_.announcement_languages))
    ]
    give_own_texts(session, round_id, orders)
    session.add_all(orders)
    session.flush()
    queue_printing(session, orders, actor=actor, now=now)
    return orders[0]


def reissue_letter(
    session: Session, application_id: UUID, *, note: str, actor: Actor, now: datetime
) -> DocumentOrder:
    """Order a new version of an application's letter, with the reason; the old one stays."""
    facts = application_facts(session, application_id, for_update=True)
    require(actor, Action.RELEASE_DECISIONS, facts)
    text = read_note(note, field="note", if_missing="Say why the letter is issued anew.")
    decision = session.scalar(select(Decision).where(Decision.application_id == application_id))
    if decision is None or decision.state is not DecisionState.RELEASED:
        raise WrongState("No decision on this application is in force, so it has no letter.")
    kind = LETTER_OF[decision.kind]
    if _is_being_printed(session, decision.round_id, kind, application_id=application_id):
        raise WrongState("A version of this letter is being printed. Wait until it is there.")
    (order,) = order_letters(
        session, decision.round_id, {application_id: kind}, note=text, actor=actor, now=now
    )
    record_event(
        session, "document_order.reissued", order, actor=actor, now=now,
        application_id=application_id, reference=order.reference, note=text,
    )  # fmt: skip
    return order


def reissue_announcement(
    session: Session, round_id: UUID, *, note: str, actor: Actor, now: datetime
) -> DocumentOrder:
    """Order a new version of the announcement, with the reason; the old one stays."""
    round_ = session.get(Round, round_id, with_for_update=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.RELEASE_DECISIONS, facts_of_round(session, round_))
    if round_.state not in {RoundState.ANNOUNCED, RoundState.CLOSED}:
        raise WrongState("Announce the round first.")
    text = read_note(note, field="note", if_missing="Say why the announcement is issued anew.")
    if _is_being_printed(session, round_id, DocumentKind.ANNOUNCEMENT, application_id=None):
        raise WrongState("A version of the announcement is being printed. Wait until it is there.")
    order = order_announcement(session, round_id, note=text, actor=actor, now=now)
    record_event(
        session, "document_order.reissued", order, actor=actor, now=now,
        reference=order.reference, note=text,
    )  # fmt: skip
    return order


def retry_failed(session: Session, round_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Queue the round's failed documents again; return how many."""
    round_ = session.get(Round, round_id, with_for_update=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.RELEASE_DECISIONS, facts_of_round(session, round_))
    failed = session.scalars(
        select(DocumentOrder)
        .where(DocumentOrder.round_id == round_id, DocumentOrder.state == OrderState.FAILED)
        .order_by(DocumentOrder.reference)
        .with_for_update()
    ).all()
    for order in failed:
        order.state, order.problem, order.settled_at = OrderState.QUEUED, "", None
        record_event(session, "document_order.retried", order, actor=actor, now=now)
    queue_printing(session, failed, actor=actor, now=now)
    return len(failed)


def queue_printing(
    session: Session, orders: Sequence[DocumentOrder], *, actor: Actor, now: datetime
) -> None:
    """Have the worker print these orders, some at a time."""
    for first in range(0, len(orders), ORDERS_PER_JOB):
        ids = [str(order.id) for order in orders[first : first + ORDERS_PER_JOB]]
        queue_job(session, PRINT_DOCUMENTS, {"order_ids": ids}, now=now, actor=actor)


def _is_being_printed(
    session: Session, round_id: UUID, kind: DocumentKind, *, application_id: UUID | None
) -> bool:
    found = select(DocumentOrder.id).where(
        DocumentOrder.round_id == round_id,
        DocumentOrder.application_id == application_id,
        DocumentOrder.kind == kind,
        DocumentOrder.state == OrderState.QUEUED,
    )
    return session.scalar(found.limit(1)) is not None
