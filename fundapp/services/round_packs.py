"""The pack of a round: letters, announcements, every export and the record, in one ZIP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import Action, may
from fundapp.domain.states import DocumentKind
from fundapp.exports.packs import Pack
from fundapp.queries.audit import AuditFilter, AuditRow, audit_page
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import RoundHead, round_head, seen_by
from fundapp.queries.round_documents import count_documents, documents_of_round
from fundapp.queries.round_files import OrderedFile
from fundapp.services.exports import export_files, round_for_export
from fundapp.services.round_files import MadeFile
from fundapp.services.work import Work

UNTOLD = (
    *("round.exported", "ranking.exported", "conflict.exported", "allocation_plan.exported"),
    *("round_file.ordered", "round_file.made", "round_file.failed", "round_file.taken"),
)
"""Lines on who took which file: they change nothing, and a pack would tell of its own making."""

REPORT_EVERY = 20
LOST = "{reference} is not where our files are kept. Issue it anew, then make the pack again."


@dataclass(frozen=True)
class _Packing:
    """A pack under way: for what order, from which session, in which round."""

    pack: Pack
    session: Session
    work: Work
    ordered: OrderedFile
    head: RoundHead
    recused: frozenset[UUID]


def make_pack(work: Work, ordered: OrderedFile) -> MadeFile:
    """Write the pack of a round to a temporary file, one letter in memory at a time."""
    target = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who stores it
    try:
        with work.reading() as session:
            head, _ = round_head(session, ordered.round_id)
            seen = seen_by(ordered.reader, head, barred_pairs(session, head.id))
            packing = _Packing(Pack(target), session, work, ordered, head, seen.recused)
            _add_exports(packing)
            _add_documents(packing)
            _add_record(packing)
            packing.pack.close({})
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return MadeFile(f"{head.reference}-pack.zip", target, "", None)


def _add_exports(packing: _Packing) -> None:
    ordered = packing.ordered
    round_ = round_for_export(packing.session, ordered.round_id, actor=ordered.reader)
    for name, content in export_files([round_]).items():
        packing.pack.add(f"exports/{name}", [content])


def _add_documents(packing: _Packing) -> None:
    """Add every letter and announcement, one in memory at a time."""
    session, round_id, recused = packing.session, packing.head.id, packing.recused
    total = count_documents(session, round_id, recused=recused)
    found = documents_of_round(session, round_id, recused=recused)
    for done, document in enumerate(found, start=1):
        is_announcement = document.kind is DocumentKind.ANNOUNCEMENT
        folder = "announcements" if is_announcement else "letters"
        try:
            content = packing.work.files.get(document.sha256)
        except FileNotFoundError as error:
            raise NotFound(LOST.format(reference=document.reference)) from error
        packing.pack.add(f"{folder}/{document.reference}.pdf", [content])
        if done % REPORT_EVERY == 0:
            packing.work.report(done, total)


def _add_record(packing: _Packing) -> None:
    """Add the round's audit lines for whoever may read them."""
    reader = packing.ordered.reader
    if may(reader, Action.VIEW_AUDIT, packing.head.facts):
        wanted = AuditFilter(round_reference=packing.head.reference, without=UNTOLD)
        lines = _audit_lines(packing.session, wanted, reader_id=reader.person_id)
        packing.pack.add("record/audit.jsonl", lines)


def _audit_lines(session: Session, wanted: AuditFilter, *, reader_id: UUID) -> Iterator[bytes]:
    while True:
        page = audit_page(session, wanted, reader_id=reader_id)
        for row in page.rows:
            yield (json.dumps(_told(row), ensure_ascii=False) + "\n").encode()
        if page.next_before_id is None:
            return
        wanted = replace(wanted, before_id=page.next_before_id)


def _told(row: AuditRow) -> dict[str, Any]:
    return {
        "line": row.id,
        "at": row.at.isoformat(),
        "sentence": row.sentence,
        "about": row.about,
        "details": list(row.details),
    }
