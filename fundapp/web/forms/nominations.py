"""The form of a nomination and of the maker's yes."""

from wtforms import SelectField, StringField, TextAreaField

from fundapp.services.nomination_texts import Nominated
from fundapp.web.forms.base import PageForm


class NominationForm(PageForm):
    """A public evaluation that somebody holds worth a prize."""

    title = StringField("Title of the evaluation")
    website = StringField("Where it can be read", description="A public web address.")
    reason = TextAreaField("Why does it deserve a prize?", description="A few sentences.")
    maker_name = StringField("Who made it?")
    maker_email = StringField(
        "Their mail address", description="We ask them once whether they want to enter."
    )
    nominator_name = StringField("Your name", description="We tell it the maker if you give it.")
    nominator_email = StringField("Your mail address", description="In case we have a question.")

    def nominated(self) -> Nominated:
        """Return what was typed."""
        return Nominated(**{name: self[name].data or "" for name in Nominated.__dataclass_fields__})


class EntryForm(PageForm):
    """For which organisation the maker enters."""

    organisation = SelectField("Enter as", validate_choice=False, choices=[])
    note = TextAreaField("Note to the fund")
