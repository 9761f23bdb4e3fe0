"""What we say of a file, and of the paper that somebody holds."""

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.seal_keys import seal_key
from fundapp.documents.printing import pdf_of, process_renderer
from fundapp.domain.check_codes import ALPHABET, new_code, read_code
from fundapp.domain.money import Money
from fundapp.domain.seals import Verdict
from fundapp.domain.states import AwardState, DocumentKind
from fundapp.models import Award, IssuedDocument
from fundapp.queries.verification import document_of_code
from fundapp.services.document_orders import reissue_letter
from fundapp.services.verification import CHANGED, NOT_OURS, NOT_RECORDED, check_file
from fundapp.web.installation import installation
from tests.builders import NOW
from tests.documents.letter_rows import an_award_letter
from tests.services.deliberating import REQUEST, Deliberating
from tests.services.test_releases import released, room, work

__all__ = ["room"]

Files = Mapping[str, bytes]


@pytest.fixture
def files(app: Flask, session: Session, room: Deliberating) -> Files:
    released(session, room)
    work(app, session)
    return stored(session)


def stored(session: Session) -> Files:
    return {
        row.reference: installation().files.get(row.sha256)
        for row in session.scalars(select(IssuedDocument))
    }


def checked(session: Session, pdf: bytes):
    return check_file(session, pdf, certificate=installation().seal_key.certificate)


def verdict(session: Session, pdf: bytes) -> Verdict:
    return checked(session, pdf).verdict


def reference_of(files: Files, sign: str) -> str:
    (reference,) = [name for name in files if name.rpartition("-")[2] == sign]
    return reference


def test_every_issued_letter_is_genuine(session: Session, files: Files) -> None:
    found = {name: checked(session, pdf) for name, pdf in files.items()}
    assert {name: one.verdict for name, one in found.items()} == dict.fromkeys(
        files, Verdict.GENUINE
    )
    assert {name: one.document.reference for name, one in found.items() if one.document} == {
        name: name for name in files
    }
    assert len(files) == 3


def test_a_later_copy_of_the_submission_replaces_no_letter(
    session: Session, room: Deliberating, files: Files
) -> None:
    copy = IssuedDocument(
        round_id=room.round.id,
        application_id=room.applications[0].id,
        kind=DocumentKind.SUBMISSION_COPY.value,
        reference="EVF-2026-001-S1",
        version=1,
        sha256="0" * 64,
        size=1,
        issued_at=NOW + timedelta(days=1),
    )
    session.add(copy)
    session.flush()
    assert verdict(session, files[reference_of(files, "A1")]) is Verdict.GENUINE


def test_changed_files_are_told_with_what_they_were_made_from(
    session: Session, files: Files
) -> None:
    name = reference_of(files, "A1")
    sealed = files[name]
    middle = bytearray(sealed)
    middle[len(sealed) // 2] ^= 1
    in_certificate = bytearray(sealed)
    place = sealed.lower().index(installation().seal_key.certificate.hex().encode()) + 20
    in_certificate[place] = ord("0") if in_certificate[place] != ord("0") else ord("1")
    document = session.scalars(select(IssuedDocument).filter_by(reference=name)).one()
    cut = sealed[: sealed.index(b"%%EOF") + 6]
    changed = [bytes(middle), bytes(in_certificate), sealed + b"more", cut]
    assert [verdict(session, pdf) for pdf in changed] == [Verdict.ALTERED] * 4
    grown = checked(session, sealed + b"more")
    assert grown.document is not None
    assert (grown.document.reference, grown.why) == (document.reference, CHANGED)


def test_other_files_are_not_ours(session: Session, files: Files) -> None:
    another = pdf_of(process_renderer(), an_award_letter())
    assert (checked(session, another).verdict, checked(session, another).why) == (
        Verdict.FOREIGN,
        NOT_OURS,
    )
    unrecorded = installation().seal(another, "EVF-2026-099-A1")
    assert (checked(session, unrecorded).verdict, checked(session, unrecorded).why) == (
        Verdict.FOREIGN,
        NOT_RECORDED,
    )


def test_a_new_key_leaves_old_letters_genuine(session: Session, files: Files) -> None:
    other = Path(installation().config.data_folder) / "other"
    other.mkdir()
    key = seal_key(other, key_file="", passphrase="", fund_name="Common Measure Fund")
    sealed = files[reference_of(files, "A1")]
    assert check_file(session, sealed, certificate=key.certificate).verdict is Verdict.GENUINE
    changed = check_file(session, sealed + b"more", certificate=key.certificate)
    assert changed.verdict is Verdict.ALTERED


def test_an_old_version_is_amended_and_a_withdrawn_award_says_so(
    app: Flask, session: Session, room: Deliberating, files: Files
) -> None:
    old = reference_of(files, "A1")
    reissue_letter(
        session, room.applications[0].id, note="A name.", actor=room.actor(session), now=NOW
    )
    work(app, session)
    new = reference_of(stored(session), "A2")
    amended = checked(session, files[old])
    assert amended.document is not None
    assert (amended.verdict, amended.document.in_force) == (Verdict.AMENDED, new)
    assert amended.why == f"We issued it, and replaced it. In force is {new}."
    assert amended.document.amount is None
    session.scalars(select(Award)).one().state = AwardState.WITHDRAWN
    session.flush()
    assert verdict(session, stored(session)[new]) is Verdict.WITHDRAWN


def test_paper_is_known_by_its_reference_and_code(session: Session, files: Files) -> None:
    name = reference_of(files, "A1")
    document = session.scalars(select(IssuedDocument).filter_by(reference=name)).one()
    typed = f" {document.code.lower().replace('-', ' ')} "
    known = document_of_code(session, name.lower(), typed)
    assert known is not None
    assert (known.verdict, known.reference, known.kind, known.amount) == (
        Verdict.GENUINE,
        name,
        DocumentKind.AWARD_LETTER,
        Money(REQUEST, "EUR"),
    )
    assert document_of_code(session, name, new_code()) is None
    assert document_of_code(session, reference_of(files, "D1"), document.code) is None
    assert document_of_code(session, name, "") is None


def test_the_code_stands_on_the_paper(session: Session, files: Files) -> None:
    name = reference_of(files, "D1")
    code = session.scalars(select(IssuedDocument.code).filter_by(reference=name)).one()
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(files[name])).pages)
    assert f"Code {code}" in " ".join(text.split())


def test_codes_are_read_as_people_type_them() -> None:
    code = new_code()
    assert len(code.replace("-", "")) == 8
    assert set(code) <= {*ALPHABET, "-"}
    assert read_code(f" {code.lower()} ") == code
    assert read_code(code.replace("-", "")) == code
    assert [read_code(text) for text in ("", "K7QD-28M", "K7QD-28MO", "K7QD-28MXX")] == [""] * 4
