from dataclasses import replace

import pytest

from fundapp.documents.letters import (
    award_letter_pdf,
    decline_letter_pdf,
    letter_context,
    reserve_letter_pdf,
)
from fundapp.domain.states import RoundKind
from fundapp.queries.document_rows import (
    Addressee,
    Condition,
    ContributionLine,
    Letter,
    PanelView,
    SharedComment,
    Signature,
)
from tests.documents.letter_rows import (
    PANEL,
    RATING,
    a_criterion,
    a_decline_letter,
    a_reserve_letter,
    a_withdrawal_letter,
    an_award_letter,
)
from tests.documents.reading import page_texts, parsed, table_rows, texts, with_class
from tests.documents.shared_rows import FUND, ISSUED_AT, NOTICE, REPLAY_NOTICE, euros

ONE_MARK = PanelView(reviews=4, funders=4, criteria=(RATING,), overall=6.75)


@pytest.fixture
def html_of(renderer):
    def make(row: Letter) -> str:
        template = {
            "AwardLetter": "award_letter.html",
            "DeclineLetter": "decline_letter.html",
            "ReserveLetter": "reserve_letter.html",
            "WithdrawalLetter": "withdrawal_letter.html",
        }[type(row).__name__]
        return renderer.html(template, row, **letter_context(row))

    return make


def test_an_award_letter_says_what_why_and_by_whom(html_of):
    html = html_of(an_award_letter())
    assert texts(html, "head/title") == [
        "EVF-2026-014-A1: Your application is funded with €220,000"
    ]
    assert texts(html, "body/h1") == ["Your application is funded with €220,000"]
    assert texts(html, "body/p") == [
        "Dear Ada Sample,",
        "We are glad to award €220,000 to Balnibarbi Labs (sample) for “Judge-model drift "
        "meter”. Four reviewers of three funders read it in our round “Seed grants for AI "
        "evaluation start-ups 2026”.",
        "What the panel valued most is a plan that can show its own meter to be wrong.",
        "If you disagree with a fact in this letter, write to fund@fund.example by "
        "12 March 2027. A person who did not decide answers you within ten days.",
    ]
    assert [text for text in texts(html, ".//h2") if text] == [
        "Three funders pay it together",
        "What we ask of you",
        "When the money comes",
        "How the panel read your application",
        "What the reviewers want you to know",
        "For the funders",
    ]
    assert with_class(html, "over") == ["Next step", "Condition 2", "How to read it"]


def test_an_award_letter_lists_contributions_and_tranches(html_of):
    html = html_of(an_award_letter())
    assert table_rows(html, "contributions") == [
        ["Paid by", "", "Contribution", "When"],
        ["Ruritania Science Ministry", "", "€80,000", "on acceptance"],
        ["Lilliput Foundation", "", "€90,000", "on acceptance"],
        ["Erewhon Trust", "", "€50,000", "after milestone 1"],
        ["Together", "", "€220,000", ""],
    ]
    assert table_rows(html, "tranches") == [
        ["Tranche", "Released by", "Not before", "Sum"],
        ["1", "your acceptance", "1 Apr 2027", "€170,000"],
        ["2", "milestone 1", "1 Oct 2027", "€50,000"],
    ]


def test_the_window_the_facts_and_the_next_step(html_of):
    html = html_of(an_award_letter(version=2))
    assert with_class(html, "window") == [
        "Balnibarbi Labs (sample) Ada Sample 14 Example Street Nairobi Kenya"
    ]
    assert with_class(html, "facts") == [
        "Reference EVF-2026-014-A1 Date 26 February 2027 Application EVF-2026-014 "
        "Version 2, replaces 1"
    ]
    assert with_class(html, "next-step") == [
        "Next step Sign in at fund.example and accept or refuse by 19 March 2027, 23:59 UTC. "
        "After that the offer ends."
    ]


def test_signatures_show_who_has_signed_and_who_has_not(html_of):
    html = html_of(an_award_letter())
    assert texts(html, ".//section/ul/li") == [
        "Ines Sample Ruritania Science Ministry Signed electronically 25 Feb 2027, 09:12 UTC",
        "Jon Sample Lilliput Foundation Signed electronically 25 Feb 2027, 14:40 UTC",
        "Erewhon Trust Kemi Sample not yet signed",
    ]


