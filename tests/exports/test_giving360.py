"""Open data by 360Giving: valid, exact, the same twice, and no name without consent."""

import copy
import csv
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from fundapp.domain.publishing import PublisherProfile
from fundapp.domain.states import ApplicationState, AwardState, RoundKind, RoundState
from fundapp.exports.giving360_csv import HEADINGS
from fundapp.models import Award, Decision, Round
from fundapp.queries.access import actor_for
from fundapp.queries.document_rows import FundIdentity
from fundapp.services.publishing import OpenFormat, open_data_file, set_publisher
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_person,
    a_round,
    an_application,
    an_award,
    an_organisation,
)
from tests.exports.giving360_schema import codes, faults, headings
from tests.statements import counted_statements

FUND = FundIdentity(
    name="Common Measure Fund",
    tagline="",
    address="",
    site="https://fund.example",
    mail="fund@example.org",
)
OWN = PublisherProfile(prefix="360G-example", name="Common Measure Fund", org_id="GB-CHC-1164883")


@pytest.fixture
def round_(session: Session) -> Round:
    """An announced round with a joint award of 100,000.01 euros."""
    round_ = a_round(session, RoundState.ANNOUNCED)
    funders = [
        a_funder(session, "Lilliput Foundation", code="lilliput", org_id="GB-CHC-1234567"),
        a_funder(session, "Erewhon Trust", code="erewhon"),
    ]
    an_award(
        session,
        awarded(session, round_, an_organisation(session, ror="05d5mza29")),
        {funders[0].id: 7_000_000, funders[1].id: 3_000_001},
    )
    return round_


def awarded(session: Session, round_: Round, organisation: Any) -> Any:
    return an_application(session, round_, organisation, ApplicationState.AWARDED)


def written(session: Session, round_: Round, format_: OpenFormat = OpenFormat.JSON) -> bytes:
    session.flush()
    made = open_data_file(session, round_.reference, format=format_, fund=FUND, now=NOW)
    return made.content


def package(session: Session, round_: Round) -> Any:
    return json.loads(written(session, round_))


def test_each_contribution_is_a_record_of_its_own(session: Session, round_: Round) -> None:
    made = package(session, round_)
    assert faults(made) == []
    name = f"{round_.reference}-001"
    assert [grant["id"] for grant in made["grants"]] == [
        f"360G-sample-{name}-erewhon",
        f"360G-sample-{name}-lilliput",
    ]
    assert [grant["fundingOrganization"] for grant in made["grants"]] == [
        [{"id": "360G-sample-org-erewhon", "name": "Erewhon Trust"}],
        [{"id": "GB-CHC-1234567", "name": "Lilliput Foundation"}],
    ]
    assert [grant["amountAwarded"] for grant in made["grants"]] == [30_000.01, 70_000]
    for grant in made["grants"]:
        assert grant["relatedActivity"] == [f"360G-sample-{name}"]
        assert [one["code"] for one in grant["grantProgramme"]] == [round_.reference]
        assert grant["recipientOrganization"] == [
            {
                "id": "XI-ROR-05d5mza29",
                "name": "Zembla Gauge",
                "location": [{"countryCode": "KE"}],
            }
        ]
        assert grant["currency"] in codes("currency")
        assert grant["awardDate"] == "2026-11-02"
        assert grant["url"] == f"https://fund.example/awards/{name}"
    assert (made["version"], made["issued"]) == ("1.4", "2026-11-02T09:00:00Z")


@pytest.mark.parametrize(
    "spoil",
    [
        *(
            pytest.param(lambda grant, name=name: grant.pop(name), id=f"no {name}")
            for name in (
                *("id", "title", "description", "currency", "amountAwarded", "awardDate"),
                *("recipientOrganization", "fundingOrganization"),
            )
        ),
        pytest.param(lambda grant: grant.update(currency="EURO"), id="currency"),
        pytest.param(lambda grant: grant.update(amountAwarded="70000"), id="text for a number"),
        pytest.param(lambda grant: grant.update(awardDate="02/11/2026"), id="date"),
        pytest.param(lambda grant: grant.update(fromOpenCall="maybe"), id="open call"),
    ],
)
def test_the_schema_finds_what_is_wrong(
    session: Session, round_: Round, spoil: Callable[[Any], Any]
) -> None:
    made = package(session, round_)
    wrong = copy.deepcopy(made)
    spoil(wrong["grants"][0])
    assert (faults(made), len(faults(wrong))) == ([], 1)


def test_the_table_has_the_headings_and_rows_of_the_package(
    session: Session, round_: Round
) -> None:
    assert set(HEADINGS) - headings() == set()
    rows = list(csv.DictReader(StringIO(written(session, round_, OpenFormat.CSV).decode())))
    grants = package(session, round_)["grants"]
    assert [row["Identifier"] for row in rows] == [grant["id"] for grant in grants]
    assert sum(Decimal(row["Amount Awarded"]) for row in rows) == Decimal("100000.01")
    assert {row["Recipient Org:Location:Country Code"] for row in rows} == {"KE"}
    assert {row["Recipient Ind:Name"] for row in rows} == {""}


