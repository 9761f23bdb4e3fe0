"""What hostile pages and hostile texts can do to a press: nothing that hurts the next document."""

from dataclasses import replace

import pytest

from fundapp.documents.limits import LETTER
from fundapp.documents.pool import Pool
from fundapp.documents.printing import print_row
from fundapp.queries.document_rows import Addressee, PanelView, SharedComment
from tests.documents.bombs import BOMBS, a_bomb, print_as_page
from tests.documents.letter_rows import RUBRIC, a_decline_letter
from tests.documents.reading import page_texts

CUT_SHORT = replace(LETTER, cpu_seconds=1)
WHY = "EVF-2026-031-D1 could not be printed: "
TOO_LONG = (
    "it takes more than {} seconds of processor time. Shorten its texts, then print it again."
)


@pytest.fixture(scope="module")
def pool():
    own = Pool(most=1)
    yield own
    own.close()


@pytest.mark.parametrize("name", [name for name in BOMBS if name != "nested blocks"])
def test_a_bomb_is_ended_as_soon_as_its_time_is_over(pool, name):
    printed = pool.run(print_as_page, a_bomb(name), CUT_SHORT)
    assert (printed.pdf, printed.problem) == (None, WHY + TOO_LONG.format("1"))


@pytest.mark.parametrize("name", ["nested flex boxes", "nested uses of a drawing"])
def test_a_bomb_has_no_more_time_than_a_letter(pool, name):
    printed = pool.run(print_as_page, a_bomb(name), LETTER)
    assert (printed.pdf, printed.problem) == (None, WHY + TOO_LONG.format("5"))


def test_endless_nesting_is_refused(pool):
    printed = pool.run(print_as_page, a_bomb("nested blocks"), LETTER)
    assert printed.pdf is None
    assert printed.problem.startswith(f"{WHY}RecursionError: ")


WHERE_OTHERS_WORK = replace(LETTER, cpu_seconds=2 * LETTER.cpu_seconds)
"""The widest of these texts takes 4 s. Where all cores are busy the same work counts as up to twice
as much processor time."""

MARKUP = BOMBS["nested flex boxes"] + BOMBS["nested uses of a drawing"]


@pytest.mark.parametrize(
    "text",
    [
        MARKUP,
        "x" * 60_000,
        "x\n" * 30_000,
        "\N{RIGHT-TO-LEFT OVERRIDE}evil\0\x1b[31m\N{LEFT-TO-RIGHT ISOLATE}" * 3_000,
        "ﷺ" * 20_000,
        "Z\u0351\u0352\u0353\u0354" * 10_000,
        "{{ 7 * 7 }} {% raw %} {{ ''.__class__ }}" * 1_000,
    ],
    ids=["markup", "a wall", "lines", "controls", "wide glyphs", "marks", "templates"],
)
def test_hostile_texts_print_within_the_limits_of_a_letter(pool, text):
    row = a_decline_letter(
        application_title=text[:300],
        reason=text,
        advice=text,
        addressee=Addressee(organisation=text[:300], person=text[:300], lines=(text[:300],) * 5),
        panel=PanelView(
            reviews=3,
            funders=2,
            criteria=RUBRIC,
            overall=3.0,
            comments=(SharedComment(text=text), SharedComment(text=text, about=text[:300])),
        ),
    )
    printed = pool.run(print_row, row, WHERE_OTHERS_WORK)
    assert printed.problem == ""
    written = "".join(page_texts(printed.pdf or b""))
    assert not set("\0\x1b\N{RIGHT-TO-LEFT OVERRIDE}\N{LEFT-TO-RIGHT ISOLATE}") & set(written)
    assert "49" not in written
