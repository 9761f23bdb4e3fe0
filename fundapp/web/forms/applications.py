"""Forms of applications that are not made of a round's own questions."""

from wtforms import RadioField, TextAreaField

from fundapp.web.forms.base import PageForm


class StartForm(PageForm):
    """For which organisation to apply."""

    organisation = RadioField("Which organisation applies?", validate_choice=False)


class WithdrawalForm(PageForm):
    """Why an application is taken back."""

    reason = TextAreaField(
        "Why do you withdraw?", description="One sentence. The fund reads it, reviewers do not."
    )