def test_the_same_state_gives_the_same_bytes_at_any_time(session: Session, round_: Round) -> None:
    first = written(session, round_)
    later = open_data_file(
        session,
        round_.reference,
        format=OpenFormat.JSON,
        fund=FUND,
        now=NOW + timedelta(days=300),
    )
    assert later.content == first


def test_a_person_is_named_only_with_consent(session: Session, round_: Round) -> None:
    person = an_organisation(session, "Ada Sample", is_individual=True, country="GB")
    funder = a_funder(session, code="third")
    an_award(session, awarded(session, round_, person), {funder.id: 100})
    text = written(session, round_).decode()
    assert "Ada Sample" not in text
    assert faults(json.loads(text)) == []
    unnamed = json.loads(text)["grants"][2]
    identifier = f"360G-sample-person-{round_.reference}-002"
    assert unnamed["recipientIndividual"] == {"id": identifier, "name": "Individual Recipient"}
    person.may_be_named = True
    named = package(session, round_)["grants"][2]
    assert named["recipientIndividual"] == {"id": identifier, "name": "Ada Sample"}


@pytest.mark.parametrize("state", list(AwardState))
def test_only_awards_in_force_are_published(session: Session, state: AwardState) -> None:
    round_ = a_round(session, RoundState.CLOSED, kind=RoundKind.PRIZE)
    application = awarded(session, round_, an_organisation(session))
    an_award(session, application, {a_funder(session).id: 100}, state)
    if state in {AwardState.ISSUED, AwardState.ACCEPTED}:
        assert faults(package(session, round_)) == []
    else:
        with pytest.raises(NotFound, match="No award of this round is in force"):
            written(session, round_)


def test_parts_that_do_not_add_up_are_never_published(session: Session, round_: Round) -> None:
    session.query(Decision).one().amount = 10_000_000
    with pytest.raises(WrongState, match="do not add up to the award"):
        written(session, round_)


def test_a_currency_that_the_standard_lacks_is_said(session: Session, round_: Round) -> None:
    round_.currency = "SLE"
    with pytest.raises(WrongState, match="does not know the currency SLE"):
        written(session, round_)


def test_a_round_under_embargo_has_no_file(session: Session, round_: Round) -> None:
    round_.announced_at = NOW + timedelta(seconds=1)
    for format_ in OpenFormat:
        with pytest.raises(NotFound, match="No results are public"):
            written(session, round_, format_)


def test_a_change_moves_the_date_of_the_record_and_of_the_package(
    session: Session, round_: Round
) -> None:
    session.query(Award).one().answered_at = NOW + timedelta(days=1)
    made = package(session, round_)
    assert {grant["dateModified"] for grant in made["grants"]} == {"2026-11-03T09:00:00Z"}
    assert (made["issued"], made["modified"]) == ("2026-11-02T09:00:00Z", "2026-11-03T09:00:00Z")


def test_ten_awards_take_as_many_statements_as_one(session: Session, round_: Round) -> None:
    taken = []
    session.flush()
    for _ in range(2):
        with counted_statements() as counted:
            written(session, round_)
        taken.append(len(counted))
        for _ in range(9):
            application = awarded(session, round_, an_organisation(session))
            an_award(session, application, {a_funder(session).id: 100})
        session.flush()
    assert taken[0] == taken[1] == 5


def test_the_publisher_is_kept_once_and_guarded(session: Session, round_: Round) -> None:
    manager = actor_for(session, a_manager(session).id)
    row = set_publisher(session, OWN, version=0, actor=manager, now=NOW)
    made = package(session, round_)
    assert made["publisher"] == {"name": "Common Measure Fund", "identifier": "GB-CHC-1164883"}
    assert {grant["id"].rpartition(f"-{round_.reference}")[0] for grant in made["grants"]} == {
        "360G-example"
    }
    assert "sample" not in made["description"]
    assert set_publisher(session, OWN, version=0, actor=manager, now=NOW).version == 1
    renamed = PublisherProfile(prefix="360G-example", name="Another Fund")
    with pytest.raises(StaleVersion):
        set_publisher(session, renamed, version=0, actor=manager, now=NOW)
    assert set_publisher(session, renamed, version=1, actor=manager, now=NOW).id == row.id
    stranger = actor_for(session, a_person(session).id)
    with pytest.raises(NotAllowed):
        set_publisher(session, OWN, version=2, actor=stranger, now=NOW)
    wrong = PublisherProfile(prefix="example", name="", website="no address", licence="all mine")
    with pytest.raises(InvalidInput) as refused:
        set_publisher(session, wrong, version=2, actor=manager, now=NOW)
    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["prefix", "website", "name", "licence"]
