"""Ties forms to the rules below them, so that a form and its service never differ."""

from collections.abc import Callable
from typing import Any

from wtforms import Field, Form
from wtforms.validators import ValidationError

from fundapp.domain.errors import InvalidInput


class ReadBy:
    """Validates a field with a function of the services that raises InvalidInput."""

    def __init__(self, reader: Callable[[str], Any]) -> None:
        self.reader = reader

    def __call__(self, form: Form, field: Field) -> None:
        """Turn the first problem into the field's error."""
        try:
            self.reader(field.data or "")
        except InvalidInput as error:
            raise ValidationError(error.problems[0].sentence) from None


def show_problems(form: Form, error: InvalidInput) -> None:
    """Put each problem above the field it names, the others on top of the form."""
    for problem in error.problems:
        if problem.field in form:
            field = form[problem.field]
            field.errors = [*field.errors, problem.sentence]
        else:
            form.form_errors = [*form.form_errors, problem.sentence]
