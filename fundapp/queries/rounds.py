"""Rounds as the people who run them see them: the list, one round, its panel, its extensions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.embargoes import embargo_words
from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import RoundFacts
from fundapp.domain.readiness import Lack, lacks_of
from fundapp.domain.round_steps import RoundDates, RoundProgress, Step, steps_from
from fundapp.domain.rounds import RoundSettings
from fundapp.domain.rules import RoundContent
from fundapp.domain.states import ApplicationState, RoundKind, RoundState
from fundapp.domain.windows import Deadline
from fundapp.models import (
    Application,
    Envelope,
    Extension,
    Funder,
    Organisation,
    PanelSeat,
    Person,
    ReviewerProfile,
    Round,
)
from fundapp.queries.access import facts_of_round
from fundapp.queries.languages import language_name
from fundapp.queries.paging import Page, page_of
from fundapp.queries.progress import progress_of
from fundapp.queries.reviewer_profiles import profile_on_seat
from fundapp.queries.round_records import content_of, settings_of

PAGE_SIZE = 50
NOT_HANDED_IN = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)


@dataclass(frozen=True)
class RoundRow:
    """A round in the list: how many drafts and handed-in applications, how much money.

    `money` in minor units of `currency`.
    """

    id: UUID
    reference: str
    title: str
    kind: RoundKind
    state: RoundState
    state_since: datetime
    closes_at: datetime | None
    time_zone: str
    currency: str
    notice: str
    drafts: int
    submitted: int
    money: int


@dataclass(frozen=True)
class RoundRecord:
    """One round with its settings, and what the permission table needs of it."""

    id: UUID
    reference: str
    kind: RoundKind
    state: RoundState
    state_since: datetime
    opened_at: datetime | None
    announced_at: datetime | None
    cancelled_because: str
    rules_hash: str
    version: int
    settings: RoundSettings
    facts: RoundFacts

    @property
    def title(self) -> str:
        """Return the round's title."""
        return self.settings.title

    @property
    def notice(self) -> str:
        """Return the strip of its pages."""
        return self.settings.notice

    @property
    def is_draft(self) -> bool:
        """Tell whether its rules may still be changed."""
        return self.state is RoundState.DRAFT

    def embargo(self, now: datetime) -> str:
        """Say until when the results are under embargo, "" where they are not."""
        return embargo_words(self.state, self.announced_at, now, zone=self.settings.time_zone)

    @property
    def deadline(self) -> Deadline | None:
        """Return when applications close."""
        if self.settings.closes_at is None:
            return None
        zone, everywhere = self.settings.time_zone, self.settings.is_anywhere_on_earth
        return Deadline(self.settings.closes_at, zone, everywhere)


@dataclass(frozen=True)
class RoundBoard:
    """Where a round stands: its numbers and the steps that may follow."""

    progress: RoundProgress
    steps: tuple[Step, ...]
    seats: int


@dataclass(frozen=True)
class Readiness:
    """What a draft is made of and what it still lacks."""

    content: RoundContent
    lacks: tuple[Lack, ...]
    seats: int


@dataclass(frozen=True)
class PanelRow:
    """A reviewer's seat with its terms."""

    id: UUID
    person_id: UUID
    name: str
    email: str
    label: str
    funder_id: UUID
    funder: str
    review_load: int
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True)
class ExtensionRow:
    """A later deadline that was given."""

    organisation_id: UUID
    organisation: str
    until_at: datetime
    reason: str
    granted_by: str
    granted_at: datetime


def rounds_page(session: Session, *, number: int = 1) -> Page[RoundRow]:
    """Return one page of all rounds, the newest first. 2 statements."""
    drafts = _applications(Application.state == ApplicationState.DRAFT)
    submitted = _applications(Application.state.not_in(NOT_HANDED_IN))
    money = (
        select(func.coalesce(func.sum(Envelope.amount), 0))
        .where(Envelope.round_id == Round.id)
        .correlate(Round)
        .scalar_subquery()
    )
    statement = select(Round, drafts, submitted, money).order_by(
        Round.created_at.desc(), Round.reference.desc()
    )
    return page_of(session, statement, _as_row, number=number, size=PAGE_SIZE)


