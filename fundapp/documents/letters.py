"""Award, decline, reserve and withdrawal letters."""

from fundapp.documents.charts import shared_scale
from fundapp.documents.decision_file import decision_of_letter
from fundapp.documents.own_texts import own_markup
from fundapp.documents.renderer import Renderer
from fundapp.queries.document_rows import (
    AwardLetter,
    DeclineLetter,
    Letter,
    ReserveLetter,
    WithdrawalLetter,
)

_STYLE = "letter"


def award_letter_pdf(renderer: Renderer, row: AwardLetter) -> bytes:
    """Return the letter that tells of a grant or a prize. Raises DocumentFailed."""
    return _letter_pdf(renderer, "award_letter.html", row)


def decline_letter_pdf(renderer: Renderer, row: DeclineLetter) -> bytes:
    """Return the letter that says no, and why. Raises DocumentFailed."""
    return _letter_pdf(renderer, "decline_letter.html", row)


def reserve_letter_pdf(renderer: Renderer, row: ReserveLetter) -> bytes:
    """Return the letter that tells of a place on the reserve list. Raises DocumentFailed."""
    return _letter_pdf(renderer, "reserve_letter.html", row)


def withdrawal_letter_pdf(renderer: Renderer, row: WithdrawalLetter) -> bytes:
    """Return the letter that takes an award back, and why. Raises DocumentFailed."""
    return _letter_pdf(renderer, "withdrawal_letter.html", row)


def _letter_pdf(renderer: Renderer, template: str, row: Letter) -> bytes:
    decision = decision_of_letter(row)
    return renderer.render(template, row, style=_STYLE, decision=decision, **letter_context(row))


def letter_context(row: Letter) -> dict[str, object]:
    """Return what a letter shows beside the row.

    own: the fund's own words by part. scale: the one scale of all criteria or None;
    has_middle, has_funded: whether any criterion shows a middle half and a mean of the
    funded, so that the key names only what is drawn.
    """
    criteria = row.panel.criteria
    return {
        "own": own_markup(row),
        "scale": shared_scale(criteria),
        "has_middle": any(standing.lower is not None for standing in criteria),
        "has_funded": any(standing.funded_mean is not None for standing in criteria),
    }
