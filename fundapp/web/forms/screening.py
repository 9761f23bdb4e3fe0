"""Forms of screening."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from fundapp.domain.screening import SAY_WHICH_RULE
from fundapp.services.notes import read_note
from fundapp.web.forms.base import PageForm, options
from fundapp.web.forms.checks import ReadBy

ELIGIBLE, INELIGIBLE = "eligible", "ineligible"


class CheckForm(PageForm):
    """A verdict and its reason."""

    verdict = RadioField(
        "Does it meet the rules of the call?",
        [InputRequired("Choose eligible or not eligible.")],
        choices=options([(ELIGIBLE, "Eligible"), (INELIGIBLE, "Not eligible")]),
        validate_choice=False,
    )
    reason = TextAreaField(
        "Reason",
        [ReadBy(lambda text: read_note(text, field="reason"))],
        description="The applicant of an ineligible application reads it. Else it is for the file.",
    )

    @property
    def is_eligible(self) -> bool:
        """The verdict as a yes or no."""
        return str(self.verdict.data) == ELIGIBLE

    def validate_verdict(self, field: RadioField) -> None:
        """Refuse what is neither of the two."""
        if field.data not in {ELIGIBLE, INELIGIBLE}:
            raise ValidationError("Choose eligible or not eligible.")

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask for the reason where the applicant reads it."""
        if self.verdict.data == INELIGIBLE and not (field.data or "").strip():
            raise ValidationError(SAY_WHICH_RULE)
