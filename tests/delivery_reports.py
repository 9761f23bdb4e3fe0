"""Reports as mail servers write them, for a mail with a given Message-ID (all names fictional)."""

NO_SUCH_USER = "smtp; 550 5.1.1 <ada@sample.example>: Recipient address rejected: no such user"

_RETURNED_HEAD = """\
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <fund@example.org>
From: Common Measure Fund <fund@example.org>
To: Ada Sample <ada@sample.example>
Subject: Our decision on EVF-2026-001
Message-ID: {message_id}
"""

_RETURNED_MAIL = """\
Content-Type: message/rfc822

From: Common Measure Fund <fund@example.org>
To: Ada Sample <ada@sample.example>
Subject: Our decision on EVF-2026-001
Message-ID:
 {message_id}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="inner"

--inner
Content-Type: text/plain

Our letter is attached.
--inner--
"""


def a_report(
    message_id: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = NO_SUCH_USER,
    is_whole: bool = False,
    report_type: str = "multipart/report; report-type=delivery-status",
) -> bytes:
    """Return a report with the returned mail's head, or with the whole mail."""
    returned = (_RETURNED_MAIL if is_whole else _RETURNED_HEAD).format(message_id=message_id)
    return f"""\
Return-Path: <>
Date: Mon, 02 Nov 2026 10:15:00 +0000
From: MAILER-DAEMON@mx.sample.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: fund@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: {report_type};
\tboundary="8B1F.1793/mx.sample.example"
Message-Id: <20261102101500.8B1F@mx.sample.example>

--8B1F.1793/mx.sample.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.sample.example.
Your message could not be delivered to one recipient.

--8B1F.1793/mx.sample.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.sample.example
Arrival-Date: Mon, 02 Nov 2026 10:14:58 +0000

Final-Recipient: rfc822; ada@sample.example
Original-Recipient: rfc822;ada@sample.example
Action: {action}
Status: {status}
Remote-MTA: dns; mail.sample.example
Diagnostic-Code: {diagnostic}

--8B1F.1793/mx.sample.example
{returned}
--8B1F.1793/mx.sample.example--
""".encode()
