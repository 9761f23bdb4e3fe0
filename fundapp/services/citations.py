"""The citation of a prize: written by the fund, approved by its winner before the announcement."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import LONGEST_TEXT
from fundapp.domain.embargoes import is_public
from fundapp.domain.errors import InvalidInput, NotFound, Problem, StaleVersion, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import DecisionKind, DecisionState, RoundKind, RoundState
from fundapp.domain.text import plain
from fundapp.models import Application, Award, Decision, Person, Round
from fundapp.queries.barred import closed_applications
from fundapp.queries.citations import IN_FORCE, unapproved_citations
from fundapp.services.audit import record_event
from fundapp.services.deliberations import Deliberated, locked_application, locked_rows
from fundapp.services.mail_texts import mail_text
from fundapp.services.notes import read_note
from fundapp.services.outbox import Letterbox, queue_mail

CHANGING_STATES = frozenset({RoundState.DELIBERATING, RoundState.DECIDED})
ANNOUNCED = "The round is announced, so its citations stay as they are."
OTHER = "The citation was changed while you had it open. Read it again, then answer."


def write_citation(
    session: Session,
    application_id: UUID,
    *,
    text: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Write or change the citation of a prize until the round is announced.

    A changed text is no longer approved, and a winner who was told already is asked again.
    version: of the decision that was looked at; StaleVersion for another.
    """
    here = locked_application(session, application_id, actor=actor)
    decision = _prize(session, here)
    if here.round.state not in CHANGING_STATES:
        raise WrongState(f"{ANNOUNCED} Call the announcement off first, while it can be.")
    if decision.version != version:
        raise StaleVersion(
            "Somebody changed this decision too. Nothing was overwritten: look at it again.",
            theirs=decision.citation,
            their_name="",
            version=decision.version,
        )
    typed = _read(text)
    if typed == decision.citation:
        return decision
    decision.citation, decision.citation_wish = typed, ""
    decision.citation_approved_at = decision.citation_approved_by_id = None
    decision.version += 1
    session.flush()
    _record(session, "citation.written", decision, actor=actor, now=now)
    if decision.state is DecisionState.RELEASED and typed:
        _ask_winner(session, here, decision, now=now)
    return decision


def approve_citation(
    session: Session, application_id: UUID, *, seen: str, actor: Actor, now: datetime
) -> Decision:
    """Give the winner's word on its citation, until everybody may read it.

    seen: the text that was on the page; StaleVersion for another. Approving twice changes nothing.
    """
    here, decision = _told(session, application_id, actor=actor)
    if decision.citation_approved_at is not None and seen == decision.citation:
        return decision
    if is_public(here.round.state, here.round.announced_at, now):
        raise WrongState(ANNOUNCED)
    _refuse_other_text(decision, seen)
    decision.citation_approved_at, decision.citation_approved_by_id = now, actor.person_id
    decision.citation_wish = ""
    session.flush()
    _record(session, "citation.approved", decision, actor=actor, now=now)
    return decision


def wish_citation_changed(
    session: Session,
    application_id: UUID,
    *,
    wish: str,
    seen: str,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Say what the citation should say instead; the fund's manager is told."""
    here, decision = _told(session, application_id, actor=actor)
    if here.round.state is not RoundState.DECIDED:
        raise WrongState(ANNOUNCED)
    _refuse_other_text(decision, seen)
    text = read_note(wish, field="wish", if_missing="Say what to change.")
    if text == decision.citation_wish:
        return decision
    decision.citation_wish = text
    decision.citation_approved_at = decision.citation_approved_by_id = None
    session.flush()
    _record(session, "citation.change_wanted", decision, actor=actor, now=now)
    _tell_manager(session, here, decision, now=now)
    return decision


def refuse_unapproved(session: Session, round_id: UUID, *, is_accepted: bool) -> None:
    """Raise InvalidInput while winners did not approve their citations, unless that is accepted."""
    waiting = unapproved_citations(session, round_id)
    if waiting and not is_accepted:
        sentence = f"Tick this to announce although {', '.join(waiting)} did not approve."
        raise InvalidInput([Problem("accepts_unapproved", sentence)])


def _read(text: str) -> str:
    typed = plain(text).strip()
    if len(typed) > LONGEST_TEXT:
        sentence = f"{len(typed):,} characters. Shorten by {len(typed) - LONGEST_TEXT:,}."
        raise InvalidInput([Problem("citation", sentence)])
    return typed


def _prize(session: Session, here: Deliberated) -> Decision:
    """Return the pending award or the award in force of a prize round."""
    decision = here.decision
    if (
        here.round.kind is not RoundKind.PRIZE
        or decision is None
        or decision.kind is not DecisionKind.AWARD
    ):
        raise NotFound("There is no prize whose citation could be written.")
    award = _award(session, decision)
    if award is not None and award.state not in IN_FORCE:
        raise WrongState("This prize ended, so it has no citation.")
    return decision


def _told(session: Session, application_id: UUID, *, actor: Actor) -> tuple[Deliberated, Decision]:
    """Lock a prize that its winner was told of, for somebody who may answer it."""
    here = locked_rows(session, application_id)
    require(actor, Action.ANSWER_AWARD, here.facts)
    decision = _prize(session, here)
    if decision.state is not DecisionState.RELEASED or not decision.citation:
        raise NotFound("There is no citation yet.")
    return here, decision


def _award(session: Session, decision: Decision) -> Award | None:
    return session.scalar(select(Award).where(Award.decision_id == decision.id))


def _refuse_other_text(decision: Decision, seen: str) -> None:
    if " ".join(seen.split()) != " ".join(decision.citation.split()):
        raise StaleVersion(OTHER, theirs=decision.citation, their_name="", version=0)


def _ask_winner(session: Session, here: Deliberated, decision: Decision, *, now: datetime) -> None:
    contact = session.get_one(Person, here.application.contact_id)
    _mail(session, contact, "citation_to_approve", here=here, decision=decision, now=now)


def _tell_manager(
    session: Session, here: Deliberated, decision: Decision, *, now: datetime
) -> None:
    manager = session.get_one(Person, decision.decided_by_id)
    if not closed_applications(session, manager.id, [here.application.id]):
        _mail(session, manager, "citation_change_wanted", here=here, decision=decision, now=now)


def _mail(
    session: Session,
    person: Person,
    template: str,
    *,
    here: Deliberated,
    decision: Decision,
    now: datetime,
) -> None:
    application: Application = here.application
    round_: Round = here.round
    text = mail_text(
        template,
        reference=application.reference,
        title=application.title,
        citation=decision.citation,
        wish=decision.citation_wish,
        notice=round_.notice,
        application_id=application.id,
    )
    to = Letterbox(person.email, person.name)
    queue_mail(session, to, text, now=now, round_id=round_.id)


def _record(
    session: Session, event: str, decision: Decision, *, actor: Actor, now: datetime
) -> None:
    details: dict[str, Any] = {"wish": decision.citation_wish}
    record_event(
        session,
        event,
        decision,
        actor=actor,
        now=now,
        application_id=decision.application_id,
        citation=decision.citation,
        **details,
    )
