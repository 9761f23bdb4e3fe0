"""Mail is written here, in the same transaction as the change it tells of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.mail import UNREACHABLE
from fundapp.domain.states import MailState
from fundapp.models import OutboxMessage


@dataclass(frozen=True)
class Letterbox:
    """Whom a mail goes to."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class MailText:
    """What a mail says: one line of subject, plain text body.

    `{site}` stands for the address of this installation, `{fund}` for the fund's name; both
    are filled in when the mail is sent. Longer texts: services/mail_texts.py.
    """

    subject: str
    body: str


@dataclass(frozen=True)
class MailAttachment:
    """A stored file that goes with a mail."""

    filename: str
    media_type: str
    sha256: str


def queue_mail(
    session: Session,
    to: Letterbox,
    text: MailText,
    *,
    now: datetime,
    round_id: UUID | None = None,
    once_key: str | None = None,
    attachments: Sequence[MailAttachment] = (),
) -> OutboxMessage | None:
    """Queue one mail. With a `once_key` that was used before nothing is queued (None).

    Nothing is queued either for people from imported files, who have no address.
    """
    if to.address.endswith(UNREACHABLE):
        return None
    if once_key is not None and _is_queued(session, once_key):
        return None
    message = OutboxMessage(
        message_id=new_message_id(),
        once_key=once_key,
        to_address=to.address,
        to_name=_one_line(to.name),
        subject=_one_line(text.subject)[:300],
        body=text.body,
        attachments=[vars(attachment) for attachment in attachments],
        round_id=round_id,
        state=MailState.QUEUED,
        queued_at=now,
        next_try_at=now,
    )
    session.add(message)
    return message


def new_message_id() -> str:
    """Return a name for a mail that nobody can guess."""
    return f"<{uuid4().hex}@fundapp.invalid>"


def _is_queued(session: Session, once_key: str) -> bool:
    found = select(OutboxMessage.id).where(OutboxMessage.once_key == once_key)
    return session.scalar(found) is not None


def _one_line(text: str) -> str:
    return " ".join(text.split())
