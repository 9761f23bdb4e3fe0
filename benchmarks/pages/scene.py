"""What the benchmark asks for: who asks, and which rows stand ready to be read and written."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Visitor:
    """A signed-in browser: its person, its signed cookie and its form token."""

    person_id: UUID
    cookie: str
    token: str


@dataclass
class Desk:
    """A review that was begun and can be saved, by one client at a time.

    version: what stands now. saves: how many there were. turn: the save that chose the marks.
    """

    assignment_id: UUID
    reviewer: Visitor
    version: int = 1
    saves: int = 0
    turn: int = 0


@dataclass(frozen=True)
class Entry:
    """A finished draft that waits for its file; fields: the other fields of the file's page."""

    application_id: UUID
    section_id: UUID
    question_id: UUID
    question: str
    member: Visitor
    fields: dict[str, list[str]]


@dataclass
class Scene:
    """A filled database. desks and entries are taken from their ends, each once at a time."""

    round_id: UUID
    last_page: int
    manager: Visitor
    reviewers: list[Visitor]
    criteria: list[str]
    desks: list[Desk] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
