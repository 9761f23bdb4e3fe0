"""Rankings by the funders' own weights, and what funders make of each other, on the pages."""

import csv
import json
from collections.abc import Callable
from html import unescape
from io import StringIO
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import ConflictSource, ConflictState
from fundapp.exports.formats import json_bytes
from fundapp.models import Person, Score
from fundapp.queries.access import actor_for
from fundapp.queries.agreements import AgreementPage, agreement_page
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import round_head, seen_by
from fundapp.queries.exports import exported_round
from tests.builders import a_conflict, an_officer
from tests.services.marking import MarkedRound, a_marked_round
from tests.statements import counted_statements

ClientOf = Callable[[Person], FlaskClient]
VIEWS = ("ranking", "ranking/agreement", "ranking/agenda", "ranking/table")


@pytest.fixture
def weighed(session: Session) -> MarkedRound:
    """A round of opposite criteria; the first funder counts the one, the second the other."""
    found = a_marked_round(session, corrects_strictness=False)
    places = {one.id: place for place, one in enumerate(found.applications)}
    chance = Random(5)
    for review in found.reviews:
        place = places[review.application_id]
        for score in session.scalars(select(Score).where(Score.review_id == review.id)):
            is_first = score.criterion_id == found.criteria[0].id
            quality = 1 + 8 * (place if is_first else 14 - place) / 14
            score.mark = min(10, max(1, round(quality + chance.gauss(0, 0.4))))
    found.weigh(session, 0, 1, 0)
    found.weigh(session, 1, 0, 1)
    session.commit()
    return found


def at(marked: MarkedRound, path: str = "ranking") -> str:
    return f"/rounds/{marked.round.id}/{path}"


def rows_of(browser: FlaskClient, marked: MarkedRound, path: str) -> list[dict[str, str]]:
    text = browser.get(at(marked, path)).text
    return list(csv.DictReader(StringIO(text, newline="")))


def column(page: str, funder: str) -> list[int]:
    """The ranks in a funder's column, down the page."""
    cells = page.split(f'<td data-label="{funder}" class="number">')[1:]
    return [int(cell.split(">")[1].split("<")[0]) for cell in cells]


def found_page(session: Session, marked: MarkedRound) -> AgreementPage:
    head, funders = round_head(session, marked.round.id)
    barred = barred_pairs(session, marked.round.id)
    reader = actor_for(session, marked.manager.id)
    seen = seen_by(reader, head, barred)
    return agreement_page(session, head, funders, barred=barred, seen=seen, reader=reader)


def test_the_columns_rank_all_reviews_by_each_funders_weights(
    weighed: MarkedRound, client_of: ClientOf
) -> None:
    browser = client_of(weighed.manager)
    rows = rows_of(browser, weighed, "ranking.csv")
    first, second, third = (f"rank_{funder.code}" for funder in weighed.funders)
    by_title = sorted(rows, key=lambda row: int(row["title"].split()[1]))
    assert [row[third] for row in rows] == [row["place"] for row in rows]
    assert int(by_title[0][first]) > 12 > 4 > int(by_title[0][second])
    assert sorted(int(row[first]) for row in rows)[-1] >= 14
    scores = [float(row[f"own_score_{weighed.funders[0].code}"]) for row in by_title]
    assert scores[0] < scores[7] < scores[14]
    assert f"own_score_{weighed.funders[2].code}" not in rows[0]
    page = unescape(browser.get(at(weighed)).text)
    assert "the rank of all reviews by each funder’s own weights of the criteria" in page
    assert "who has none weighs as the rubric does" in page
    assert "Rank by the weights of Ruritania Foundation" in page
    assert sorted(column(page, "Ruritania")) == sorted(int(row[first]) for row in rows)


def test_a_rank_far_from_the_place_is_marked_in_shape_and_words(
    weighed: MarkedRound, client_of: ClientOf
) -> None:
    browser = client_of(weighed.manager)
    rows = rows_of(browser, weighed, "ranking.csv")
    codes = [funder.code for funder in weighed.funders]
    far = sum(
        abs(int(row[f"rank_{code}"]) - int(row["place"])) >= 5 for row in rows for code in codes
    )
    for view in ("ranking", "ranking/table"):
        page = browser.get(at(weighed, view)).text
        assert far > 0
        assert (page.count('class="differs"'), page.count(", far from place")) == (far, far)


def test_without_own_weights_the_columns_are_of_the_own_reviewers(
    session: Session, client_of: ClientOf
) -> None:
    plain = a_marked_round(session)
    session.commit()
    browser = client_of(plain.manager)
    assert "the rank by each funder’s own reviewers" in unescape(browser.get(at(plain)).text)
    rows = rows_of(browser, plain, "ranking.csv")
    assert [name for name in rows[0] if name.startswith("own_score")] == []


