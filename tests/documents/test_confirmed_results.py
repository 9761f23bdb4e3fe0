"""A result that a re-run confirmed, named in the award letter and the announcement."""

import re
from dataclasses import replace

import pytest

from fundapp.documents.announcements import announcement_context
from fundapp.domain.languages import LANGUAGES
from fundapp.queries.document_rows import ConfirmedResult
from tests.documents.announcement_rows import a_prize_announcement
from tests.documents.test_languages import OTHER_SCRIPTS, award_html

RESULT = ConfirmedResult(
    task="<b>simpleqa</b>", metric="accuracy", model="anthropic/claude", value="0.431"
)
LEADS = {
    "en": "Confirmed by a re-run of another team: ",
    "fr": "Résultat confirmé par une autre équipe",
    "es": "Confirmado por otro equipo",
    "zh": "经另一团队重新运行评测确认",
    "ar": "أكّده فريق آخر",
    "hi": "एक अन्य दल ने मूल्यांकन",
}


def line_in(html: str, lead: str) -> str:
    (line,) = [found for found in re.findall(r"<p>(.*?)</p>", html, re.S) if lead in found]
    return line


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_names_what_was_confirmed_and_nothing_else(renderer, language: str) -> None:
    bare = award_html(renderer, language)
    html = award_html(renderer, language, confirmed=RESULT)
    line = line_in(html, LEADS[language])
    assert html.replace(f"<p>{line}</p>", "") == bare
    told = re.findall(r"<bdi[^>]*>(.*?)</bdi>", line)
    assert told == ["accuracy", "0.431", "&lt;b&gt;simpleqa&lt;/b&gt;", "anthropic/claude"]
    if language in OTHER_SCRIPTS:
        assert re.findall("[A-Za-z]+", re.sub(r"<bdi.*?</bdi>", "", line)) == []


def test_a_long_name_is_cut(renderer) -> None:
    html = award_html(renderer, "en", confirmed=replace(RESULT, task="t" * 900, model=""))
    assert "t" * 79 + "…" in line_in(html, LEADS["en"])
    assert "t" * 80 not in html


def test_an_announcement_names_it_below_the_citation(renderer) -> None:
    row = a_prize_announcement()
    first, *others = row.winners
    row = replace(row, winners=(replace(first, confirmed=RESULT), *others))
    html = renderer.html("announcement.html", row, is_printed=False, **announcement_context(row))
    assert html.count(LEADS["en"]) == 1
