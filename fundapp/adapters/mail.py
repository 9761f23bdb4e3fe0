"""Where mails go: an SMTP server, or a folder of .eml files."""

import contextlib
import os
import re
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

from fundapp.domain.mail import (
    MailRefused,
    MailTransport,
    NotHandedOver,
    OutcomeUnknown,
    OutgoingMail,
)

SECONDS_TO_WAIT = 30
SEVEN_BIT = SMTP.clone(cte_type="7bit")
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def transport_for(smtp_url: str, folder: Path) -> MailTransport:
    """Return the transport that the settings name: SMTP, or `folder` when there is no URL."""
    return SmtpTransport(smtp_url) if smtp_url else FolderTransport(folder)


class FolderTransport:
    """Writes each mail as a file named after its Message-ID, whole and once."""

    is_repeatable = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: OutgoingMail) -> None:
        """Write beside the target, then link: the name appears with the whole text or not."""
        text = message_of(mail).as_bytes(policy=SEVEN_BIT)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write_once(text, f"{_file_stem(mail.message_id)}.eml")
        except OSError as error:
            raise NotHandedOver(f"The mail folder cannot be written: {error}") from error

    def _write_once(self, text: bytes, name: str) -> None:
        draft = self.folder / f".draft-{secrets.token_hex(8)}"
        try:
            with draft.open("xb") as target:
                target.write(text)
                target.flush()
                os.fsync(target.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, self.folder / name)
        finally:
            draft.unlink(missing_ok=True)


class SmtpTransport:
    """Hands each mail to one SMTP server, in a connection of its own.

    smtp://, smtps:// (TLS from the start) or smtp+starttls://, each with
    user:password@host:port as needed.
    """

    is_repeatable = False

    def __init__(self, url: str, *, seconds_to_wait: float = SECONDS_TO_WAIT) -> None:
        self.url = urlsplit(url)
        if self.url.scheme not in DEFAULT_PORTS or not self.url.hostname:
            raise ValueError("FUNDAPP_SMTP_URL must look like smtp+starttls://user:password@host")
        self.seconds_to_wait = seconds_to_wait

    def send(self, mail: OutgoingMail) -> None:
        """Send; only a break after the text began to flow leaves the outcome unknown."""
        text = message_of(mail).as_bytes(policy=SEVEN_BIT)
        with self._connection() as server:
            _address(server, mail)
            _hand_over(server, text)

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        try:
            server = _connect(self.url, self.seconds_to_wait)
        except (OSError, smtplib.SMTPException) as error:
            raise NotHandedOver(f"The mail server cannot be reached: {error}") from error
        try:
            yield server
        finally:
            with contextlib.suppress(OSError):
                server.quit()
            server.close()


def message_of(mail: OutgoingMail) -> EmailMessage:
    """Return the mail as a message, plain text first, then its files."""
    message = EmailMessage()
    message["From"] = Address(mail.from_name, addr_spec=mail.from_address)
    message["To"] = Address(mail.to_name, addr_spec=mail.to_address)
    message["Subject"] = mail.subject
    message["Date"] = mail.written_at
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    for attached in mail.attachments:
        kind, _, subkind = attached.media_type.partition("/")
        message.add_attachment(
            attached.content, maintype=kind, subtype=subkind, filename=attached.filename
        )
    return message


def _connect(url: SplitResult, seconds_to_wait: float) -> smtplib.SMTP:
    host, port = url.hostname or "", url.port or DEFAULT_PORTS[url.scheme]
    if url.scheme == "smtps":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=seconds_to_wait, context=context
        )
    else:
        server = smtplib.SMTP(host, port, timeout=seconds_to_wait)
    try:
        server.ehlo()
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _address(server: smtplib.SMTP, mail: OutgoingMail) -> None:
    try:
        replies = [server.mail(mail.from_address), server.rcpt(mail.to_address)]
    except OSError as error:
        raise NotHandedOver(f"The mail server broke off: {error}") from error
    for code, reply in replies:
        if code >= 400:
            _raise_refusal(code, reply)


def _hand_over(server: smtplib.SMTP, text: bytes) -> None:
    try:
        code, reply = server.docmd("DATA")
    except OSError as error:
        raise NotHandedOver(f"The mail server broke off: {error}") from error
    if code != 354:
        _raise_refusal(code, reply)
    try:
        server.send(re.sub(rb"(?m)^\.", b"..", text).rstrip(b"\r\n") + b"\r\n.\r\n")
        code, reply = server.getreply()
    except OSError as error:
        raise OutcomeUnknown(f"The line broke while the mail was handed over: {error}") from error
    if code >= 400:
        _raise_refusal(code, reply)


def _raise_refusal(code: int, reply: bytes) -> NoReturn:
    sentence = f"The mail server answered {code} {reply.decode(errors='replace')}"
    raise (MailRefused if code >= 500 else NotHandedOver)(sentence)


def _file_stem(message_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9.@-]", "-", message_id.strip("<>"))
