"""Where the demo plays: an application with a clock that is set, and short transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from config import Config
from fundapp.adapters import database
from fundapp.adapters.clock import FixedClock
from fundapp.domain.permissions import Actor
from fundapp.models import OutboxMessage, Person
from fundapp.queries.access import actor_for

PASSWORD = "every measure needs two hands"  # noqa: S105 - of people who do not exist


class Teller(Protocol):
    """Tells the person at the terminal what happens."""

    def say(self, line: str) -> None:
        """Tell one line of the story."""
        ...

    def progress(self, done: int, total: int) -> None:
        """Show how far a long step is."""
        ...


@dataclass
class Stage:
    """The demo's application and what its steps share. `opening` is the day it counts from.

    links: secrets of links that somebody will follow on a later day, by address.
    """

    app: Flask
    engine: Engine
    config: Config
    clock: FixedClock
    opening: datetime
    password_hash: str
    teller: Teller
    people: dict[str, UUID] = field(default_factory=dict)
    funders: dict[str, UUID] = field(default_factory=dict)
    rounds: dict[str, UUID] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """Return the instant that the demo's calendar shows."""
        return self.clock.instant

    def at(self, day: float) -> datetime:
        """Return the instant `day` days after the opening day; days before are negative."""
        return self.opening + timedelta(days=day)

    def later(self, minutes: int = 10) -> None:
        """Let some minutes pass."""
        self.clock.instant += timedelta(minutes=minutes)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a writing session that is committed at the end; the clock moves on after it."""
        with Session(self.engine, expire_on_commit=False) as session:
            database.begin_writing(session)
            yield session
            session.commit()
        self.later(1)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with Session(self.engine) as session:
            yield session

    def actor(self, session: Session, name: str) -> Actor:
        """Return somebody of the cast with all their roles of now."""
        return actor_for(session, self.people[name])


Step = Callable[[Stage], str]
"""Does one step and returns the line that tells what was done."""


@dataclass(frozen=True)
class Scene:
    """What happens on one day. Scenes of one day keep their order."""

    day: float
    name: str
    run: Step


def token_in_newest_mail(session: Session, address: str) -> str:
    """Return the secret of the link in the newest mail to `address`, as its reader would."""
    session.flush()
    bodies = session.scalars(
        select(OutboxMessage.body)
        .where(OutboxMessage.to_address == address, OutboxMessage.body.contains("{site}/"))
        .order_by(OutboxMessage.queued_at.desc(), OutboxMessage.id)
        .limit(1)
    )
    link = bodies.one().split("{site}/", 1)[1].split()[0]
    return link.rsplit("/", 1)[1]


def mark_fictional(session: Session, person_id: UUID) -> None:
    """Mark a person of the demo as one who does not exist."""
    session.get_one(Person, person_id).is_fictional = True
