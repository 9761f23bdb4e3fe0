"""Invitations: one by its link, and the lists of a round, a funder, an organisation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from fundapp.domain.permissions import MemberRole
from fundapp.domain.states import InvitationState
from fundapp.models import Funder, Invitation, Organisation, Person, Round


@dataclass(frozen=True)
class InvitationRow:
    """An invitation with the names of what it is about. `place` = funder or organisation."""

    id: UUID
    kind: str
    state: InvitationState
    email: str
    name: str
    inviter: str
    place: str
    round_title: str
    round_reference: str
    reviews_due_at: datetime | None
    review_load: int | None
    member_role: MemberRole | None
    note: str
    answer_note: str
    invited_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    has_account: bool


def invitation_of(session: Session, token_hash: str) -> InvitationRow | None:
    """Return the invitation by the hash of its token. 1 statement."""
    found = _rows(session, Invitation.token_hash == token_hash)
    return found[0] if found else None


def invitations_to_round(session: Session, round_id: UUID) -> list[InvitationRow]:
    """Return the reviewers invited to a round's panel, the newest first. 1 statement."""
    return _rows(session, Invitation.round_id == round_id)


def invitations_to_funder(session: Session, funder_id: UUID) -> list[InvitationRow]:
    """Return the officers invited to speak for a funder, the newest first. 1 statement."""
    return _rows(session, (Invitation.funder_id == funder_id) & (Invitation.kind == "officer"))


def _rows(session: Session, condition: ColumnElement[bool]) -> list[InvitationRow]:
    inviter, invited = aliased(Person), aliased(Person)
    has_account = exists().where(
        invited.email == Invitation.email, invited.email_confirmed_at.is_not(None)
    )
    rows = session.execute(
        select(
            Invitation,
            inviter.name.label("inviter"),
            Funder.name.label("funder"),
            Organisation.name.label("organisation"),
            Round.title,
            Round.reference,
            Round.reviews_due_at,
            has_account.label("has_account"),
        )
        .join(inviter, inviter.id == Invitation.invited_by_id)
        .outerjoin(Funder, Funder.id == Invitation.funder_id)
        .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(Round, Round.id == Invitation.round_id)
        .where(condition)
        .order_by(Invitation.invited_at.desc(), Invitation.id)
    )
    return [
        InvitationRow(
            id=row.Invitation.id,
            kind=row.Invitation.kind,
            state=row.Invitation.state,
            email=row.Invitation.email,
            name=row.Invitation.name,
            inviter=row.inviter,
            place=row.organisation or row.funder or "",
            round_title=row.title or "",
            round_reference=row.reference or "",
            reviews_due_at=row.reviews_due_at,
            review_load=row.Invitation.review_load,
            member_role=row.Invitation.member_role,
            note=row.Invitation.note,
            answer_note=row.Invitation.answer_note,
            invited_at=row.Invitation.invited_at,
            expires_at=row.Invitation.expires_at,
            answered_at=row.Invitation.answered_at,
            has_account=row.has_account,
        )
        for row in rows
    ]
