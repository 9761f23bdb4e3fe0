"""Forms of deciding: one decision with a sum per funder, an officer's word, a note."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from fundapp.domain.decisions import LONGEST_TEXT
from fundapp.domain.errors import InvalidInput
from fundapp.domain.money import Money, parse_money
from fundapp.domain.states import DecisionKind
from fundapp.queries.decisions import DecisionRoom, RoomRow
from fundapp.services.notes import read_note, read_paid_when
from fundapp.web.forms.base import PageForm, options
from fundapp.web.forms.checks import ReadBy

KIND_WORDS = {
    DecisionKind.AWARD: "Award",
    DecisionKind.RESERVE: "Reserve list",
    DecisionKind.DECLINE: "Decline",
}


def no_longer_than(form: Any, field: Any) -> None:
    """Refuse more text than a decision keeps."""
    length = len(field.data or "")
    if length > LONGEST_TEXT:
        raise ValidationError(f"{length:,} characters. Shorten by {length - LONGEST_TEXT:,}.")


class PlaceField(IntegerField):
    """A whole number, with a sentence of ours for anything else."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number; raise ValueError with the sentence."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text and not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise ValueError("Enter the place as a whole number, such as 1.")
        self.data = int(text) if text else None


class DecisionForm(PageForm):
    """What is resolved on one application. The funders' sums are read beside it."""

    kind = RadioField(
        "What is resolved?",
        choices=options((kind.value, word) for kind, word in KIND_WORDS.items()),
        validate_choice=False,
    )
    reserve_place = PlaceField("Place on the reserve list", [Optional()])
    prize_rung_id = SelectField("Prize", validate_choice=False)
    citation = TextAreaField(
        "Citation", [no_longer_than], description="One or two sentences for the announcement."
    )
    reason = TextAreaField(
        "Reason", [no_longer_than], description="The applicant reads it in the letter."
    )
    advice = TextAreaField(
        "One thing to change",
        [no_longer_than],
        description="For a letter that declines. The applicant reads it.",
    )

    def validate_kind(self, field: RadioField) -> None:
        """Ask for one of the three."""
        if field.data not in set(DecisionKind):
            raise ValidationError("Choose award, reserve list or decline.")

    @property
    def rung_id(self) -> UUID | None:
        """Return the chosen prize; None for none and for what is no id."""
        try:
            return UUID(str(self.prize_rung_id.data))
        except ValueError:
            return None


def sums_typed(
    room: DecisionRoom, typed: Mapping[str, str]
) -> tuple[dict[UUID, int], dict[UUID, str]]:
    """Return the funders' sums in minor units, and a sentence for each that is none."""
    sums, problems = {}, {}
    for funder in room.funders:
        text = typed.get(field_of(funder.funder_id), "").strip()
        if not text:
            continue
        try:
            sums[funder.funder_id] = parse_money(text[:200], room.head.currency).minor
        except InvalidInput as error:
            problems[funder.funder_id] = error.problems[0].sentence
    return sums, problems


def sums_shown(room: DecisionRoom, row: RoomRow) -> dict[UUID, str]:
    """Return what the sum fields hold before anything is typed."""
    return {
        funder: Money(cell.amount, room.head.currency).as_decimal_text()
        for funder, cell in row.cells.items()
        if cell.amount
    }


def field_of(funder_id: UUID) -> str:
    """Return the name of a funder's sum field."""
    return f"funder-{funder_id}"


class ApproveForm(PageForm):
    """An officer's yes, with a condition for the letter if it has one."""

    condition = StringField(
        "Condition",
        [ReadBy(lambda text: read_note(text, field="condition"))],
        description="Stands in the award letter with the funder's name. Leave empty for none.",
    )
    paid_when = StringField(
        "When does your funder pay?",
        [ReadBy(read_paid_when)],
        description="Stands beside its sum. Such as: on acceptance, or: in January 2027.",
    )


class RefuseForm(PageForm):
    """An officer's no, with its reason."""

    note = TextAreaField(
        "Why not?",
        [
            ReadBy(
                lambda text: read_note(
                    text, field="note", if_missing="Say why. The fund manager reads it."
                )
            )
        ],
        description="The fund manager reads it; the applicant does not.",
    )


class ReissueForm(PageForm):
    """Why a document is issued anew."""

    note = TextAreaField(
        "Why is it issued anew?",
        [
            ReadBy(
                lambda text: read_note(
                    text, field="note", if_missing="Say why the letter is issued anew."
                )
            )
        ],
        description="The applicant reads it in the mail.",
    )


class RefuseAwardForm(PageForm):
    """An applicant's no, with a note if it wants."""

    note = TextAreaField("Why?", [ReadBy(lambda text: read_note(text, field="note"))])
