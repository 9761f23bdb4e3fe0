import pytest

from fundapp.documents.texts import (
    LONGEST_COMMENT,
    Excerpt,
    cleaned,
    direction,
    display_size,
    excerpt,
    fingerprint,
    has_italics,
    line_breaks,
    paragraphs,
)
from tests.documents.letter_rows import a_decline_letter, an_award_letter
from tests.documents.shared_rows import euros


def test_cleans_every_text_of_a_row_however_deep():
    row = an_award_letter(
        application_title="A\x00 \u202ereversed\u202c title",
        signatures=(),
        conditions=(),
    )
    clean = cleaned(row)
    assert clean.application_title == "A reversed title"
    assert clean.panel == row.panel
    assert clean.amount == euros(220_000)
    assert clean.issued_at == row.issued_at


def test_leaves_a_clean_row_as_it_is():
    row = a_decline_letter()
    assert cleaned(row) == row


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("short", 10, Excerpt("short", is_cut=False)),
        ("one two three", 9, Excerpt("one two…", is_cut=True)),
        ("one, two three", 6, Excerpt("one…", is_cut=True)),
        ("abcdefghij", 6, Excerpt("abcde…", is_cut=True)),
        ("  padded  ", 6, Excerpt("padded", is_cut=False)),
        ("", 6, Excerpt("", is_cut=False)),
    ],
)
def test_cuts_between_words(text, length, expected):
    assert excerpt(text, length) == expected


def test_a_comment_of_ten_thousand_words_fits_two_pages():
    part = excerpt("measured " * 10_000)
    assert part.is_cut
    assert len(part.text) <= LONGEST_COMMENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one", ["one"]),
        ("one\n\ntwo\nthree", ["one", "two\nthree"]),
        ("\n\n one \n \t \n\n two ", ["one", "two"]),
        (" \n ", []),
    ],
)
def test_splits_paragraphs_at_blank_lines(text, expected):
    assert paragraphs(text) == expected


def test_breaks_lines_and_escapes_them():
    assert line_breaks("a < b\n<script>") == "a &lt; b<br>&lt;script&gt;"


def test_cuts_a_paragraph_of_very_many_lines():
    assert paragraphs("\n".join(["line"] * 61)) == ["\n".join(["line"] * 60), "line"]


def test_a_wall_of_letters_may_break():
    assert line_breaks("x" * 130) == "\u200b".join(["x" * 60, "x" * 60, "x" * 10])
    assert line_breaks("x" * 60) == "x" * 60
    assert line_breaks("测" * 130) == "测" * 130


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ada", "ltr"), ("مصر Ada", "rtl"), ("12 (מדד)", "rtl"), ("12", "ltr"), ("", "ltr")],
)
def test_reads_the_direction_from_the_first_strong_letter(text, expected):
    assert direction(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Unwatched", "huge"),
        ("22 grants", "huge"),
        ("MAMMOWMEMO", "large"),
        ("Sealed weights probe", "large"),
        ("Nine languages, one scale, no translation", "medium"),
        ("The measurement of " * 6, "small"),
        ("Donaudampfschifffahrtsgesellschaft", "small"),
        ("无人注视时", "huge"),
        ("无人注视时模型如何行动的测量", "large"),
        ("评判模型漂移测量仪", "medium"),
        ("مقياس", "large tall"),
        ("قياس انحراف نماذج التحكيم", "medium tall"),
        ("निर्णायक मॉडल का विचलन मापने वाला उपकरण और उसका उपयोग", "small tall"),
    ],
)
def test_takes_the_largest_headline_that_fits(text, expected):
    assert display_size(text) == expected


def test_groups_a_fingerprint():
    assert fingerprint("0123456789abcdef") == "01234567 89abcdef"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoë Łąka-Ñuñez", True),
        ("Νίκος Παράδειγμα 2", True),
        ("Жюли", True),
        ("李小明", False),
        ("عائشة", False),
        ("Ada 李", False),
        ("", True),
    ],
)
def test_knows_which_names_can_be_slanted(text, expected):
    assert has_italics(text) == expected


def test_a_line_break_takes_the_room_of_a_line():
    assert excerpt("a\n" * 10 + "b", 700) == Excerpt("a\n" * 10 + "b", is_cut=False)
    assert excerpt("a\n" * 10 + "b", 300) == Excerpt("a\na\na\na…", is_cut=True)
