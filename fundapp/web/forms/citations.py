"""Forms of citations: the text, and the winner's answer."""

from wtforms import HiddenField, TextAreaField

from fundapp.services.notes import read_note
from fundapp.web.forms.base import PageForm
from fundapp.web.forms.checks import ReadBy
from fundapp.web.forms.decisions import no_longer_than


class CitationForm(PageForm):
    """The citation. version: of the decision that was looked at."""

    citation = TextAreaField(
        "Citation",
        [no_longer_than],
        description="A sentence or two on why it won. Quote results only as the re-run confirmed.",
    )
    version = HiddenField()


class ApprovalForm(PageForm):
    """The winner's yes. seen: the text it is given to."""

    seen = HiddenField()


class WishForm(PageForm):
    """What the winner wants changed. seen: the text as it stood."""

    wish = TextAreaField(
        "What should change?",
        [ReadBy(lambda text: read_note(text, field="wish", if_missing="Say what to change."))],
        description="A fact that is wrong, a name, a word. The fund decides and asks you again.",
    )
    seen = HiddenField()
