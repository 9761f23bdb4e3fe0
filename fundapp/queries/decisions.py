"""The decision room: a round's applications by its funders, and who pays what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import FunderWord, recused_funders, word_of
from fundapp.domain.lotteries import DrawOutcome
from fundapp.domain.money import Money
from fundapp.domain.states import (
    DECIDABLE_APPLICATION_STATES,
    ApplicationState,
    AwardState,
    ContributionState,
    DecisionKind,
    DecisionState,
    RoundState,
)
from fundapp.models import Application, Award, Contribution, Decision, Organisation, PrizeRung
from fundapp.queries.barred import BarredPairs
from fundapp.queries.deliberations import FunderEnvelope, RoundHead, Seen, officers_of
from fundapp.queries.exchange_rates import RoundRates, own_money, own_request, round_rates
from fundapp.queries.lotteries import draw_outcomes
from fundapp.queries.panel import REVIEWED_STATES


@dataclass(frozen=True)
class Cell:
    """One funder's word on one application; amount in minor units where it pays.

    own: the same in the currency of the funder's envelope, where it has its own.
    """

    word: FunderWord
    amount: int | None = None
    contribution_id: UUID | None = None
    condition: str = ""
    note: str = ""
    own: Money | None = None

    @property
    def pays(self) -> int:
        """Return what the funder pays: a refused part is nothing."""
        return 0 if self.word is FunderWord.REFUSED else self.amount or 0


@dataclass(frozen=True)
class RoomRow:
    """One application in the room. A recused row has nothing but its id.

    version: of the decision, 0 while there is none. own_requested and own_amount: what was
    asked for and what is awarded in the applicant's currency, where that is not the round's
    and the reader may see who applies.
    """

    id: UUID
    is_recused: bool = False
    reference: str = ""
    title: str = ""
    organisation: str = ""
    requested: int | None = None
    own_requested: Money | None = None
    state: ApplicationState | None = None
    rank: int | None = None
    version: int = 0
    kind: DecisionKind | None = None
    decision_state: DecisionState | None = None
    amount: int | None = None
    own_amount: Money | None = None
    reserve_place: int | None = None
    prize_rung_id: UUID | None = None
    prize: str = ""
    citation: str = ""
    reason: str = ""
    advice: str = ""
    award_state: AwardState | None = None
    draw: DrawOutcome | None = None
    cells: Mapping[UUID, Cell] = field(default_factory=dict)

    @property
    def is_flagged(self) -> bool:
        """Tell whether a funder refused, so that the award must be entered anew."""
        return self.decision_state is DecisionState.PENDING and any(
            cell.word is FunderWord.REFUSED for cell in self.cells.values()
        )

    @property
    def is_reduced(self) -> bool:
        """Tell whether a grant is less than was asked for."""
        is_grant = self.amount is not None and self.prize_rung_id is None
        return is_grant and (self.amount or 0) < (self.requested or 0)

    @property
    def is_open(self) -> bool:
        """Tell whether a decision can still be entered or taken back."""
        return self.state in DECIDABLE_APPLICATION_STATES or (
            self.decision_state is DecisionState.PENDING
        )

    @property
    def waits_for(self) -> int:
        """Count the funders whose word is missing."""
        return sum(cell.word is FunderWord.PROPOSED for cell in self.cells.values())


@dataclass(frozen=True)
class DecisionRoom:
    """The whole table: rows by rank (unranked, then recused last), funders by their place."""

    head: RoundHead
    funders: tuple[FunderEnvelope, ...]
    rows: tuple[RoomRow, ...]

    @property
    def shown(self) -> tuple[RoomRow, ...]:
        """Return the rows that this reader may see."""
        return tuple(row for row in self.rows if not row.is_recused)

    @property
    def is_deciding(self) -> bool:
        """Tell whether the round is where decisions are entered."""
        return self.head.state is RoundState.DELIBERATING

    @property
    def left(self) -> int:
        """Return what all envelopes have left together."""
        return sum(funder.left for funder in self.funders)

    def count(self, kind: DecisionKind) -> int:
        """Count the rows decided as `kind`."""
        return sum(row.kind == kind for row in self.rows)

    @property
    def undecided(self) -> int:
        """Count the rows that this reader sees without a decision."""
        return sum(row.kind is None for row in self.shown)

    @property
    def waiting(self) -> int:
        """Count the parts of pending awards that wait for a funder's word."""
        return sum(
            row.waits_for for row in self.rows if row.decision_state is DecisionState.PENDING
        )

    @property
    def reserves(self) -> tuple[RoomRow, ...]:
        """Return the reserve list in its order."""
        waiting = [row for row in self.shown if row.state is ApplicationState.RESERVED]
        return tuple(sorted(waiting, key=lambda row: (row.reserve_place or 0, row.reference)))


