"""Seals with a time stamp: made over HTTP, never without, and every change is told."""

from io import BytesIO

import pytest
from asn1crypto.cms import ContentInfo
from asn1crypto.tsp import TimeStampReq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from fundapp.adapters.timestamps import HttpTimeStamper
from fundapp.documents.printing import pdf_of
from fundapp.documents.seals import Finding, Sealer, earlier_states, finding_on
from fundapp.domain.errors import SealUnavailable
from tests.documents.letter_rows import an_award_letter
from tests.documents.test_seals import FUND, a_key
from tests.documents.verapdf import PROFILES, broken_clauses, what_is_missing
from tests.stamp_server import STAMPED_AT, stamp_server

REFERENCE = "EVF-2026-014-A1"


@pytest.fixture(scope="module")
def service():
    with stamp_server() as server:
        yield server


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return a_key(tmp_path_factory.mktemp("key"))


@pytest.fixture(scope="module")
def pdf(renderer):
    return pdf_of(renderer, an_award_letter())


@pytest.fixture(scope="module")
def stamped(key, pdf, service):
    sealer = Sealer(key, fund_name=FUND, stamper=HttpTimeStamper(service.url))
    return sealer.seal(pdf, reference=REFERENCE)


def contents_of(sealed: bytes) -> tuple[int, int]:
    """Where the signature stands, without its brackets and the zeros behind it."""
    begin = sealed.rindex(b"/Contents <") + len(b"/Contents <")
    head = bytes.fromhex(sealed[begin : begin + 8].decode())
    return begin, begin + 2 * (4 + int.from_bytes(head[2:4], "big"))


def test_a_stamped_seal_is_whole_and_tells_when_the_service_saw_it(key, pdf, stamped):
    assert finding_on(stamped, key.certificate) is Finding.SEALED
    assert earlier_states(stamped) == [pdf]
    begin, end = contents_of(stamped)
    (signer,) = ContentInfo.load(bytes.fromhex(stamped[begin:end].decode()))["content"][
        "signer_infos"
    ]
    (stamp,) = signer["unsigned_attrs"]
    told = stamp["values"][0]["content"]["encap_content_info"]["content"].parsed
    assert told["gen_time"].native == STAMPED_AT


def test_the_service_learns_only_hashes(service, stamped):
    requests = [TimeStampReq.load(body) for body in service.asked[:2]]
    assert [len(one["message_imprint"]["hashed_message"].native) for one in requests] == [32, 32]
    assert max(map(len, service.asked)) < 100


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    is_inside=st.booleans(),
    where=st.integers(0, 10**6),
    digit=st.sampled_from(b"0123456789ABCDEF"),
    mask=st.integers(1, 255),
)
def test_no_changed_byte_goes_unseen(key, stamped, is_inside, where, digit, mask):
    begin, end = contents_of(stamped)
    changed = bytearray(stamped)
    if is_inside:
        place = begin + where % (end - begin)
        changed[place] = digit if digit != changed[place] else ord("0") ^ (digit == ord("0"))
    else:
        changed[where % len(stamped)] ^= mask
    assert finding_on(bytes(changed), key.certificate) is not Finding.SEALED


def test_additions_swaps_and_other_keys_are_told(key, pdf, service, stamped, tmp_path):
    grown = PdfWriter(BytesIO(stamped), incremental=True)
    grown.add_metadata({"/Title": "Your application is funded with €990,000"})
    swapped = PdfWriter(BytesIO(stamped), incremental=True)
    for attachment in swapped.attachment_list:
        attachment.content = b'{"amount": 990000}'
    for writer in (grown, swapped):
        target = BytesIO()
        writer.write(target)
        assert finding_on(target.getvalue(), key.certificate) is Finding.ALTERED
    stamper = HttpTimeStamper(service.url)
    other = Sealer(a_key(tmp_path), fund_name=FUND, stamper=stamper).seal(pdf, reference=REFERENCE)
    assert finding_on(other, key.certificate) is Finding.FOREIGN


def test_the_stamp_of_another_seal_is_told(key, pdf, service, stamped):
    # A whole stamp, of the right service, but of another letter's seal.
    other = Sealer(key, fund_name=FUND, stamper=HttpTimeStamper(service.url)).seal(
        pdf, reference="EVF-2026-015-A1"
    )
    begin, end = contents_of(stamped)
    signed = ContentInfo.load(bytes.fromhex(stamped[begin:end].decode()))
    theirs = ContentInfo.load(bytes.fromhex(other[slice(*contents_of(other))].decode()))
    signed["content"]["signer_infos"][0]["unsigned_attrs"] = theirs["content"]["signer_infos"][0][
        "unsigned_attrs"
    ]
    digits = signed.dump(force=True).hex().upper().encode()
    room = stamped.index(b">", begin) - begin
    swapped = stamped[:begin] + digits.ljust(room, b"0") + stamped[begin + room :]
    assert finding_on(swapped, key.certificate) is Finding.ALTERED


def test_without_an_answer_nothing_is_sealed(key, pdf):
    with stamp_server() as gone:
        url = gone.url
    sealer = Sealer(key, fund_name=FUND, stamper=HttpTimeStamper(url, patience=1))
    with pytest.raises(SealUnavailable, match="time-stamp service does not answer"):
        sealer.seal(pdf, reference=REFERENCE)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"Come back tomorrow.", "something else"),
        (b"x" * 100_001, "something else"),
        (bytes.fromhex("30053003020102"), "service refuses"),  # status: rejection
    ],
)
def test_an_answer_that_is_no_stamp_is_told(key, pdf, answer, why):
    with stamp_server() as service:
        service.instead = answer
        sealer = Sealer(key, fund_name=FUND, stamper=HttpTimeStamper(service.url))
        with pytest.raises(SealUnavailable, match=why):
            sealer.seal(pdf, reference=REFERENCE)


@pytest.mark.parametrize("url", ["stamps.example", "file:///etc/passwd", "https://"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ValueError, match="FUNDAPP_TIMESTAMP_URL is"):
        HttpTimeStamper(url)


def test_a_stamped_document_stays_archival_and_accessible(stamped, tmp_path):
    if missing := what_is_missing():
        pytest.skip(missing)
    file = tmp_path / "stamped.pdf"
    file.write_bytes(stamped)
    assert broken_clauses([file]) == {file.name: {profile: [] for profile in PROFILES}}


def test_a_stamp_takes_little_room(key, pdf, stamped):
    plain = Sealer(key, fund_name=FUND).seal(pdf, reference=REFERENCE)
    assert len(PdfReader(BytesIO(stamped)).pages) == len(PdfReader(BytesIO(plain)).pages)
    assert len(stamped) - len(plain) < 12_000
