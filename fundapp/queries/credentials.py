"""Credentials of winners: what they say, which are public, and which hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.states import AwardState, DecisionState, RoundKind
from fundapp.models import (
    Application,
    Award,
    Credential,
    Criterion,
    Decision,
    Organisation,
    PrizeRung,
    Round,
)
from fundapp.queries.confirmed_results import confirmed_results
from fundapp.queries.document_rows import ConfirmedResult
from fundapp.queries.publication import UNNAMED, has_public_results, public_name

IN_FORCE = (AwardState.ISSUED, AwardState.ACCEPTED)
ENDED = tuple(state for state in AwardState if state not in IN_FORCE)


@dataclass(frozen=True, kw_only=True)
class CredentialRow:
    """What a winner's credential says. valid_from: when the award becomes public.

    organisation: as it may be named, "" where it may not. confirmed: what a re-run by another team
    confirmed, None for nothing.
    """

    award_id: UUID
    reference: str
    title: str
    organisation: str
    org_id: str
    ror: str
    citation: str
    prize_id: UUID | None
    prize: str
    category: str
    round_reference: str
    round_title: str
    notice: str
    rules_hash: str
    criteria: tuple[str, ...]
    awarded_at: datetime
    valid_from: datetime
    confirmed: ConfirmedResult | None = None


@dataclass(frozen=True)
class CredentialToIssue:
    """What is to be signed. id None = it has no credential yet; issued_at of the one there is."""

    row: CredentialRow
    id: UUID | None
    issued_at: datetime | None


def credentials_to_issue(session: Session, round_id: UUID) -> list[CredentialToIssue]:
    """Return the awards in force of an announced prize round. 3 statements."""
    rows = session.execute(
        select(
            Award,
            Decision,
            Application,
            Organisation,
            PrizeRung,
            Round,
            public_name().label("named"),
            Credential,
        )
        .join(Decision, Decision.id == Award.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Round, Round.id == Decision.round_id)
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .outerjoin(Credential, Credential.award_id == Award.id)
        .where(
            Round.id == round_id,
            Round.kind == RoundKind.PRIZE,
            Round.announced_at.is_not(None),
            Decision.state == DecisionState.RELEASED,
            Award.state.in_(IN_FORCE),
        )
        .order_by(PrizeRung.position, Application.number, Application.id)
    ).all()
    criteria = session.scalars(
        select(Criterion.title).where(Criterion.round_id == round_id).order_by(Criterion.position)
    ).all()
    confirmed = confirmed_results(session, [row.Application.id for row in rows])
    return [
        CredentialToIssue(
            replace(_row(row, tuple(criteria)), confirmed=confirmed.get(row.Application.id)),
            row.Credential.id if row.Credential else None,
            row.Credential.issued_at if row.Credential else None,
        )
        for row in rows
    ]


def _row(row: Any, criteria: Sequence[str]) -> CredentialRow:
    application, organisation, round_ = row.Application, row.Organisation, row.Round
    is_named = row.named != UNNAMED
    return CredentialRow(
        award_id=row.Award.id,
        reference=application.reference or "",
        title=application.title,
        organisation=row.named if is_named else "",
        org_id=organisation.org_id if is_named else "",
        ror=organisation.ror if is_named else "",
        citation=row.Decision.citation,
        prize_id=row.PrizeRung.id if row.PrizeRung else None,
        prize=row.PrizeRung.title if row.PrizeRung else "",
        category=row.PrizeRung.category if row.PrizeRung else "",
        round_reference=round_.reference,
        round_title=round_.title,
        notice=round_.notice,
        rules_hash=round_.rules_hash,
        criteria=tuple(criteria),
        awarded_at=row.Decision.released_at or row.Award.issued_at,
        valid_from=max(row.Award.issued_at, round_.announced_at),
    )


@dataclass(frozen=True)
class PublicCredential:
    """A credential as everybody may see it; nothing but the id and the state of an ended one."""

    id: UUID
    number: int
    is_revoked: bool
    token: str = ""
    reference: str = ""
    title: str = ""
    organisation: str = ""
    prize: str = ""
    round_title: str = ""
    round_reference: str = ""
    notice: str = ""
    issued_at: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""


def public_credential(session: Session, credential_id: UUID, *, now: datetime) -> PublicCredential:
    """Return a credential. 1 statement. NotFound until its instant.

    Of an award that was refused, lapsed or withdrawn nothing is told but that it holds no more:
    it may have ended before its instant.
    """
    row: Any = session.execute(_public(now).where(Credential.id == credential_id)).one_or_none()
    if row is None:
        raise NotFound("There is no badge here.")
    return _told(row)


def credential_of_award(
    session: Session, reference: str, *, now: datetime
) -> PublicCredential | None:
    """Return the public credential of an application's award, by its reference. 1 statement."""
    row: Any = session.execute(_public(now).where(Application.reference == reference)).one_or_none()
    return None if row is None or row.Award.state in ENDED else _told(row)


