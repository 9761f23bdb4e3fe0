"""Sending a mail again, perhaps elsewhere."""

from wtforms import StringField

from fundapp.web.forms.base import PageForm


class ResendForm(PageForm):
    """Where a mail goes; empty = where it went before."""

    address = StringField("Mail address", description="For this mail only.")
