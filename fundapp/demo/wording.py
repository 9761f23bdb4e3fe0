"""The manager's own words for the letters that say no."""

from fundapp.demo.cast import MANAGER
from fundapp.demo.stage import Stage
from fundapp.domain.states import DocumentKind
from fundapp.services.letter_texts import save_letter_text

DECLINE_OPENING = (
    "Thank you for “{{ title }}”. {{ reviewers }} people of {{ reviewing_funders }} funders read "
    "it. We had money for {{ funded }} of the {{ reviewed }} applications in our round "
    "“{{ round }}”, and yours is **not** among them.\n\n"
    "What you can do with this letter:\n\n"
    "- see below what the reviewers made of each criterion;\n"
    "- read the one thing that they would change;\n"
    "- write to {{ mail }} if a fact is wrong, by {{ appeal_by }}."
)


def word_the_declines(stage: Stage, key: str) -> str:
    """Give the decline letters of one round an opening of the fund's own."""
    with stage.transaction() as session:
        save_letter_text(
            session,
            DocumentKind.DECLINE_LETTER,
            "en",
            parts={"opening": DECLINE_OPENING},
            round_id=stage.rounds[key],
            version=0,
            actor=stage.actor(session, MANAGER),
            now=stage.now,
        )
    return f"{MANAGER} writes how the letters that say no begin."