def test_the_agreement_compares_the_funders_by_their_weights(
    session: Session, weighed: MarkedRound, client_of: ClientOf
) -> None:
    found = found_page(session, weighed)
    alike = {(one.first, one.second): one for one in found.orders}
    opposed = alike["Ruritania", "Lilliput"]
    assert (opposed.shared, round(10 * (opposed.alike or 0))) == (15, 0)
    assert len(found.gaps) == 5
    row, gap = found.gaps[0]
    assert {gap.best, gap.worst} == {"Ruritania", "Lilliput"}
    assert (gap.best_of, gap.worst_of, gap.size > 0.9) == (15, 15, True)
    page = unescape(client_of(weighed.manager).get(at(weighed, "ranking/agreement")).text)
    assert "that of all reviews by its own weights of the criteria" in page
    assert f"{gap.best} ranks it {gap.best_rank} of 15" in page
    assert row.reference in page


def test_the_agenda_has_what_the_weights_set_apart(
    weighed: MarkedRound, client_of: ClientOf
) -> None:
    browser = client_of(weighed.manager)
    rows = {row["title"]: row for row in rows_of(browser, weighed, "ranking/agenda.csv")}
    assert rows["Meter 0"]["funders_apart"] == "yes"
    assert rows["Meter 0"]["best_funder"] == "Lilliput"
    assert "by the weights of each" in unescape(browser.get(at(weighed, "ranking/agenda")).text)


def test_a_recused_reader_learns_nothing_from_the_weights(
    session: Session, weighed: MarkedRound, client_of: ClientOf
) -> None:
    hidden = weighed.applications[0]
    a_conflict(
        session,
        hidden.id,
        person_id=weighed.manager.id,
        recorded_by_id=weighed.manager.id,
    )
    session.commit()
    browser = client_of(weighed.manager)
    for view in VIEWS:
        page = browser.get(at(weighed, view)).text
        assert (hidden.title + "<" in page, str(hidden.id) in page) == (False, False)
    recused = [
        row for row in rows_of(browser, weighed, "ranking.csv") if row["application"] == "recused"
    ]
    assert [{name for name, text in row.items() if text} for row in recused] == [{"application"}]
    exported = json_bytes(
        [exported_round(session, weighed.round.id, reader=weighed.actor(session))]
    )
    assert (hidden.reference or "").encode() not in exported


def test_the_json_export_tells_weights_and_scores_only_where_there_are_any(
    session: Session, weighed: MarkedRound
) -> None:
    def exported(marked: MarkedRound) -> dict[str, object]:
        whole = exported_round(session, marked.round.id, reader=marked.actor(session))
        return dict(json.loads(json_bytes([whole]))["rounds"][0])

    data = exported(weighed)
    first, second, third = (funder.code for funder in weighed.funders)
    envelopes = {one["code"]: one for one in data["envelopes"]}  # type: ignore[attr-defined]
    one, other = (criterion.code for criterion in weighed.criteria)
    assert envelopes[first]["own_weights"] == {one: 1, other: 0}
    assert "own_weights" not in envelopes[third]
    application = data["applications"][0]  # type: ignore[index]
    assert application["own_scores"].keys() == {first, second}
    plain = exported(a_marked_round(session))
    assert "own_weights" not in json.dumps(plain)
    assert "own_scores" not in json.dumps(plain)


@pytest.mark.parametrize("view", VIEWS)
def test_own_weights_take_no_statement_more(
    session: Session, client_of: ClientOf, weighed: MarkedRound, view: str
) -> None:
    plain = a_marked_round(session)
    session.commit()
    taken = []
    pages = [(client_of(marked.manager), at(marked, view)) for marked in (plain, weighed)]
    for browser, address in pages:
        browser.get(address)
        with counted_statements() as counted:
            assert browser.get(address).status_code == 200
        taken.append(len(counted))
    assert taken[0] == taken[1]


def test_interests_that_were_no_conflict_are_looked_at(
    session: Session, client_of: ClientOf
) -> None:
    marked = a_marked_round(session, applications=24)
    assert found_page(session, marked).home_bias is None
    funder_of = {seat.person_id: seat.funder_id for seat in marked.seats}
    home = marked.funders[0].id
    favoured = {
        one.application_id: one for one in marked.reviews if funder_of[one.person_id] == home
    }
    for review in list(favoured.values())[:8]:
        a_conflict(
            session,
            review.application_id,
            funder_id=funder_of[review.person_id],
            source=ConflictSource.FUNDER_INVESTED,
            state=ConflictState.DISMISSED,
            recorded_by_id=marked.manager.id,
        )
        for score in session.scalars(select(Score).where(Score.review_id == review.id)):
            score.mark = min(10, (score.mark or 0) + 3)
        session.flush()
    session.commit()
    bias = found_page(session, marked).home_bias
    assert bias is not None
    assert (bias.reviews, (bias.low or 0) > 0) == (10, True)
    page = unescape(client_of(marked.manager).get(at(marked, "ranking/agreement")).text)
    assert "10 reviews are of an application in which the reviewer’s own funder" in page
    assert "That is more than chance explains." in page


def test_how_many_belong_where_the_money_ends(session: Session, client_of: ClientOf) -> None:
    marked = a_marked_round(session)
    officer = an_officer(session, marked.funders[0])
    session.commit()
    found = found_page(session, marked)
    assert found.belonging.startswith("about ")
    page = unescape(client_of(officer).get(at(marked, "ranking/agreement")).text)
    assert f"Of those that the money reaches, {found.belonging} belong there, at best." in page
    alone = a_marked_round(session, applications=2, each=1)
    assert found_page(session, alone).belonging == ""
