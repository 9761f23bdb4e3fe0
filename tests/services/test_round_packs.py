"""The pack of a round: what is in it, for whom, and that it can be checked."""

import io
import json
from datetime import timedelta
from hashlib import sha256
from zipfile import ZipFile

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.domain.permissions import Actor
from fundapp.domain.round_files import RoundFileKind
from fundapp.domain.states import DocumentKind
from fundapp.models import Application, AuditEvent, IssuedDocument, Round, RoundFile
from fundapp.queries.access import actor_for
from fundapp.services.audit import record_event
from fundapp.services.round_files import order_round_file
from fundapp.web.installation import installation
from fundapp.worker import run_until_idle
from tests.builders import NOW, a_conflict, an_officer
from tests.exports.test_decisions import a_decided_round, a_funder_of


def with_letters(session: Session, round_: Round) -> list[Application]:
    """Give every application two versions of a letter and a line in the record."""
    applications = session.scalars(select(Application).order_by(Application.number)).all()
    for application in applications:
        for version in (1, 2):
            content = f"%PDF {application.reference} {version}".encode()
            stored, size = installation().files.put(io.BytesIO(content))
            session.add(
                IssuedDocument(
                    round_id=round_.id,
                    application_id=application.id,
                    kind=DocumentKind.AWARD_LETTER.value,
                    reference=f"{application.reference}-A{version}",
                    version=version,
                    sha256=stored,
                    size=size,
                    issued_at=NOW,
                )
            )
        record_event(
            session, "application.submitted", application, actor=None, now=NOW,
            note=application.reference,
        )  # fmt: skip
    session.commit()
    return list(applications)


def pack_for(app: Flask, session: Session, round_: Round, *, actor: Actor) -> bytes:
    order_round_file(session, round_.id, kind=RoundFileKind.PACK, actor=actor, now=NOW)
    session.commit()
    run_until_idle(app)
    session.rollback()
    session.expire_all()
    newest = session.scalars(
        select(AuditEvent).where(AuditEvent.event == "round_file.made").order_by(AuditEvent.id)
    ).all()[-1]
    file = session.get_one(RoundFile, newest.subject_id)
    return installation().files.get(file.sha256)


def files_of(pack: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(pack)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_all_is_in_it_and_every_hash_is_right(app: Flask, session: Session) -> None:
    round_ = a_decided_round(session, applications=2)
    with_letters(session, round_)
    reference = round_.reference
    files = files_of(pack_for(app, session, round_, actor=actor_for(session, round_.created_by_id)))
    tables = ("decisions", "scores", "contributions", "envelopes")
    assert list(files) == [
        "README.txt",
        *(f"exports/{table}.{ending}" for table in tables for ending in ("csv", "jsonl")),
        "exports/decisions.xlsx",
        "exports/decisions.json",
        *(f"letters/{reference}-00{n}-A{version}.pdf" for n in (1, 2) for version in (1, 2)),
        "record/audit.jsonl",
        "manifest.json",
        "SHA256SUMS",
    ]
    manifest = json.loads(files["manifest.json"])
    for told in manifest["files"]:
        content = files[told["name"]]
        assert (told["sha256"], told["size"]) == (sha256(content).hexdigest(), len(content))
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: sha256(content).hexdigest() for name, content in files.items() if name != "SHA256SUMS"
    }
    assert manifest["state_sha256"] == json.loads(files["exports/decisions.json"])["state_sha256"]
    assert manifest["state_sha256"] in files["README.txt"].decode()
    assert f"letters/{reference}-001-A2.pdf" in files["exports/decisions.csv"].decode()
    sentences = [json.loads(line)["sentence"] for line in files["record/audit.jsonl"].splitlines()]
    assert sentences == ["The system submitted an application"] * 2


def test_the_same_state_gives_the_same_pack_later(
    app: Flask, session: Session, clock: FixedClock
) -> None:
    round_ = a_decided_round(session, applications=2)
    with_letters(session, round_)
    actor = actor_for(session, round_.created_by_id)
    first = pack_for(app, session, round_, actor=actor)
    clock.instant += timedelta(days=3)
    assert pack_for(app, session, round_, actor=actor) == first


def test_nothing_is_in_it_of_what_a_conflict_closes(app: Flask, session: Session) -> None:
    round_ = a_decided_round(session, applications=2)
    closed, _ = with_letters(session, round_)
    actor = actor_for(session, round_.created_by_id)
    a_conflict(session, closed.id, person_id=actor.person_id, recorded_by_id=actor.person_id)
    session.commit()
    files = files_of(pack_for(app, session, round_, actor=actor))
    named = [
        name for name, content in files.items() if (closed.reference or "").encode() in content
    ]
    assert [*named, *(name for name in files if (closed.reference or "") in name)] == []
    assert json.loads(files["manifest.json"])["left_out_for_conflicts"] == 1


def test_officers_of_a_blind_round_get_no_applicant_and_no_record(
    app: Flask, session: Session
) -> None:
    round_ = a_decided_round(session, is_blind=True)
    officer = an_officer(session, a_funder_of(session, round_))
    session.commit()
    files = files_of(pack_for(app, session, round_, actor=actor_for(session, officer.id)))
    assert "record/audit.jsonl" not in files
    hidden = [name for name, text in files.items() if b"Zembla" in text or b"Rita" in text]
    assert hidden == []
