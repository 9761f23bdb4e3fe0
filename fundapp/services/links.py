"""One-time links: mailed to a person, good once and for a while."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.models import OneTimeLink, Person
from fundapp.services.tokens import hash_of_token, new_token


class Purpose(StrEnum):
    """What a link is for."""

    CONFIRM = "confirm"
    RESET = "reset"


LIFETIME = {Purpose.CONFIRM: timedelta(days=3), Purpose.RESET: timedelta(hours=2)}

UNKNOWN = "This link is not complete or was never given out. Copy the whole line from the mail."
USED = "This link was used before. Each link works once."
EXPIRED = "This link has expired. Ask for a new one."


def issue_link(
    session: Session,
    person: Person,
    purpose: Purpose,
    *,
    now: datetime,
    lifetime: timedelta | None = None,
    details: Mapping[str, Any] | None = None,
) -> str:
    """Store a link of `person` and return its token; only the hash is kept."""
    token = new_token()
    session.add(
        OneTimeLink(
            purpose=purpose.value,
            person_id=person.id,
            token_hash=hash_of_token(token),
            details=dict(details or {}),
            created_at=now,
            expires_at=now + (lifetime or LIFETIME[purpose]),
        )
    )
    return token


def open_link(session: Session, token: str, purpose: Purpose, *, now: datetime) -> OneTimeLink:
    """Return the link of `token`, its row locked; it is not used up by that.

    Raises NotFound for an unknown token and WrongState for a used or expired one; each
    message says what to do.
    """
    link = session.scalar(
        select(OneTimeLink)
        .where(OneTimeLink.token_hash == hash_of_token(token), OneTimeLink.purpose == purpose)
        .with_for_update()
    )
    if link is None:
        raise NotFound(UNKNOWN)
    require_usable(used_at=link.used_at, expires_at=link.expires_at, now=now)
    return link


def require_usable(*, used_at: datetime | None, expires_at: datetime, now: datetime) -> None:
    """Raise WrongState when a link was used or has expired."""
    if used_at is not None:
        raise WrongState(USED)
    if expires_at <= now:
        raise WrongState(EXPIRED)


def void_links(session: Session, person_id: UUID, purpose: Purpose, *, now: datetime) -> None:
    """Use up every open link of that purpose and forget what it carried."""
    session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.person_id == person_id,
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=now, details={})
    )
