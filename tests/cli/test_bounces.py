"""`fundapp bounces` on each kind of file."""

import json
import mailbox
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundapp.adapters import mailboxes
from fundapp.cli.bouncing import bounces
from fundapp.domain.states import MailState
from fundapp.models import OutboxMessage
from fundapp.services.outbox import Letterbox, MailText, queue_mail
from fundapp.web.installation import installation
from tests.builders import NOW
from tests.delivery_reports import a_report

READ = "{} mails read: {} of ours came back, {} were known, {} reports are about other mails.\n"


@pytest.fixture
def mail(app, session, monkeypatch) -> OutboxMessage:
    text = MailText("Our decision", "Attached.")
    mail = queue_mail(session, Letterbox("ada@sample.example"), text, now=NOW)
    assert mail is not None
    mail.state = MailState.SENT
    session.commit()
    config = installation().config
    monkeypatch.setenv("FUNDAPP_DATA_FOLDER", str(config.data_folder))
    monkeypatch.setenv("FUNDAPP_DATABASE_URL", config.effective_database_url)
    return mail


def run(*words: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(bounces, [str(word) for word in words], input=stdin)


def test_one_mail_is_read_and_read_again(mail: OutboxMessage, tmp_path: Path) -> None:
    report, out = tmp_path / "report.eml", tmp_path / "out.json"
    report.write_bytes(a_report(mail.message_id))
    assert run(report, "--json", out).output == READ.format(1, 1, 0, 0)
    assert json.loads(out.read_text()) == {"mails": 1, "new": 1, "known": 0, "foreign": 0}
    assert run(report).output == READ.format(1, 0, 1, 0)


@pytest.mark.parametrize("kind", [mailbox.mbox, mailbox.Maildir])
def test_whole_mailboxes_are_read(mail: OutboxMessage, tmp_path: Path, kind) -> None:
    box = kind(tmp_path / "box")
    for raw in (b"Subject: Hello\n\nA letter.\n", a_report(mail.message_id), a_report("<x@y>")):
        box.add(raw)
    box.close()
    assert run(tmp_path / "box").output == READ.format(3, 1, 0, 1)


def test_standard_input_is_read(mail: OutboxMessage) -> None:
    assert run("-", stdin=a_report(mail.message_id)).output == READ.format(1, 1, 0, 0)
    box = b"From MAILER-DAEMON Mon Nov  2 10:15:00 2026\n" + a_report(mail.message_id)
    assert run("-", stdin=box).output == READ.format(1, 0, 1, 0)


def test_a_mail_that_is_too_large_is_passed_over(mail, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(mailboxes, "LARGEST_MAIL", 500)
    report = tmp_path / "report.eml"
    report.write_bytes(a_report(mail.message_id))
    assert run(report).output == READ.format(0, 0, 0, 0)


def test_a_folder_of_another_kind_is_refused(mail, tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.exit_code, done.output) == (
        2,
        f"{tmp_path} cannot be read: {tmp_path.name} is a folder, but no Maildir: "
        "it has no cur and new.\n",
    )
