"""Forms of re-runs: whom to ask for what, what was brought, and what came of it."""

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, StringField, TextAreaField

from fundapp.domain.states import RerunState
from fundapp.services.addresses import read_address
from fundapp.services.notes import read_note
from fundapp.services.people import read_name
from fundapp.web.forms.base import PageForm, options
from fundapp.web.forms.checks import ReadBy

OUTCOMES = (
    (RerunState.CONFIRMED.value, "It confirms the result"),
    (RerunState.FAILED.value, "It fails: the next in line moves up"),
    (RerunState.WAIVED.value, "No re-run is needed after all"),
)


class RerunForm(PageForm):
    """What is checked, and by whom."""

    claim = RadioField("Which result is checked?", validate_choice=False)
    verifier_name = StringField("Name of the verifier", [ReadBy(read_name)])
    verifier_email = StringField(
        "Mail address of the verifier",
        [ReadBy(read_address)],
        description="Of another team. Nobody of an organisation that entered this round.",
    )


class WaiverForm(PageForm):
    """Why no re-run is needed."""

    reason = TextAreaField(
        "Why is no re-run needed?",
        [
            ReadBy(
                lambda text: read_note(
                    text, field="reason", if_missing="Say why no re-run is needed."
                )
            )
        ],
        description="It stays in the record.",
    )


class DeliveryForm(PageForm):
    """The log, and a note to whoever reads it."""

    log = FileField(
        "The log of your run",
        description="Of Inspect, lm-evaluation-harness or Every Eval Ever, or a HELM run as a ZIP.",
    )
    note = TextAreaField("Note", [ReadBy(lambda text: read_note(text, field="note"))])


class DeclineForm(PageForm):
    """Why somebody does not run an evaluation again."""

    note = TextAreaField(
        "Why, or whom to ask instead", [ReadBy(lambda text: read_note(text, field="note"))]
    )


class SettlementForm(PageForm):
    """What came of a re-run. seen: the hash of the log that was looked at."""

    outcome = RadioField("What came of it?", choices=options(OUTCOMES), validate_choice=False)
    reason = TextAreaField(
        "Why?",
        [ReadBy(lambda text: read_note(text, field="reason"))],
        description="If it fails, the entrant reads this in the letter. Where the comparison says "
        "that the claim holds, nothing is needed here.",
    )
    seen = HiddenField()
