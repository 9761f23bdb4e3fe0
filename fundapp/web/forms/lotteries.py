"""Forms of a draw: the list with what will decide it, and the value that did."""

from datetime import date

from wtforms import HiddenField, StringField, TextAreaField

from fundapp.domain.lotteries import read_public_value, read_source
from fundapp.web.forms.base import PageForm
from fundapp.web.forms.checks import ReadBy
from fundapp.web.forms.typed import Typed


class FreezeForm(PageForm):
    """How many places, and which value that does not exist yet will decide."""

    ranking = HiddenField()
    places = StringField("Places to draw")
    source = TextAreaField(
        "Which public value will decide?",
        [ReadBy(read_source)],
        description="Nobody may know it yet, and everybody must be able to look it up later. Say "
        "exactly how it is written, such as “the numbers of Lotto 6aus49 of Saturday 28 November "
        "2026, in rising order with one space between them”.",
    )
    known_on = StringField(
        "First day on which it can be known", description="After today, such as 2026-11-28."
    )

    def read(self) -> tuple[int, date | None]:
        """Return the places and the day. Raises InvalidInput."""
        typed = Typed(self)
        places = typed.wanted_number("places", "Say how many places are drawn.")
        known_on = typed.day("known_on")
        typed.refuse_problems()
        return places, known_on


class DrawForm(PageForm):
    """The value as it was published."""

    public_value = StringField(
        "The value",
        [ReadBy(read_public_value)],
        description="Exactly as the list says. It cannot be changed afterwards.",
    )