def test_the_chart_has_a_row_for_each_criterion_and_the_total(html_of):
    html = html_of(an_award_letter())
    rows = table_rows(html, "panel")
    assert rows[0] == ["Criterion", "Weight", "1 2 3 4 5", "Mean"]
    assert rows[1] == ["Importance of the risk", "20", "", "4.4"]
    assert rows[-1] == ["Weighted", "100", "", "4.1"]
    assert len(rows) == 9
    titles = [title.text for title in parsed(html).iterfind(".//td/svg/title")]
    assert titles[3] == (
        "Importance of the risk: mean 4.4, marks from 4 to 5, mean of the funded 3.7"
    )


def test_criteria_on_different_scales_show_the_ends_of_each(html_of):
    unmarked = a_criterion(
        "Reach", mean=None, lowest=None, highest=None, lower=None, upper=None, funded_mean=None
    )
    panel = PanelView(
        reviews=2,
        funders=1,
        criteria=(a_criterion("Team", scale=(0, 10)), unmarked),
        overall=3.9,
    )
    rows = table_rows(html_of(a_decline_letter(panel=panel)), "panel")
    assert rows == [
        ["Criterion", "Weight", "", "Mean"],
        ["Team", "10", "0 10", "3.9"],
        ["Reach", "10", "1 5", "not marked"],
        ["Weighted", "20", "", "3.9"],
    ]


def test_a_single_criterion_is_a_sentence_and_one_line(html_of):
    html = html_of(a_decline_letter(panel=ONE_MARK, kind=RoundKind.PRIZE))
    assert texts(html, "body/section[@class='panel single']/p") == [
        "Each reviewer gave one mark, 1, 3, 5, 6, 8 or 10. The mean is 6.8; the marks run "
        "from 5 to 8. The winning entries have 7.9 on average."
    ]
    assert len(parsed(html).findall(".//svg[@class='single-line']")) == 1
    assert table_rows(html, "panel") == []


def test_the_key_names_only_what_is_drawn(html_of):
    bare = a_criterion(lower=None, upper=None, funded_mean=None)
    panel = PanelView(reviews=2, funders=2, criteria=(bare, bare), overall=3.9)
    assert with_class(html_of(a_decline_letter(panel=panel)), "reading") == [
        "How to read it Dot: mean of the reviewers. Thin bar: lowest to highest mark."
    ]


def test_a_decline_letter_shows_standing_comments_and_one_thing_to_change(html_of):
    html = html_of(a_decline_letter())
    assert texts(html, "body/h1") == ["Your application is not funded this time"]
    assert texts(html, "body/p")[1] == (
        "Thank you for “Nine-language refusal suite”. Four reviewers of three funders read it "
        "in our round “Seed grants for AI evaluation start-ups 2026”. Of 87 applications "
        "reviewed, 22 are funded."
    )
    assert texts(html, ".//blockquote") == [
        "The re-asking within the hour rules out plain noise. A second judge family would rule "
        "out more.",
        "Independence Two auditors are few. Name a third who did not help to design the meter.",
    ]
    assert with_class(html, "advice") == [
        "One thing to change Show for two of the nine languages that native speakers agree on "
        "what counts as a refusal, and with how much error."
    ]
    order = [element.get("class") for element in parsed(html).findall("body/section")]
    assert order == ["panel", "comments", "advice"]


def test_a_letter_without_comments_says_so(html_of):
    html = html_of(a_decline_letter(panel=ONE_MARK))
    assert with_class(html, "no-comments") == ["The reviewers left no comment to pass on."]


def test_a_reserve_letter_tells_the_place_and_until_when(html_of):
    html = html_of(a_reserve_letter())
    assert texts(html, "body/h1") == ["Your application is on the reserve list"]
    assert texts(html, "body/p")[1].endswith(
        "Of 87 applications reviewed, 22 are funded. Yours is number 2 on the reserve list. "
        "If money becomes free, we fund the list from the top."
    )
    assert with_class(html, "next-step") == [
        "Next step Nothing is asked of you now. We write to you by 30 June 2027, whatever happens."
    ]


