"""Documents in six languages: plural forms, direction, digits, signs, faces, the same bytes."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from fundapp.documents import fonts
from fundapp.documents.environments import template_environment
from fundapp.documents.formats import Formats
from fundapp.documents.letters import letter_context
from fundapp.documents.printing import pdf_of
from fundapp.domain.languages import LANGUAGES
from fundapp.domain.money import Money
from fundapp.queries.document_rows import AwardLetter, PanelView
from tests.documents.language_rows import ALL_ROWS, rows_in
from tests.documents.reading import font_names, parsed, text_of
from tests.documents.test_renderer import run_python

LATIN = {"Sans", "Sans-Bold", "Sans-Italic", "Serif", "Serif-Bold", "Serif-Italic", "Serif-Display"}
FACES = {
    "en": LATIN | {"Sans-Arabic"},
    "fr": LATIN,
    "es": LATIN,
    "ar": LATIN | {"Sans-Arabic", "Sans-Arabic-Bold", "Naskh-Arabic", "Naskh-Arabic-Bold"},
    "zh": LATIN | {"Sans-CJK-SC", "Sans-CJK-SC-Bold"},
    "hi": LATIN
    | {"Sans-Devanagari", "Sans-Devanagari-Bold", "Serif-Devanagari", "Serif-Devanagari-Bold"},
}
OTHER_SCRIPTS = ("ar", "zh", "hi")
ALLOWED = re.compile(
    r"EV[FP]-2026\S*|fund@fund\.example|(https://)?fund\.example\S*|K7QD-28MX|SHA-256|UTC|"
    r"EUR|USD|application/pdf|\.pdf|[0-9a-f ]{60,}|[kM]B|\b[ap]m\b"
)

IN_ANOTHER_PROCESS = """
import hashlib
from fundapp.documents.printing import pdf_of, process_renderer
from tests.documents.language_rows import ALL_ROWS
for row in reversed(ALL_ROWS):
    print(hashlib.sha256(pdf_of(process_renderer(), row)).hexdigest())
