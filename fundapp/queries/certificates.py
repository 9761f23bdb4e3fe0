"""Certificates of winners: the rows to print, which winners get one, and who may read it when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.embargoes import is_public
from fundapp.domain.errors import NotFound
from fundapp.domain.money import Money
from fundapp.domain.states import (
    AwardState,
    DecisionKind,
    DecisionState,
    DocumentKind,
)
from fundapp.models import (
    Application,
    Award,
    Contribution,
    Decision,
    DocumentOrder,
    Funder,
    IssuedDocument,
    Organisation,
    PrizeRung,
    Round,
)
from fundapp.queries.confirmed_results import confirmed_results
from fundapp.queries.document_rows import Certificate, ContributionLine, FundIdentity
from fundapp.queries.publication import has_public_results, public_name

IN_FORCE = (AwardState.ISSUED, AwardState.ACCEPTED)


@dataclass(frozen=True)
class CertificateFor:
    """A winner whose certificate can be ordered. version: of the next one."""

    application_id: UUID
    reference: str
    language: str
    version: int


def winners_to_certify(
    session: Session, round_id: UUID, *, application_ids: Sequence[UUID] | None = None
) -> list[CertificateFor]:
    """Return the awards in force of a round, or those of some applications. 1 statement."""
    before = (
        select(func.count())
        .where(
            DocumentOrder.application_id == Application.id,
            DocumentOrder.kind == DocumentKind.CERTIFICATE,
        )
        .correlate(Application)
        .scalar_subquery()
    )
    wanted = [] if application_ids is None else [Application.id.in_(application_ids)]
    rows = session.execute(
        select(Application.id, Application.reference, Application.language, before)
        .join(Decision, Decision.application_id == Application.id)
        .join(Award, Award.decision_id == Decision.id)
        .where(Application.round_id == round_id, Award.state.in_(IN_FORCE), *wanted)
        .order_by(Application.number, Application.id)
    )
    return [
        CertificateFor(id_, reference or "", language, count + 1)
        for id_, reference, language, count in rows
    ]


def certificate_rows(
    session: Session, order_ids: Sequence[UUID], *, fund: FundIdentity
) -> dict[UUID, Certificate]:
    """Return the certificates to print by order. 3 statements; none for an award that ended."""
    rows = session.execute(
        select(
            DocumentOrder, Application, Round, Decision, PrizeRung, public_name().label("holder")
        )
        .join(Application, Application.id == DocumentOrder.application_id)
        .join(Round, Round.id == Application.round_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Decision, Decision.application_id == Application.id)
        .join(Award, Award.decision_id == Decision.id)
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .where(
            DocumentOrder.id.in_(order_ids),
            Decision.kind == DecisionKind.AWARD,
            Decision.state == DecisionState.RELEASED,
            Award.state.in_(IN_FORCE),
        )
    ).all()
    parts = _parts(session, [row.Decision.id for row in rows])
    confirmed = confirmed_results(session, [row.Application.id for row in rows])
    return {
        row.DocumentOrder.id: replace(
            _certificate(row, parts, fund=fund), confirmed=confirmed.get(row.Application.id)
        )
        for row in rows
    }


def _parts(session: Session, decision_ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, int]]]:
    found: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    for decision_id, funder, amount in session.execute(
        select(Contribution.decision_id, Funder.name, Contribution.amount)
        .join(Funder, Funder.id == Contribution.funder_id)
        .where(Contribution.decision_id.in_(decision_ids))
        .order_by(Contribution.amount.desc(), Funder.name, Funder.id)
    ):
        found[decision_id].append((funder, amount))
    return found


def _certificate(
    row: Any, parts: dict[UUID, list[tuple[str, int]]], *, fund: FundIdentity
) -> Certificate:
    order, application = row.DocumentOrder, row.Application
    round_, decision, rung = row.Round, row.Decision, row.PrizeRung
    return Certificate(
        reference=order.reference,
        version=order.version,
        language=order.language,
        issued_at=order.ordered_at,
        notice=round_.notice,
        fund=fund,
        verify_url=f"{fund.site}/verify",
        code=order.code,
        application_reference=application.reference or "",
        round_reference=round_.reference,
        round_title=round_.title,
        title=application.title,
        organisation=row.holder,
        prize=rung.title if rung else "",
        category=rung.category if rung else "",
        citation=decision.citation,
        amount=Money(decision.amount or 0, round_.currency),
        contributions=tuple(
            ContributionLine(funder=funder, amount=Money(amount, round_.currency))
            for funder, amount in parts[decision.id]
        ),
        awarded_on=(decision.released_at or order.ordered_at).date(),
        award_url=f"{fund.site}/awards/{application.reference}",
    )


@dataclass(frozen=True)
class PublicCertificate:
    """The newest certificate of an announced award."""

    reference: str
    sha256: str


def public_certificate(session: Session, reference: str, *, now: datetime) -> PublicCertificate:
    """Return the certificate in force of an application's award. 1 statement.

    NotFound until it is printed and public, and once the award has ended.
    """
    row = session.execute(
        select(IssuedDocument.reference, IssuedDocument.sha256)
        .join(Application, Application.id == IssuedDocument.application_id)
        .join(Round, Round.id == Application.round_id)
        .join(Decision, Decision.application_id == Application.id)
        .join(Award, Award.decision_id == Decision.id)
        .where(
            Application.reference == reference,
            IssuedDocument.kind == DocumentKind.CERTIFICATE.value,
            has_public_results(now),
            Award.state.in_(IN_FORCE),
        )
        .order_by(IssuedDocument.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no certificate under this reference.")
    return PublicCertificate(row.reference, row.sha256)


def has_certificate(session: Session, reference: str, *, now: datetime) -> bool:
    """Tell whether `public_certificate` finds one. 1 statement."""
    try:
        public_certificate(session, reference, now=now)
    except NotFound:
        return False
    return True


def is_held_back(session: Session, document_id: UUID, *, now: datetime) -> bool:
    """Tell whether a document is a certificate that is not public yet. 1 statement."""
    row = session.execute(
        select(Round.state, Round.announced_at)
        .join(IssuedDocument, IssuedDocument.round_id == Round.id)
        .where(
            IssuedDocument.id == document_id,
            IssuedDocument.kind == DocumentKind.CERTIFICATE.value,
        )
    ).one_or_none()
    return row is not None and not is_public(row.state, row.announced_at, now)
