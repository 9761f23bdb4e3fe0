"""Applications as they were submitted, and lists of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from fundapp.domain.embargoes import is_public, public_outcome
from fundapp.domain.errors import NotFound
from fundapp.domain.money import Money
from fundapp.domain.permissions import RoundFacts
from fundapp.domain.states import ApplicationState, RoundKind, RoundState
from fundapp.domain.text import plain
from fundapp.models import Application, Organisation, Person, Round, SubmittedVersion
from fundapp.queries.access import facts_of_round
from fundapp.queries.exchange_rates import own_money, own_request
from fundapp.queries.gates import SubmittedGates, gates_of_content
from fundapp.queries.paging import Page, page_of
from fundapp.queries.submitted import SubmittedSection, submitted_sections

PAGE_SIZE = 50


@dataclass(frozen=True)
class ApplicationDocument:
    """The submitted version of an application, for people who read it for the fund.

    Amounts in minor units of `currency`. With `is_identity_hidden` the organisation and
    the submitter are "", identifying answers are left out, and files have neutral names.
    `version` is 0 while nothing was submitted.
    """

    id: UUID
    round_id: UUID
    round_title: str
    round_kind: RoundKind
    notice: str
    reference: str
    title: str
    amount_requested: int | None
    own_requested: Money | None
    currency: str
    state: ApplicationState
    organisation: str
    submitted_by: str
    submitted_at: datetime | None
    version: int
    sha256: str
    is_complete: bool
    is_imported: bool
    is_identity_hidden: bool
    sections: tuple[SubmittedSection, ...]
    gates: SubmittedGates


def application_document(
    session: Session,
    application_id: UUID,
    *,
    hide_identity: bool,
    told_at: datetime | None = None,
) -> ApplicationDocument:
    """Return what was submitted, the newest version. 1 statement. NotFound for no application.

    told_at: now, for who has no part in deciding: the outcome stays hidden until it is public.
    """
    row = session.execute(
        select(Application, Round, Organisation.name, SubmittedVersion)
        .join(Round, Round.id == Application.round_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(
            SubmittedVersion,
            (SubmittedVersion.application_id == Application.id)
            & (SubmittedVersion.number == Application.last_version),
        )
        .where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such application.")
    application, round_, organisation, version = row
    is_submitted = version is not None
    is_told = told_at is None or is_public(round_.state, round_.announced_at, told_at)
    content: Mapping[str, Any] = version.content if is_submitted else {}
    return ApplicationDocument(
        id=application.id,
        round_id=round_.id,
        round_title=round_.title,
        round_kind=round_.kind,
        notice=round_.notice,
        reference=application.reference or "",
        title=application.title,
        amount_requested=application.amount_requested,
        own_requested=None if hide_identity else own_request(application),
        currency=round_.currency,
        state=public_outcome(application.state, is_told=is_told),
        organisation="" if hide_identity else organisation,
        submitted_by="" if hide_identity else content.get("submitted_by", ""),
        submitted_at=application.submitted_at,
        version=version.number if is_submitted else 0,
        sha256=version.sha256 if is_submitted else "",
        is_complete=application.is_complete,
        is_imported=application.is_imported,
        is_identity_hidden=hide_identity,
        sections=submitted_sections(content, hide_identity=hide_identity),
        gates=gates_of_content(content, hide_identity=hide_identity),
    )


@dataclass(frozen=True)
class RoundHead:
    """What pages about a round's applications say of it."""

    id: UUID
    reference: str
    title: str
    kind: RoundKind
    currency: str
    notice: str


def round_head(session: Session, condition: ColumnElement[bool]) -> tuple[RoundHead, RoundFacts]:
    """Return the head and the facts of the one round that meets `condition`. 2 statements."""
    round_ = session.scalar(select(Round).where(condition))
    if round_ is None:
        raise NotFound("There is no such round.")
    head = RoundHead(
        id=round_.id,
        reference=round_.reference,
        title=round_.title,
        kind=round_.kind,
        currency=round_.currency,
        notice=round_.notice,
    )
    return head, facts_of_round(session, round_)


@dataclass(frozen=True)
class OwnApplicationRow:
    """An application in the list of its own people."""

    id: UUID
    reference: str | None
    title: str
    state: ApplicationState
    state_since: datetime
    organisation_id: UUID
    organisation: str
    round_title: str
    round_reference: str
    closes_at: datetime | None
    is_cancelled: bool


