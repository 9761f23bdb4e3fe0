"""Forms of accounts: sign in, register, passwords, profile, invitations."""

from wtforms import (
    BooleanField,
    Field,
    Form,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, ValidationError

from fundapp.domain.identifiers import read_orcid
from fundapp.domain.languages import LANGUAGES, checked_language
from fundapp.domain.passwords import password_problem
from fundapp.services.addresses import read_address
from fundapp.services.invitations import LONGEST_NOTE
from fundapp.services.people import read_name, read_time_zone
from fundapp.web.forms.base import PageForm, options
from fundapp.web.forms.checks import ReadBy
from fundapp.web.forms.identifiers import ORCID_HINT

LENGTH_HINT = "At least 12 characters. A sentence works well."


def _new_password(form: Form, field: Field) -> None:
    problem = password_problem(field.data or "")
    if problem:
        raise ValidationError(problem)


class SignInForm(PageForm):
    """Address and password; `then` is where to go after it."""

    email = StringField("Mail address", [DataRequired("Enter your mail address")])
    password = PasswordField("Password", [DataRequired("Enter your password")])
    then = HiddenField()


class RegistrationForm(PageForm):
    """A new account."""

    name = StringField("Your name", [ReadBy(read_name)])
    email = StringField("Mail address", [ReadBy(read_address)])
    password = PasswordField("Password", [_new_password], description=LENGTH_HINT)


class ConfirmationForm(PageForm):
    """The password chosen when registering."""

    password = PasswordField("Your password", [DataRequired("Enter the password you chose")])


class ResetRequestForm(PageForm):
    """Where to send the link."""

    email = StringField("Mail address", [ReadBy(read_address)])


class NewPasswordForm(PageForm):
    """A password by a mailed link."""

    password = PasswordField("New password", [_new_password], description=LENGTH_HINT)


class PasswordChangeForm(PageForm):
    """The old password and the new one."""

    current = PasswordField("Password now", [DataRequired("Enter the password you have now")])
    password = PasswordField("New password", [_new_password], description=LENGTH_HINT)


class ProfileForm(PageForm):
    """Name, time zone and ORCID."""

    name = StringField("Your name", [ReadBy(read_name)])
    time_zone = StringField(
        "Time zone",
        [ReadBy(read_time_zone)],
        description="The nearest large city, such as Nairobi or Europe/Zurich, or UTC.",
    )
    orcid = StringField("ORCID", [ReadBy(read_orcid)], description=ORCID_HINT)
    language = SelectField(
        "Language of letters to you",
        [ReadBy(checked_language)],
        choices=options((code, one.own_name) for code, one in LANGUAGES.items()),
        description="For applications that you begin from now on. Each can have its own.",
        validate_choice=False,
    )


class DeletionForm(PageForm):
    """The wish to be deleted."""

    is_sure = BooleanField(
        "Yes, delete my account", [DataRequired("Tick the box if you want your account deleted")]
    )


class NewPersonForm(PageForm):
    """An account for somebody who was invited."""

    name = StringField("Your name", [ReadBy(read_name)])
    password = PasswordField("Choose a password", [_new_password], description=LENGTH_HINT)


class RefusalForm(PageForm):
    """Declining an invitation."""

    note = TextAreaField(
        "Why, or whom to ask instead",
        [Length(max=LONGEST_NOTE, message=f"Shorten the note to {LONGEST_NOTE:,} characters")],
    )
