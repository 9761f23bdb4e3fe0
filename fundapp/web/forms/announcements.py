"""When a round's results become public."""

from datetime import datetime

from wtforms import StringField
from wtforms.widgets import DateTimeLocalInput

from fundapp.web.forms.base import PageForm
from fundapp.web.forms.typed import Typed


class PublicationForm(PageForm):
    """A local time in the round's zone; empty = at once."""

    publish_at = StringField("When the results become public", widget=DateTimeLocalInput())

    def instant(self, zone: str) -> datetime | None:
        """Return the instant in UTC, None for at once; InvalidInput for what cannot be read."""
        typed = Typed(self)
        at = typed.instant("publish_at", zone)
        typed.refuse_problems()
        return at
