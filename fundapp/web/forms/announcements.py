"""When a round's results become public."""

from datetime import datetime

from wtforms import BooleanField, StringField
from wtforms.widgets import DateTimeLocalInput

from fundapp.web.forms.base import PageForm
from fundapp.web.forms.typed import Typed


class PublicationForm(PageForm):
    """A local time in the round's zone; empty = at once.

    accepts_unapproved: announce although winners did not approve their citations.
    """

    publish_at = StringField("When the results become public", widget=DateTimeLocalInput())
    accepts_unapproved = BooleanField("Announce with citations that are not approved")

    def instant(self, zone: str) -> datetime | None:
        """Return the instant in UTC, None for at once; InvalidInput for what cannot be read."""
        typed = Typed(self)
        at = typed.instant("publish_at", zone)
        typed.refuse_problems()
        return at
