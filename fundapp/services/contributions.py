"""Each funder's word on its part of an award."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import FundError, NotFound, StaleVersion, WrongState
from fundapp.domain.money import Money, beside
from fundapp.domain.permissions import Action, Actor, ContributionFacts, require
from fundapp.domain.states import (
    DECIDABLE_APPLICATION_STATES,
    ContributionState,
    DecisionState,
)
from fundapp.models import (
    Application,
    Contribution,
    Decision,
    Envelope,
    Funder,
    Office,
    Person,
    Round,
)
from fundapp.queries.access import application_facts, facts_of_round
from fundapp.queries.exchange_rates import own_money
from fundapp.services.audit import record_event
from fundapp.services.envelopes import lock_envelopes, move_money
from fundapp.services.mail_texts import mail_text
from fundapp.services.notes import read_note, read_paid_when
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.own_parts import settle_own_parts


def approve_contribution(
    session: Session,
    contribution_id: UUID,
    *,
    condition: str = "",
    paid_when: str = "",
    amount: int | None = None,
    actor: Actor,
    now: datetime,
) -> Contribution:
    """Give the funder's word for its part, with a condition and when it pays for the letter.

    amount: what the officer saw; StaleVersion when the part has become another. Approving
    twice changes nothing. A refused part must be entered anew by a manager first.
    """
    part, _ = _open_part(session, contribution_id, amount=amount, actor=actor)
    note = read_note(condition, field="condition")
    when = read_paid_when(paid_when)
    if part.state is ContributionState.REFUSED:
        raise WrongState(
            "This part was refused. A fund manager must enter the award anew before it can "
            "be approved."
        )
    said = (part.state, part.condition, part.paid_when)
    if said == (ContributionState.APPROVED, note, when):
        return part
    _answer(part, ContributionState.APPROVED, actor=actor, now=now)
    part.condition, part.paid_when = note, when
    told = {"condition": note, "paid_when": when}
    _record(session, "contribution.approved", part, actor=actor, now=now, **told)
    return part


def approve_shown(
    session: Session, shown: Mapping[UUID, int], *, actor: Actor, now: datetime
) -> int:
    """Approve every part that the officer saw, with the sums seen; return how many.

    Parts that are approved already keep their conditions. All or nothing: one that
    changed meanwhile stops them all.
    """
    approved = 0
    for contribution_id, amount in sorted(shown.items()):
        part, _ = _open_part(session, contribution_id, amount=amount, actor=actor)
        if part.state is ContributionState.PROPOSED:
            approve_contribution(session, contribution_id, amount=amount, actor=actor, now=now)
            approved += 1
    return approved


def refuse_contribution(
    session: Session,
    contribution_id: UUID,
    *,
    note: str,
    amount: int | None = None,
    actor: Actor,
    now: datetime,
) -> Contribution:
    """Refuse the funder's part, with a reason: the money is free again.

    The decision stays pending and asks for a new one; the manager who entered it is told.
    """
    part, decision = _open_part(session, contribution_id, amount=amount, actor=actor)
    text = read_note(note, field="note", if_missing="Say why. The fund manager reads it.")
    if part.state is ContributionState.REFUSED:
        return part
    envelopes = lock_envelopes(session, decision.round_id)
    move_money(session, envelopes, {part.funder_id: -part.amount})
    _answer(part, ContributionState.REFUSED, actor=actor, now=now)
    part.answer_note, part.condition = text, ""
    round_ = session.get_one(Round, decision.round_id)
    settle_own_parts(session, round_, envelopes, funders=[part.funder_id])
    _record(session, "contribution.refused", part, actor=actor, now=now, note=text)
    _tell_manager(session, part, decision, envelope=envelopes[part.funder_id], actor=actor, now=now)
    return part


def ask_for_word(session: Session, round_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Mail the officers of each funder whose parts wait; return how many mails were queued.

    At most one mail a day to each officer for each funder.
    """
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.DECIDE, facts_of_round(session, round_))
    waiting = session.execute(
        select(
            *(Funder.id, Funder.name, func.count().label("parts"), func.sum(Contribution.amount)),
            *(func.sum(Contribution.own_amount), Envelope.own_currency),
        )
        .join(Contribution, Contribution.funder_id == Funder.id)
        .join(Decision, Decision.id == Contribution.decision_id)
        .join(Envelope, (Envelope.round_id == round_id) & (Envelope.funder_id == Funder.id))
        .where(
            Decision.round_id == round_id,
            Decision.state == DecisionState.PENDING,
            Contribution.state == ContributionState.PROPOSED,
        )
        .group_by(Funder.id, Funder.name, Envelope.own_currency)
        .order_by(Funder.name, Funder.id)
    ).all()
    asked = 0
    for funder_id, name, parts, amount, own_amount, own_currency in waiting:
        own = own_money(None if own_amount is None else int(own_amount), own_currency)
        text = mail_text(
            "word_wanted",
            funder=name,
            count=parts,
            amount=beside(Money(int(amount), round_.currency), own),
            round_title=round_.title,
            round_reference=round_.reference,
            round_id=round_id,
            notice=round_.notice,
        )
        for officer in _officers(session, funder_id):
            key = f"word_wanted:{round_id}:{funder_id}:{officer.id}:{now.date()}"
            to = Letterbox(officer.email, officer.name)
            mail = queue_mail(session, to, text, now=now, round_id=round_id, once_key=key)
            asked += mail is not None
    if asked:
        record_event(session, "round.word_wanted", round_, actor=actor, now=now, mails=asked)
    return asked


