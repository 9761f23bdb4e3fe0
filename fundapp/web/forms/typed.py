"""Reads numbers, sums, dates and lines that were typed, and gathers what is wrong with them."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import Form

from fundapp.domain.errors import InvalidInput, Problem, StaleVersion
from fundapp.domain.money import parse_money
from fundapp.domain.numerals import NumeralError, read_units
from fundapp.domain.text import quoted
from fundapp.domain.windows import parse_local

Value = TypeVar("Value")


class Typed:
    """The texts of a form, read one by one; `refuse_problems` raises all problems at once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        """Return the text as it was typed."""
        return self.form[name].data or ""

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines that are not empty, trimmed."""
        return tuple(line.strip() for line in self.text(name).splitlines() if line.strip())

    def listed(self, name: str) -> tuple[str, ...]:
        """Return what stands between commas or on lines."""
        parts = re.split("[,;\n]", self.text(name))
        return tuple(part.strip() for part in parts if part.strip())

    def number(self, name: str, *, missing: int | None = None) -> int | None:
        """Return a whole number, or `missing` when nothing was typed."""
        typed = self.text(name).strip()
        if not typed:
            return missing
        try:
            return read_units(typed, digits=0)
        except NumeralError:
            sentence = f"Enter a whole number, such as 3. You entered {quoted(typed)}."
            self.problems.append(Problem(name, sentence))
            return missing

    def wanted_number(self, name: str, sentence: str) -> int:
        """Return a whole number; nothing typed is a problem with this sentence."""
        value = self.number(name)
        if value is None and not any(problem.field == name for problem in self.problems):
            self.problems.append(Problem(name, sentence))
        return value or 0

    def money(self, name: str, currency: str) -> int | None:
        """Return a sum in minor units, None when nothing was typed."""
        typed = self.text(name).strip()
        if not typed:
            return None
        return self._read(lambda: parse_money(typed, currency, field=name).minor)

    def instant(self, name: str, zone: str) -> datetime | None:
        """Return the UTC time of a local date and time, None when nothing was typed."""
        typed = self.text(name).strip()
        if not typed:
            return None
        return self._read(lambda: parse_local(typed, zone, field=name))

    def day(self, name: str) -> date | None:
        """Return a date, None when nothing was typed."""
        typed = self.text(name).strip()
        if not typed:
            return None
        try:
            return date.fromisoformat(typed)
        except ValueError:
            sentence = f"Enter a date such as 2027-02-26. You entered {quoted(typed)}."
            self.problems.append(Problem(name, sentence))
            return None

    def refuse_problems(self) -> None:
        """Raise InvalidInput when anything could not be read."""
        if self.problems:
            raise InvalidInput(self.problems)

    def _read(self, reader: Callable[[], Value]) -> Value | None:
        try:
            return reader()
        except InvalidInput as error:
            self.problems.extend(error.problems)
            return None


def read_version(form: Form) -> int:
    """Return the number by which the form says what it showed; 0 for anything else."""
    return whole_number(form["version"].data or "")


def whole_number(typed: str) -> int:
    """Return the number that a hidden field holds; 0 for anything else."""
    return int(typed) if typed.isdecimal() and len(typed) <= 20 else 0


def take_version(form: Form, error: StaleVersion) -> StaleVersion:
    """Let the form say what stands now, so that saving it again counts."""
    form["version"].data, form["version"].raw_data = str(error.version), None
    return error


def status_of(form: FlaskForm, theirs: StaleVersion | None, *, is_redrawn: bool = False) -> int:
    """Return the status of a page with a form that was not saved, or not sent at all.

    theirs: what another saved first. is_redrawn: sent only to get another line or mark.
    """
    if theirs is not None:
        return 409
    return 422 if form.is_submitted() and not is_redrawn else 200


def typed_direction() -> int:
    """Return which way a button moves something: -1 up, 1 down."""
    return -1 if request.form.get("direction") == "up" else 1
