"""Reads what mail servers write about mails that did not arrive (RFC 3464, RFC 3462).

A report is untrusted: anybody can write one. It counts only by the Message-ID of the mail that it
returns, which nobody but the mail's servers and its reader know.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.errors import MessageError
from email.message import Message

from fundapp.domain.text import shorten

LONGEST_REASON = 300
_PERMANENT = re.compile(r"5\.\d{1,3}\.\d{1,3}(?!\S)")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,190}>")


@dataclass(frozen=True)
class Bounce:
    """A mail that will never arrive: its Message-ID in angle brackets, and the server's words."""

    message_id: str
    reason: str


def read_report(raw: bytes) -> Bounce | None:
    """Return the permanent failure that a mail tells of; None for anything else.

    A delay, a mail that arrived, an answer from a holiday and what cannot be read are none.
    """
    try:
        report = message_from_bytes(raw)
        if report.get_content_type() != "multipart/report" or not report.is_multipart():
            return None
        parts = report.get_payload()
        reason = next(_failures(parts), None)
        message_id = next(_returned_ids(parts), None)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return None if reason is None or message_id is None else Bounce(message_id, reason)


def _failures(parts: object) -> Iterator[str]:
    """Give the reason for each recipient whom the mail will never reach."""
    for part in _parts(parts):
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in _parts(part.get_payload()):
            status = _PERMANENT.match(_text(fields, "Status"))
            if _text(fields, "Action").lower() == "failed" and status:
                words = _text(fields, "Diagnostic-Code").partition(";")[2]
                yield shorten(f"{status[0]} {words}", LONGEST_REASON)


def _returned_ids(parts: object) -> Iterator[str]:
    """Give the Message-ID of the returned mail, or of its returned head."""
    for part in _parts(parts):
        payload = part.get_payload()
        returned: list[Message] = []
        if part.get_content_type() == "message/rfc822":
            returned = _parts(payload)
        elif part.get_content_type() == "text/rfc822-headers":
            head = part.get_payload(decode=True)
            text = head.decode("utf-8", "replace") if isinstance(head, bytes) else ""
            returned = [message_from_string(text)]
        for mail in returned:
            found = _MESSAGE_ID.search(_text(mail, "Message-ID"))
            if found:
                yield found[0]


def _parts(payload: object) -> list[Message]:
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _text(fields: Message, name: str) -> str:
    return str(fields.get(name, "")).strip()
