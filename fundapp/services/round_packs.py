"""The pack of a round: letters, announcements, every export and the record, in one ZIP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.embargoes import is_public
from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, may
from fundapp.domain.states import DocumentKind
from fundapp.exports.packs import Pack
from fundapp.exports.states import ExportedState, state_of
from fundapp.queries.audit import AuditFilter, AuditRow, audit_page
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import RoundHead, round_head, seen_by
from fundapp.queries.exports import ExportedApplication, streamed_round
from fundapp.queries.fund import fund_identity
from fundapp.queries.jury_minutes import minutes_of
from fundapp.queries.round_documents import count_documents, documents_of_round
from fundapp.queries.round_files import OrderedFile
from fundapp.services.exports import export_files
from fundapp.services.jury_minutes import minutes_text
from fundapp.services.publishing import OpenFormat, open_data_file
from fundapp.services.round_files import MadeFile
from fundapp.services.work import Work

UNTOLD = (
    *("round.exported", "ranking.exported", "conflict.exported", "allocation_plan.exported"),
    *("round_file.ordered", "round_file.made", "round_file.failed", "round_file.taken"),
)
"""Lines on who took which file: they change nothing, and a pack would tell of its own making."""

FOLDERS = {DocumentKind.ANNOUNCEMENT: "announcements", DocumentKind.CERTIFICATE: "certificates"}
"""Where documents lie in the pack; all others are letters."""

REPORT_EVERY = 20
LOST = "{reference} is not where our files are kept. Issue it anew, then make the pack again."

README = """\
{reference} {title}
{notice}
This pack was made for one person. Left out for that person's conflicts of interest: {left_out}.

letters/        every letter that was issued, in every version
announcements/  every announcement, in every version
exports/        decisions, scores, contributions and envelopes as tables; the sheet "Data
                dictionary" of decisions.xlsx says what each column means
record/         who did what in this round, the newest first, one JSON object a line; who took
                which file is not told here; only for who may read the record
minutes/        what the jury wrote while it deliberated, where one met; only for who has no
                conflict of interest in the round
open-data/      the awards by the 360Giving standard, once they are public
manifest.json   every file with its size and SHA-256, and the state of the data

State of the data, SHA-256: {state}
They last changed: {changed}

To see that no file was altered, unpack and run this in the folder:

    sha256sum -c SHA256SUMS

A letter can also be checked by itself: drop it on the page /verify of the fund.
"""


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
            state = _write(_Packing(Pack(target), session, work, ordered, head, seen.recused))
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return MadeFile(f"{head.reference}-pack.zip", target, state.sha256, state.changed_at)


def _write(packing: _Packing) -> ExportedState:
    """Write all entries in their order; return the state of the data that they tell."""
    head, pack = packing.head, packing.pack
    told = streamed_round(packing.session, head.id, reader=packing.ordered.reader, has_ranks=True)
    state = state_of([told])
    readme = README.format(
        reference=head.reference,
        title=head.title,
        notice=f"{head.notice}\n" if head.notice else "",
        left_out=told.recused,
        state=state.sha256,
        changed=state.changed,
    )
    pack.add("README.txt", [readme.encode()])
    for name, pieces in export_files([told], state=state, letter=_path):
        pack.add(f"exports/{name}", pieces)
    _add_documents(packing)
    _add_minutes(packing)
    _add_open_data(packing)
    _add_record(packing)
    pack.close(
        {
            "format": "fundapp-pack-1",
            "round": head.reference,
            "title": head.title,
            "notice": head.notice,
            "state_sha256": state.sha256,
            "changed_at": state.changed,
            "left_out_for_conflicts": told.recused,
        }
    )
    return state


def _path(application: ExportedApplication) -> str:
    return f"letters/{application.letter}.pdf"


def _add_open_data(packing: _Packing) -> None:
    """Add what everybody may have already; a round without public awards has none."""
    fund, at = fund_identity(packing.work.config), packing.work.now()
    for format_ in OpenFormat:
        try:
            file = open_data_file(
                packing.session, packing.head.reference, format=format_, fund=fund, now=at
            )
        except (NotFound, WrongState):
            return
        packing.pack.add(f"open-data/{file.filename}", [file.content])


def _add_documents(packing: _Packing) -> None:
    """Add every letter and announcement, one in memory at a time.

    An announcement names every award, so it waits for its day where the reader has a conflict;
    certificates wait for it whoever reads.
    """
    session, round_id, recused = packing.session, packing.head.id, packing.recused
    total = count_documents(session, round_id, recused=recused)
    found = documents_of_round(session, round_id, recused=recused)
    head, now = packing.head, packing.work.now()
    is_told = is_public(head.state, head.announced_at, now)
    for done, document in enumerate(found, start=1):
        is_announcement = document.kind is DocumentKind.ANNOUNCEMENT
        is_certificate = document.kind is DocumentKind.CERTIFICATE
        if not is_told and (is_certificate or (is_announcement and recused)):
            continue
        folder = FOLDERS.get(document.kind, "letters")
        try:
            content = packing.work.files.get(document.sha256)
        except FileNotFoundError as error:
            raise NotFound(LOST.format(reference=document.reference)) from error
        packing.pack.add(f"{folder}/{document.reference}.pdf", [content])
        if done % REPORT_EVERY == 0:
            packing.work.report(done, total)


def _add_minutes(packing: _Packing) -> None:
    """Add the jury's minutes as a text; nothing where nobody wrote, or a conflict closes them."""
    head, reader = packing.head, packing.ordered.reader
    if not head.has_jury or packing.recused or not may(reader, Action.VIEW_MINUTES, head.facts):
        return
    minutes = minutes_of(packing.session, head, reader=reader)
    if minutes.entries:
        packing.pack.add("minutes/jury.txt", [minutes_text(minutes).encode()])


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