def decision_room(
    session: Session,
    head: RoundHead,
    funders: tuple[FunderEnvelope, ...],
    *,
    barred: BarredPairs,
    seen: Seen,
) -> DecisionRoom:
    """Return the room as this reader may see it. 4 statements, 5 with other currencies."""
    outcomes = draw_outcomes(session, head.id)
    officers = officers_of(session, [funder.funder_id for funder in funders])
    parts = _parts(session, head.id)
    currencies = {funder.funder_id: funder.own.currency for funder in funders if funder.own}
    places = head.frozen.places if head.frozen else {}
    ranks = head.frozen.ranks_without(seen.recused) if head.frozen else {}
    rows = []
    applications = _applications(session, head.id)
    has_others = any(found.Application.own_currency for found in applications)
    rates = round_rates(session, head.id, currency=head.currency, has_others=has_others)
    for found in applications:
        application = found.Application
        recused = recused_funders(
            officers,
            barred_people={p for a, p in barred.people if a == application.id},
            barred_funders={f for a, f in barred.funders if a == application.id},
        )
        own = parts.get(found.Decision.id, {}) if found.Decision else {}
        cells = {
            funder: _cell(own.get(funder), currencies.get(funder), is_recused=funder in recused)
            for funder in officers
        }
        _, position = places.get(application.id, (None, None))
        rank = ranks.get(application.id)
        row = (
            RoomRow(id=application.id, is_recused=True)
            if application.id in seen.recused
            else replace(
                _row(found, cells, rates, rank=rank, hide_identity=seen.hide_identity),
                draw=outcomes.get(application.id),
            )
        )
        # A recused row stands last, so that its place tells nothing about its rank.
        place = (row.is_recused, position is None, 0 if row.is_recused else position or 0)
        rows.append(((*place, application.number or 0), row))
    return DecisionRoom(
        head, funders, tuple(row for _, row in sorted(rows, key=lambda entry: entry[0]))
    )


def _applications(session: Session, round_id: UUID) -> Sequence[Any]:
    return session.execute(
        select(Application, Organisation.name, Decision, Award.state.label("award"), PrizeRung)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .outerjoin(Award, Award.decision_id == Decision.id)
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .where(
            Application.round_id == round_id,
            or_(Application.state.in_(REVIEWED_STATES), Decision.id.is_not(None)),
        )
        .order_by(Application.number, Application.id)
    ).all()


def _parts(session: Session, round_id: UUID) -> Mapping[UUID, Mapping[UUID, Contribution]]:
    rows = session.scalars(
        select(Contribution)
        .join(Decision, Decision.id == Contribution.decision_id)
        .where(Decision.round_id == round_id)
        .order_by(Contribution.id)
    )
    found: dict[UUID, dict[UUID, Contribution]] = defaultdict(dict)
    for row in rows:
        found[row.decision_id][row.funder_id] = row
    return found


def _cell(part: Contribution | None, currency: str | None, *, is_recused: bool) -> Cell:
    state: ContributionState | None = part.state if part else None
    word = word_of(state, is_recused=is_recused)
    if part is None:
        return Cell(word)
    own = own_money(part.own_amount, currency)
    return Cell(word, part.amount, part.id, part.condition, part.answer_note, own)


def _row(
    found: Any,
    cells: Mapping[UUID, Cell],
    rates: RoundRates,
    *,
    rank: int | None,
    hide_identity: bool,
) -> RoomRow:
    application: Application = found.Application
    decision: Decision | None = found.Decision
    row = RoomRow(
        id=application.id,
        reference=application.reference or "",
        title=application.title,
        organisation="" if hide_identity else found.name,
        requested=application.amount_requested,
        own_requested=None if hide_identity else own_request(application),
        state=application.state,
        rank=rank,
        cells=cells,
    )
    if decision is None:
        return row
    return replace(
        row,
        version=decision.version,
        kind=decision.kind,
        decision_state=decision.state,
        amount=decision.amount,
        own_amount=None if hide_identity else rates.award(decision.amount, application),
        reserve_place=decision.reserve_place,
        prize_rung_id=decision.prize_rung_id,
        prize=found.PrizeRung.title if found.PrizeRung else "",
        citation=decision.citation,
        reason=decision.reason,
        advice=decision.advice,
        award_state=found.award,
    )
