"""Identifiers of other registers: what is taken, and what each wrong one is told."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from fundapp.domain.errors import InvalidInput
from fundapp.domain.identifiers import (
    COUNTRIES,
    own_org_id,
    read_country,
    read_currency,
    read_orcid,
    read_org_id,
    read_prefix,
    read_ror,
)

CODELISTS = Path(__file__).parents[1] / "data" / "360giving" / "codelists"

Reader = Callable[[str], str]


@pytest.mark.parametrize(
    ("reader", "typed", "kept"),
    [
        (read_ror, "05d5mza29", "05d5mza29"),
        (read_ror, " https://ror.org/02MHBDP94 ", "02mhbdp94"),
        (read_ror, "ror.org/00k4n6c32/", "00k4n6c32"),
        (read_ror, "", ""),
        (read_orcid, "0000-0002-1825-0097", "0000-0002-1825-0097"),
        (read_orcid, "https://orcid.org/0000-0002-1694-233x", "0000-0002-1694-233X"),
        (read_orcid, "0000000218250097", "0000-0002-1825-0097"),
        (read_orcid, "  ", ""),
        (read_org_id, "GB-COH-01234567", "GB-COH-01234567"),
        (read_org_id, "gb-coh-SC123456", "GB-COH-SC123456"),
        (read_org_id, "GB-CHC-1164883", "GB-CHC-1164883"),
        (read_org_id, "US-EIN-12-3456789", "US-EIN-12-3456789"),
        (read_org_id, "CA-CRA_ACR-118831080RR0001", "CA-CRA_ACR-118831080RR0001"),
        (read_org_id, "XI-ROR-05d5mza29", "XI-ROR-05d5mza29"),
        (read_org_id, "XI-LEI-506700GE1G29325QX363", "XI-LEI-506700GE1G29325QX363"),
        (read_org_id, "360G-example", "360G-example"),
        (read_org_id, "", ""),
        (read_currency, " kes ", "KES"),
        (read_country, "ke", "KE"),
        (read_prefix, "360G-example", "360G-example"),
    ],
)
def test_what_is_pasted_is_kept_in_one_form(reader: Reader, typed: str, kept: str) -> None:
    assert reader(typed) == kept


@pytest.mark.parametrize(
    ("reader", "typed", "sentence"),
    [
        (
            read_ror,
            "02mhbdp95",
            "The check digits of this ROR identifier do not fit: a sign of “02mhbdp95” is wrong.",
        ),
        (
            read_ror,
            "https://ror.org/12",
            "A ROR identifier is 0, six letters or digits, and two digits, such as "
            "https://ror.org/05d5mza29. You entered “https://ror.org/12”.",
        ),
        (
            read_orcid,
            "0000-0002-1825-0098",
            "The check digits of this ORCID do not fit: a sign of “0000-0002-1825-0098” is wrong.",
        ),
        (
            read_orcid,
            "0000-0002",
            "An ORCID has 16 digits, such as 0000-0002-1825-0097; the last may be an X. "
            "You entered “0000-0002”.",
        ),
        (
            read_org_id,
            "01234567",
            "Enter the code of the register and the number in it, such as GB-COH-01234567. "
            "You entered “01234567”.",
        ),
        (
            read_org_id,
            "QQ-COH-01234567",
            "No country has the code QQ. Compare the first two letters.",
        ),
        (
            read_org_id,
            "GB-COH-1234567",
            "A number of this register looks like GB-COH-01234567. You entered “GB-COH-1234567”.",
        ),
        (
            read_org_id,
            "XI-ROR-02mhbdp95",
            "The check digits of this ROR identifier do not fit: a sign of “02mhbdp95” is wrong.",
        ),
        (
            read_org_id,
            "XI-LEI-506700GE1G29325QX364",
            "The check digits of this LEI do not fit: a sign of “506700GE1G29325QX364” is wrong.",
        ),
        (read_org_id, f"GB-X1-{'9' * 120}", "Shorten the identifier to 120 characters."),
        (
            read_currency,
            "EURO",
            "Enter the three letters of a currency, such as EUR, GBP or KES. You entered “EURO”.",
        ),
        (
            read_country,
            "UK",
            "Enter the two letters of a country, such as KE or GB. You entered “UK”.",
        ),
        (
            read_prefix,
            "example",
            "Enter the prefix that 360Giving gave the fund: 360G-, then letters, digits and "
            "hyphens, such as 360G-example. You entered “example”.",
        ),
    ],
)
def test_a_wrong_one_is_told_what_to_mend(reader: Reader, typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        reader(typed)
    assert [problem.sentence for problem in refused.value.problems] == [sentence]


@pytest.mark.parametrize("ror", ["05d5mza29", "02mhbdp94"])
def test_one_wrong_sign_of_a_ror_is_always_found(ror: str) -> None:
    found = 0
    for place in range(1, 9):
        for sign in "0123456789":
            wrong = ror[:place] + sign + ror[place + 1 :]
            if wrong != ror:
                found += 1
                with pytest.raises(InvalidInput):
                    read_ror(wrong)
    assert found > 60


def test_the_countries_are_those_of_the_codelist() -> None:
    with (CODELISTS / "countryCode.csv").open(newline="") as lines:
        assert {row["Code"] for row in csv.DictReader(lines)} == COUNTRIES


def test_an_organisation_without_a_register_has_an_identifier_of_the_fund() -> None:
    assert own_org_id("360G-example", "EVF-2026-014") == "360G-example-org-evf-2026-014"