def test_a_prize_letter_speaks_of_entries(html_of):
    row = an_award_letter(
        kind=RoundKind.PRIZE,
        prize="First prize",
        amount=euros(100_000),
        contributions=(ContributionLine(funder="Lilliput Foundation", amount=euros(100_000)),),
        addressee=Addressee(organisation="Entrant 12", person="Entrant 12", lines=()),
        answer_by_on=None,
    )
    html = html_of(row)
    assert texts(html, "body/h1") == ["First prize for your entry: €100,000"]
    assert with_class(html, "window") == ["Entrant 12"]
    assert texts(html, "body/p")[0] == "Dear Entrant 12,"
    assert table_rows(html, "contributions") == [
        ["Paid by", "", "Contribution"],
        ["Lilliput Foundation", "", "€100,000"],
    ]
    assert with_class(html, "next-step") == [
        "Next step Sign in at fund.example and accept or refuse. No money moves before that."
    ]


def test_a_next_step_of_the_round_replaces_ours(html_of):
    html = html_of(a_decline_letter(next_step="The next call opens on 4 May 2027."))
    assert with_class(html, "next-step") == ["Next step The next call opens on 4 May 2027."]


def test_many_funders_conditions_stand_under_the_condition(html_of):
    conditions = tuple(Condition(text="Publish.", funder=f"Funder {n}") for n in range(3))
    html = html_of(an_award_letter(conditions=conditions))
    assert with_class(html, "whose") == [
        f"Asked by Funder {n}, for its part only" for n in range(3)
    ]


def test_a_comment_of_ten_thousand_words_is_cut_with_a_note(html_of, renderer):
    long = PanelView(
        reviews=1,
        funders=1,
        criteria=PANEL.criteria,
        overall=4.1,
        comments=(SharedComment(text="measured " * 10_000),),
    )
    row = a_decline_letter(panel=long)
    assert with_class(html_of(row), "cut-note") == [
        "Shortened here. The whole text is with your application at fund.example."
    ]
    assert len(page_texts(decline_letter_pdf(renderer, row))) == 4


HOSTILE = "{{7*7}} <script>alert(1)</script> <img src=http://127.0.0.1:9/x> \u202eevil\x00"
SHOWN = "{{7*7}} <script>alert(1)</script> <img src=http://127.0.0.1:9/x> evil"


def test_hostile_text_is_printed_as_text(html_of, renderer):
    row = an_award_letter(
        application_title=HOSTILE,
        addressee=Addressee(organisation=HOSTILE, person=HOSTILE, lines=(HOSTILE,)),
        reason=HOSTILE,
        notice=HOSTILE,
        conditions=(Condition(text=HOSTILE, funder=HOSTILE),),
        panel=PanelView(
            reviews=1,
            funders=1,
            criteria=(a_criterion(HOSTILE), a_criterion(HOSTILE)),
            overall=3.9,
            comments=(SharedComment(text=HOSTILE, about=HOSTILE),),
        ),
        signatures=(Signature(officer=HOSTILE, on_behalf_of=HOSTILE, signed_at=ISSUED_AT),),
    )
    html = html_of(row)
    assert texts(html, "body/p")[2] == SHOWN
    assert with_class(html, "notice") == [SHOWN, SHOWN]
    assert texts(html, ".//blockquote") == [f"{SHOWN} {SHOWN}"]
    assert parsed(html).findall(".//script") == []
    assert {image.get("src") for image in parsed(html).iter("img")} == {"asset:mark.svg"}
    assert all(SHOWN in page for page in page_texts(award_letter_pdf(renderer, row)))


def test_right_to_left_paragraphs_run_from_the_right(html_of):
    html = html_of(a_decline_letter(reason="هذا العمل واضح.\n\nIt is clear."))
    paragraphs = parsed(html).findall("body/p[@dir]")
    assert [paragraph.get("dir") for paragraph in paragraphs] == ["rtl", "ltr"]


def test_every_page_carries_the_notice_the_reference_and_its_number(renderer):
    pages = page_texts(award_letter_pdf(renderer, an_award_letter(notice=REPLAY_NOTICE)))
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert page.count(REPLAY_NOTICE) == 1
        assert page.endswith(f"EVF-2026-014-A1 Page {number} of 2")
        assert f"{FUND.address} This letter names no reviewer." in page


