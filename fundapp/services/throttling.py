"""Counts tries and refuses when there are too many."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import TooManyAttempts
from fundapp.domain.throttling import Limit, seconds_to_wait, wait_sentence
from fundapp.models import Attempt

SIGN_IN_BY_ADDRESS = Limit(10, timedelta(minutes=15))
SIGN_IN_BY_NETWORK = Limit(50, timedelta(minutes=15))
MAIL_BY_ADDRESS = Limit(5, timedelta(hours=1))
MAIL_BY_NETWORK = Limit(50, timedelta(hours=1))
INVITATIONS_BY_PERSON = Limit(200, timedelta(days=1))
NOMINATIONS_BY_NETWORK = Limit(10, timedelta(hours=1))
PREVIEWS_BY_PERSON = Limit(150, timedelta(minutes=10))
LONGEST_WINDOW = timedelta(days=1)


@dataclass(frozen=True)
class Throttle:
    """One counter. The key holds a hash, so that no address is kept for failed tries."""

    key: str
    limit: Limit


def sign_in_throttles(email: str, remote: str) -> tuple[Throttle, Throttle]:
    """Counters of failed sign-ins: per address typed, per network it came from."""
    return (
        Throttle(_key("sign-in to", email.strip().lower()), SIGN_IN_BY_ADDRESS),
        Throttle(_key("sign-in from", network_of(remote)), SIGN_IN_BY_NETWORK),
    )


def mail_throttles(email: str, remote: str) -> tuple[Throttle, Throttle]:
    """Counters of mails that strangers may have us send (confirm, reset)."""
    return (
        Throttle(_key("mail to", email.strip().lower()), MAIL_BY_ADDRESS),
        Throttle(_key("mail from", network_of(remote)), MAIL_BY_NETWORK),
    )


def invitation_throttle(person_id: object) -> Throttle:
    """Counter of the invitations that one person sends."""
    return Throttle(_key("invitation by", str(person_id)), INVITATIONS_BY_PERSON)


def preview_throttle(person_id: object) -> Throttle:
    """Counter of the letters that one person has printed to look at."""
    return Throttle(_key("preview by", str(person_id)), PREVIEWS_BY_PERSON)


def nomination_throttle(remote: str) -> Throttle:
    """Counter of the nominations that come from one network."""
    return Throttle(_key("nomination from", network_of(remote)), NOMINATIONS_BY_NETWORK)


def check_attempts(session: Session, throttles: Sequence[Throttle], *, now: datetime) -> None:
    """Raise TooManyAttempts when any counter is full; its `seconds` say how long to wait."""
    rows = session.execute(
        select(Attempt.key, Attempt.at).where(
            Attempt.key.in_([throttle.key for throttle in throttles]),
            Attempt.at > now - LONGEST_WINDOW,
        )
    ).all()
    waits = [
        seconds_to_wait([at for key, at in rows if key == throttle.key], throttle.limit, now=now)
        for throttle in throttles
    ]
    seconds = max(waits)
    if seconds:
        sentence = f"There were too many tries. {wait_sentence(seconds)}"
        raise TooManyAttempts(sentence, seconds=seconds)


def record_attempt(session: Session, throttles: Sequence[Throttle], *, now: datetime) -> None:
    """Count one try with every counter."""
    session.add_all([Attempt(key=throttle.key, at=now) for throttle in throttles])


def clear_attempts(session: Session, throttle: Throttle) -> None:
    """Empty one counter, after a success."""
    session.execute(delete(Attempt).where(Attempt.key == throttle.key))


def network_of(remote: str) -> str:
    """Return what counts as one place: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        address = ip_address(remote)
    except ValueError:
        return remote
    return str(address) if address.version == 4 else str(ip_network((address, 64), strict=False))


def _key(act: str, what: str) -> str:
    return f"{act}:{hashlib.sha256(what.encode()).hexdigest()[:32]}"
