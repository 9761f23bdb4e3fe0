"""A deliberated round of any size whose decisions only wait for their release."""

from sqlalchemy.orm import Session

from fundapp.domain.letter_terms import LetterTerms, TrancheTerm, letter_terms_as_data
from fundapp.domain.states import ContributionState, DecisionKind, DecisionState
from fundapp.models import Application, Contribution, Decision
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW
from tests.services.deliberating import REQUEST, Deliberating, a_deliberation

MARKS = ((5, 4), (4, 4), (3, 4), (4, 2), (2, 3))
KINDS = (DecisionKind.AWARD, DecisionKind.AWARD, DecisionKind.DECLINE, DecisionKind.RESERVE)
TERMS = LetterTerms(
    conditions=("Publish what you measure.",),
    tranches=(TrancheTerm(60, "Signature"), TrancheTerm(40, "First report", 180)),
    answer_days=30,
)


def a_decided_round(session: Session, decisions: int, **columns: object) -> Deliberating:
    """Make the round: of four applications two are awarded, one is declined, one reserved."""
    marks = tuple(MARKS[number % len(MARKS)] for number in range(decisions))
    columns.setdefault("letter_terms", letter_terms_as_data(TERMS))
    room = a_deliberation(session, marks=marks, **columns)  # type: ignore[arg-type]
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    for number, application in enumerate(room.applications):
        _decide(session, room, application, number)
    session.flush()
    return room


def _decide(session: Session, room: Deliberating, application: Application, number: int) -> None:
    kind = KINDS[number % len(KINDS)]
    is_award = kind is DecisionKind.AWARD
    decision = Decision(
        round_id=room.round.id,
        application_id=application.id,
        kind=kind,
        state=DecisionState.PENDING,
        amount=REQUEST if is_award else None,
        reserve_place=number + 1 if kind is DecisionKind.RESERVE else None,
        advice="" if is_award else "Test more languages, and say how often graders differ.",
        decided_by_id=room.manager.id,
        decided_at=NOW,
    )
    session.add(decision)
    session.flush()
    for funder, officer in zip(room.funders if is_award else (), room.officers, strict=False):
        session.add(
            Contribution(
                decision_id=decision.id,
                funder_id=funder.id,
                amount=REQUEST // 2,
                state=ContributionState.APPROVED,
                condition="Name us where you publish.",
                answered_by_id=officer.id,
                answered_at=NOW,
            )
        )
