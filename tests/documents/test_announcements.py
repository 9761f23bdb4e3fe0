from dataclasses import replace

import pytest

from fundapp.documents.announcements import announcement_context, announcement_pdf
from fundapp.queries.document_rows import Announcement, ContributionLine, FunderTotal
from tests.documents.announcement_rows import (
    FUNDERS,
    PRIZES,
    a_grant_announcement,
    a_prize_announcement,
    a_winner,
    some_entries,
)
from tests.documents.reading import page_texts, parsed, table_rows, texts, with_class
from tests.documents.shared_rows import REPLAY_NOTICE, euros


@pytest.fixture
def html_of(renderer):
    def make(row: Announcement, *, is_printed: bool = False) -> str:
        context = announcement_context(row)
        return renderer.html("announcement.html", row, is_printed=is_printed, **context)

    return make


def test_a_prize_poster_tells_who_won_what_and_why(html_of):
    html = html_of(a_prize_announcement())
    assert texts(html, "head/title") == ["Prize for exceptional evaluations 2026: the winners"]
    assert texts(html, "body/section/h1")[0] == "Unwatched"
    assert texts(html, "body/section/blockquote") == [PRIZES[0].citation]
    assert with_class(html, "poster-payers") == [
        "Lyonesse Audit (sample) First prize, paid jointly by Ruritania Science Ministry and "
        "Lilliput Foundation"
    ]
    assert texts(html, ".//ul[@class='poster-sums columns-3']/li") == [
        "First prize €100,000 Unwatched Lyonesse Audit (sample)",
        "Second prize €50,000 Sealed weights probe Avalon Assay (sample)",
        "Third prize €25,000 Nine-language refusal Barataria Works (sample)",
    ]
    assert with_class(html, "poster-reading") == [
        "Each line is one of 41 entries, best on top; the bright ones are awarded. "
        "Dot: mean of the marks. Thick: their middle half. Thin: lowest to highest mark. "
        "164 reviews by 29 reviewers."
    ]
    assert with_class(html, "poster-site") == ["fund.example/prizes/2026"]


def test_the_pages_after_the_poster_tell_all_winners_and_funders(html_of):
    html = html_of(a_prize_announcement())
    assert texts(html, ".//article/h3") == [winner.title for winner in PRIZES]
    assert texts(html, ".//article/blockquote") == [winner.citation for winner in PRIZES]
    assert with_class(html, "statement") == [
        "Two funders pay €175,000 together, after 164 reviews of 41 entries."
    ]
    assert table_rows(html, "funders") == [
        ["Funder", "", "Awards", "Sum"],
        ["Ruritania Science Ministry", "", "3", "€87,500"],
        ["Lilliput Foundation", "", "3", "€87,500"],
        ["Together", "", "", "€175,000"],
    ]


def test_a_grant_announcement_counts_grants_and_lists_them(html_of):
    row = a_grant_announcement()
    html = html_of(row)
    assert texts(html, "body/section/h1")[0] == "22 grants"
    assert texts(html, ".//ul[@class='poster-sums columns-4']/li") == [
        f"{22 - place} awards €{250_000 + 237_500 * place:,} {funder}"
        for place, funder in enumerate(FUNDERS)
    ]
    awards = table_rows(html, "winners")
    assert awards[0] == ["Reference", "Title", "Paid by", "Sum"]
    assert awards[1] == [
        "EVF-2026-001",
        "Judge-model drift meter Start-up 1 (sample)",
        "Ruritania Science Ministry and Lilliput Foundation",
        "€40,000",
    ]
    assert len(awards) == 23


def test_a_grant_that_all_funders_pay_does_not_list_them(html_of):
    (winner, *_) = a_grant_announcement().winners
    paid_by_all = replace(
        winner,
        contributions=tuple(ContributionLine(funder=one, amount=euros(1)) for one in FUNDERS),
    )
    rows = table_rows(html_of(a_grant_announcement(winners=(winner, paid_by_all))), "winners")
    assert [row[2] for row in rows[1:]] == [
        "Ruritania Science Ministry and Lilliput Foundation",
        "All four funders",
    ]


@pytest.mark.parametrize(
    ("winners", "columns", "more"),
    [(0, 0, ""), (1, 1, ""), (3, 3, ""), (4, 4, ""), (5, 3, "Two more prizes on the next page.")],
)
def test_a_poster_has_at_most_four_columns(html_of, winners, columns, more):
    row = a_prize_announcement(winners=tuple(a_winner("Prize") for _ in range(winners)))
    html = html_of(row)
    assert len(parsed(html).findall(".//ul/li")) == columns
    reading = with_class(html, "poster-reading")[0]
    assert reading.rpartition("reviewers.")[2].strip() == more


def test_a_few_entries_are_not_drawn(html_of):
    html = html_of(a_prize_announcement(entries=some_entries(7, awarded=3)))
    assert parsed(html).findall(".//svg[@class='poster-lines']") == []
    assert with_class(html, "poster-reading") == ["164 reviews by 29 reviewers."]


def test_a_round_without_winners_says_so(html_of):
    row = a_prize_announcement(
        winners=(), funders=(), total=euros(0), entries=some_entries(12, awarded=0)
    )
    html = html_of(row)
    assert texts(html, "body/section/h1")[0] == "No prizes"
    assert with_class(html, "poster-statement") == [
        "12 entries were read. None is awarded this time."
    ]


def test_the_printed_poster_is_ink_on_white(html_of):
    html = html_of(a_prize_announcement(), is_printed=True)
    poster = parsed(html).find("body/section")
    assert poster is not None
    assert poster.get("class") == "poster with-lines in-ink"
    assert "the dark ones are awarded" in with_class(html, "poster-reading")[0]


@pytest.mark.parametrize(
    "title",
    [
        "Deceived",
        "Sealed weights probe",
        "A wider test of tool use " * 3,
        "مقياس " * 8,
    ],
)
@pytest.mark.parametrize("citation", ["", "It held when another team ran it again. " * 40])
def test_the_poster_stays_one_page_whatever_it_holds(renderer, title, citation):
    winner = a_winner("First prize", title=title, citation=citation, organisation="Audit " * 30)
    row = a_prize_announcement(
        winners=(winner,), entries=some_entries(68, awarded=1), notice=REPLAY_NOTICE
    )
    pages = page_texts(announcement_pdf(renderer, row))
    assert [page.count(REPLAY_NOTICE) for page in pages] == [1] * len(pages)
    assert pages[-1].endswith(f"Page {len(pages)} of {len(pages)}")


def test_six_funders_and_sixty_eight_entries(renderer):
    row = a_grant_announcement(
        entries=some_entries(68, awarded=22),
        funders=tuple(
            FunderTotal(funder=f"Funder {n}", amount=euros(400_000), awards=10) for n in range(6)
        ),
    )
    pages = page_texts(announcement_pdf(renderer, row))
    assert len(pages) == 4
    assert [page.count("Sample. All names are fictional.") for page in pages] == [1] * 4
