"""The fund's own words on paper: a little Markdown, values as text, and nothing that gets out."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from html5lib import HTMLParser
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from fundapp.documents.announcements import announcement_context
from fundapp.documents.formats import LANGUAGES
from fundapp.documents.letter_samples import sample_letter
from fundapp.documents.letters import letter_context
from fundapp.documents.own_texts import TAGS, Setting, markup_of, markup_problem, own_markup
from fundapp.documents.shipped_texts import shipped_parts
from fundapp.domain.errors import DocumentFailed
from fundapp.domain.letter_texts import LETTERS, Shape, check_parts, tidy_parts
from fundapp.domain.states import DocumentKind
from fundapp.queries.document_rows import Announcement, OwnText
from tests.documents.letter_rows import ADDRESSEE, a_decline_letter, an_award_letter
from tests.documents.shared_rows import FUND, euros

PARTS = {part.name: part for part in LETTERS[DocumentKind.AWARD_LETTER].parts}
SETTING = Setting({"title": Markup("<bdi>A &amp; B</bdi>"), "prize": Markup()}, "ltr")
TAG = re.compile(r"<(/?)([a-z]+)((?: [a-z]+=\"[a-z0-9]*\")*)>")


def _blocks(text: str) -> str:
    return str(markup_of(text, shape=Shape.TEXT, setting=SETTING))


def _own(row, **texts):
    own = tuple(OwnText(part=part, text=text) for part, text in texts.items())
    return own_markup(row.__class__(**vars(row) | {"own_texts": own}))


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("One\ntwo", "<p>One<br>two</p>"),
        ("**bold** and *not*", "<p><strong>bold</strong> and <em>not</em></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- a\n\n  b", "<ul><li>a<br>b</li></ul>"),
        ("**{{ title }}**", "<p><strong><bdi>A &amp; B</bdi></strong></p>"),
        ("_{{title}}_", "<p><em><bdi>A &amp; B</bdi></em></p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("&lt;b&gt; \\*", "<p>&amp;lt;b&amp;gt; *</p>"),
        ("<img src=http://x.example>", "<p>&lt;img src=http://x.example&gt;</p>"),
        ("![](file:///etc/passwd)", "<p>![](file:///etc/passwd)</p>"),
        ("مرحبا {{ title }}", '<p dir="rtl">مرحبا <bdi>A &amp; B</bdi></p>'),
        ("获得**{{ title }}**。", "<p>获得<strong><bdi>A &amp; B</bdi></strong>。</p>"),
        ("在**「三」**前**甲**乙", "<p>在<strong>「三」</strong>前<strong>甲</strong>乙</p>"),
        ("\ue000title\ue001 \ue002", "<p>title</p>"),
        ("{{ config }}", "<p>{{ config }}</p>"),
    ],
)  # fmt: skip
def test_markdown_becomes_markup(text, markup):
    assert _blocks(text) == markup


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("# Heading", "Headings"),
        ("Heading\n---", "Headings"),
        ("![](file:///etc/passwd)", "Pictures"),
        ("[here](https://x.example)", "Write the address"),
        ("<https://x.example>", "Write the address"),
        ("a <img src=http://x.example/a.png>", "Tags"),
        ("<script>alert(1)</script>", "Tags"),
        ("<!-- a -->", "Tags"),
        ("`code`", "Code"),
        ("```\ncode\n```", "Code"),
        ("    code", "Lines cannot begin"),
        ("a | b\n--|--\nc | d", "Tables"),
        ("a\n\n***\n\nb", "Lines across"),
        ("[x](javascript:alert)", "Write the address"),
        ("> a", "Quotations"),
        ("- a\n  - b", "A list cannot stand inside a list"),
        ("- - - - - - a", "A list cannot stand inside a list"),
        ("- a\n" * 13, "13 entries"),
    ],
)
def test_other_markdown_is_refused(text, begins):
    assert markup_problem(PARTS["opening"], text).startswith(begins)


@pytest.mark.parametrize("text", ["- a", "One.\n\nTwo."])
def test_a_narrow_part_is_one_paragraph(text):
    assert markup_problem(PARTS["opening"], text) == ""
    sentence = "Write this as one paragraph, without a list."
    assert markup_problem(PARTS["next_step"], text) == sentence


ATTACKS = st.lists(
    st.sampled_from(
        ["{{ title }}", "{{", "}}", "<b onclick=x>", "&lt;", "**", "_", "- ", "1. ", "\n", "\n\n",
         "    ", "`", "![a](b)", "<", ">", '"', "مرحبا", "\u202e", "\\", "word ", "\u2028", "#"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(ATTACKS | st.text(max_size=200))
@example("- " * 100)
@example("*" * 500)
@example("1000000000. a")
def test_any_text_gives_only_the_tags_that_are_allowed(text):
    markup = _blocks(text)
    tags = TAG.findall(markup)
    assert {name for _, name, _ in tags} <= TAGS
    assert {attribute.split("=")[0] for _, _, found in tags for attribute in found.split()} <= {
        "dir",
        "start",
    }
    assert "<" not in TAG.sub("", markup)


@given(ATTACKS | st.text(max_size=200))
def test_whatever_is_accepted_is_well_formed(text):
    parts = tidy_parts(DocumentKind.AWARD_LETTER, {"opening": text})
    opening = parts.get("opening", "")
    if check_parts(DocumentKind.AWARD_LETTER, parts) or markup_problem(PARTS["opening"], opening):
        return
    markup = own_markup(
        an_award_letter(own_texts=(OwnText(part="opening", text=opening),), prize="First prize")
    )["opening"]
    parser = HTMLParser(strict=True)
    parser.parse(f"<!doctype html><html><head><title>t</title></head><body>{markup}</body></html>")
    assert "<li><ul" not in markup


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LETTERS)
def test_the_shipped_words_come_out_as_they_went_in(renderer, kind, language):
    """Who starts from the shipped words and changes nothing gets the same letter."""
    row = sample_letter(kind, language=language, fund=FUND)
    parts = shipped_parts(kind, language)
    assert check_parts(kind, parts) == []
    own = tuple(OwnText(part=name, text=text) for name, text in parts.items())
    if isinstance(row, Announcement):
        row = replace(row, funders=row.funders * 4)
    printed = [
        _words_of(renderer.html(f"{kind.value}.html", letter, **_context(letter)))
        for letter in (row, replace(row, own_texts=own))
    ]
    assert printed[1] == printed[0]


def _context(row):
    if isinstance(row, Announcement):
        return announcement_context(row) | {"is_printed": False}
    return letter_context(row)


def _words_of(page: str) -> list[str]:
    """The words of a page, and where strong ones begin and end."""
    marked = re.sub("<(/?)strong[^>]*>", r"[\1strong]", page.partition("<body")[2])
    return unescape(re.sub("<[^>]*>", "", marked)).split()


def test_values_are_text_whatever_they_hold():
    row = an_award_letter(application_title="<script>x</script> **{{ fund }}** [a](b)")
    assert _own(row, opening="“{{ title }}”")["opening"] == (
        '<p>“<bdi dir="ltr">&lt;script&gt;x&lt;/script&gt; **{{ fund }}** [a](b)</bdi>”</p>'
    )


def test_values_are_written_as_the_language_writes_them():
    row = an_award_letter(amount=euros(1_234_500), answer_by_on=date(2027, 3, 19))
    assert _own(row, opening="{{ amount }}, {{ answer_by }}, {{ reviewers }}")["opening"] == (
        '<p><bdi>€1,234,500</bdi>, <bdi dir="ltr">19 March 2027</bdi>, <bdi>4</bdi></p>'
    )


def test_a_long_value_is_cut():
    row = an_award_letter(application_title="word " * 200)
    shown = _own(row, opening="{{ title }}")["opening"].striptags()
    assert shown == "word " * 38 + "word…"


def test_a_long_value_is_cut_shorter_in_a_narrow_part():
    row = an_award_letter(application_title="word " * 200)
    shown = _own(row, next_step="{{ title }}", subject="{{ title }}")
    assert [len(shown[part].striptags()) for part in ("next_step", "subject")] == [45, 75]


def test_runs_without_a_space_can_be_broken_where_a_line_ends():
    wall = "w" * 50
    may_break = "\N{ZERO WIDTH SPACE}"
    assert _blocks(f"a **b**{wall} c") == (
        f"<p>a <strong>b</strong>{may_break}{'w' * 40}{may_break}{'w' * 10} c</p>"
    )
    assert _blocks(f"a&{wall[:38]} b") == f"<p>a&amp;{wall[:38]} b</p>"


def test_a_part_with_a_field_that_says_nothing_is_printed_as_shipped():
    row = an_award_letter(prize="")
    own = _own(row, subject="You win {{ prize }}", closing="Well done.")
    assert {name: str(text) for name, text in own.items()} == {
        "subject": "",
        "opening": "",
        "next_step": "",
        "closing": "<p>Well done.</p>",
    }


def test_the_person_stands_in_for_the_organisation():
    row = a_decline_letter(addressee=ADDRESSEE.__class__(**vars(ADDRESSEE) | {"person": ""}))
    own = _own(row, opening="{{ person }}")["opening"]
    assert own.striptags() == "Balnibarbi Labs (sample)"


def test_a_stored_text_with_a_field_that_is_gone_is_told():
    with pytest.raises(DocumentFailed, match="has the field “amount”, which does not exist"):
        _own(a_decline_letter(), opening="{{ amount }}")
