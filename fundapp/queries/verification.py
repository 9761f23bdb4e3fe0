"""What our record says of an issued document: which it is, and whether it is in force."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fundapp.domain.check_codes import read_code
from fundapp.domain.money import Money
from fundapp.domain.references import announcement_language
from fundapp.domain.seals import Verdict
from fundapp.domain.states import AwardState, DecisionKind, DecisionState, DocumentKind
from fundapp.models import Application, Award, Decision, IssuedDocument, Round
from fundapp.queries.publication import has_public_results

SEALED_KINDS = tuple(
    kind.value for kind in DocumentKind if kind is not DocumentKind.SUBMISSION_COPY
)
"""Letters and announcements; the copy of a submission is nobody's decision."""

OF_AWARDS = (DocumentKind.AWARD_LETTER, DocumentKind.CERTIFICATE)

HELD = (AwardState.ISSUED, AwardState.ACCEPTED)
"""States of an award with which its certificate holds."""


@dataclass(frozen=True)
class KnownDocument:
    """A document that we issued. verdict: GENUINE, AMENDED or WITHDRAWN.

    in_force: the reference of the version that replaced it, its own where it is in force.
    application, amount: of a letter; the sum of an award only, as it stands in our record.
    """

    verdict: Verdict
    reference: str
    in_force: str
    kind: DocumentKind
    issued_at: datetime
    round_title: str
    notice: str
    application: str = ""
    amount: Money | None = None


def document_of_code(
    session: Session, reference: str, code: str, *, now: datetime | None = None
) -> KnownDocument | None:
    """Return the document of a reference and its code as people type them. 2 statements.

    now: with it, a certificate is unknown until the instant of its announcement.
    """
    wanted = read_code(code)
    if not wanted:
        return None
    typed = "".join(reference.upper().split())
    is_one = (IssuedDocument.reference == typed) & (IssuedDocument.code == wanted)
    return _known(session, is_one, now=now)


def document_of_hashes(
    session: Session, hashes: Collection[str], *, now: datetime | None = None
) -> KnownDocument | None:
    """Return the document that has one of these hashes, sealed or before it. 2 statements.

    now: as for `document_of_code`.
    """
    is_one = or_(
        IssuedDocument.sha256.in_(hashes),
        IssuedDocument.unsealed_sha256.in_(hashes),
    )
    return _known(session, is_one, now=now)


def is_stored_file(session: Session, sha256: str) -> bool:
    """Tell whether exactly this file was issued as a letter or an announcement. 1 statement."""
    found = select(IssuedDocument.id).where(
        IssuedDocument.sha256 == sha256, IssuedDocument.kind.in_(SEALED_KINDS)
    )
    return session.scalar(found.limit(1)) is not None


def _known(session: Session, condition: Any, *, now: datetime | None) -> KnownDocument | None:
    if now is not None:
        is_certificate = IssuedDocument.kind == DocumentKind.CERTIFICATE.value
        condition = condition & or_(~is_certificate, has_public_results(now))
    row: Any = session.execute(
        select(IssuedDocument, Round, Application, Decision, Award)
        .join(Round, Round.id == IssuedDocument.round_id)
        .outerjoin(Application, Application.id == IssuedDocument.application_id)
        .outerjoin(
            Decision,
            (Decision.application_id == IssuedDocument.application_id)
            & (Decision.state == DecisionState.RELEASED),
        )
        .outerjoin(Award, Award.decision_id == Decision.id)
        .where(condition, IssuedDocument.kind.in_(SEALED_KINDS))
        .order_by(IssuedDocument.issued_at.desc(), IssuedDocument.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    document, round_, application, decision, award = row
    in_force = _newest_reference(session, document)
    kind = DocumentKind(document.kind)
    is_award = kind in OF_AWARDS and document.reference == in_force
    return KnownDocument(
        verdict=_verdict(document, in_force, award),
        reference=document.reference,
        in_force=in_force,
        kind=kind,
        issued_at=document.issued_at,
        round_title=round_.title,
        notice=round_.notice,
        application=(application.reference or "") if application else "",
        amount=Money(decision.amount, round_.currency)
        if is_award and decision and decision.kind is DecisionKind.AWARD and decision.amount
        else None,
    )


def _verdict(document: IssuedDocument, in_force: str, award: Award | None) -> Verdict:
    """Tell what holds: every letter of an award that is taken back is withdrawn, old ones too."""
    is_award = document.kind == DocumentKind.AWARD_LETTER.value
    if is_award and (award is None or award.state is AwardState.WITHDRAWN):
        return Verdict.WITHDRAWN
    is_certificate = document.kind == DocumentKind.CERTIFICATE.value
    if is_certificate and (award is None or award.state not in HELD):
        return Verdict.WITHDRAWN
    return Verdict.GENUINE if document.reference == in_force else Verdict.AMENDED


def _newest_reference(session: Session, document: IssuedDocument) -> str:
    """Return what is in force: an application's newest letter, its newest certificate, or a round's
    newest announcement in the same language.
    """
    newest = session.scalars(
        select(IssuedDocument.reference)
        .where(
            IssuedDocument.round_id == document.round_id,
            IssuedDocument.application_id == document.application_id,
            IssuedDocument.kind.in_(SEALED_KINDS),
            (IssuedDocument.kind == DocumentKind.CERTIFICATE.value)
            == (document.kind == DocumentKind.CERTIFICATE.value),
        )
        .order_by(
            IssuedDocument.issued_at.desc(),
            IssuedDocument.kind != DocumentKind.WITHDRAWAL_LETTER.value,
            IssuedDocument.version.desc(),
        )
    )
    language = announcement_language(document.reference)
    found = (reference for reference in newest if announcement_language(reference) == language)
    return next(found, document.reference)
