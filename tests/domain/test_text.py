import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.domain.text import (
    MAX_FILENAME_BYTES,
    count_words,
    one_line,
    plain,
    quoted,
    safe_filename,
    shorten,
    slug,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("pay \u202eevil\u202c \u2066x\u2069", "pay evil x"),
        ("\u05d0\u200f\u05d1\u200e", "\u05d0\u200f\u05d1\u200e"),
        ("\u0646\u0645\u06cc\u200c\u062e\u0648", "\u0646\u0645\u06cc\u200c\u062e\u0648"),
        ("\ud83dx\udc00", "x"),
        ("e\u0301", "é"),
        ("\ufeffa\ufffe\U0001ffff", "a"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("👩‍🔬 <b>", "👩‍🔬 <b>"),
    ],
)
def test_plain_takes_out_only_what_cannot_be_seen(typed, kept):
    assert plain(typed) == kept


@given(st.text(st.characters()))
def test_plain_text_is_stable_and_can_be_stored(typed):
    once = plain(typed)
    assert plain(once) == once
    assert once.encode().decode() == once


def test_one_line_joins_lines_by_one_space():
    assert one_line("  Ada\r\n\t Sample\u00a0 ") == "Ada Sample"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" - … ! ", 0),
        ("one two\nthree", 3),
        ("state-of-the-art is one", 3),
        ("don't stop", 2),
        ("मूल्यांकन कैसे काम करता है", 5),
        ("كيف يعمل القياس", 3),
        ("평가는 어떻게 작동합니까", 3),
        ("评估如何运作", 3),
        ("评估如何运", 3),
        ("GPT 的评估", 3),
        ("วัดความเสี่ยง", 3),
    ],
)
def test_words_are_counted_in_every_script(text, words):
    assert count_words(text) == words


@pytest.mark.parametrize("paste", ["!" * 10_000_000, "a " * 5_000_000, "评" * 5_000_000])
def test_a_huge_paste_is_cleaned_and_counted_in_seconds(paste):
    begun = time.perf_counter()
    count_words(plain(paste))
    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("short", 10, "short"),
        ("two words here", 10, "two words…"),
        ("two words here", 9, "two…"),
        ("unbreakable", 5, "unbr…"),
        ("a, b and c", 4, "a…"),
    ],
)
def test_shorten_cuts_at_a_word(text, length, short):
    assert shorten(text, length) == short
    assert len(shorten(text, length)) <= length


def test_quoted_text_fits_into_a_sentence():
    assert quoted("about\n300") == "“about 300”"
    assert quoted("x" * 100) == f"“{'x' * 39}…”"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Seed grants 2026", "seed-grants-2026"),
        ("  Évaluation & Prüfung! ", "evaluation-prufung"),
        ("评估", "untitled"),
    ],
)
def test_slugs_are_plain_ascii(text, address):
    assert slug(text) == address


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\plan.docx", "plan.docx"),
        ('a<b>"c".pdf', "a-b-c-.pdf"),
        ("评估 结果.csv", "评估 结果.csv"),
        ("gnp\u202efdp.exe", "gnpfdp.exe"),
        (".htaccess", "htaccess"),
        ("con.txt", "con-file.txt"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie- x.pdf"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_file_names_lose_folders_and_forbidden_characters(name, safe):
    assert safe_filename(name) == safe


@given(st.text(st.characters(), max_size=300))
def test_file_names_are_short_and_never_empty(name):
    safe = safe_filename(name)
    assert 0 < len(safe.encode()) <= MAX_FILENAME_BYTES
    assert {"/", "\\", "\n", "\0"}.isdisjoint(safe)
