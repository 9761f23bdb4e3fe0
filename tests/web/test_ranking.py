"""The ranking board, the agreement and the agenda of a round whose reviewers differ."""

import csv
import re
from collections.abc import Callable
from html import unescape
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fundapp.models import Job, Person, Score
from tests.builders import NOW, a_conflict, a_review, an_assignment, an_officer
from tests.services.marking import MarkedRound, a_marked_round
from tests.statements import counted_statements

ClientOf = Callable[[Person], FlaskClient]
DOUBT = ("low", "high")
VIEWS = ("ranking", "ranking/agreement", "ranking/agenda", "ranking/table")


@pytest.fixture
def marked(session: Session) -> MarkedRound:
    found = a_marked_round(session)
    session.commit()
    return found


def at(marked: MarkedRound, path: str = "ranking") -> str:
    return f"/rounds/{marked.round.id}/{path}"


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def recuse(session: Session, marked: MarkedRound, place: int, **party: object) -> None:
    application = marked.applications[place]
    a_conflict(
        session,
        application.id,
        recorded_by_id=marked.manager.id,
        **party,
    )
    session.commit()


def test_three_findings_and_three_bands(marked: MarkedRound, client_of: ClientOf) -> None:
    page = unescape(client_of(marked.manager).get(at(marked)).text)
    for finding in (
        "Reviewers differ, and it is corrected",
        "How far the panel agrees",
        "One more review would settle most here",
    ):
        assert page.count(finding) == 1
    assert page.count('class="band"') == 3
    assert page.count('<svg class="chart interval ') == 15
    assert page.count("likely ") == 15


def test_a_round_without_correction_says_why(session: Session, client_of: ClientOf) -> None:
    plain = a_marked_round(session, corrects_strictness=False)
    session.commit()
    browser = client_of(plain.manager)
    page = unescape(browser.get(at(plain)).text)
    assert "The rules of this round leave scores as they are." in page
    assert "cross" not in page.partition("<main")[2].partition("</main>")[0]
    assert "Strictness is not corrected" in browser.get(at(plain, "ranking/agreement")).text


def test_one_more_review_links_to_who_could_be_asked(
    session: Session, marked: MarkedRound, client_of: ClientOf
) -> None:
    officer = an_officer(session, marked.funders[0])
    session.commit()
    links = [
        client_of(person).get(at(marked)).text.count('/reviewers">Ask a reviewer')
        for person in (marked.manager, officer)
    ]
    assert links == [1, 0]


def test_the_agreement_names_reviewers_only_to_whom_it_may(
    session: Session, client_of: ClientOf
) -> None:
    blind = a_marked_round(session, is_blind=True)
    officer = an_officer(session, blind.funders[0])
    session.commit()
    address = at(blind, "ranking/agreement")
    names = {session.get_one(Person, seat.person_id).name for seat in blind.seats}
    labels = {seat.label for seat in blind.seats}
    seen = client_of(blind.manager).get(address).text
    hidden = client_of(officer).get(address).text
    assert {name for name in names if name in seen} == names
    assert {name for name in names if name in hidden} == set()
    assert {label for label in labels if label in hidden} == labels


def test_agreement_of_a_selected_subset_is_refused(
    marked: MarkedRound, client_of: ClientOf
) -> None:
    browser = client_of(marked.manager)
    whole = unescape(browser.get(at(marked, "ranking/agreement")).text)
    chosen = unescape(browser.get(at(marked, "ranking/agreement?among=funded")).text)
    sentence = "Agreement is only shown for all applications."
    assert (whole.count(sentence), chosen.count(sentence)) == (0, 1)
    assert ("Krippendorff" in whole, "Krippendorff" in chosen) == (True, False)


def test_the_agenda_is_made_of_disagreement(
    session: Session, marked: MarkedRound, client_of: ClientOf
) -> None:
    apart = marked.applications[0]
    mine = [one for one in marked.reviews if one.application_id == apart.id]
    for review, mark in zip(mine, (1, 10, 5), strict=True):
        for score in session.query(Score).where(Score.review_id == review.id):
            score.mark = mark
    session.commit()
    browser = client_of(marked.manager)
    rows = {
        row["application"]: row
        for row in read_csv(browser.get(at(marked, "ranking/agenda.csv")).text)
    }
    row = rows[apart.reference or ""]
    assert (row["reviews_apart"], row["lowest"], row["highest"]) == ("yes", "1.0", "10.0")
    assert (row["criterion_lowest"], row["criterion_highest"]) == ("1", "10")
    page = unescape(browser.get(at(marked, "ranking/agenda")).text)
    assert "Reviews from 1.0 to 10.0; most apart on “Validity of the measurement”" in page
    assert page.count("Too close to call: ") == sum(
        one["too_close"] == "yes" for one in rows.values()
    )


