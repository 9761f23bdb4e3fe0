"""Forms of assignment: a list as a file, one reviewer by hand, taking one off."""

from uuid import UUID

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, StringField, TextAreaField

from fundapp.domain.assignment_files import LARGEST_FILE, BadLine, decode_file
from fundapp.domain.assignment_wishes import CAPS, NO_CAP, ChangeKind, DraftWishes, HandChange
from fundapp.domain.errors import InvalidInput, Problem
from fundapp.services.notes import read_note
from fundapp.web.forms.base import PageForm, options
from fundapp.web.forms.checks import ReadBy


class AssignmentFileForm(PageForm):
    """A list, as a file or typed."""

    file = FileField("A CSV file", description="At most 2 MB, in UTF-8.")
    typed = TextAreaField("Or paste the lines")

    def text(self) -> str | BadLine:
        """Return the list's text, the file's before what was pasted; or what is wrong."""
        content = b""
        if self.file.data:
            with self.file.data.stream as stream:
                content = stream.read(LARGEST_FILE + 1)
        return decode_file(content or (self.typed.data or "").encode("utf-8", "replace"))


class AskForm(PageForm):
    """One reviewer to be asked."""

    person_id = HiddenField()
    reason = StringField("Why this reviewer", [ReadBy(lambda t: read_note(t, field="reason"))])

    def person(self) -> UUID | None:
        """Return who was chosen, None when that is nobody."""
        try:
            return UUID(self.person_id.data or "")
        except ValueError:
            return None


class TakeOffForm(PageForm):
    """Why a reviewer is taken off."""

    reason = StringField("Why", [ReadBy(lambda text: read_note(text, field="reason"))])


class AimForm(PageForm):
    """What a draft aims at."""

    aim = RadioField(
        "What should the draft aim at?",
        choices=options(
            [
                ("best", "The best match in all"),
                ("fair", "The worst served application first, at almost no cost to the rest"),
                *(
                    (
                        f"cap-{cap}",
                        f"Drawn by lot, against arrangements: no pair surer than {cap} in 10",
                    )
                    for cap in CAPS
                    if cap != NO_CAP
                ),
            ]
        ),
        default="best",
        validate_choice=False,
    )
    plan_id = HiddenField()

    def wishes(self) -> DraftWishes:
        """Return the chosen options; the best match for anything else."""
        aim = self.aim.data or ""
        cap = next((cap for cap in CAPS if aim == f"cap-{cap}"), NO_CAP)
        return DraftWishes(is_fair=aim == "fair", cap=cap)

    def changed_plan(self) -> UUID | None:
        """Return the plan whose changes by hand are kept, None when none is named."""
        try:
            return UUID(self.plan_id.data or "")
        except ValueError:
            return None

    @staticmethod
    def aim_of(wishes: DraftWishes) -> str:
        """Return the choice that stands for these options."""
        if wishes.is_fair:
            return "fair"
        return "best" if wishes.cap == NO_CAP else f"cap-{wishes.cap}"


class ChangeForm(PageForm):
    """One change by hand to a pair of a plan."""

    kind = HiddenField()
    instead_id = HiddenField()

    def change(self, application_id: UUID, person_id: UUID) -> HandChange:
        """Return the change that was pressed; InvalidInput for anything else."""
        kind = next((kind for kind in ChangeKind if kind == self.kind.data), None)
        if kind is None:
            raise InvalidInput([Problem("kind", "Choose what to change.")])
        instead = None
        if kind is ChangeKind.SWAP:
            try:
                instead = UUID(self.instead_id.data or "")
            except ValueError:
                raise InvalidInput(
                    [Problem("instead_id", "Choose who reviews it instead.")]
                ) from None
        return HandChange(
            kind=kind, application_id=application_id, person_id=person_id, instead_id=instead
        )
