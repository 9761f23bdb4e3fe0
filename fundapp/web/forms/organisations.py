"""Forms of applicant organisations: profile and colleagues."""

from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import HiddenInput

from fundapp.domain.organisations import OrganisationProfile
from fundapp.domain.permissions import MemberRole
from fundapp.queries.countries import country_names
from fundapp.services.addresses import read_address
from fundapp.services.people import read_name
from fundapp.web.forms.base import PageForm, options
from fundapp.web.forms.checks import ReadBy
from fundapp.web.forms.identifiers import ORG_ID_HINT, ROR_HINT

ROLE_NAMES = {
    MemberRole.OWNER: "Owner: edits, submits, invites colleagues",
    MemberRole.EDITOR: "Editor: edits and submits",
    MemberRole.VIEWER: "Viewer: reads",
}


class OrganisationForm(PageForm):
    """The profile. What is wrong in it is said by the rules of the profile itself."""

    name = StringField("Name of your organisation")
    country = SelectField("Country of your registered office", validate_choice=False)
    legal_form = StringField(
        "Legal form", description="Such as GmbH, limited company, association."
    )
    registration = StringField("Registration number")
    address = TextAreaField("Postal address")
    website = StringField("Website", description="Such as https://example.org")
    about = TextAreaField("What you do", description="Two or three sentences for reviewers.")
    org_id = StringField("Identifier in a register", description=ORG_ID_HINT)
    ror = StringField("ROR identifier", description=ROR_HINT)
    is_individual = BooleanField("This organisation is one person")
    may_be_named = BooleanField(
        "This person may be named in public",
        description="Else an award is published without the name.",
    )
    version = IntegerField(widget=HiddenInput(), default=0)
    then = HiddenField()

    def offer_countries(self) -> "OrganisationForm":
        """Fill the list of countries."""
        self.country.choices = options([("", "Choose a country"), *country_names().items()])
        return self

    def profile(self) -> OrganisationProfile:
        """Return what was typed."""
        typed: dict[str, Any] = {
            name: self[name].data or ("" if kind is str else False)
            for name, kind in OrganisationProfile.__annotations__.items()
        }
        return OrganisationProfile(**typed)


class ColleagueForm(PageForm):
    """Whom to invite, and what they may do."""

    name = StringField("Name", [ReadBy(read_name)])
    email = StringField("Mail address", [ReadBy(read_address)])
    role = RadioField(
        "What may they do?",
        choices=options((role.value, text) for role, text in ROLE_NAMES.items()),
        default=MemberRole.EDITOR.value,
    )


class RoleForm(PageForm):
    """Another role for a colleague."""

    role = SelectField(
        "Role", choices=options((role.value, role.value.capitalize()) for role in MemberRole)
    )
