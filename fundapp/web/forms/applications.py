"""Forms of applications that are not made of a round's own questions."""

from wtforms import RadioField, SelectField, TextAreaField

from fundapp.domain.languages import LANGUAGES
from fundapp.web.forms.base import PageForm, options


class StartForm(PageForm):
    """For which organisation to apply."""

    organisation = RadioField("Which organisation applies?", validate_choice=False)


class LetterLanguageForm(PageForm):
    """The language of the letters on an application."""

    language = SelectField(
        "Language of our letters to you",
        choices=options((code, one.own_name) for code, one in LANGUAGES.items()),
        description="The letter and the copy of what you submit. You can change it until we "
        "tell you our decision.",
        validate_choice=False,
    )


class WithdrawalForm(PageForm):
    """Why an application is taken back."""

    reason = TextAreaField(
        "Why do you withdraw?", description="One sentence. The fund reads it, reviewers do not."
    )
