"""Words of the mails: templates/mail/<name>.txt, the subject on the first line.

In a mail `{site}` stands for the address of this installation and `{fund}` for the
fund's name; both are put in when the mail is sent.
"""

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config import ROOT
from fundapp.services.outbox import MailText


def mail_text(template: str, /, **values: Any) -> MailText:
    """Fill `template` with `values`; a missing value is an error."""
    text = _templates().get_template(f"{template}.txt").render(values)
    subject, body = text.split("\n", 1)
    return MailText(subject=subject.removeprefix("Subject: "), body=body.strip() + "\n")


@cache
def _templates() -> Environment:
    templates = Environment(  # noqa: S701  (plain text: nothing reads it as HTML)
        loader=FileSystemLoader(ROOT / "templates" / "mail"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["utc"] = _show_utc
    return templates


def _show_utc(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"
