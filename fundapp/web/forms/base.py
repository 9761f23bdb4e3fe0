"""The form that all pages build on: FlaskForm with types."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


def options(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """Return the choices of a radio or select field from pairs of value and label."""
    return [SelectChoice(value, label) for value, label in pairs]


def named_options(rows: Iterable[tuple[UUID, str]], *, prompt: str) -> list[Any]:
    """Return the choices of a select field from ids and names, a prompt without value first."""
    return options([("", prompt), *((str(id_), name) for id_, name in rows)])


class PageForm(FlaskForm):
    """Reads the posted fields by itself; `formdata=None` leaves them alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]

    def is_submitted(self) -> bool:
        """Tell whether this request posts a form."""
        return bool(super().is_submitted())  # type: ignore[no-untyped-call]

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Tell whether a form was posted and every field is good."""
        return bool(super().validate_on_submit(extra_validators))  # type: ignore[no-untyped-call]
