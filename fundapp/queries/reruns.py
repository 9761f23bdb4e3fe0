"""Re-runs: where each stands, the manager's board, and what a verifier is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import ApplicationFacts, RerunFacts
from fundapp.domain.reruns import OPEN_RERUN_STATES, wants_reruns
from fundapp.domain.states import (
    ApplicationState,
    DecisionKind,
    DecisionState,
    RerunState,
)
from fundapp.evidence.reruns import RerunComparison, Verdict, comparison_from_data
from fundapp.evidence.results import Result, result_from_data
from fundapp.models import Application, Decision, Person, PrizeRung, Rerun, Round
from fundapp.queries.access import application_facts

NOT_ENTERED = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class RerunRow:
    """One re-run as managers see it. verifier_name "" = waived before anybody was asked."""

    id: UUID
    state: RerunState
    claim: Result
    comparison: RerunComparison | None
    verifier_name: str
    verifier_email: str
    has_accepted: bool
    asked_at: datetime
    due_at: datetime
    delivered_at: datetime | None
    filename: str
    size: int
    sha256: str
    note: str
    settled_by: str
    settled_at: datetime | None
    reason: str

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be settled."""
        return self.state in OPEN_RERUN_STATES

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether its day is over and no log is in."""
        return self.state is RerunState.ASKED and self.due_at <= now

    @property
    def verdict(self) -> Verdict | None:
        """Return what the comparison says, None without a log."""
        return self.comparison.verdict if self.comparison else None


@dataclass(frozen=True, kw_only=True)
class RerunEntry:
    """An entry on the board: its prize where it has an award, and its re-runs, newest first.

    is_provisional: the award is not released yet. An entry closed to the reader has nothing
    but its id.
    """

    application_id: UUID
    is_recused: bool = False
    reference: str = ""
    title: str = ""
    prize: str = ""
    is_provisional: bool = False
    reruns: tuple[RerunRow, ...] = ()

    @property
    def newest(self) -> RerunRow | None:
        """Return the re-run that counts; one that was taken back does not."""
        return next((row for row in self.reruns if row.state is not RerunState.WITHDRAWN), None)


@dataclass(frozen=True, kw_only=True)
class RerunSheet:
    """One re-run with where it belongs to."""

    row: RerunRow
    application_id: UUID
    verifier_id: UUID | None
    reference: str
    title: str
    round_id: UUID
    round_title: str
    round_reference: str
    notice: str


def newest_first() -> tuple[Any, ...]:
    """Return the order of an entry's re-runs; of two of one instant the unsettled is newer."""
    return (
        Rerun.asked_at.desc(),
        Rerun.settled_at.is_not(None),
        Rerun.settled_at.desc(),
        Rerun.id,
    )


def wants_reruns_in(session: Session, round_id: UUID) -> bool:
    """Tell whether the rules of a round ask for re-runs. 1 statement."""
    row = session.execute(
        select(Round.kind, Round.prize_rules).where(Round.id == round_id)
    ).one_or_none()
    return row is not None and wants_reruns(row.kind, row.prize_rules)


def rerun_marks(session: Session, round_id: UUID) -> Mapping[UUID, RerunRow]:
    """Return the re-run that counts of each entry that has one. 1 statement."""
    marks: dict[UUID, RerunRow] = {}
    for rerun, _, settled_by in _rows(session, Rerun.round_id == round_id):
        if rerun.state is not RerunState.WITHDRAWN:
            marks.setdefault(rerun.application_id, _row(rerun, settled_by))
    return marks


def rerun_board(
    session: Session, round_id: UUID, *, recused: frozenset[UUID]
) -> tuple[RerunEntry, ...]:
    """Return the winners by their prize, then others with re-runs. 2 statements."""
    reruns: dict[UUID, list[RerunRow]] = {}
    titles: dict[UUID, Application] = {}
    for rerun, application, settled_by in _rows(session, Rerun.round_id == round_id):
        reruns.setdefault(application.id, []).append(_row(rerun, settled_by))
        titles[application.id] = application
    prizes: dict[UUID, str] = {}
    pending = set[UUID]()
    for application, prize, state in _winners(session, round_id):
        prizes[application.id] = prize or "Award"
        titles[application.id] = application
        if state is DecisionState.PENDING:
            pending.add(application.id)
    others = sorted(
        (id_ for id_ in titles if id_ not in prizes), key=lambda id_: titles[id_].number or 0
    )
    return tuple(
        RerunEntry(application_id=id_, is_recused=True)
        if id_ in recused
        else RerunEntry(
            application_id=id_,
            reference=titles[id_].reference or "",
            title=titles[id_].title,
            prize=prizes.get(id_, ""),
            is_provisional=id_ in pending,
            reruns=tuple(reruns.get(id_, ())),
        )
        for id_ in [*prizes, *others]
    )


