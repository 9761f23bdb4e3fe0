"""The form of saved columns."""

from wtforms import StringField, TextAreaField

from fundapp.web.forms.base import PageForm


class ColumnSetForm(PageForm):
    """A name, and names of columns; what is wrong with them the service tells."""

    name = StringField("Name", description="So that you find these columns again.")
    columns = TextAreaField(
        "Columns", description="One a line, or with commas between. The file keeps your order."
    )
