"""Forms around a review: refusing one, a note in the discussion."""

from wtforms import TextAreaField

from fundapp.services.discussions import read_discussion_note
from fundapp.services.notes import read_note
from fundapp.web.forms.base import PageForm
from fundapp.web.forms.checks import ReadBy


class ReviewRefusalForm(PageForm):
    """Saying no to a review."""

    note = TextAreaField(
        "Why, or whom to ask instead",
        [ReadBy(lambda text: read_note(text, field="note"))],
        description="Only the fund managers read this. You may leave it empty.",
    )


class DiscussionForm(PageForm):
    """One contribution to a discussion."""

    text = TextAreaField("Your note", [ReadBy(read_discussion_note)])
