"""Delivery reports: only permanent failures of a mail that is named count."""

import pytest

from fundapp.domain.delivery_reports import Bounce, read_report
from tests.delivery_reports import a_report

OURS = "<0123456789abcdef0123456789abcdef@fundapp.invalid>"
REASON = "5.1.1 550 5.1.1 <ada@sample.example>: Recipient address rejected: no such user"


@pytest.mark.parametrize("is_whole", [False, True])
def test_a_permanent_failure_is_a_bounce(is_whole: bool) -> None:
    assert read_report(a_report(OURS, is_whole=is_whole)) == Bounce(OURS, REASON)


def test_lines_may_end_as_in_mail() -> None:
    raw = a_report(OURS).replace(b"\n", b"\r\n")
    assert read_report(raw) == Bounce(OURS, REASON)


@pytest.mark.parametrize(
    "words",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "failed", "status": "4.4.7"},
        {"action": "delivered", "status": "2.0.0"},
        {"action": "relayed", "status": "5.1.1"},
        {"status": "15.1.1"},
        {"status": "5.1.1e"},
        {"report_type": "multipart/report; report-type=disposition-notification", "action": "x"},
        {"report_type": "multipart/mixed"},
    ],
)
def test_anything_else_is_none(words: dict[str, str]) -> None:
    assert read_report(a_report(OURS, **words)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Content-Type: multipart/report\n\nno parts",
        b"Content-Type: multipart/report; boundary=x\n\n--x\n\n--x--\n",
        b'Content-Type: multipart/report; boundary="\n\n--\n--\n',
        a_report("no angle brackets"),
        a_report(OURS)[:900],
        b"".join(
            b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
        ),
    ],
    ids=["empty", "bytes", "no parts", "empty parts", "no boundary", "no id", "cut", "nested"],
)
def test_what_cannot_be_read_is_none(raw: bytes) -> None:
    assert read_report(raw) is None


def test_the_servers_words_are_cleaned_and_cut() -> None:
    found = read_report(a_report(OURS, diagnostic="smtp; 550 never\x07 " + "again " * 200))
    assert found is not None
    assert found.reason.startswith("5.1.1 550 never again again")
    assert len(found.reason) <= 300
