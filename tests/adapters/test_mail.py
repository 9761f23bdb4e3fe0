"""The two ways out: a folder of .eml files, and a real SMTP server that may misbehave."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from fundapp.adapters.mail import FolderTransport, SmtpTransport, transport_for
from fundapp.domain.mail import (
    AttachedFile,
    MailRefused,
    NotHandedOver,
    OutcomeUnknown,
    OutgoingMail,
)
from tests.smtp_server import Post, running_post

MAIL = OutgoingMail(
    message_id="<abc123@fundapp.invalid>",
    from_address="fund@example.org",
    from_name="Common Measure Fund",
    to_address="ada@sample.example",
    to_name="Ada Sämple, المتقدمة",
    subject="Grüße: we have your application",
    body="Line one\n.a line with a dot\n.\nبرج\n" + "long " * 400 + "\n",
    written_at=datetime(2026, 11, 2, 9, tzinfo=UTC),
    attachments=(AttachedFile("brief für Ada.pdf", "application/pdf", b"%PDF-1.7\r\n.\r\n"),),
)


@pytest.fixture
def post() -> Iterator[Post]:
    with running_post() as post:
        yield post


def check_whole(text: bytes) -> None:
    message = message_from_bytes(text, policy=default)
    assert message["Message-ID"] == "<abc123@fundapp.invalid>"
    assert message["To"].addresses[0].display_name == "Ada Sämple, المتقدمة"
    assert message["Subject"] == "Grüße: we have your application"
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == MAIL.body
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "brief für Ada.pdf"
    assert attached.get_content() == b"%PDF-1.7\r\n.\r\n"


def test_folder_holds_the_whole_mail(tmp_path: Path) -> None:
    FolderTransport(tmp_path / "mail").send(MAIL)
    (written,) = (tmp_path / "mail").iterdir()
    assert written.name == "abc123@fundapp.invalid.eml"
    check_whole(written.read_bytes())


def test_folder_takes_the_same_mail_once(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path)
    transport.send(MAIL)
    before = next(tmp_path.iterdir()).stat()
    transport.send(MAIL)
    assert [path.stat() for path in tmp_path.iterdir()] == [before]


def test_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(NotHandedOver):
        FolderTransport(blocked).send(MAIL)


def test_smtp_hands_the_whole_mail_over(post: Post) -> None:
    SmtpTransport(post.url).send(MAIL)
    (text,) = post.taken
    check_whole(text)


@pytest.mark.parametrize(
    ("step", "reply", "outcome"),
    [
        ("MAIL", "break", NotHandedOver),
        ("RCPT", "break", NotHandedOver),
        ("RCPT", "450 later", NotHandedOver),
        ("RCPT", "550 nobody here", MailRefused),
        ("DATA", "break", NotHandedOver),
        ("DATA", "451 later", NotHandedOver),
        ("DATA", "554 no", MailRefused),
        ("TEXT", "452 full", NotHandedOver),
        ("TEXT", "554 spam", MailRefused),
        ("TEXT", "break", OutcomeUnknown),
    ],
)
def test_smtp_says_what_became_of_it(
    post: Post, step: str, reply: str, outcome: type[Exception]
) -> None:
    post.replies[step] = reply
    with pytest.raises(outcome):
        SmtpTransport(post.url).send(MAIL)


def test_smtp_that_is_not_there_is_tried_again(post: Post) -> None:
    with pytest.raises(NotHandedOver, match="cannot be reached"):
        SmtpTransport("smtp://127.0.0.1:1").send(MAIL)


def test_smtp_url_is_checked_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must look like"):
        transport_for("mailhost:25", tmp_path)
    assert isinstance(transport_for("", tmp_path), FolderTransport)
