"""Every issued document of a round that a reader may have, one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.states import DocumentKind
from fundapp.models import IssuedDocument
from fundapp.queries.verification import SEALED_KINDS

AT_ONCE = 200


@dataclass(frozen=True)
class RoundDocument:
    """An issued document: its reference and the hash and size in bytes of its file."""

    kind: DocumentKind
    reference: str
    sha256: str
    size: int


def documents_of_round(
    session: Session, round_id: UUID, *, recused: frozenset[UUID]
) -> Iterator[RoundDocument]:
    """Yield letters and announcements in all their versions, by reference. 1 statement.

    Rows are fetched some hundred at a time; `recused` applications are left out.
    """
    rows = session.execute(
        select(
            *(IssuedDocument.kind, IssuedDocument.reference, IssuedDocument.sha256),
            *(IssuedDocument.size, IssuedDocument.application_id),
        )
        .where(IssuedDocument.round_id == round_id, IssuedDocument.kind.in_(SEALED_KINDS))
        .order_by(IssuedDocument.reference, IssuedDocument.version, IssuedDocument.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in rows:
        if row.application_id not in recused:
            yield RoundDocument(DocumentKind(row.kind), row.reference, row.sha256, row.size)


def count_documents(session: Session, round_id: UUID, *, recused: frozenset[UUID]) -> int:
    """Return how many documents `documents_of_round` yields. 1 statement."""
    rows = session.execute(
        select(IssuedDocument.application_id, func.count())
        .where(IssuedDocument.round_id == round_id, IssuedDocument.kind.in_(SEALED_KINDS))
        .group_by(IssuedDocument.application_id)
    )
    return sum(count for application_id, count in rows if application_id not in recused)
