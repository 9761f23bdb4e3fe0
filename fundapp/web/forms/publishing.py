"""Who publishes the fund's open data."""

from wtforms import HiddenField, RadioField, StringField

from fundapp.domain.publishing import LICENCES, PublisherProfile
from fundapp.web.forms.base import PageForm, options


class PublisherForm(PageForm):
    """The publisher. What is wrong in it is said by the rules of the profile itself."""

    version = HiddenField(default="0")
    prefix = StringField(
        "Publisher prefix",
        description="Every record’s identifier begins with it, so it never changes once used. "
        "360Giving gives it, such as 360G-example.",
    )
    name = StringField("Name of the publisher")
    org_id = StringField(
        "Identifier of the fund",
        description="The register and the number in it, such as GB-CHC-1234567.",
    )
    website = StringField("Website", description="Such as https://example.org")
    licence = RadioField(
        "What may people do with the data?",
        choices=options(LICENCES.items()),
        validate_choice=False,
    )

    def profile(self) -> PublisherProfile:
        """Return what was typed."""
        return PublisherProfile(
            **{name: self[name].data or "" for name in PublisherProfile.__annotations__}
        )
