"""An award in force is amended by a new version, or taken back. Nothing is overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fundapp.domain.amendments import (
    AwardTerms,
    Part,
    Planned,
    changed_parts,
    check_terms,
    terms_as_data,
)
from fundapp.domain.decisions import Resolution, check_resolution, overdrawn
from fundapp.domain.errors import InvalidInput, NotFound, StaleVersion, WrongState
from fundapp.domain.letter_terms import instalments, letter_terms_from_data
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import (
    AwardState,
    ContributionState,
    DecisionKind,
    DocumentKind,
    OrderState,
)
from fundapp.models import (
    Award,
    AwardVersion,
    Contribution,
    Decision,
    DocumentOrder,
    Funder,
    Tranche,
)
from fundapp.queries.award_terms import award_terms
from fundapp.services.audit import record_event
from fundapp.services.award_endings import end_award, tell_manager
from fundapp.services.certificates import order_certificates
from fundapp.services.deliberations import Deliberated, locked_rows, terms_for
from fundapp.services.document_orders import order_letters
from fundapp.services.envelopes import move_money
from fundapp.services.notes import read_note
from fundapp.services.own_parts import settle_own_parts

IN_FORCE = frozenset({AwardState.ISSUED, AwardState.ACCEPTED})


@dataclass(frozen=True)
class _Locked:
    """An award in force with what it touches, locked."""

    here: Deliberated
    award: Award
    decision: Decision
    terms: AwardTerms


def amend_award(
    session: Session,
    application_id: UUID,
    terms: AwardTerms,
    *,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> DocumentOrder | None:
    """Give an award in force new terms and order its letter anew; None where nothing changes.

    What the earlier version said is kept. Money moves at once, within the envelopes. An officer
    of each funder whose part changed signs the new letter, in any round; where the round needs
    signatures every payer does. Until then the earlier letter stays. Without instalments the
    award is paid as the round says. version: of the award that was looked at. Raises
    InvalidInput, StaleVersion, WrongState, EnvelopeOverdrawn.
    """
    locked = _locked_award(session, application_id, version=version, actor=actor)
    text = read_note(
        reason,
        field="reason",
        if_missing="Say why the award is amended. The applicant reads it.",
    )
    here, before = locked.here, locked.terms
    after = _with_instalments(terms, here, now=now)
    if after == before:
        return None
    _refuse_while_printing(session, application_id)
    _check(session, locked, after, reason=text)
    _keep(session, locked, reason=text, actor=actor, now=now)
    _set_parts(session, locked, after)
    _set_terms(session, locked, after)
    (order,) = order_letters(
        session,
        here.round.id,
        {application_id: DocumentKind.AWARD_LETTER},
        note=text,
        actor=actor,
        now=now,
    )
    order_certificates(
        session, here.round.id, application_ids=[application_id], actor=actor, now=now
    )
    record_event(
        session, "award.amended", locked.award, actor=actor, now=now, round_id=here.round.id,
        application_id=application_id, amount=after.amount, version=locked.award.version,
        contributions={funder: part.amount for funder, part in after.parts.items()},
        reference=order.reference, reason=text,
    )  # fmt: skip
    return order


def withdraw_award(
    session: Session,
    application_id: UUID,
    *,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> DocumentOrder:
    """Take an award in force back: its money goes back, and a letter that says why is ordered.

    All of the money counts as free: what was paid out is asked back outside of this system. The
    application stays as decided; the award's own state says that it is over.
    """
    locked = _locked_award(session, application_id, version=version, actor=actor)
    text = read_note(
        reason,
        field="reason",
        if_missing="Say why the award is taken back. The applicant reads it.",
    )
    here, award = locked.here, locked.award
    _refuse_while_printing(session, application_id)
    _keep(session, locked, reason=text, actor=actor, now=now)
    moved = end_award(
        session,
        award,
        locked.decision,
        state=AwardState.WITHDRAWN,
        envelopes=here.envelopes,
        now=now,
    )
    (order,) = order_letters(
        session,
        here.round.id,
        {application_id: DocumentKind.WITHDRAWAL_LETTER},
        note=text,
        actor=actor,
        now=now,
    )
    record_event(
        session, "award.withdrawn", award, actor=actor, now=now, round_id=here.round.id,
        application_id=application_id, amount=locked.terms.amount, reason=text,
        reference=order.reference,
    )  # fmt: skip
    tell_manager(session, award, locked.decision, moved=moved, by=actor.name, note=text, now=now)
    return order


def _locked_award(session: Session, application_id: UUID, *, version: int, actor: Actor) -> _Locked:
    here = locked_rows(session, application_id)
    require(actor, Action.RELEASE_DECISIONS, here.facts)
    award = session.scalar(
        select(Award)
        .join(Decision, Decision.id == Award.decision_id)
        .where(Decision.application_id == application_id)
        .with_for_update(of=Award)
        .execution_options(populate_existing=True)
    )
    if award is None or here.decision is None:
        raise NotFound("There is no award on this application.")
    if award.state not in IN_FORCE:
        raise WrongState(f"This award is {award.state.value}, so it is in force no more.")
    if award.version != version:
        raise StaleVersion(
            "Somebody amended this award while you had it open. Nothing was overwritten: look at "
            "what stands now, then amend it again.",
            theirs=award,
            their_name="",
            version=award.version,
        )
    return _Locked(here, award, here.decision, award_terms(session, award.id))


def _with_instalments(terms: AwardTerms, here: Deliberated, *, now: datetime) -> AwardTerms:
    """Return the terms, with the instalments of the round where none are named."""
    if terms.tranches:
        return terms
    rules = letter_terms_from_data(here.round.letter_terms)
    planned = tuple(
        Planned(amount=one.amount, released_by=one.released_by, not_before_on=one.not_before_on)
        for one in instalments(terms.amount, rules.tranches, letter_on=now.date())
    )
    return replace(terms, tranches=planned)


def _refuse_while_printing(session: Session, application_id: UUID) -> None:
    found = select(DocumentOrder.id).where(
        DocumentOrder.application_id == application_id,
        DocumentOrder.kind == DocumentKind.AWARD_LETTER,
        DocumentOrder.state == OrderState.QUEUED,
    )
    if session.scalar(found.limit(1)) is not None:
        raise WrongState("A version of this letter is being printed. Wait until it is there.")


def _check(session: Session, locked: _Locked, after: AwardTerms, *, reason: str) -> None:
    here, decision = locked.here, locked.decision
    resolution = Resolution(
        kind=DecisionKind.AWARD,
        contributions={funder: part.amount for funder, part in after.parts.items()},
        prize_rung_id=decision.prize_rung_id,
        reason=reason,
    )
    terms = terms_for(session, here)
    problems = [
        *check_resolution(resolution, terms),
        *overdrawn(resolution, terms),
        *check_terms(after, currency=here.round.currency),
    ]
    if problems:
        raise InvalidInput(problems)


def _keep(session: Session, locked: _Locked, *, reason: str, actor: Actor, now: datetime) -> None:
    """Keep what the award said until now, and why that ends."""
    award = locked.award
    session.add(
        AwardVersion(
            award_id=award.id,
            version=award.version,
            terms=terms_as_data(locked.terms),
            reason=reason,
            made_by_id=actor.person_id,
            made_at=now,
        )
    )
    award.version += 1
    session.flush()


def _set_parts(session: Session, locked: _Locked, after: AwardTerms) -> None:
    """Bring contributions and envelopes to the new sums; changed parts ask for a new word."""
    here = locked.here
    held = {funder: part.amount for funder, part in locked.terms.parts.items()}
    wanted = {funder: part.amount for funder, part in after.parts.items()}
    changes = {f: wanted.get(f, 0) - held.get(f, 0) for f in {*held, *wanted}}
    move_money(session, here.envelopes, changes)
    for funder in held.keys() - wanted.keys():
        session.delete(here.contributions[funder])
    for funder in changed_parts(locked.terms, after):
        _set_part(session, locked, funder, part=after.parts[funder])
    locked.decision.amount = after.amount
    session.flush()
    settle_own_parts(session, here.round, here.envelopes, funders=changes)


def _set_part(session: Session, locked: _Locked, funder: UUID, *, part: Part) -> None:
    row = locked.here.contributions.get(funder)
    if row is None:
        row = Contribution(decision_id=locked.decision.id, funder_id=funder)
        session.add(row)
    row.amount, row.condition, row.paid_when = part.amount, part.condition, part.paid_when
    row.state = ContributionState.PROPOSED
    row.answered_by_id = row.answered_at = None
    row.answer_note = ""


def _set_terms(session: Session, locked: _Locked, after: AwardTerms) -> None:
    award = locked.award
    names = _names(session, after)
    award.conditions = [
        *({"text": text, "funder": ""} for text in after.conditions),
        *(
            {"text": part.condition, "funder": names[funder]}
            for funder, part in after.parts.items()
            if part.condition
        ),
    ]
    award.answer_by = after.answer_by
    session.execute(delete(Tranche).where(Tranche.award_id == award.id))
    session.add_all(
        Tranche(
            award_id=award.id,
            position=position,
            amount=one.amount,
            released_by=one.released_by,
            not_before_on=one.not_before_on,
        )
        for position, one in enumerate(after.tranches, start=1)
    )
    session.flush()


def _names(session: Session, terms: AwardTerms) -> Mapping[UUID, str]:
    rows = session.execute(select(Funder.id, Funder.name).where(Funder.id.in_(terms.parts)))
    return {row.id: row.name for row in rows}
