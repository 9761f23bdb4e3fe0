"""Forms of conflicts of interest: declare, record for somebody, resolve."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from fundapp.domain.states import ConflictState
from fundapp.queries.conflicts import PossibleParty
from fundapp.services.conflicts import SAY_WHAT
from fundapp.services.notes import read_note
from fundapp.web.forms.base import PageForm, options
from fundapp.web.forms.checks import ReadBy

MYSELF = "myself"


class DeclarationForm(PageForm):
    """One's own conflict, or that of a funder one speaks for."""

    party = RadioField(
        "Whom does it concern?", [InputRequired("Choose whom it concerns.")], default=MYSELF
    )
    note = TextAreaField(
        "What ties you to the applicant?",
        [ReadBy(lambda text: read_note(text, field="note", if_missing=SAY_WHAT))],
        description="A few words are enough. Only fund managers read it.",
    )

    def offer_funders(self, funders: Sequence[tuple[str, str]]) -> "DeclarationForm":
        """Offer the person themself and the funders (id, name) they may declare for."""
        own = [(id_, f"{name}, the whole funder") for id_, name in funders]
        self.party.choices = options([(MYSELF, "Me"), *own])
        if self.party.data is None and not funders:
            self.party.data = MYSELF
        return self


class RecordForm(PageForm):
    """A conflict that a manager writes down for somebody else."""

    party = SelectField("Whom does it concern?", [InputRequired("Choose a person or a funder.")])
    note = TextAreaField(
        "What is the tie?",
        [ReadBy(lambda text: read_note(text, field="note", if_missing=SAY_WHAT))],
        description="Only fund managers read it.",
    )

    def offer_parties(self, parties: Sequence[PossibleParty]) -> "RecordForm":
        """Offer these people and funders."""
        offered = [(party.value, party.label) for party in parties]
        self.party.choices = options([("", "Choose"), *offered])
        return self


class ResolutionForm(PageForm):
    """Whether a conflict stands."""

    state = RadioField(
        "Does the conflict stand?",
        [InputRequired("Choose whether it stands.")],
        choices=options(
            [
                (ConflictState.CONFIRMED.value, "It stands"),
                (ConflictState.DISMISSED.value, "Dismiss it"),
            ]
        ),
    )
    note = TextAreaField(
        "Why",
        [ReadBy(lambda text: read_note(text, field="note"))],
        description="Needed to dismiss it. Kept in the register.",
    )

    def validate_note(self, field: TextAreaField) -> None:
        """Ask for a note where one is needed."""
        if self.state.data == ConflictState.DISMISSED and not (field.data or "").strip():
            raise ValidationError("Say why this tie does not matter.")
