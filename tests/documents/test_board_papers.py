"""The board paper: its pages, its sentences, its charts."""

import hashlib
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest

from fundapp.documents.board_papers import (
    CHART_WIDTH,
    HEAD,
    PAGE,
    board_context,
    board_paper_pdf,
    ranking_pages,
)
from fundapp.documents.board_words import number, share, signed
from fundapp.domain.states import RoundKind
from tests.documents.board_rows import a_board_paper, a_line, a_proposal, an_agreement
from tests.documents.reading import page_texts, parsed, table_rows, text_of, texts, with_class
from tests.documents.shared_rows import euros
from tests.documents.test_renderer import run_python
from tests.documents.verapdf import PROFILES, broken_clauses, what_is_missing


def html_of(renderer, row) -> str:
    return renderer.html("board_paper.html", row, **board_context(row))


def test_the_first_page_says_what_is_to_decide(renderer):
    page = html_of(renderer, a_board_paper())
    assert texts(page, ".//h1") == ["Plan B proposes 4 grants and leaves €120,000"]
    assert texts(page, ".//section[@class='summary']//ol/li") == [
        "Whether to enter Plan B: 4 grants for €80,000. Each funder then confirms its parts.",
        "4 applications too close to call: discuss them, ask for one more review, or draw lots.",
    ]
    assert table_rows(page, "summary")[:4] == [
        ["Money", "€300,000", "3 funders"],
        ["Applications", "14", "36 reviews by 5 reviewers; 1 without a review"],
        ["Within reach", "4", "from the top, at the sums asked for"],
        ["Proposed", "4", "€80,000; 1 on the reserve list"],
    ]


def test_entered_decisions_wait_for_funders_and_finished_ones_do_not(renderer):
    row = a_board_paper()
    waiting = tuple(replace(one, waits=("Erewhon",), noise="") for one in row.proposal.awards)
    entered = replace(row.proposal, is_plan=False, awards=waiting)
    page = html_of(renderer, replace(row, proposal=entered))
    assert texts(page, ".//h1") == ["4 grants are entered, €120,000 is left"]
    assert texts(page, ".//section[@class='summary']//ol/li")[0] == (
        "Whether the 4 grants entered for €80,000 stand. 4 parts wait for a funder’s word."
    )


def test_a_prize_round_without_decisions_asks_for_the_winners(renderer):
    nothing = a_proposal((), plan="", is_plan=False, spent=euros(0), reserves=())
    row = a_board_paper(kind=RoundKind.PRIZE, prizes=3, proposal=nothing)
    page = html_of(renderer, row)
    assert texts(page, ".//h1") == ["14 applications wait for a proposal"]
    assert texts(page, ".//section[@class='proposal']/p") == [
        "Prizes go down the ranking: its first 3 places would win."
    ]


def test_who_pays_what_has_a_column_for_each_funder_or_names_them(renderer):
    row = a_board_paper(applications=3)
    assert table_rows(html_of(renderer, row), "proposal")[-1] == [
        "", "1 grant, together", "€60,000", "€60,000", "€60,000", "€20,000",
    ]  # fmt: skip
    many = replace(row, funders=row.funders * 2)
    award = replace(row.proposal.awards[0], parts=(euros(15_000), None, euros(5_000)) * 2)
    many = replace(many, proposal=replace(row.proposal, awards=(award,)))
    assert table_rows(html_of(renderer, many), "proposal")[1][2] == (
        "Ruritania €15,000 Erewhon €5,000 Ruritania €15,000 Erewhon €5,000"
    )


def test_the_ranking_is_cut_into_pages_that_hold_it():
    row = a_board_paper(applications=1000)
    pages = ranking_pages(row)
    assert [slot.line for page in pages for slot in page.slots if slot.line] == list(row.ranking)
    assert max(page.height for page in pages) <= HEAD + PAGE
    # A page that begins inside a band names it; none ends with the name of a band alone.
    assert {page.slots[0].line for page in pages} == {None}
    assert None not in {page.slots[-1].line for page in pages}
    assert sum(slot.is_last_inside for page in pages for slot in page.slots) == 1


def test_marks_stand_beside_their_rows():
    (page,) = ranking_pages(a_board_paper(applications=3))
    tops, top = [], HEAD
    for slot in page.slots:
        if slot.line:
            tops.append(top + slot.height / 2)
        top += slot.height
    assert [mark.y for mark in page.marks] == tops
    assert [mark.shape for mark in page.marks] == ["ring", "square", "square"]
    assert max(mark.dot for mark in page.marks) <= CHART_WIDTH


