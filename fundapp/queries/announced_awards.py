"""Announced rounds and their awards, as everybody sees them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.languages import in_order
from fundapp.domain.money import Money
from fundapp.domain.prize_rules import prize_rules_from_data
from fundapp.domain.references import announcement_language
from fundapp.domain.states import (
    AwardState,
    DecisionKind,
    DecisionState,
    DocumentKind,
    RoundKind,
)
from fundapp.models import (
    Application,
    Award,
    Contribution,
    Decision,
    ExchangeRate,
    Funder,
    IssuedDocument,
    Organisation,
    PrizeRung,
    Round,
)
from fundapp.queries.confirmed_results import confirmed_results
from fundapp.queries.document_rows import ConfirmedResult
from fundapp.queries.exchange_rates import RoundRates, listed_rate
from fundapp.queries.publication import UNNAMED, has_public_results, public_name

MOST_ROUNDS = 100


@dataclass(frozen=True)
class AwardRow:
    """An announced award and its funders' parts, in minor units.

    own: the award in the currency that was asked in, where that is not the round's. told_at: when
    it became public; later than the round's own instant for one that moved up.
    """

    id: UUID
    told_at: datetime
    reference: str
    title: str
    organisation: str
    amount: int
    citation: str
    prize: str
    parts: tuple[tuple[str, int], ...]
    own: Money | None

    @property
    def is_unnamed(self) -> bool:
        """Tell whether a person gets it who did not consent to be named."""
        return self.organisation == UNNAMED


@dataclass(frozen=True)
class AwardedRound:
    """An announced round with its awards. languages: those its announcement can be read in."""

    id: UUID
    reference: str
    title: str
    kind: RoundKind
    notice: str
    currency: str
    announced_at: datetime | None
    languages: tuple[str, ...]
    has_gallery: bool
    awards: tuple[AwardRow, ...]

    @property
    def updated_at(self) -> datetime | None:
        """Return when the public last learned something new of it."""
        told = [award.told_at for award in self.awards]
        return max([*told, self.announced_at]) if self.announced_at else None

    @property
    def total(self) -> int:
        """Return the sum of the awards, in minor units."""
        return sum(award.amount for award in self.awards)

    @property
    def totals(self) -> tuple[tuple[str, int], ...]:
        """Return what each funder pays, the largest first."""
        sums: dict[str, int] = defaultdict(int)
        for award in self.awards:
            for funder, amount in award.parts:
                sums[funder] += amount
        return tuple(sorted(sums.items(), key=lambda part: (-part[1], part[0])))


def announced_awards(
    session: Session, *, now: datetime, reference: str | None = None
) -> list[AwardedRound]:
    """Return the rounds whose results are public, the newest first. 3 statements.

    reference: of the one round that is wanted.
    """
    rounds = session.scalars(
        select(Round)
        .where(has_public_results(now), *([Round.reference == reference] if reference else []))
        .order_by(Round.announced_at.desc(), Round.reference.desc())
        .limit(MOST_ROUNDS)
    ).all()
    ids = [round_.id for round_ in rounds]
    languages = _languages(session, ids)
    awards = _awards(session, Decision.round_id.in_(ids))
    return [
        AwardedRound(
            id=round_.id,
            reference=round_.reference,
            title=round_.title,
            kind=round_.kind,
            notice=round_.notice,
            currency=round_.currency,
            announced_at=round_.announced_at,
            languages=in_order(languages[round_.id]),
            has_gallery=prize_rules_from_data(round_.prize_rules).has_gallery,
            awards=tuple(awards[round_.id]),
        )
        for round_ in rounds
    ]


def _languages(session: Session, round_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    rows = session.execute(
        select(IssuedDocument.round_id, IssuedDocument.reference).where(
            IssuedDocument.round_id.in_(round_ids),
            IssuedDocument.kind == DocumentKind.ANNOUNCEMENT.value,
        )
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for round_id, reference in rows:
        found[round_id].add(announcement_language(reference))
    return found


@dataclass(frozen=True)
class AwardPage:
    """One announced award with the round that it is from.

    confirmed: what a re-run by another team confirmed, None where none did.
    """

    round_reference: str
    round_title: str
    kind: RoundKind
    notice: str
    currency: str
    announced_at: datetime
    award: AwardRow
    confirmed: ConfirmedResult | None = None


def announced_award(session: Session, reference: str, *, now: datetime) -> AwardPage:
    """Return an award by its application's reference. NotFound until public.

    2 statements, 3 in a prize round.
    """
    found: Any = session.execute(
        select(Round, Application.id)
        .join(Application, Application.round_id == Round.id)
        .where(Application.reference == reference, has_public_results(now))
    ).one_or_none()
    awards = _awards(session, Application.reference == reference) if found else {}
    if not awards:
        raise NotFound("No award is announced under this reference.")
    round_, application_id = found
    is_prize = round_.kind is RoundKind.PRIZE
    confirmed = confirmed_results(session, [application_id]) if is_prize else {}
    return AwardPage(
        round_reference=round_.reference,
        round_title=round_.title,
        kind=round_.kind,
        notice=round_.notice,
        currency=round_.currency,
        announced_at=round_.announced_at,
        award=awards[round_.id][0],
        confirmed=confirmed.get(application_id),
    )


def _awards(session: Session, wanted: ColumnElement[bool]) -> dict[UUID, list[AwardRow]]:
    """Awards that were refused or withdrawn are not shown."""
    rows = session.execute(
        select(
            *(Decision, Application, public_name().label("organisation"), PrizeRung.title),
            *(Contribution.amount, Funder.name, Round.currency, Round.announced_at),
            *(ExchangeRate, Award.id, Award.issued_at),
        )
        .join(Application, Application.id == Decision.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Contribution, Contribution.decision_id == Decision.id)
        .join(Funder, Funder.id == Contribution.funder_id)
        .join(Award, Award.decision_id == Decision.id)
        .join(Round, Round.id == Decision.round_id)
        .outerjoin(
            ExchangeRate,
            (ExchangeRate.round_id == Round.id)
            & (ExchangeRate.currency == Application.own_currency),
        )
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .where(
            wanted,
            Decision.kind == DecisionKind.AWARD,
            Decision.state == DecisionState.RELEASED,
            Award.state.in_([AwardState.ISSUED, AwardState.ACCEPTED]),
        )
        .order_by(PrizeRung.position, Application.number, Application.id, Funder.name)
    )
    found: dict[UUID, tuple[Any, list[tuple[str, int]]]] = {}
    for row in rows:
        known = found.setdefault(row.Decision.id, (row, []))
        known[1].append((row.name, row.amount))
    awards: dict[UUID, list[AwardRow]] = defaultdict(list)
    for row, parts in found.values():
        awards[row.Decision.round_id].append(_award(row, tuple(parts)))
    return awards


def _award(row: Any, parts: tuple[tuple[str, int], ...]) -> AwardRow:
    decision, application, rate = row.Decision, row.Application, row.ExchangeRate
    rates = RoundRates(row.currency, {rate.currency: listed_rate(rate)} if rate else {})
    return AwardRow(
        id=row.id,
        told_at=max(row.issued_at, row.announced_at or row.issued_at),
        reference=application.reference or "",
        title=application.title,
        organisation=row.organisation,
        amount=decision.amount or 0,
        citation=decision.citation,
        prize=row.title or "",
        parts=parts,
        own=rates.award(decision.amount, application),
    )
