"""Sealed documents: what is told of every way to change one."""

import asyncio
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from fundapp.adapters import seal_keys
from fundapp.adapters.seal_keys import seal_key
from fundapp.documents.printing import pdf_of
from fundapp.documents.seals import Finding, NoDocument, Sealer, earlier_states, finding_on
from fundapp.domain.seals import SealKey
from tests.documents.letter_rows import an_award_letter
from tests.documents.test_renderer import ROWS
from tests.documents.verapdf import PROFILES, broken_clauses, what_is_missing

FUND = "Common Measure Fund"


def a_key(folder: Path) -> SealKey:
    folder.mkdir(exist_ok=True)
    return seal_key(folder, key_file="", passphrase="", fund_name=FUND)


@pytest.fixture(scope="module")
def key(tmp_path_factory) -> SealKey:
    return a_key(tmp_path_factory.mktemp("key"))


@pytest.fixture(scope="module")
def pdf(renderer) -> bytes:
    return pdf_of(renderer, an_award_letter())


@pytest.fixture(scope="module")
def sealed(key, pdf) -> bytes:
    return Sealer(key, fund_name=FUND).seal(pdf, reference="EVF-2026-014-A1")


def test_a_sealed_document_is_told_and_holds_the_one_before(key, pdf, sealed):
    assert finding_on(sealed, key.certificate) is Finding.SEALED
    assert earlier_states(sealed) == [pdf]
    fields = PdfReader(BytesIO(sealed)).get_fields() or {}
    seal = fields["Seal"]["/V"]
    assert (seal["/Name"], seal["/Reason"]) == (FUND, "Issued as EVF-2026-014-A1")


def test_a_document_without_a_seal_is_not_ours(key, pdf):
    assert finding_on(pdf, key.certificate) is Finding.FOREIGN


def test_a_seal_of_another_key_is_not_ours(key, pdf, tmp_path):
    other = Sealer(a_key(tmp_path), fund_name=FUND).seal(pdf, reference="EVF-2026-014-A1")
    assert finding_on(other, key.certificate) is Finding.FOREIGN


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_changed_byte_goes_unseen(key, sealed, data):
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytearray(sealed)
    changed[place] ^= data.draw(st.integers(1, 255))
    assert finding_on(bytes(changed), key.certificate) is not Finding.SEALED


def test_a_seal_outlives_its_certificate(pdf, tmp_path, monkeypatch):
    monkeypatch.setattr(seal_keys, "YEARS", 0)  # valid until the midnight that was
    key = a_key(tmp_path)
    sealed = Sealer(key, fund_name=FUND).seal(pdf, reference="EVF-2026-014-A1")
    assert finding_on(sealed, key.certificate) is Finding.SEALED


def test_every_byte_of_the_seal_itself_counts(key, sealed):
    begin = sealed.rindex(b"/Contents <") + len(b"/Contents <")
    end = sealed.index(b">", begin)
    for place in (begin, begin + 5, end - 2, end - 1):
        changed = bytearray(sealed)
        changed[place] = ord("1") if changed[place] != ord("1") else ord("2")
        assert finding_on(bytes(changed), key.certificate) is Finding.ALTERED


def test_an_added_revision_is_a_change(key, sealed):
    writer = PdfWriter(BytesIO(sealed), incremental=True)
    writer.add_metadata({"/Title": "Your application is funded with €990,000"})
    grown = BytesIO()
    writer.write(grown)
    assert grown.getvalue().startswith(sealed)
    assert finding_on(grown.getvalue(), key.certificate) is Finding.ALTERED
    assert finding_on(sealed + b"\n%%EOF\n", key.certificate) is Finding.ALTERED


def test_a_swapped_attachment_is_a_change(key, sealed):
    writer = PdfWriter(BytesIO(sealed), incremental=True)
    for attachment in writer.attachment_list:
        attachment.content = b'{"amount": 990000}'
    swapped = BytesIO()
    writer.write(swapped)
    assert finding_on(swapped.getvalue(), key.certificate) is Finding.ALTERED


def test_a_seal_moved_onto_another_document_is_told(key, pdf, sealed):
    assert finding_on(sealed[: len(pdf) // 2] + sealed[len(pdf) :], key.certificate) is (
        Finding.ALTERED
    )


@pytest.mark.parametrize("data", [b"", b"Dear Ada, you won.", b"\x00" * 3000])
def test_what_is_no_pdf_is_refused(key, data):
    with pytest.raises(NoDocument, match="not a PDF"):
        finding_on(data, key.certificate)


def test_a_sealed_document_stays_archival_and_accessible(renderer, key, tmp_path):
    if missing := what_is_missing():
        pytest.skip(missing)
    files = []
    for row in ROWS:
        files.append(tmp_path / f"{row.reference}.pdf")
        sealer = Sealer(key, fund_name=FUND)
        files[-1].write_bytes(sealer.seal(pdf_of(renderer, row), reference=row.reference))
    clean: dict[str, list[str]] = {profile: [] for profile in PROFILES}
    assert broken_clauses(files) == {file.name: clean for file in files}


def test_a_thread_with_an_event_loop_can_seal_and_check(key, pdf):
    async def seal_and_check() -> Finding:
        sealed = Sealer(key, fund_name=FUND).seal(pdf, reference="EVF-2026-014-A1")
        return finding_on(sealed, key.certificate)

    assert asyncio.run(seal_and_check()) is Finding.SEALED
