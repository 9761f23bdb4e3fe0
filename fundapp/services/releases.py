"""Telling decisions together."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.letter_terms import LetterTerms, instalments, letter_terms_from_data
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import (
    APPLICATION_TRANSITIONS,
    ROUND_TRANSITIONS,
    ApplicationState,
    AwardState,
    DecisionKind,
    DecisionState,
    RoundState,
    advance,
)
from fundapp.models import (
    Application,
    Award,
    Contribution,
    Decision,
    Funder,
    Release,
    Round,
    Tranche,
)
from fundapp.queries.access import facts_of_round
from fundapp.queries.releases import ReadyLetter, release_preview
from fundapp.services.audit import record_event
from fundapp.services.certificates import order_certificates
from fundapp.services.credentials import order_credentials
from fundapp.services.document_orders import LETTER_OF, order_letters
from fundapp.services.envelopes import lock_envelopes

RELEASING_STATES = frozenset({RoundState.DELIBERATING, RoundState.DECIDED, RoundState.ANNOUNCED})
OUTCOMES = {
    DecisionKind.AWARD: ApplicationState.AWARDED,
    DecisionKind.DECLINE: ApplicationState.DECLINED,
    DecisionKind.RESERVE: ApplicationState.RESERVED,
}


def release_decisions(session: Session, round_id: UUID, *, actor: Actor, now: datetime) -> Release:
    """Put the pending decisions into force and order their letters.

    The first release needs a decision on every application under review and every
    funder's approval; the round is then decided. Later ones tell promotions from the
    reserve list that are ready. A second click finds nothing pending and gives the last
    release back. Raises InvalidInput with a sentence per hindrance.
    """
    round_ = _locked_round(session, round_id, actor=actor)
    if round_.state not in RELEASING_STATES:
        raise WrongState("Decisions are released when the round has been deliberated.")
    preview = release_preview(session, round_id, state=round_.state)
    last = _last_release(session, round_id)
    if not preview.is_first and not preview.letters and not preview.hindrances and last:
        return last
    if not preview.is_possible:
        raise InvalidInput(
            [Problem("", f"{row.reference}: {row.sentence}") for row in preview.hindrances]
            or [Problem("", "There is no decision to release.")]
        )
    release = Release(
        round_id=round_id,
        counts={kind.value: count for kind, count in preview.counts.items()},
        released_by_id=actor.person_id,
        released_at=now,
    )
    session.add(release)
    session.flush()
    _put_in_force(session, round_, preview.letters, actor=actor, now=now)
    order_letters(
        session,
        round_id,
        {row.application_id: LETTER_OF[row.kind] for row in preview.letters},
        actor=actor,
        now=now,
    )
    _honour(session, round_, preview.letters, actor=actor, now=now)
    if preview.is_first:
        _move_round(session, round_, RoundState.DECIDED, actor=actor, now=now)
    record_event(session, "release.made", release, actor=actor, now=now, counts=release.counts)
    return release


def _honour(
    session: Session, round_: Round, letters: Sequence[ReadyLetter], *, actor: Actor, now: datetime
) -> None:
    """Order certificates and badges of who moved up after the announcement of a prize round."""
    if round_.state is not RoundState.ANNOUNCED:
        return
    told = [row.application_id for row in letters]
    order_certificates(session, round_.id, application_ids=told, actor=actor, now=now)
    order_credentials(session, round_, actor=actor, now=now)


def _locked_round(session: Session, round_id: UUID, *, actor: Actor) -> Round:
    lock_envelopes(session, round_id)
    round_ = session.get(Round, round_id, with_for_update=True, populate_existing=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.RELEASE_DECISIONS, facts_of_round(session, round_))
    return round_


def _last_release(session: Session, round_id: UUID) -> Release | None:
    return session.scalar(
        select(Release)
        .where(Release.round_id == round_id)
        .order_by(Release.released_at.desc(), Release.id)
        .limit(1)
    )


def _put_in_force(
    session: Session, round_: Round, letters: Sequence[ReadyLetter], *, actor: Actor, now: datetime
) -> None:
    ids = [letter.application_id for letter in letters]
    applications = {
        row.id: row
        for row in session.scalars(
            select(Application).where(Application.id.in_(ids)).with_for_update()
        )
    }
    decisions = session.scalars(
        select(Decision).where(Decision.application_id.in_(ids)).order_by(Decision.id)
    ).all()
    conditions = _conditions(session, round_)
    terms = letter_terms_from_data(round_.letter_terms)
    awards = []
    for decision in decisions:
        application = applications[decision.application_id]
        application.state = advance(
            APPLICATION_TRANSITIONS,
            application.state,
            OUTCOMES[decision.kind],
            what=f"Application {application.reference}",
        )
        application.state_since = now
        decision.state = DecisionState.RELEASED
        decision.released_at = now
        if decision.kind is DecisionKind.AWARD:
            own = [*terms.conditions_as_data, *conditions.get(decision.id, [])]
            awards.append((_new_award(decision, terms, conditions=own, now=now), decision))
        record_event(
            session,
            "decision.released",
            decision,
            actor=actor,
            now=now,
            kind=decision.kind,
            application_id=application.id,
        )
    session.add_all(award for award, _ in awards)
    session.flush()
    for award, decision in awards:
        session.add_all(_tranches(award, decision, terms, now=now))


def _conditions(session: Session, round_: Round) -> dict[UUID, list[dict[str, str]]]:
    rows = session.execute(
        select(Contribution.decision_id, Contribution.condition, Funder.name)
        .join(Decision, Decision.id == Contribution.decision_id)
        .join(Funder, Funder.id == Contribution.funder_id)
        .where(Decision.round_id == round_.id, Contribution.condition != "")
        .order_by(Funder.name, Funder.id)
    )
    found: dict[UUID, list[dict[str, str]]] = {}
    for decision_id, text, funder in rows:
        found.setdefault(decision_id, []).append({"text": text, "funder": funder})
    return found


def _new_award(
    decision: Decision, terms: LetterTerms, *, conditions: list[dict[str, str]], now: datetime
) -> Award:
    return Award(
        decision_id=decision.id,
        state=AwardState.ISSUED,
        conditions=conditions,
        answer_by=now.date() + timedelta(days=terms.answer_days),
        issued_at=now,
    )


def _tranches(
    award: Award, decision: Decision, terms: LetterTerms, *, now: datetime
) -> list[Tranche]:
    parts = instalments(decision.amount or 0, terms.tranches, letter_on=now.date())
    return [
        Tranche(
            award_id=award.id,
            position=position,
            amount=part.amount,
            released_by=part.released_by,
            not_before_on=part.not_before_on,
        )
        for position, part in enumerate(parts, start=1)
    ]


def _move_round(
    session: Session, round_: Round, target: RoundState, *, actor: Actor, now: datetime
) -> None:
    before = round_.state
    round_.state = advance(ROUND_TRANSITIONS, before, target, what="This round")
    round_.state_since = now
    record_event(session, f"round.{target.value}", round_, actor=actor, now=now, before=before)
