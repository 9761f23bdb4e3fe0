"""What the demo leaves beside its database: letters, announcements, exports, a summary."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.files import LocalFileStore
from fundapp.demo.cast import MANAGER
from fundapp.demo.joining import joint_summary
from fundapp.demo.public_files import prize_summary
from fundapp.demo.stage import Stage
from fundapp.domain.money import Money
from fundapp.domain.states import DocumentKind
from fundapp.exports.states import state_of
from fundapp.models import Application, IssuedDocument, Round
from fundapp.queries.exports import LETTER_KINDS, ExportedApplication, ExportedRound
from fundapp.services.exports import export_files, record_files, round_for_export

LETTERS, ANNOUNCEMENTS, EXPORTS = "letters", "announcements", "exports"
CERTIFICATES = "certificates"


def write_documents(stage: Stage) -> str:
    """Copy every application's newest letter, every announcement and every winner's newest
    certificate out of the store."""
    store = LocalFileStore(stage.config.file_folder)
    with stage.reading() as session:
        written = {
            LETTERS: _newest_documents(session, LETTER_KINDS),
            ANNOUNCEMENTS: _announcements(session),
            CERTIFICATES: _newest_documents(session, (DocumentKind.CERTIFICATE,)),
        }
    for folder, documents in written.items():
        for reference, sha256 in documents.items():
            _write(stage.config.data_folder / folder / f"{reference}.pdf", store.get(sha256))
    told = ", ".join(f"{len(documents)} {folder}" for folder, documents in written.items())
    return f"{told} lie ready."


def write_exports(stage: Stage, keys: Sequence[str]) -> str:
    """Export the finished rounds together."""
    with stage.transaction() as session:
        manager = stage.actor(session, MANAGER)
        rounds = [round_for_export(session, stage.rounds[key], actor=manager) for key in keys]
        made = export_files(rounds, state=state_of(rounds), letter=letter_path)
        files = {name: b"".join(pieces) for name, pieces in made}
        for round_ in rounds:
            record_files(session, round_.head.id, files, actor=manager, now=stage.now)
    for name, content in files.items():
        _write(stage.config.data_folder / EXPORTS / name, content)
    rows = sum(len(round_.applications) for round_ in rounds)
    return f"{rows} decisions are exported as {', '.join(files)}."


def letter_path(application: ExportedApplication) -> str:
    """Return where an application's letter lies below the demo's folder."""
    return f"{LETTERS}/{application.reference}.pdf"


def write_summary(stage: Stage, steps: Sequence[tuple[str, float]]) -> None:
    """Write summary.json: states, money by funder, what joining gained, prizes, seconds by step."""
    with stage.reading() as session:
        states = _states(session)
        manager = stage.actor(session, MANAGER)
        finished = [
            round_for_export(session, round_id, actor=manager) for round_id in stage.rounds.values()
        ]
        joint = {
            round_.head.reference: joint_summary(session, round_.head.id) for round_ in finished
        }
        prizes = {
            round_.head.reference: prize_summary(session, round_.head.id) for round_ in finished
        }
    summary: dict[str, Any] = {
        "states": states,
        "funders": {round_.head.reference: _money(round_) for round_ in finished},
        "joint_evaluation": {reference: told for reference, told in joint.items() if told},
        "prizes": {reference: told for reference, told in prizes.items() if told},
        "steps": [{"name": name, "seconds": round(seconds, 2)} for name, seconds in steps],
    }
    text = json.dumps(summary, ensure_ascii=False, indent=1) + "\n"
    _write(stage.config.data_folder / "summary.json", text.encode())


def _newest_documents(session: Session, kinds: Iterable[DocumentKind]) -> dict[str, str]:
    rows = session.execute(
        select(Application.reference, IssuedDocument.sha256)
        .join(IssuedDocument, IssuedDocument.application_id == Application.id)
        .where(IssuedDocument.kind.in_([kind.value for kind in kinds]))
        .order_by(Application.reference, IssuedDocument.issued_at, IssuedDocument.version)
    )
    return {reference: sha256 for reference, sha256 in rows if reference}


def _announcements(session: Session) -> dict[str, str]:
    rows = session.execute(
        select(IssuedDocument.reference, IssuedDocument.sha256)
        .where(IssuedDocument.kind == DocumentKind.ANNOUNCEMENT.value)
        .order_by(IssuedDocument.version)
    )
    return {reference: sha256 for reference, sha256 in rows}  # noqa: C416 - rows are no pairs


def _states(session: Session) -> dict[str, dict[str, int]]:
    rows = session.execute(
        select(Round.reference, Application.state)
        .join(Application, Application.round_id == Round.id)
        .order_by(Round.reference, Application.state)
    )
    counts: dict[str, Counter[str]] = {}
    for reference, state in rows:
        counts.setdefault(reference, Counter())[state.value] += 1
    return {reference: dict(counted) for reference, counted in counts.items()}


def _money(round_: ExportedRound) -> dict[str, dict[str, Any]]:
    """Return by funder what it brings and what is committed, as the exports write money."""
    currency = round_.head.currency

    def text(minor: int) -> str:
        return Money(minor, currency).as_decimal_text()

    return {
        funder.name: {
            "envelope": text(funder.amount),
            "committed": text(funder.committed),
            "left": text(funder.left),
            "currency": currency,
        }
        for funder in round_.funders
    }


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
