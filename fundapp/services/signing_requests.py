"""Which award letters officers must sign first, and asking them to, by mail."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fundapp.domain.states import DocumentKind, OrderState
from fundapp.models import Contribution, Decision, DocumentOrder, Office, Person, Round
from fundapp.queries.barred import barred_pairs
from fundapp.queries.signatures import IS_WANTED, UnsignedPart, unsigned_parts
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, queue_mail


def begin_signing(
    session: Session, round_id: UUID, orders: Sequence[DocumentOrder], *, now: datetime
) -> None:
    """Let those of these orders wait that officers must sign, and mail the officers, once.

    Earlier versions that still wait are superseded; their signatures count no more.
    """
    letters = {
        order.application_id: order
        for order in orders
        if order.kind is DocumentKind.AWARD_LETTER and order.application_id is not None
    }
    if not letters:
        return
    supersede_unsigned(session, list(letters), but=[order.id for order in orders], now=now)
    wanted = session.scalars(
        select(Decision.application_id)
        .join(Round, Round.id == Decision.round_id)
        .join(Contribution, Contribution.decision_id == Decision.id)
        .where(Decision.application_id.in_(letters), IS_WANTED)
        .distinct()
    ).all()
    if not wanted:
        return
    for application_id in wanted:
        letters[application_id].state = OrderState.UNSIGNED
    session.flush()
    waiting = [letters[application_id].id for application_id in wanted]
    parts = unsigned_parts(session, order_ids=waiting)
    ask_to_sign(session, round_id, parts, once=str(min(waiting)), now=now)


def supersede_unsigned(
    session: Session,
    application_ids: Collection[UUID],
    *,
    but: Collection[UUID] = (),
    now: datetime,
) -> None:
    """Close the letters of these applications that still wait for signatures."""
    session.execute(
        update(DocumentOrder)
        .where(
            DocumentOrder.application_id.in_(application_ids),
            DocumentOrder.state == OrderState.UNSIGNED,
            DocumentOrder.id.not_in(but),
        )
        .values(state=OrderState.SUPERSEDED, settled_at=now)
    )


def ask_to_sign(
    session: Session, round_id: UUID, parts: Sequence[UnsignedPart], *, once: str, now: datetime
) -> int:
    """Mail each officer how many letters wait for a signature; return how many mails.

    Whoever has a conflict of interest with an application hears nothing of its letter. One
    mail to each officer for each funder and `once`, whatever the number of letters.
    """
    round_ = session.get_one(Round, round_id)
    barred = barred_pairs(session, round_id)
    letters: dict[tuple[UUID, UUID], int] = defaultdict(int)
    officers = _officers(session, {part.funder_id for part in parts})
    for part in parts:
        for person in officers.get(part.funder_id, ()):
            is_barred = barred.bars(
                part.application_id, person_id=person.id, funder_id=part.funder_id
            )
            letters[part.funder_id, person.id] += not is_barred
    names = {part.funder_id: part.funder for part in parts}
    mails = 0
    for funder_id, people in officers.items():
        for person in people:
            count = letters[funder_id, person.id]
            if not count:
                continue
            text = mail_text(
                "letters_to_sign",
                funder=names[funder_id],
                count=count,
                round_title=round_.title,
                round_reference=round_.reference,
                notice=round_.notice,
            )
            to = Letterbox(person.email, person.name)
            key = f"letters_to_sign:{once}:{funder_id}:{person.id}"
            mail = queue_mail(session, to, text, now=now, round_id=round_id, once_key=key)
            mails += mail is not None
    return mails


def _officers(session: Session, funder_ids: set[UUID]) -> dict[UUID, list[Person]]:
    rows = session.execute(
        select(Office.funder_id, Person)
        .join(Person, Person.id == Office.person_id)
        .where(Office.funder_id.in_(funder_ids), Person.anonymised_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    found: dict[UUID, list[Person]] = defaultdict(list)
    for funder_id, person in rows:
        found[funder_id].append(person)
    return found
