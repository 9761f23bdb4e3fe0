"""The fund's own words for letters."""

from collections.abc import Callable

from tests.web.permission_table import Row
from tests.web.world import World

MANAGERS = {"manager": 200, "barred manager": 200}
TO_LIST = dict.fromkeys(MANAGERS, 303)
ONE = "letter-texts/decline-letter/en"


def _of_round(path: str) -> Callable[[World], str]:
    return lambda world: f"/rounds/{world.rounds['deliberating']}/{path}"


def _of_fund(path: str) -> Callable[[World], str]:
    return lambda world: f"/{path}"


ROWS = [
    row
    for of in (_of_fund, _of_round)
    for row in (
        Row("letter_texts.show_list", "GET", of("letter-texts"), MANAGERS),
        Row("letter_texts.edit_text", "GET", of(ONE), MANAGERS),
        Row(
            "letter_texts.edit_text",
            "POST",
            of(ONE),
            TO_LIST,
            form=lambda world: {"opening": "Thank you for {{ title }}."},
        ),
        Row(
            "letter_texts.edit_text",
            "POST",
            of("letter-texts/decline-letter/xx"),
            dict.fromkeys(MANAGERS, 404),
            note="in a language that letters do not have",
        ),
        Row(
            "letter_texts.preview",
            "POST",
            of(f"{ONE}/preview"),
            dict.fromkeys(MANAGERS, 422),
            form=lambda world: {"opening": "{{ config }}"},
            note="of a text with a problem",
        ),
        Row(
            "letter_texts.preview",
            "POST",
            of(f"{ONE}/preview"),
            MANAGERS,
            form=lambda world: {"opening": "Thank you for {{ title }}."},
        ),
        Row("letter_texts.show_versions", "GET", of(f"{ONE}/versions"), MANAGERS),
        Row("letter_texts.reset_text", "POST", of(f"{ONE}/reset"), TO_LIST),
    )
]
