"""An award with all that it says, and its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.amendments import AwardTerms, Part, Planned, terms_from_data, what_changed
from fundapp.domain.errors import NotFound
from fundapp.domain.states import AwardState, ContributionState, OrderState, RoundKind
from fundapp.models import (
    Application,
    Award,
    AwardVersion,
    Contribution,
    Decision,
    DocumentOrder,
    Envelope,
    Funder,
    Organisation,
    Person,
    Round,
    Tranche,
)
from fundapp.queries.signatures import unsigned_parts


@dataclass(frozen=True)
class VersionLine:
    """One version of an award: when and by whom it was made, why, and what it changed.

    The first has no reason and changes nothing; its maker is who released it, not named here.
    """

    version: int
    made_at: datetime
    made_by: str
    reason: str
    amount: int
    changes: tuple[str, ...]


@dataclass(frozen=True)
class AwardPage:
    """An award as a manager sees it. funders: id to name, by place in the round.

    versions: the newest first. waits_for: funders that have not signed the newest letter.
    """

    application_id: UUID
    round_id: UUID
    round_title: str
    round_reference: str
    notice: str
    kind: RoundKind
    currency: str
    reference: str
    title: str
    organisation: str
    state: AwardState
    version: int
    terms: AwardTerms
    funders: Mapping[UUID, str]
    versions: tuple[VersionLine, ...]
    waits_for: tuple[str, ...]
    needs_signatures: bool

    @property
    def is_in_force(self) -> bool:
        """Tell whether it can be amended or taken back."""
        return self.state in {AwardState.ISSUED, AwardState.ACCEPTED}


def award_terms(session: Session, award_id: UUID) -> AwardTerms:
    """Return what an award says now. 3 statements."""
    award = session.get_one(Award, award_id)
    parts = session.scalars(
        select(Contribution)
        .join(Funder, Funder.id == Contribution.funder_id)
        .where(
            Contribution.decision_id == award.decision_id,
            Contribution.state != ContributionState.REFUSED,
        )
        .order_by(Contribution.amount.desc(), Funder.name, Funder.id)
        .execution_options(populate_existing=True)
    )
    tranches = session.scalars(
        select(Tranche).where(Tranche.award_id == award_id).order_by(Tranche.position)
    )
    return AwardTerms(
        parts={
            part.funder_id: Part(
                amount=part.amount, condition=part.condition, paid_when=part.paid_when
            )
            for part in parts
        },
        conditions=tuple(one["text"] for one in award.conditions if not one.get("funder")),
        tranches=tuple(
            Planned(amount=one.amount, released_by=one.released_by, not_before_on=one.not_before_on)
            for one in tranches
        ),
        answer_by=award.answer_by,
    )


def award_page(session: Session, application_id: UUID) -> AwardPage:
    """Return an award with its history. 7 statements. NotFound where there is no award."""
    found: Any = session.execute(
        select(Award, Application, Round, Organisation.name)
        .join(Decision, Decision.id == Award.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Round, Round.id == Application.round_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.id == application_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no award on this application.")
    award, application, round_, organisation = found
    terms = award_terms(session, award.id)
    names = _names(session, round_.id)
    return AwardPage(
        application_id=application.id,
        round_id=round_.id,
        round_title=round_.title,
        round_reference=round_.reference,
        notice=round_.notice,
        kind=round_.kind,
        currency=round_.currency,
        reference=application.reference or "",
        title=application.title,
        organisation=organisation,
        state=award.state,
        version=award.version,
        terms=terms,
        funders=names,
        versions=award_versions(session, award, terms, names=names, currency=round_.currency),
        waits_for=_waits_for(session, application.id),
        needs_signatures=round_.needs_signatures,
    )


def own_versions(session: Session, application_id: UUID) -> tuple[VersionLine, ...]:
    """Return the versions of an amended award for its applicant, none of another. 1 statement,
    8 where it was amended.
    """
    is_amended = session.scalar(
        select(AwardVersion.id)
        .join(Award, Award.id == AwardVersion.award_id)
        .join(Decision, Decision.id == Award.decision_id)
        .where(Decision.application_id == application_id)
        .limit(1)
    )
    return award_page(session, application_id).versions if is_amended else ()


def award_versions(
    session: Session,
    award: Award,
    terms: AwardTerms,
    *,
    names: Mapping[UUID, str],
    currency: str,
) -> tuple[VersionLine, ...]:
    """Return an award's versions, the newest first. 1 statement.

    A kept row says what held until it was made, and why that ended.
    """
    kept = session.execute(
        select(AwardVersion, Person.name)
        .join(Person, Person.id == AwardVersion.made_by_id)
        .where(AwardVersion.award_id == award.id)
        .order_by(AwardVersion.version)
    ).all()
    said = [*(terms_from_data(row.terms) for row, _ in kept), terms]
    lines = [VersionLine(1, award.issued_at, "", "", said[0].amount, ())]
    for place, (row, name) in enumerate(kept, start=1):
        changes = what_changed(said[place - 1], said[place], names=names, currency=currency)
        if changes:
            lines.append(
                VersionLine(
                    row.version + 1, row.made_at, name, row.reason, said[place].amount, changes
                )
            )
        else:
            ended = ("The award is taken back.",)
            lines.append(VersionLine(row.version + 1, row.made_at, name, row.reason, 0, ended))
    return tuple(reversed(lines))


def _names(session: Session, round_id: UUID) -> dict[UUID, str]:
    rows = session.execute(
        select(Funder.id, Funder.name)
        .join(Envelope, Envelope.funder_id == Funder.id)
        .where(Envelope.round_id == round_id)
        .order_by(Envelope.position, Envelope.id)
    )
    return {row.id: row.name for row in rows}


def _waits_for(session: Session, application_id: UUID) -> tuple[str, ...]:
    """Return the funders whose signature the newest letter waits for."""
    waiting = session.scalars(
        select(DocumentOrder.id).where(
            DocumentOrder.application_id == application_id,
            DocumentOrder.state == OrderState.UNSIGNED,
        )
    ).all()
    return tuple(part.funder for part in unsigned_parts(session, order_ids=waiting))