def credential_in(session: Session, token: str, *, now: datetime) -> PublicCredential | None:
    """Return the credential that was signed as exactly this token. 1 statement."""
    row: Any = session.execute(_public(now).where(Credential.token == token)).one_or_none()
    return None if row is None else _told(row)


def _public(now: datetime) -> Any:
    return (
        select(Credential, Award, Application, PrizeRung, Round, public_name().label("named"))
        .join(Award, Award.id == Credential.award_id)
        .join(Decision, Decision.id == Award.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Round, Round.id == Decision.round_id)
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .where(has_public_results(now), Credential.issued_at <= now)
    )


def _told(row: Any) -> PublicCredential:
    credential = row.Credential
    if row.Award.state in ENDED:
        return PublicCredential(credential.id, credential.number, is_revoked=True)
    return PublicCredential(
        credential.id,
        credential.number,
        is_revoked=credential.revoked_at is not None,
        token=credential.token,
        reference=row.Application.reference or "",
        title=row.Application.title,
        organisation=row.named,
        prize=row.PrizeRung.title if row.PrizeRung else "",
        round_title=row.Round.title,
        round_reference=row.Round.reference,
        notice=row.Round.notice,
        issued_at=credential.issued_at,
        revoked_at=credential.revoked_at,
        reason=credential.reason,
    )


def is_ended() -> ColumnElement[bool]:
    """Return the condition that a `Credential` joined with its `Award` holds no more."""
    return or_(Credential.revoked_at.is_not(None), Award.state.in_(ENDED))


def revoked_numbers(session: Session, *, now: datetime) -> list[int]:
    """Return the places of the credentials that were public and hold no more. 1 statement."""
    return list(
        session.scalars(
            select(Credential.number)
            .join(Award, Award.id == Credential.award_id)
            .join(Decision, Decision.id == Award.decision_id)
            .join(Round, Round.id == Decision.round_id)
            .where(has_public_results(now), Credential.issued_at <= now, is_ended())
            .order_by(Credential.number)
        )
    )


@dataclass(frozen=True)
class BadgeOfApplication:
    """The badge of an award as the fund's managers see it."""

    id: UUID
    application_id: UUID
    reference: str
    title: str
    round_id: UUID
    notice: str
    issued_at: datetime
    revoked_at: datetime | None
    reason: str


def badge_of_application(session: Session, application_id: UUID) -> BadgeOfApplication:
    """Return an application's badge. 1 statement. NotFound for none."""
    row: Any = session.execute(
        select(Credential, Application, Round)
        .join(Award, Award.id == Credential.award_id)
        .join(Decision, Decision.id == Award.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Round, Round.id == Application.round_id)
        .where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This application has no badge.")
    return BadgeOfApplication(
        id=row.Credential.id,
        application_id=application_id,
        reference=row.Application.reference or "",
        title=row.Application.title,
        round_id=row.Round.id,
        notice=row.Round.notice,
        issued_at=row.Credential.issued_at,
        revoked_at=row.Credential.revoked_at,
        reason=row.Credential.reason,
    )
