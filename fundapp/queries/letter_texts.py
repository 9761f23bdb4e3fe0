"""The fund's own words for letters: the newest of each, every version, and what an order prints.

A version without parts says that the shipped words (or, for a round, the fund's) stand again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from fundapp.domain.letter_texts import LETTERS
from fundapp.domain.states import DocumentKind
from fundapp.models import LetterText, Person
from fundapp.queries.document_rows import OwnText

Key = tuple[DocumentKind, str]
"""A kind of letter and a language."""


@dataclass(frozen=True)
class TextVersion:
    """One version of the fund's own words; parts are Markdown by part of the letter."""

    id: UUID
    round_id: UUID | None
    kind: DocumentKind
    language: str
    version: int
    parts: Mapping[str, str]
    written_by: str
    written_at: datetime

    @property
    def is_shipped(self) -> bool:
        """Whether it takes own words back."""
        return not self.parts


def newest_texts(session: Session, round_id: UUID | None) -> dict[Key, TextVersion]:
    """Return the newest version of each text of a round, or of the fund (None). 1 statement."""
    newer = aliased(LetterText)
    newest = select(func.max(newer.version)).where(
        newer.kind == LetterText.kind,
        newer.language == LetterText.language,
        newer.round_id.is_not_distinct_from(LetterText.round_id),
    )
    rows = session.execute(
        _versions(round_id).where(LetterText.version == newest.scalar_subquery())
    )
    found = (_version(text, name) for text, name in rows)
    return {(text.kind, text.language): text for text in found}


def texts_in_force(session: Session, round_id: UUID | None) -> dict[Key, TextVersion]:
    """Return what letters of a round are printed with: its own texts, then the fund's.

    Where neither has words of its own, nothing: the shipped ones stand. 2 statements.
    """
    of_fund = newest_texts(session, None)
    of_round = newest_texts(session, round_id) if round_id is not None else {}
    own = {key: text for key, text in of_round.items() if not text.is_shipped}
    return {key: text for key, text in of_fund.items() if not text.is_shipped} | own


def text_for(
    session: Session, round_id: UUID | None, kind: DocumentKind, *, language: str
) -> TextVersion | None:
    """Return what one letter is printed with; None = the shipped words. 2 statements."""
    return texts_in_force(session, round_id).get((kind, language))


def text_history(
    session: Session, round_id: UUID | None, kind: DocumentKind, *, language: str
) -> list[TextVersion]:
    """Return every version of one text, the newest first. 1 statement."""
    rows = session.execute(
        _versions(round_id)
        .where(LetterText.kind == kind, LetterText.language == language)
        .order_by(None)
        .order_by(LetterText.version.desc())
    )
    return [_version(text, name) for text, name in rows]


def own_texts_of(session: Session, text_ids: Iterable[UUID]) -> dict[UUID, tuple[OwnText, ...]]:
    """Return the words of these versions as rows carry them, parts in reading order. 1 statement.

    No statement where no order names a text.
    """
    wanted = sorted(set(text_ids))
    if not wanted:
        return {}
    rows = session.scalars(select(LetterText).where(LetterText.id.in_(wanted)))
    return {row.id: _own_texts(row) for row in rows}


def _own_texts(row: LetterText) -> tuple[OwnText, ...]:
    return tuple(
        OwnText(part=part.name, text=row.parts[part.name])
        for part in LETTERS[row.kind].parts
        if part.name in row.parts
    )


def _versions(round_id: UUID | None) -> Select[LetterText, str]:
    return (
        select(LetterText, Person.name)
        .join(Person, Person.id == LetterText.written_by_id)
        .where(LetterText.round_id.is_not_distinct_from(round_id))
        .order_by(LetterText.kind, LetterText.language)
    )


def _version(row: LetterText, written_by: str) -> TextVersion:
    return TextVersion(
        id=row.id,
        round_id=row.round_id,
        kind=row.kind,
        language=row.language,
        version=row.version,
        parts={name: str(text) for name, text in row.parts.items()},
        written_by=written_by,
        written_at=row.written_at,
    )