@pytest.mark.parametrize(
    ("print_it", "row", "pages"),
    [
        (decline_letter_pdf, a_decline_letter(), 2),
        (decline_letter_pdf, a_decline_letter(panel=ONE_MARK, reason="", advice=""), 1),
        (reserve_letter_pdf, a_reserve_letter(panel=ONE_MARK), 1),
        (
            decline_letter_pdf,
            a_decline_letter(
                panel=PanelView(
                    reviews=6,
                    funders=4,
                    criteria=tuple(a_criterion(f"Criterion {n}", 1) for n in range(40)),
                    overall=3.2,
                )
            ),
            3,
        ),
        (
            award_letter_pdf,
            an_award_letter(
                contributions=tuple(
                    ContributionLine(funder=f"Foundation {n} for Measurement", amount=euros(27_500))
                    for n in range(8)
                ),
                signatures=tuple(
                    Signature(
                        officer=f"Constantina Sample-Exampleson {n}",
                        on_behalf_of=f"Foundation {n} for Measurement",
                        signed_at=ISSUED_AT,
                    )
                    for n in range(8)
                ),
            ),
            3,
        ),
    ],
    ids=["rubric", "one mark", "reserve", "forty criteria", "eight funders"],
)
def test_letters_of_many_shapes_keep_to_their_pages(renderer, print_it, row, pages):
    found = page_texts(print_it(renderer, row))
    assert len(found) == pages
    assert [page.count(NOTICE) for page in found] == [1] * pages


@pytest.mark.parametrize("tranches", range(1, 6))
@pytest.mark.parametrize("panel", [ONE_MARK, PANEL], ids=["one mark", "rubric"])
def test_the_note_beside_a_chart_is_never_torn(renderer, panel, tranches):
    row = an_award_letter(panel=panel, conditions=())
    row = replace(row, tranches=row.tranches[:1] * tranches)
    note = (
        "How to read it Dot: mean of the reviewers. Thick bar: the middle half of the marks. "
        "Thin bar: lowest to highest mark. Stroke: mean of all funded applications."
    )
    pages = page_texts(award_letter_pdf(renderer, row))
    assert sum(page.count(note) for page in pages) == 1
    assert sum(page.count("Stroke") for page in pages) == 1


@pytest.mark.parametrize("length", range(22, 30))
def test_a_verification_code_is_not_lost_where_a_page_ends(renderer, length):
    row = a_decline_letter(
        verify_url="https://fund.example/verify",
        code="K7QD-28MX",
        advice="Show it. " * 8 * length,
    )
    last = page_texts(decline_letter_pdf(renderer, row))[-1]
    genuine = "Is this document genuine? fund.example/verify Code K7QD-28MX"
    assert (last.count(genuine), last.count("Signed electronically")) == (1, 1)


def test_twelve_contributions_begin_on_the_first_page(renderer):
    parts = tuple(
        ContributionLine(funder=f"Funder {number} (sample)", amount=euros(1_000))
        for number in range(1, 13)
    )
    pages = page_texts(award_letter_pdf(renderer, an_award_letter(contributions=parts)))
    assert pages[0].count("12 funders pay it together Paid by Contribution Funder 1 (sample)") == 1
    assert pages[1].count("Paid by Contribution Funder 1") == 1


def test_a_verification_code_is_printed_only_when_given(html_of):
    with_code = an_award_letter(verify_url="https://fund.example/verify", code="K7QD-28MX")
    assert with_class(html_of(with_code), "verification") == [
        "Is this document genuine? fund.example/verify Code K7QD-28MX"
    ]
    assert with_class(html_of(an_award_letter()), "verification") == []


def test_a_withdrawal_letter_says_what_ends_and_why(html_of):
    html = html_of(a_withdrawal_letter())
    assert texts(html, "body/h1") == ["Your award is withdrawn"]
    assert texts(html, "body/p")[1:3] == [
        "We withdraw the award of €220,000 to Balnibarbi Labs (sample) for “Judge-model drift "
        "meter” in our round “Seed grants for AI evaluation start-ups 2026”. This letter ends "
        "our letter EVF-2026-014-A1, which is no longer valid.",
        "Balnibarbi Labs told us on 2 March 2027 that a developer of a tested model pays for its "
        "auditors. The third condition of the award excludes that.",
    ]
    assert [text for text in texts(html, ".//h2") if text] == ["Signed"]
    assert with_class(html, "next-step") == [
        "Next step Nothing is asked of you now. No more money is paid under this award."
    ]
