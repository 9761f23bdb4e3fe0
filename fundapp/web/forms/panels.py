"""Forms of the panel and of funders."""

from typing import Any
from uuid import UUID

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField

from fundapp.domain.errors import Problem
from fundapp.domain.funders import FunderKind, FunderProfile
from fundapp.web.forms.base import PageForm, options
from fundapp.web.forms.identifiers import ORG_ID_HINT, ROR_HINT
from fundapp.web.forms.typed import Typed

KIND_NAMES = {
    FunderKind.GOVERNMENT: "Government",
    FunderKind.FOUNDATION: "Foundation",
    FunderKind.COMPANY: "Company",
    FunderKind.OTHER: "Something else",
}


class SeatForm(PageForm):
    """The terms of a seat on the panel."""

    funder_id = SelectField("Reviews for", validate_choice=False)
    review_load = StringField("Reviews at most", default="10")
    topics = StringField("Topics", description="Parted by commas, for the reviewer’s profile.")
    languages = StringField("Languages read", description="In English, parted by commas.")

    def terms(self) -> dict[str, Any]:
        """Return funder, load, topics and languages; raise InvalidInput."""
        typed = Typed(self)
        load = typed.wanted_number("review_load", "Enter how many reviews at most.")
        funder_id = None
        try:
            funder_id = UUID(self.funder_id.data or "")
        except ValueError:
            typed.problems.append(Problem("funder_id", "Choose a funder."))
        typed.refuse_problems()
        return {
            "funder_id": funder_id,
            "review_load": load,
            "topics": typed.listed("topics"),
            "languages": typed.listed("languages"),
        }


class ReviewerForm(SeatForm):
    """Somebody to review: invited by mail, or seated at once when they have an account."""

    name = StringField("Name")
    email = StringField("Mail address")
    note = TextAreaField("A word to them", description="Stands in the mail.")


class FunderForm(PageForm):
    """What is kept of a funder."""

    version = HiddenField(default="0")
    name = StringField("Name")
    kind = RadioField(
        "What sort of funder?",
        choices=options((kind.value, text) for kind, text in KIND_NAMES.items()),
        default=FunderKind.FOUNDATION.value,
        validate_choice=False,
    )
    code = StringField("Short name", description="In exports, such as lilliput.")
    website = StringField("Website", description="Such as https://example.org")
    org_id = StringField("Identifier in a register", description=ORG_ID_HINT)
    ror = StringField("ROR identifier", description=ROR_HINT)

    def profile(self) -> FunderProfile:
        """Return what was typed."""
        return FunderProfile(
            **{name: self[name].data or "" for name in FunderProfile.__annotations__}
        )


class OfficerForm(PageForm):
    """Somebody to speak for a funder."""

    name = StringField("Name")
    email = StringField("Mail address")


class StakeForm(PageForm):
    """A funder's stake in an applicant."""

    organisation_id = SelectField("Organisation", validate_choice=False)
    note = StringField("What stake?", description="Such as: 12 % since 2025.")
