"""The form of a public vote."""

from wtforms import RadioField, StringField

from fundapp.services.addresses import read_address
from fundapp.web.forms.base import PageForm
from fundapp.web.forms.checks import ReadBy


class VoteForm(PageForm):
    """For which entry, and where the link goes that confirms it."""

    entry = RadioField("Your vote", validate_choice=False)
    email = StringField(
        "Mail address",
        [ReadBy(read_address)],
        description="We mail a link that confirms the vote. One vote for each address; we do not "
        "keep the address.",
    )
