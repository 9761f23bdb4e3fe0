"""The awards of a round whose results are public, as open data tells them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.money import Money
from fundapp.domain.states import AwardState, DecisionKind, DecisionState, RoundKind
from fundapp.models import (
    Application,
    AuditEvent,
    Award,
    AwardVersion,
    Contribution,
    Decision,
    Funder,
    Organisation,
    PrizeRung,
    Round,
)
from fundapp.queries.publication import has_public_results

IN_FORCE = (AwardState.ISSUED, AwardState.ACCEPTED)
_PROFILES = ("organisation.updated", "funder.updated")


@dataclass(frozen=True)
class PublishedFunder:
    """A funder as open data names it; org_id and ror are "" where it stands in no register."""

    code: str
    name: str
    org_id: str
    ror: str


@dataclass(frozen=True)
class Recipient:
    """Who gets an award. country: ISO 3166 or "". One person is named only with consent."""

    id: UUID
    name: str
    org_id: str
    ror: str
    country: str
    is_individual: bool
    may_be_named: bool


@dataclass(frozen=True)
class PublishedAward:
    """An award in force with each funder's part. modified_at: its last change of any kind."""

    reference: str
    title: str
    prize: str
    citation: str
    requested: Money | None
    amount: Money
    awarded_on: date
    modified_at: datetime
    recipient: Recipient
    parts: tuple[tuple[PublishedFunder, Money], ...]


@dataclass(frozen=True)
class PublishedRound:
    """A round with its awards by number. published_at: when its results became public."""

    reference: str
    title: str
    programme: str
    kind: RoundKind
    notice: str
    currency: str
    published_at: datetime
    awards: tuple[PublishedAward, ...]


def published_round(session: Session, reference: str, *, now: datetime) -> PublishedRound:
    """Return a round for open data. 4 statements. NotFound until its results are public."""
    round_ = session.scalar(
        select(Round).where(Round.reference == reference, has_public_results(now))
    )
    if round_ is None or round_.announced_at is None:
        raise NotFound("No results are public under this reference.")
    rows = _rows(session, round_)
    parts = _parts(session, [decision.id for _, decision, *_ in rows])
    profiles = _profile_changes(session, rows, parts)
    return PublishedRound(
        reference=round_.reference,
        title=round_.title,
        programme=round_.programme,
        kind=round_.kind,
        notice=round_.notice,
        currency=round_.currency,
        published_at=round_.announced_at,
        awards=tuple(
            _award(round_, row, parts=parts[row.Decision.id], profiles=profiles) for row in rows
        ),
    )


def _rows(session: Session, round_: Round) -> Sequence[Any]:
    amended = (
        select(func.max(AwardVersion.made_at))
        .where(AwardVersion.award_id == Award.id)
        .correlate(Award)
        .scalar_subquery()
        .label("amended_at")
    )
    return session.execute(
        select(Application, Decision, Award, Organisation, PrizeRung, amended)
        .join(Decision, Decision.application_id == Application.id)
        .join(Award, Award.decision_id == Decision.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .where(
            Decision.round_id == round_.id,
            Decision.kind == DecisionKind.AWARD,
            Decision.state == DecisionState.RELEASED,
            Award.state.in_(IN_FORCE),
        )
        .order_by(Application.number, Application.id)
    ).all()


def _parts(
    session: Session, decision_ids: Sequence[UUID]
) -> Mapping[UUID, list[tuple[Funder, int]]]:
    rows = session.execute(
        select(Contribution.decision_id, Funder, Contribution.amount)
        .join(Funder, Funder.id == Contribution.funder_id)
        .where(Contribution.decision_id.in_(decision_ids))
        .order_by(Funder.code)
    )
    found: dict[UUID, list[tuple[Funder, int]]] = defaultdict(list)
    for decision_id, funder, amount in rows:
        found[decision_id].append((funder, amount))
    return found


def _profile_changes(
    session: Session, rows: Sequence[Any], parts: Mapping[UUID, list[tuple[Funder, int]]]
) -> Mapping[UUID, datetime]:
    """Return when the profile of each recipient and funder last changed."""
    ids = {row.Organisation.id for row in rows}
    ids |= {funder.id for paid in parts.values() for funder, _ in paid}
    is_profile = or_(*(AuditEvent.event == event for event in _PROFILES))
    found = session.execute(
        select(AuditEvent.subject_id, func.max(AuditEvent.at))
        .where(AuditEvent.subject_id.in_(ids), is_profile)
        .group_by(AuditEvent.subject_id)
    )
    return {row[0]: row[1] for row in found}


def _award(
    round_: Round,
    row: Any,
    *,
    parts: Sequence[tuple[Funder, int]],
    profiles: Mapping[UUID, datetime],
) -> PublishedAward:
    application, decision, award, organisation, rung, amended_at = row
    released_at: datetime = decision.released_at
    concerned = [organisation.id, *(funder.id for funder, _ in parts)]
    changes = [released_at, award.answered_at, amended_at, *map(profiles.get, concerned)]
    asked = application.amount_requested
    return PublishedAward(
        reference=application.reference or "",
        title=application.title,
        prize=rung.title if rung else "",
        citation=decision.citation,
        requested=None if asked is None else Money(asked, round_.currency),
        amount=Money(decision.amount or 0, round_.currency),
        awarded_on=released_at.astimezone(ZoneInfo(round_.time_zone)).date(),
        modified_at=max(at for at in changes if at is not None),
        recipient=Recipient(
            id=organisation.id,
            name=organisation.name,
            org_id=organisation.org_id,
            ror=organisation.ror,
            country=organisation.country,
            is_individual=organisation.is_individual,
            may_be_named=organisation.may_be_named,
        ),
        parts=tuple(
            (
                PublishedFunder(funder.code, funder.name, funder.org_id, funder.ror),
                Money(amount, round_.currency),
            )
            for funder, amount in parts
        ),
    )