"""


def award_html(renderer, language: str, **changes) -> str:
    row = next(row for row in rows_in(language) if isinstance(row, AwardLetter))
    row = replace(row, **changes)
    return renderer.html("award_letter.html", row, **letter_context(row))


def opening(renderer, language: str, reviews: int) -> str:
    panel = PanelView(reviews=reviews, funders=1, criteria=(), overall=None)
    html = award_html(renderer, language, panel=panel)
    return text_of(parsed(html).findall("body/p")[1]).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("fr", {1: "1 évaluateur de 1", 2: "2 évaluateurs de 1", 11: "11 évaluateurs de 1"}),
        ("es", {1: "leyó 1 persona evaluadora de", 2: "leyeron 2 personas evaluadoras de"}),
        (
            "ar",
            {
                1: "قرأه محكّم واحد من",
                2: "قرأه محكّمان من",
                3: "قرأه 3 محكّمين من",
                11: "قرأه 11 محكّمًا من",
                100: "قرأه 100 محكّم من",
            },
        ),
        ("zh", {1: "的1位评审人审阅", 2: "的2位评审人审阅"}),
        ("hi", {1: "1 समीक्षक ने", 2: "2 समीक्षकों ने"}),
    ],
)
def test_counted_nouns_have_their_form(renderer, language, forms):
    told = {count: opening(renderer, language, count) for count in forms}
    assert {count: forms[count] for count in forms if forms[count] in told[count]} == forms


@pytest.mark.parametrize(
    ("language", "money", "day", "at", "names"),
    [
        ("fr", "1\u202f234,50\u00a0€", "6 févr. 2027", "6 févr. 2027, 09:05", "A, B et C"),
        ("es", "1.234,50\u00a0€", "6 feb 2027", "6 feb 2027, 9:05", "A, B y C"),
        ("ar", "\u200f1,234.50\u00a0€", "6 فبراير 2027", "6 فبراير 2027، 9:05 ص", "A وB وC"),
        ("zh", "€1,234.50", "2027年2月6日", "2027年2月6日 09:05", "A、B和C"),
        ("hi", "€1,234.50", "6 फ़र॰ 2027", "6 फ़र॰ 2027, 9:05 am", "A, B, और C"),
    ],
)
def test_data_are_written_as_the_language_writes_them(language, money, day, at, names):
    formats = Formats(LANGUAGES[language])
    assert formats.money(Money(1_234_50, "EUR")) == money
    assert formats.short_day(date(2027, 2, 6)) == day
    told = formats.instant(datetime(2027, 2, 6, 9, 5, tzinfo=UTC))
    assert told.replace("\u202f", " ").replace("\u00a0", " ") == f"{at} UTC"
    assert formats.listed(["A", "B", "C"]) == names


def test_hindi_groups_by_lakh_and_all_languages_keep_their_digits():
    formats = {code: Formats(language) for code, language in LANGUAGES.items()}
    assert formats["hi"].number(1_234_567) == "12,34,567"
    shown = "".join(one.number(1_234_567_890) for one in formats.values())
    assert set(re.sub(r"[\s.,]", "", shown)) == set("0123456789")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_its_language_direction_and_isolated_data(renderer, language):
    html = award_html(renderer, language)
    root = parsed(html)
    assert (root.get("lang"), root.get("dir")) == (language, LANGUAGES[language].direction)
    assert {element.get("dir") for element in root.iter("bdi")} <= {"ltr", "rtl"}


def _pieces(html: str, tags: Sequence[str]) -> list[str]:
    root = parsed(html)
    return [" ".join("".join(found.itertext()).split()) for tag in tags for found in root.iter(tag)]


@pytest.mark.parametrize("language", OTHER_SCRIPTS)
def test_no_latin_word_and_no_latin_sign_is_left(renderer, language):
    html = award_html(renderer, language)
    words = ALLOWED.sub("", " ".join(_pieces(html, ["title", "p", "th", "td", "h1", "h2", "dt"])))
    assert re.findall(r"[A-Za-z]+", words) == []
    charts = ALLOWED.sub("", " ".join(_pieces(html, ["svg"])))
    assert re.findall(r"[A-Za-z]+", charts) == []
    wrong = {
        "ar": r"[\u0600-\u06ff]\s*[,;?](?!\w)",
        "zh": r"[\u4e00-\u9fff][,.:;?!]",
        "hi": r"[\u0900-\u097f]\.",
    }
    assert re.findall(wrong[language], words.replace("\u200f", "")) == []


@pytest.mark.parametrize(
    ("place", "row"),
    list(enumerate(ALL_ROWS)),
    ids=[f"{row.language}-{row.reference}" for row in ALL_ROWS],
)
def test_only_our_faces_are_embedded(renderer, caplog, place, row):
    pdf = pdf_of(renderer, row)
    assert font_names(pdf) <= {f"Noto-{face}" for face in FACES[row.language]}
    assert caplog.messages == []


def test_the_same_rows_give_the_same_bytes_in_every_language(renderer):
    ours = [hashlib.sha256(pdf_of(renderer, row)).hexdigest() for row in reversed(ALL_ROWS)]
    theirs = run_python(
        IN_ANOTHER_PROCESS, TZ="Pacific/Kiritimati", PYTHONHASHSEED="4242", LC_ALL="C"
    )
    assert theirs.split() == ours


def test_every_language_has_the_same_labels():
    labels = {
        code: set(template_environment(code).globals["words"].label)  # type: ignore[attr-defined]
        for code in LANGUAGES
    }
    assert labels == dict.fromkeys(LANGUAGES, labels["en"])


def test_this_machine_has_what_printing_needs():
    assert fonts.missing_for_printing() == ""


def test_a_machine_without_our_faces_is_told_what_to_install(monkeypatch, tmp_path):
    empty = tmp_path / "fonts.conf"
    empty.write_text("<fontconfig></fontconfig>")
    monkeypatch.setattr(fonts, "CONFIGURATION", empty)
    monkeypatch.setattr(fonts, "_families", fonts._families.__wrapped__)
    monkeypatch.setattr(fonts, "_fonts", fonts._fonts.__wrapped__)
    assert fonts.missing_for_printing() == (
        "Letters cannot be printed on this machine yet. Install what is missing: "
        "apt-get install --no-install-recommends fonts-noto-core fonts-noto-cjk"
    )
