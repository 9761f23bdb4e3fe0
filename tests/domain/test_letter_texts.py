"""Merge fields: what is found, what is refused and with which sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.domain.errors import Problem
from fundapp.domain.letter_texts import (
    LETTERS,
    check_parts,
    fields_in,
    nearest_field,
    tidy_parts,
)
from fundapp.domain.states import DocumentKind

DECLINE = DocumentKind.DECLINE_LETTER
KNOWN = ", ".join(LETTERS[DECLINE].field_names)


def _sentences(text: str, *, part: str = "opening", kind: DocumentKind = DECLINE) -> list[str]:
    parts = tidy_parts(kind, {part: text})
    return [problem.sentence for problem in check_parts(kind, parts)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No field at all.",
        "{{ title }}",
        "{{title}}",
        "{{   title\t}}",
        "{{ title }}{{ organisation }}",
        "One { brace } and {another}.",
        "Fünf 中文 العربية {{ organisation }} हिन्दी",
    ],
)
def test_these_are_right(text):
    assert _sentences(text) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{{ titel }}", "There is no field “titel” here. Did you mean {{ title }}?"),
        ("{{ Title }}", "There is no field “Title” here. Did you mean {{ title }}?"),
        ("{{ organization }}", "There is no field “organization” here. "
         "Did you mean {{ organisation }}?"),
        ("{{ appeal by }}", "There is no field “appeal by” here. Did you mean {{ appeal_by }}?"),
        ("{{ config }}", f"There is no field “config” here. There are: {KNOWN}."),
        ("{{ 7*7 }}", f"There is no field “7*7” here. There are: {KNOWN}."),
        ("{{ title|upper }}", "There is no field “title|upper” here. Did you mean {{ title }}?"),
        ("{{ title.__class__ }}",f"There is no field “title.__class__” here. There are: {KNOWN}."),
        ("{{ }}", f"{{{{ }}}} names no field. Write one of: {KNOWN}."),
        ("{{ title", "The field “{{title” is not closed. Write }} after its name."),
        ("{{ title\n}}", "The field “{{title” is not closed. Write }} after its name."),
        ("{{ title {{ fund }}", "The field “{{title” is not closed. Write }} after its name."),
        ("title }}", "}} closes a field that {{ did not open. "
         "Take it away, or write {{ before it."),
        ("{% include 'x' %}", "Take “{%” away. Only fields such as {{ fund }} work here."),
        ("a {# b #}", "Take “{#” away. Only fields such as {{ fund }} work here."),
        ("x" * 100_000, "100,000 characters. Shorten by 98,500."),
        ("a\n" * 30, "30 lines, with the empty ones. There is room for 24 lines."),
        ("{{ fund }}" * 13, "13 fields. There is room for 12."),
    ],
)  # fmt: skip
def test_these_are_refused(text, sentence):
    assert _sentences(text) == [sentence]


def test_a_subject_is_one_line():
    sentence = "2 lines, with the empty ones. There is room for one line."
    assert _sentences("one\ntwo", part="subject") == [sentence]


def test_every_part_has_its_own_problem():
    parts = {"subject": "{{ titel }}", "opening": "Good.", "closing": "}}"}
    assert [problem.field for problem in check_parts(DECLINE, parts)] == ["subject", "closing"]


def test_a_field_of_another_kind_of_letter_is_not_known():
    assert _sentences("{{ amount }}", kind=DocumentKind.AWARD_LETTER) == []
    assert check_parts(DECLINE, {"opening": "{{ amount }}"}) == [
        Problem("opening", f"There is no field “amount” here. There are: {KNOWN}.")
    ]


def test_tidy_parts_are_those_of_the_kind_that_say_something():
    typed = {"opening": "  Hello\u202e\x00 {{ title }}\r\n ", "subject": " \n", "how": "other"}
    assert tidy_parts(DECLINE, typed) == {"opening": "Hello {{ title }}"}


def test_fields_are_found_as_often_as_they_stand_there():
    assert fields_in("{{ title }} {{fund}} and {{ title }}") == ["title", "fund", "title"]


@pytest.mark.parametrize(
    ("typed", "near"), [("orgnisation", "organisation"), ("reviewer", "reviewers"), ("xyz", "")]
)
def test_the_nearest_field(typed, near):
    assert nearest_field(typed, LETTERS[DECLINE].field_names) == near


@given(st.text(alphabet="{}%# \ntile_fund*", max_size=80))
def test_what_is_accepted_has_known_fields_only(text):
    parts = tidy_parts(DECLINE, {"opening": text})
    if not check_parts(DECLINE, parts):
        opening = parts.get("opening", "")
        assert set(fields_in(opening)) <= set(LETTERS[DECLINE].field_names)
        assert opening.count("{{") == len(fields_in(opening)) == opening.count("}}")