def earlier_rounds(session: Session, *, limit: int = 50) -> list[tuple[UUID, str, str]]:
    """Return id, reference and title of rounds to copy from, the newest first. 1 statement."""
    rows = session.execute(
        select(Round.id, Round.reference, Round.title)
        .order_by(Round.created_at.desc(), Round.reference.desc())
        .limit(limit)
    )
    return [(id_, reference, title) for id_, reference, title in rows]


def round_record(session: Session, round_id: UUID) -> RoundRecord:
    """Return one round. 2 statements. NotFound when there is none."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    return RoundRecord(
        id=round_.id,
        reference=round_.reference,
        kind=round_.kind,
        state=round_.state,
        state_since=round_.state_since,
        opened_at=round_.opened_at,
        announced_at=round_.announced_at,
        cancelled_because=round_.cancelled_because,
        rules_hash=round_.rules_hash,
        version=round_.version,
        settings=settings_of(round_),
        facts=facts_of_round(session, round_),
    )


def round_board(session: Session, record: RoundRecord, *, now: datetime) -> RoundBoard:
    """Return a round's numbers and next steps. 2 statements."""
    progress = progress_of(session, record.id)
    dates = RoundDates(record.deadline, record.settings.reviews_due_at, record.announced_at)
    steps = steps_from(record.state, dates=dates, progress=progress, now=now)
    return RoundBoard(progress, tuple(steps), _seats(session, record.id))


def readiness_of(session: Session, record: RoundRecord, *, now: datetime) -> Readiness:
    """Return what a draft lacks before it can open. 5 statements."""
    content = content_of(session, session.get_one(Round, record.id))
    seats = _seats(session, record.id)
    lacks = lacks_of(record.settings, content, seats=seats, now=now)
    return Readiness(content, tuple(lacks), seats)


def panel_rows(session: Session, round_id: UUID) -> list[PanelRow]:
    """Return the panel by funder and name, people who left it last. 1 statement."""
    rows = session.execute(
        select(PanelSeat, Person.name, Person.email, Funder.name, ReviewerProfile)
        .join(Person, Person.id == PanelSeat.person_id)
        .join(Funder, Funder.id == PanelSeat.funder_id)
        .outerjoin(ReviewerProfile, ReviewerProfile.person_id == PanelSeat.person_id)
        .where(PanelSeat.round_id == round_id)
        .order_by(PanelSeat.is_active.desc(), Funder.name, Person.name, PanelSeat.id)
    )
    return [
        PanelRow(
            id=seat.id,
            person_id=seat.person_id,
            name=name,
            email=email,
            label=seat.label,
            funder_id=seat.funder_id,
            funder=funder,
            review_load=seat.review_load,
            topics=tuple(profile.expertise),
            languages=tuple(language_name(tag) for tag in profile.languages),
            is_active=seat.is_active,
        )
        for seat, name, email, funder, declared in rows
        for profile in [profile_on_seat(seat, declared)]
    ]


def extensions_of(session: Session, round_id: UUID) -> list[ExtensionRow]:
    """Return the extensions given in a round by organisation. 1 statement."""
    rows = session.execute(
        select(
            Extension.organisation_id,
            Organisation.name,
            Extension.until_at,
            Extension.reason,
            Person.name,
            Extension.granted_at,
        )
        .join(Organisation, Organisation.id == Extension.organisation_id)
        .join(Person, Person.id == Extension.granted_by_id)
        .where(Extension.round_id == round_id)
        .order_by(Organisation.name, Extension.id)
    )
    return [ExtensionRow(*row) for row in rows]


def _applications(condition: Any) -> Any:
    return (
        select(func.count())
        .select_from(Application)
        .where(Application.round_id == Round.id, condition)
        .correlate(Round)
        .scalar_subquery()
    )


def _as_row(row: Any) -> RoundRow:
    round_, drafts, submitted, money = row
    return RoundRow(
        id=round_.id,
        reference=round_.reference,
        title=round_.title,
        kind=round_.kind,
        state=round_.state,
        state_since=round_.state_since,
        closes_at=round_.closes_at,
        time_zone=round_.time_zone,
        currency=round_.currency,
        notice=round_.notice,
        drafts=drafts,
        submitted=submitted,
        money=int(money),
    )


def _seats(session: Session, round_id: UUID) -> int:
    seated = (PanelSeat.round_id == round_id, PanelSeat.is_active.is_(True))
    return session.scalar(select(func.count()).select_from(PanelSeat).where(*seated)) or 0
