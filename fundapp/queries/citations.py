"""Citations: what the fund says of a winner, and what the winner says to that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from fundapp.domain.embargoes import is_public
from fundapp.domain.errors import NotFound
from fundapp.domain.states import (
    AwardState,
    DecisionKind,
    DecisionState,
    RoundKind,
    RoundState,
)
from fundapp.models import Application, Award, Decision, Person, PrizeRung, Round

IN_FORCE = (AwardState.ISSUED, AwardState.ACCEPTED)
"""Awards whose citation is announced."""


@dataclass(frozen=True, kw_only=True)
class CitationRow:
    """The citation of one prize. A row closed to the reader has nothing but its id.

    version: of the decision. is_told: the winner has its letter, so it can answer.
    """

    application_id: UUID
    is_recused: bool = False
    reference: str = ""
    title: str = ""
    prize: str = ""
    text: str = ""
    wish: str = ""
    approved_at: datetime | None = None
    approved_by: str = ""
    version: int = 0
    is_told: bool = False
    round_id: UUID | None = None
    round_title: str = ""
    notice: str = ""
    round_state: RoundState = RoundState.DRAFT
    announced_at: datetime | None = None

    @property
    def may_change(self) -> bool:
        """Tell whether the text can still be changed, or a change be wished for."""
        return self.round_state in {RoundState.DELIBERATING, RoundState.DECIDED}

    def may_approve(self, now: datetime) -> bool:
        """Tell whether the winner can still approve it: until everybody may read it."""
        is_out = is_public(self.round_state, self.announced_at, now)
        return self.is_told and bool(self.text) and self.approved_at is None and not is_out


def citations_of_round(
    session: Session, round_id: UUID, *, recused: frozenset[UUID]
) -> tuple[CitationRow, ...]:
    """Return the prizes of a round with their citations, the first prize first. 1 statement."""
    return tuple(
        CitationRow(application_id=row.application_id, is_recused=True)
        if row.application_id in recused
        else row
        for row in _rows(session, Decision.round_id == round_id)
    )


def citation_of(session: Session, application_id: UUID) -> CitationRow:
    """Return the citation of one prize. 1 statement. NotFound where there is no prize."""
    found = _rows(session, Decision.application_id == application_id)
    if not found:
        raise NotFound("There is no prize whose citation could be written.")
    return found[0]


def own_citation(session: Session, application_id: UUID) -> CitationRow | None:
    """Return the citation as its winner may see it, None before it is told. 1 statement."""
    found = _rows(session, Decision.application_id == application_id)
    return found[0] if found and found[0].is_told else None


def unapproved_citations(session: Session, round_id: UUID) -> tuple[str, ...]:
    """Return the references of winners who did not approve their citation. 1 statement."""
    return tuple(
        row.reference
        for row in _rows(session, Decision.round_id == round_id)
        if row.is_told and row.text and row.approved_at is None
    )


def _rows(session: Session, condition: ColumnElement[bool]) -> list[CitationRow]:
    """Return prizes that are pending, or released and not ended."""
    rows: Any = session.execute(
        select(Decision, Application, Round, PrizeRung.title, Award.state, Person.name)
        .join(Application, Application.id == Decision.application_id)
        .join(Round, Round.id == Decision.round_id)
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .outerjoin(Award, Award.decision_id == Decision.id)
        .outerjoin(Person, Person.id == Decision.citation_approved_by_id)
        .where(
            condition,
            Round.kind == RoundKind.PRIZE,
            Decision.kind == DecisionKind.AWARD,
            (Decision.state == DecisionState.PENDING) | Award.state.in_(IN_FORCE),
        )
        .order_by(PrizeRung.position, Application.number, Application.id)
    )
    return [
        CitationRow(
            application_id=application.id,
            reference=application.reference or "",
            title=application.title,
            prize=prize or "",
            text=decision.citation,
            wish=decision.citation_wish,
            approved_at=decision.citation_approved_at,
            approved_by=approved_by or "",
            version=decision.version,
            is_told=award is not None and decision.state is DecisionState.RELEASED,
            round_id=round_.id,
            round_title=round_.title,
            notice=round_.notice,
            round_state=round_.state,
            announced_at=round_.announced_at,
        )
        for decision, application, round_, prize, award, approved_by in rows
    ]
