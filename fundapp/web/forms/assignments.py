"""Forms of assignment: a list as a file, one reviewer by hand, taking one off."""

from uuid import UUID

from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField

from fundapp.domain.assignment_files import LARGEST_FILE, BadLine, decode_file
from fundapp.services.notes import read_note
from fundapp.web.forms.base import PageForm
from fundapp.web.forms.checks import ReadBy


class AssignmentFileForm(PageForm):
    """A list, as a file or typed."""

    file = FileField("A CSV file", description="At most 2 MB, in UTF-8.")
    typed = TextAreaField("Or paste the lines")

    def text(self) -> str | BadLine:
        """Return the list's text, the file's before what was pasted; or what is wrong."""
        content = b""
        if self.file.data:
            with self.file.data.stream as stream:
                content = stream.read(LARGEST_FILE + 1)
        return decode_file(content or (self.typed.data or "").encode("utf-8", "replace"))


class AskForm(PageForm):
    """One reviewer to be asked."""

    person_id = HiddenField()
    reason = StringField("Why this reviewer", [ReadBy(lambda t: read_note(t, field="reason"))])

    def person(self) -> UUID | None:
        """Return who was chosen, None when that is nobody."""
        try:
            return UUID(self.person_id.data or "")
        except ValueError:
            return None


class TakeOffForm(PageForm):
    """Why a reviewer is taken off."""

    reason = StringField("Why", [ReadBy(lambda text: read_note(text, field="reason"))])