def test_every_chart_has_a_title(renderer):
    titles = [
        chart.find("title") for chart in parsed(html_of(renderer, a_board_paper())).iter("svg")
    ]
    said = [text_of_title(title) for title in titles]
    assert len(said) == 17
    assert "" not in said


def text_of_title(title: Element | None) -> str:
    return "" if title is None else "".join(title.itertext())


def test_what_is_closed_to_the_reader_is_only_counted(renderer):
    assert with_class(html_of(renderer, a_board_paper()), "made") == [
        "Paper for the joint meeting, made 26 Feb 2027, 08:30 UTC for Ada Sample, as this reader "
        "may see the round. 1 application is closed to this reader by a conflict of interest: "
        "recused. Sums are of all applications."
    ]


def test_of_many_reviewers_only_the_ends_are_listed(renderer):
    one = an_agreement().reviewers[0]
    row = a_board_paper(agreement=an_agreement(reviewers=(one,) * 100))
    page = html_of(renderer, row)
    assert len(table_rows(page, "strictness")) == 1 + 24
    assert texts(page, ".//section[@class='strictness']/p")[1] == (
        "The 12 strictest and the 12 mildest; the other 76 lie between them."
    )


def test_comments_are_short_and_the_rest_is_counted(renderer):
    page = html_of(renderer, a_board_paper(items=1))
    quotes = texts(page, ".//blockquote")
    assert len(quotes) == 2
    assert max(map(len, quotes)) <= 260 + len("Feasibility: ")


def test_long_rounds_list_what_no_meeting_talks_through(renderer):
    page = html_of(renderer, a_board_paper(applications=60, items=50))
    assert len(texts(page, ".//article/h3")) == 40
    assert texts(page, ".//section[@class='items']/h3") == ["The other 10"]


def test_the_paper_fits_its_pages(renderer):
    pages = page_texts(board_paper_pdf(renderer, a_board_paper(applications=60)))
    assert ["Sample. Every name" in page for page in pages] == [True] * len(pages)
    assert [place for place, page in enumerate(pages, 1) if "Mark Chance" in page] == [2, 3, 4]


def test_a_line_without_places_or_chance_prints_a_dash(renderer):
    line = replace(a_line(1), place=None, band="", chance="", likely="", doubt=None)
    page = html_of(renderer, a_board_paper(applications=1, ranking=(line,), cut=None))
    assert "–" in text_of(parsed(page))


def test_numbers_as_sentences_say_them():
    assert [number(3.14), number(None), share(0.5), share(None)] == ["3.1", "–", "0.50", "–"]
    assert [signed(0.31), signed(-0.31), signed(-0.01), signed(None)] == [
        "+0.3",
        "−0.3",
        "0.0",
        "–",
    ]


def test_the_paper_is_archival_and_accessible(renderer, tmp_path):
    if missing := what_is_missing():
        pytest.skip(missing)
    row = a_board_paper(applications=60)
    nothing = a_proposal((), plan="", is_plan=False, spent=euros(0), reserves=())
    unsure = an_agreement(single=None, consistency=None, panel=None, is_corrected=False)
    empty = replace(row, kind=RoundKind.PRIZE, proposal=nothing, agreement=unsure, items=())
    files = [tmp_path / "full.pdf", tmp_path / "empty.pdf"]
    for file, one in zip(files, (row, empty), strict=True):
        file.write_bytes(board_paper_pdf(renderer, one))
    clean: dict[str, list[str]] = {profile: [] for profile in PROFILES}
    assert broken_clauses(files) == {file.name: clean for file in files}


def test_the_same_row_gives_the_same_bytes_in_another_process(renderer):
    code = (
        "import hashlib; from fundapp.documents.printing import print_row; "
        "from tests.documents.board_rows import a_board_paper; "
        "print(hashlib.sha256(print_row(a_board_paper())).hexdigest())"
    )
    theirs = run_python(code, TZ="Pacific/Kiritimati", PYTHONHASHSEED="4242", LC_ALL="C")
    ours = hashlib.sha256(board_paper_pdf(renderer, a_board_paper())).hexdigest()
    assert theirs.strip() == ours


def test_the_statistics_are_not_loaded_to_print():
    code = "import sys; import fundapp.documents.printing; print('scipy' in sys.modules)"
    assert run_python(code).strip() == "False"