def applications_of_organisations(
    session: Session, organisation_ids: Iterable[UUID]
) -> list[OwnApplicationRow]:
    """Return the applications of these organisations, newest first. 1 statement."""
    rows = session.execute(
        select(
            Application,
            Organisation.name,
            Round.title,
            Round.reference,
            Round.closes_at,
            Round.state,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Round, Round.id == Application.round_id)
        .where(Application.organisation_id.in_(list(organisation_ids)))
        .order_by(Application.created_at.desc(), Application.id)
    )
    return [
        OwnApplicationRow(
            id=application.id,
            reference=application.reference,
            title=application.title,
            state=application.state,
            state_since=application.state_since,
            organisation_id=application.organisation_id,
            organisation=organisation,
            round_title=round_title,
            round_reference=round_reference,
            closes_at=closes_at,
            is_cancelled=round_state is RoundState.CANCELLED
            and application.state is not ApplicationState.WITHDRAWN,
        )
        for application, organisation, round_title, round_reference, closes_at, round_state in rows
    ]


@dataclass(frozen=True)
class ApplicationFilter:
    """What a list is narrowed to. text: part of a reference, title or organisation's name."""

    state: ApplicationState | None = None
    text: str = ""

    @property
    def is_set(self) -> bool:
        """Tell whether anything is narrowed."""
        return self.state is not None or bool(self.text.strip())


@dataclass(frozen=True)
class ApplicationRow:
    """An application in a round's list. A recused row has nothing but its id."""

    id: UUID
    reference: str = ""
    title: str = ""
    organisation: str = ""
    contact: str = ""
    amount_requested: int | None = None
    state: ApplicationState | None = None
    submitted_at: datetime | None = None
    is_complete: bool = True
    own_requested: Money | None = None
    is_recused: bool = False


@dataclass(frozen=True)
class Viewpoint:
    """What the reader of a list may not see: from which applications they are barred, names."""

    barred: frozenset[UUID] = frozenset()
    hide_identity: bool = False


def applications_of_round(
    session: Session,
    round_id: UUID,
    *,
    filter: ApplicationFilter = ApplicationFilter(),  # noqa: A002  (a frozen value)
    page: int = 1,
    viewpoint: Viewpoint = Viewpoint(),
) -> Page[ApplicationRow]:
    """Return one page of a round's submitted applications by number. 2 statements.

    Recused rows are shown empty, and not at all in a narrowed list, so that no search
    tells what they hold. Names are neither shown nor searched where they are hidden.
    """
    wanted = [Application.round_id == round_id, Application.number.is_not(None)]
    wanted += _narrowing(filter, viewpoint) if filter.is_set else []
    statement = (
        select(
            Application.id,
            func.coalesce(Application.reference, ""),
            Application.title,
            Organisation.name,
            Person.name,
            Application.amount_requested,
            Application.state,
            Application.submitted_at,
            Application.is_complete,
            Application.own_amount,
            Application.own_currency,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Person, Person.id == Application.contact_id)
        .where(*wanted)
        .order_by(Application.number)
    )
    counted = select(Application.id).where(*wanted)
    if filter.text:
        counted = counted.join(Organisation, Organisation.id == Application.organisation_id)
    return page_of(
        session,
        statement,
        lambda row: _as_seen(row, viewpoint),
        number=page,
        size=PAGE_SIZE,
        counted=counted,
    )


def _narrowing(wanted: ApplicationFilter, viewpoint: Viewpoint) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if viewpoint.barred:
        conditions.append(Application.id.not_in(viewpoint.barred))
    if wanted.state is not None:
        conditions.append(Application.state == wanted.state)
    text = " ".join(plain(wanted.text).split())[:200]
    if text:
        columns: list[Any] = [Application.reference, Application.title]
        if not viewpoint.hide_identity:
            columns.append(Organisation.name)
        conditions.append(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return conditions


def _as_seen(row: Any, viewpoint: Viewpoint) -> ApplicationRow:
    *columns, own_amount, own_currency = row
    if columns[0] in viewpoint.barred:
        return ApplicationRow(id=columns[0], is_recused=True)
    names = list(ApplicationRow.__annotations__)
    values: dict[str, Any] = dict(zip(names, columns, strict=False))
    if viewpoint.hide_identity:
        return ApplicationRow(**values | {"organisation": "", "contact": ""})
    return ApplicationRow(**values, own_requested=own_money(own_amount, own_currency))
