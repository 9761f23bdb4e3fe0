"""The page on which a manager says what the criteria count for each funder."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import RoundState
from fundapp.models import Criterion, Funder, FunderWeight, Person, Round
from tests.builders import a_criterion, a_funder, a_manager, a_round, an_envelope

Browser = Callable[[Person], FlaskClient]


@pytest.fixture
def manager(session: Session, client_of: Browser) -> FlaskClient:
    return client_of(a_manager(session))


@pytest.fixture
def draft(session: Session) -> Round:
    return a_round(session, RoundState.DRAFT)


@pytest.fixture
def criteria(session: Session, draft: Round) -> list[Criterion]:
    titles = ("Validity", "Cost")
    return [a_criterion(session, draft, title=title, weight=50) for title in titles]


@pytest.fixture
def funders(session: Session, draft: Round) -> list[Funder]:
    found = [a_funder(session, name) for name in ("Lilliput", "Erewhon")]
    for funder in found:
        an_envelope(session, draft, funder)
    session.commit()
    return found


def fields_of(page: str) -> dict[str, str]:
    """The fields of the page as a browser would post them."""
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    inputs = re.findall(r'name="(weight-[^"]+)" value="([^"]*)"', page)
    return {"version": version, **dict(inputs)}


def name_of(funder: Funder, criterion: Criterion) -> str:
    return f"weight-{funder.id}-{criterion.id}"


def stored(session: Session) -> set[tuple[Any, Any, int]]:
    session.expire_all()
    rows = session.scalars(select(FunderWeight)).all()
    return {(row.funder_id, row.criterion_id, row.weight) for row in rows}


def test_a_manager_weighs_for_a_funder(
    session: Session,
    manager: FlaskClient,
    draft: Round,
    criteria: list[Criterion],
    funders: list[Funder],
) -> None:
    path = f"/rounds/{draft.id}/funder-weights"
    page = manager.get(path)
    assert "All funders weigh as the rubric does" in page.text
    assert path in manager.get(f"/rounds/{draft.id}/funders").text
    assert path in manager.get(f"/rounds/{draft.id}/rubric").text
    data = fields_of(page.text)
    assert set(data.values()) - {data["version"]} == {""}
    data |= {name_of(funders[0], criteria[0]): "٣", name_of(funders[0], criteria[1]): " 0 "}
    answer = manager.post(path, data=data)
    assert (answer.status_code, answer.location) == (303, path)
    rows = {(funders[0].id, criteria[0].id, 3), (funders[0].id, criteria[1].id, 0)}
    assert stored(session) == rows
    page = manager.get(path)
    assert "One funder has its own weights" in page.text
    data = fields_of(page.text)
    assert data[name_of(funders[0], criteria[0])] == "3"
    assert "Lilliput has own weights" in manager.get(f"/rounds/{draft.id}/funders").text
    cleared = {name: data[name] if name == "version" else "" for name in data}
    assert manager.post(path, data=cleared).status_code == 303
    assert stored(session) == set()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("3", ""), "Enter a whole number from 0 to 100, or empty all of this funder."),
        (("3", "much"), "or empty all of this funder. You entered “much”."),
        (("3", "1.5"), "You entered “1.5”."),
        (("3", "-1"), "Enter a whole number from 0 to 100."),
        (("3", "9" * 400), "Enter a whole number from 0 to 100"),
        (("0", "0"), "Give one criterion or more a weight above 0"),
    ],
)
def test_what_cannot_be_a_weight_is_said_and_kept(
    session: Session,
    manager: FlaskClient,
    draft: Round,
    criteria: list[Criterion],
    funders: list[Funder],
    typed: tuple[str, str],
    sentence: str,
) -> None:
    path = f"/rounds/{draft.id}/funder-weights"
    data = fields_of(manager.get(path).text)
    data |= {name_of(funders[1], row): text for row, text in zip(criteria, typed, strict=True)}
    data |= {name_of(funders[0], row): "7" for row in criteria}
    answer = manager.post(path, data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    shown = fields_of(answer.text)
    assert (shown | {"version": ""}) == (data | {"version": ""})
    assert stored(session) == set()


def test_what_another_manager_saved_first_is_shown(
    session: Session,
    manager: FlaskClient,
    draft: Round,
    criteria: list[Criterion],
    funders: list[Funder],
) -> None:
    path = f"/rounds/{draft.id}/funder-weights"
    data = fields_of(manager.get(path).text)
    first = data | {name_of(funders[0], row): "7" for row in criteria}
    assert manager.post(path, data=first).status_code == 303
    second = data | {name_of(funders[1], row): "2" for row in criteria}
    answer = manager.post(path, data=second)
    assert answer.status_code == 409
    assert "Lilliput: Validity 7, Cost 7" in answer.text
    again = fields_of(answer.text) | first | {"version": fields_of(answer.text)["version"]}
    again |= {name_of(funders[1], row): "2" for row in criteria}
    assert manager.post(path, data=again).status_code == 303
    assert len(stored(session)) == 4


def test_a_draft_without_criteria_or_funders_says_what_to_do_first(
    manager: FlaskClient, draft: Round, session: Session
) -> None:
    session.commit()
    page = manager.get(f"/rounds/{draft.id}/funder-weights")
    assert "First the round needs criteria and funders." in page.text


def test_frozen_weights_are_shown_to_all(
    session: Session,
    manager: FlaskClient,
    client: FlaskClient,
    draft: Round,
    criteria: list[Criterion],
    funders: list[Funder],
) -> None:
    draft.state = RoundState.OPEN
    draft.rules_hash = "0" * 64
    draft.opened_at = draft.created_at
    session.commit()
    rules, call = (f"/calls/{draft.reference}{end}" for end in ("/rules", ""))
    table = "What the criteria count for each funder"
    assert table not in client.get(rules).text
    assert "by their own lights" not in client.get(call).text
    session.add_all(
        FunderWeight(round_id=draft.id, funder_id=funders[1].id, criterion_id=row.id, weight=weight)
        for row, weight in zip(criteria, (13, 87), strict=True)
    )
    session.commit()
    page = client.get(rules).text
    assert table in page
    row = page.split("<tbody>")[1].split("</tr>")[1]
    assert re.findall(r'data-label="(\w+)" class="number">(\d+)<', row) == [
        ("Rubric", "50"),
        ("Lilliput", "50"),
        ("Erewhon", "87"),
    ]
    assert "by their own lights" in client.get(call).text
    frozen = manager.get(f"/rounds/{draft.id}/funder-weights").text
    assert (frozen.count("<input"), ">87<" in frozen) == (frozen.count('type="hidden"'), True)
