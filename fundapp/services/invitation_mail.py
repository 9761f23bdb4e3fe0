"""Mails of invitations: the link, and the news of a refusal."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor
from fundapp.models import Funder, Invitation, Organisation, Person, Round
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, MailText, queue_mail
from fundapp.services.tokens import hash_of_token, new_token

LIFETIME = timedelta(days=30)


def send_invitation(
    session: Session, invitation: Invitation, *, actor: Actor, now: datetime
) -> None:
    """Mail the invitation with a new link; an older link stops working."""
    token = new_token()
    invitation.token_hash, invitation.expires_at = hash_of_token(token), now + LIFETIME
    session.flush()
    text = _invitation_text(session, invitation, token=token, inviter=actor.name)
    letterbox = Letterbox(invitation.email, invitation.name)
    queue_mail(session, letterbox, text, now=now, round_id=invitation.round_id)


def _invitation_text(
    session: Session, invitation: Invitation, *, token: str, inviter: str
) -> MailText:
    values: dict[str, Any] = {
        "token": token,
        "inviter": inviter,
        "expires_at": invitation.expires_at,
    }
    if invitation.kind == "colleague":
        organisation = session.get_one(Organisation, invitation.organisation_id)
        values |= {"organisation": organisation.name, "role": invitation.member_role}
        return mail_text("invite_colleague", **values)
    values["funder"] = session.get_one(Funder, invitation.funder_id).name
    if invitation.kind == "officer":
        return mail_text("invite_officer", **values)
    round_ = session.get_one(Round, invitation.round_id)
    values |= {
        "round_title": round_.title,
        "round_reference": round_.reference,
        "reviews_due_at": round_.reviews_due_at,
        "review_load": invitation.review_load,
        "note": invitation.note,
    }
    return mail_text("invite_reviewer", **values)


def send_refusal(session: Session, invitation: Invitation, *, now: datetime) -> None:
    """Tell the inviter that the invitation was declined, with the note."""
    inviter = session.get_one(Person, invitation.invited_by_id)
    text = mail_text(
        "invitation_declined",
        name=invitation.name,
        email=invitation.email,
        purpose=purpose_of(session, invitation),
        note=invitation.answer_note,
    )
    letterbox = Letterbox(inviter.email, inviter.name)
    queue_mail(session, letterbox, text, now=now, round_id=invitation.round_id)


def purpose_of(session: Session, invitation: Invitation) -> str:
    """Say what the invitation is for: "to speak for Lilliput Foundation"."""
    if invitation.organisation_id is not None:
        return f"to join {session.get_one(Organisation, invitation.organisation_id).name}"
    funder = session.get_one(Funder, invitation.funder_id).name
    if invitation.round_id is None:
        return f"to speak for {funder}"
    round_ = session.get_one(Round, invitation.round_id)
    return f"to review for “{round_.title}” ({round_.reference})"