def rerun_sheet(session: Session, rerun_id: UUID) -> RerunSheet:
    """Return one re-run. 1 statement. NotFound for no such."""
    return _sheet(session, Rerun.id == rerun_id)


def rerun_of_link(session: Session, token_hash: str) -> RerunSheet:
    """Return the re-run of a mailed link. 1 statement. NotFound for an unknown one."""
    return _sheet(session, Rerun.token_hash == token_hash)


def reruns_of_verifier(session: Session, person_id: UUID) -> tuple[RerunSheet, ...]:
    """Return what a person runs or ran again, the newest first. 1 statement."""
    rows = session.execute(
        select(Rerun, Application, Round)
        .join(Application, Application.id == Rerun.application_id)
        .join(Round, Round.id == Rerun.round_id)
        .where(Rerun.verifier_id == person_id)
        .order_by(Rerun.asked_at.desc(), Rerun.id)
    )
    return tuple(_as_sheet(row) for row in rows)


def rerun_facts(
    session: Session,
    application: ApplicationFacts,
    *,
    verifier_id: UUID | None,
) -> RerunFacts:
    """Return what the permission table needs of a re-run on an application. 1 statement."""
    entrants = session.scalars(
        select(Application.organisation_id)
        .distinct()
        .where(Application.round_id == application.round.id, Application.state.not_in(NOT_ENTERED))
    )
    return RerunFacts(verifier_id, application, frozenset(entrants))


def facts_of_rerun(session: Session, rerun_id: UUID) -> RerunFacts:
    """Return the facts of a stored re-run. 4 statements. NotFound for no such."""
    row = session.execute(
        select(Rerun.application_id, Rerun.verifier_id).where(Rerun.id == rerun_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such re-run.")
    facts = application_facts(session, row.application_id)
    return rerun_facts(session, facts, verifier_id=row.verifier_id)


def _winners(session: Session, round_id: UUID) -> Any:
    """Return who has a pending award, or one that was released and stands."""
    stands = or_(
        Decision.state == DecisionState.PENDING, Application.state == ApplicationState.AWARDED
    )
    return session.execute(
        select(Application, PrizeRung.title, Decision.state)
        .join(Decision, Decision.application_id == Application.id)
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .where(
            Decision.round_id == round_id,
            Decision.kind == DecisionKind.AWARD,
            stands,
        )
        .order_by(PrizeRung.position, Application.number, Application.id)
    )


def _rows(session: Session, condition: ColumnElement[bool]) -> Any:
    return session.execute(
        select(Rerun, Application, Person.name)
        .join(Application, Application.id == Rerun.application_id)
        .outerjoin(Person, Person.id == Rerun.settled_by_id)
        .where(condition)
        .order_by(*newest_first())
    )


def _sheet(session: Session, condition: ColumnElement[bool]) -> RerunSheet:
    found = session.execute(
        select(Rerun, Application, Round)
        .join(Application, Application.id == Rerun.application_id)
        .join(Round, Round.id == Rerun.round_id)
        .where(condition)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such re-run.")
    return _as_sheet(found)


def _as_sheet(found: Any) -> RerunSheet:
    rerun, application, round_ = found
    return RerunSheet(
        row=_row(rerun, ""),
        application_id=application.id,
        verifier_id=rerun.verifier_id,
        reference=application.reference or "",
        title=application.title,
        round_id=round_.id,
        round_title=round_.title,
        round_reference=round_.reference,
        notice=round_.notice,
    )


def _row(rerun: Rerun, settled_by: str | None) -> RerunRow:
    return RerunRow(
        id=rerun.id,
        state=rerun.state,
        claim=result_from_data(rerun.claim),
        comparison=comparison_from_data(rerun.comparison),
        verifier_name=rerun.verifier_name,
        verifier_email=rerun.verifier_email,
        has_accepted=rerun.verifier_id is not None,
        asked_at=rerun.asked_at,
        due_at=rerun.due_at,
        delivered_at=rerun.delivered_at,
        filename=rerun.filename,
        size=rerun.size,
        sha256=rerun.sha256,
        note=rerun.note,
        settled_by=settled_by or "",
        settled_at=rerun.settled_at,
        reason=rerun.reason,
    )
