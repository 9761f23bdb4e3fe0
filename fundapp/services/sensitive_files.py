"""Files that are looked at in the app only: who marks them, and the record of each look."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import Actor
from fundapp.models import Application, Attachment
from fundapp.services.audit import record_event
from fundapp.services.editing import open_for_editing


def mark_sensitive(
    session: Session,
    attachment_id: UUID,
    *,
    is_sensitive: bool,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """Say of a file whether it is sensitive, while the application may be changed."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.removed_at is not None:
        raise NotFound("There is no such file.")
    edited = open_for_editing(session, attachment.application_id, actor=actor, now=now)
    if attachment.is_sensitive is not is_sensitive:
        attachment.is_sensitive = is_sensitive
        record_event(
            session,
            "attachment.sensitivity_changed",
            attachment,
            is_sensitive=is_sensitive,
            actor=actor,
            now=now,
            round_id=edited.round.id,
            application_id=edited.application.id,
        )
    return attachment


def record_viewing(
    session: Session, attachment_id: UUID, *, sample: str, actor: Actor, now: datetime
) -> None:
    """Write down that somebody looked at one sample of a sensitive file."""
    attachment = session.get_one(Attachment, attachment_id)
    application = session.get_one(Application, attachment.application_id)
    record_event(
        session,
        "attachment.sample_viewed",
        attachment,
        actor=actor,
        now=now,
        round_id=application.round_id,
        application_id=application.id,
        sample=sample[:120],
    )
