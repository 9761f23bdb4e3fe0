"""Officers sign award letters: each its funder's part, the last one makes the letter final."""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.letter_terms import letter_terms_from_data
from fundapp.domain.money import Money
from fundapp.domain.permissions import Action, Actor, ContributionFacts, require
from fundapp.domain.states import AwardState, ContributionState, DocumentKind, OrderState
from fundapp.models import (
    Application,
    Award,
    Contribution,
    Decision,
    DocumentOrder,
    Funder,
    LetterSignature,
    Round,
)
from fundapp.queries.access import application_facts, facts_of_round
from fundapp.queries.signatures import unsigned_parts
from fundapp.services.audit import record_event
from fundapp.services.document_orders import queue_printing
from fundapp.services.envelopes import lock_envelopes
from fundapp.services.signing_requests import ask_to_sign

MOST_AT_ONCE = 500


def sign_letters(
    session: Session,
    order_ids: Collection[UUID],
    *,
    funder_id: UUID,
    actor: Actor,
    now: datetime,
) -> int:
    """Sign a funder's part of these letters, all or none; return how many were signed.

    The caller has asked for the officer's password again. What is signed is kept with its
    hash. A letter that its last funder signed is printed. Signing twice changes nothing.
    Raises WrongState for one that a newer version took the place of.
    """
    if not order_ids:
        raise InvalidInput([Problem("letter", "Choose the letters to sign.")])
    if len(order_ids) > MOST_AT_ONCE:
        raise InvalidInput([Problem("letter", f"Sign at most {MOST_AT_ONCE} letters at once.")])
    signed = []
    for order in _locked_orders(session, order_ids):
        facts = application_facts(session, _application_id(order))
        require(actor, Action.APPROVE_CONTRIBUTION, ContributionFacts(funder_id, facts))
        if _sign(session, order, funder_id, actor=actor, now=now):
            signed.append(order)
    session.flush()
    _finish(session, signed, actor=actor, now=now)
    return len(signed)


def nudge_officers(session: Session, round_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Mail the officers whose signatures are missing; return how many mails were queued.

    At most one mail a day to each officer for each funder.
    """
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.RELEASE_DECISIONS, facts_of_round(session, round_))
    parts = unsigned_parts(session, round_id=round_id)
    mails = ask_to_sign(session, round_id, parts, once=f"{round_id}:{now.date()}", now=now)
    if mails:
        record_event(session, "round.signatures_wanted", round_, actor=actor, now=now, mails=mails)
    return mails


def statement_to_sign(
    order: DocumentOrder,
    *,
    application: Application,
    round_: Round,
    decision: Decision,
    part: Contribution,
    funder: Funder,
) -> str:
    """Return what an officer signs: JSON with sorted keys, no spaces, letters as they are.

    Sums are decimal texts in the round's currency.
    """
    data: dict[str, Any] = {
        "reference": order.reference,
        "version": order.version,
        "round": round_.reference,
        "application": application.reference,
        "title": application.title,
        "amount": Money(decision.amount or 0, round_.currency).as_decimal_text(),
        "currency": round_.currency,
        "funder": funder.name,
        "contribution": Money(part.amount, round_.currency).as_decimal_text(),
        "condition": part.condition,
        "paid_when": part.paid_when,
    }
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _locked_orders(session: Session, order_ids: Collection[UUID]) -> Sequence[DocumentOrder]:
    """Lock the envelopes of the letters' rounds, then the letters, as they stand now."""
    rounds = session.scalars(
        select(DocumentOrder.round_id)
        .where(DocumentOrder.id.in_(order_ids))
        .distinct()
        .order_by(DocumentOrder.round_id)
    ).all()
    for round_id in rounds:
        lock_envelopes(session, round_id)
    orders = session.scalars(
        select(DocumentOrder)
        .where(DocumentOrder.id.in_(order_ids), DocumentOrder.kind == DocumentKind.AWARD_LETTER)
        .order_by(DocumentOrder.reference, DocumentOrder.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(orders) != len(set(order_ids)):
        raise NotFound("There is no such letter to sign.")
    return orders


def _application_id(order: DocumentOrder) -> UUID:
    if order.application_id is None:
        raise NotFound("There is no such letter to sign.")
    return order.application_id


def _sign(
    session: Session, order: DocumentOrder, funder_id: UUID, *, actor: Actor, now: datetime
) -> LetterSignature | None:
    """Keep one signature; None where the funder has signed already."""
    before = session.scalar(
        select(LetterSignature.id).where(
            LetterSignature.order_id == order.id, LetterSignature.funder_id == funder_id
        )
    )
    if before is not None:
        return None
    if order.state is not OrderState.UNSIGNED:
        raise WrongState(
            f"{order.reference} waits for no signature any more. Reload the page to see what does."
        )
    found: Any = session.execute(
        select(Decision, Contribution, Funder, Application, Round)
        .join(Contribution, Contribution.decision_id == Decision.id)
        .join(Funder, Funder.id == Contribution.funder_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Round, Round.id == Decision.round_id)
        .where(Decision.application_id == order.application_id, Contribution.funder_id == funder_id)
    ).one_or_none()
    if found is None:
        raise WrongState(f"Your funder pays nothing in {order.reference}, so it need not sign.")
    decision, part, funder, application, round_ = found
    text = statement_to_sign(
        order, application=application, round_=round_, decision=decision, part=part, funder=funder
    )
    signature = LetterSignature(
        order_id=order.id,
        funder_id=funder_id,
        person_id=actor.person_id,
        statement=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        signed_at=now,
    )
    session.add(signature)
    if part.state is ContributionState.PROPOSED:
        part.state = ContributionState.APPROVED
        part.answered_by_id, part.answered_at = actor.person_id, now
    record_event(
        session, "award_letter.signed", order, actor=actor, now=now,
        round_id=order.round_id, application_id=order.application_id, funder_id=funder_id,
        reference=order.reference, amount=part.amount, sha256=signature.sha256,
    )  # fmt: skip
    return signature


def _finish(
    session: Session, signed: Sequence[DocumentOrder], *, actor: Actor, now: datetime
) -> None:
    """Have the letters printed that every funder has signed."""
    if not signed:
        return
    waiting = {
        part.order_id for part in unsigned_parts(session, order_ids=[order.id for order in signed])
    }
    final = [order for order in signed if order.id not in waiting]
    for order in final:
        order.state = OrderState.QUEUED
        _give_time_to_answer(session, order, now=now)
    session.flush()
    queue_printing(session, final, actor=actor, now=now)


def _give_time_to_answer(session: Session, order: DocumentOrder, *, now: datetime) -> None:
    """Count the days to answer from the day on which the letter became final."""
    award, terms = session.execute(
        select(Award, Round.letter_terms)
        .join(Decision, Decision.id == Award.decision_id)
        .join(Round, Round.id == Decision.round_id)
        .where(Decision.application_id == order.application_id)
    ).one()
    if award.state is AwardState.ISSUED and award.answer_by is not None:
        days = letter_terms_from_data(terms).answer_days
        award.answer_by = max(award.answer_by, now.date() + timedelta(days=days))