def test_a_recused_reader_sees_recused_and_nothing_else(
    session: Session, marked: MarkedRound, client_of: ClientOf
) -> None:
    place = 14
    recuse(session, marked, place, person_id=marked.manager.id)
    application = marked.applications[place]
    browser = client_of(marked.manager)
    for view in VIEWS:
        page = browser.get(at(marked, view)).text
        assert (application.title in page, str(application.id) in page) == (False, False)
    rows = read_csv(browser.get(at(marked, "ranking.csv")).text)
    assert [row["application"] for row in rows].count("recused") == 1
    assert rows[-1]["estimate"] in {"", None}


def test_no_gap_tells_where_a_recused_one_stands(
    session: Session, marked: MarkedRound, client_of: ClientOf
) -> None:
    browser = client_of(marked.manager)
    whole = read_csv(browser.get(at(marked, "ranking.csv")).text)
    third = next(row for row in whole if row["place"] == "3")
    references = [application.reference for application in marked.applications]
    recuse(session, marked, references.index(third["application"]), person_id=marked.manager.id)
    rows = read_csv(browser.get(at(marked, "ranking.csv")).text)
    seen = [row for row in rows if row["application"] != "recused"]
    assert len(seen) == len(whole) - 1
    for column in ("place", "position"):
        assert sorted(int(row[column]) for row in seen) == list(range(1, len(seen) + 1))
    assert {row["rank_low"] for row in seen} == {""}
    funders = [name for name in whole[0] if name.startswith("rank_") and name[5:] not in DOUBT]
    assert len(funders) > 0
    for funder in funders:
        ranks = sorted(int(row[funder]) for row in seen if row[funder])
        assert all(rank <= place for place, rank in enumerate(ranks, start=1))
    page = browser.get(at(marked, "ranking/table")).text
    told = [int(one) for one in re.findall(r'data-label="Place"[^>]*>(?:<div>)?(\d+)', page)]
    assert sorted(told) == list(range(1, len(seen) + 1))
    assert "likely" not in browser.get(at(marked)).text


def test_the_export_has_intervals_chances_and_bands(
    marked: MarkedRound, client_of: ClientOf
) -> None:
    rows = read_csv(client_of(marked.manager).get(at(marked, "ranking.csv")).text)
    assert sum(float(row["chance"]) for row in rows) == pytest.approx(5)
    for row in rows:
        assert float(row["estimate_low"]) < float(row["estimate"]) < float(row["estimate_high"])
        assert float(row["score"]) == pytest.approx(float(row["estimate"]), abs=1e-6)
    assert {row["method"] for row in rows} == {"additive-1"}
    assert {row["band"] for row in rows} == {"clear", "close", "clear_no"}


def test_a_large_round_offers_to_work_it_out_again(session: Session, client_of: ClientOf) -> None:
    large = a_marked_round(session, applications=134, reviewers=12)
    session.commit()
    browser = client_of(large.manager)
    assert "These 402 reviews are not evaluated yet" in browser.get(at(large)).text
    assert browser.post(at(large, "ranking/evaluate")).status_code == 303
    page = browser.get(at(large)).text
    assert ("It is being worked out" in page, "Work it out again" in page) == (True, False)
    assert browser.post(at(large, "ranking/evaluate")).status_code == 409
    assert session.query(Job).count() == 1


@pytest.mark.parametrize(("path", "most"), [(view, 12) for view in VIEWS])
def test_every_view_takes_the_same_few_statements(
    session: Session, marked: MarkedRound, client_of: ClientOf, path: str, most: int
) -> None:
    browser = client_of(marked.manager)

    def statements() -> int:
        with counted_statements() as counted:
            assert browser.get(at(marked, path)).status_code == 200
        return len(counted)

    few = statements()
    for application in marked.applications[:5]:
        free = {seat.person_id: seat for seat in marked.seats}
        for review in marked.reviews:
            if review.application_id == application.id:
                free.pop(review.person_id)
        seat = next(iter(free.values()))
        marks = dict.fromkeys(marked.criteria, 5)
        assignment = an_assignment(session, application, seat, state="done", done_at=NOW)
        a_review(session, assignment, marks)
    session.commit()
    assert (statements(), few <= most) == (few, True)