def _officers(session: Session, funder_id: UUID) -> Sequence[Person]:
    return session.scalars(
        select(Person)
        .join(Office, Office.person_id == Person.id)
        .where(Office.funder_id == funder_id, Person.anonymised_at.is_(None))
        .order_by(Person.name, Person.id)
    ).all()


def _open_part(
    session: Session, contribution_id: UUID, *, amount: int | None, actor: Actor
) -> tuple[Contribution, Decision]:
    found = session.execute(
        select(Decision.round_id, Decision.application_id)
        .join(Contribution, Contribution.decision_id == Decision.id)
        .where(Contribution.id == contribution_id)
    ).one_or_none()
    if found is None:
        raise _gone()
    lock_envelopes(session, found.round_id)
    part = session.get(Contribution, contribution_id, with_for_update=True)
    if part is None:
        raise _gone()
    session.refresh(part)
    facts = application_facts(session, found.application_id)
    require(actor, Action.APPROVE_CONTRIBUTION, ContributionFacts(part.funder_id, facts))
    decision = session.get_one(Decision, part.decision_id)
    is_open = decision.state is DecisionState.PENDING
    if not is_open or facts.state not in DECIDABLE_APPLICATION_STATES:
        raise WrongState("This decision was released or taken back, so it is settled.")
    _refuse_other_sum(session, part, decision, amount=amount)
    return part, decision


def _refuse_other_sum(
    session: Session, part: Contribution, decision: Decision, *, amount: int | None
) -> None:
    if amount is None or amount == part.amount:
        return
    currency = session.get_one(Round, decision.round_id).currency
    person = session.get_one(Person, decision.decided_by_id)
    raise StaleVersion(
        f"{person.name} changed this part while you had it open. It is now "
        f"{Money(part.amount, currency)}. Reload the page, then answer.",
        theirs=part.amount,
        their_name=person.name,
        version=decision.version,
    )


def _gone() -> FundError:
    return NotFound("This part of an award is no longer there: the decision was changed.")


def _answer(part: Contribution, state: ContributionState, *, actor: Actor, now: datetime) -> None:
    part.state = state
    part.answered_by_id, part.answered_at = actor.person_id, now


def _record(
    session: Session, event: str, part: Contribution, *, actor: Actor, now: datetime, **words: str
) -> None:
    decision = session.get_one(Decision, part.decision_id)
    record_event(
        session,
        event,
        part,
        actor=actor,
        now=now,
        round_id=decision.round_id,
        application_id=decision.application_id,
        funder_id=part.funder_id,
        amount=part.amount,
        **words,
    )


def _tell_manager(
    session: Session,
    part: Contribution,
    decision: Decision,
    *,
    envelope: Envelope,
    actor: Actor,
    now: datetime,
) -> None:
    manager = session.get_one(Person, decision.decided_by_id)
    application = session.get_one(Application, decision.application_id)
    round_ = session.get_one(Round, decision.round_id)
    funder = session.get_one(Funder, part.funder_id)
    own = own_money(part.own_amount, envelope.own_currency)
    text = mail_text(
        "contribution_refused",
        funder=funder.name,
        officer=actor.name,
        reference=application.reference,
        title=application.title,
        amount=beside(Money(part.amount, round_.currency), own),
        note=part.answer_note,
        application_id=application.id,
    )
    queue_mail(
        session,
        Letterbox(manager.email, manager.name),
        text,
        now=now,
        round_id=round_.id,
        once_key=f"contribution_refused:{part.id}:{decision.version}",
    )
