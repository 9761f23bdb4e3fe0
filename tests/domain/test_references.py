import pytest

from fundapp.domain.errors import InvalidInput
from fundapp.domain.references import (
    LetterKind,
    announcement_reference,
    application_reference,
    letter_reference,
    round_reference,
)


@pytest.mark.parametrize(
    ("ordinal", "reference"),
    [
        (1, "EVF-2026"),
        (2, "EVF-2026B"),
        (26, "EVF-2026Z"),
        (27, "EVF-2026AA"),
        (52, "EVF-2026AZ"),
        (53, "EVF-2026BA"),
    ],
)
def test_rounds_of_one_year_get_letters(ordinal, reference):
    assert round_reference("EVF", year=2026, ordinal=ordinal) == reference


@pytest.mark.parametrize("prefix", ["", "E", "evf", "EVF-1", "1EVF", "EVALUATION", "É1"])
def test_a_prefix_that_cannot_stand_on_paper_is_refused(prefix):
    with pytest.raises(InvalidInput) as refused:
        round_reference(prefix, year=2026)
    assert refused.value.problems[0].sentence == (
        "Use two to eight capital letters or digits, the first a letter, such as EVF."
    )


def test_rounds_are_numbered_from_one():
    with pytest.raises(ValueError, match="from 1"):
        round_reference("EVF", year=2026, ordinal=0)


@pytest.mark.parametrize(
    ("number", "reference"), [(1, "EVF-2026-001"), (14, "EVF-2026-014"), (1000, "EVF-2026-1000")]
)
def test_applications_are_numbered(number, reference):
    assert application_reference("EVF-2026", number=number) == reference


def test_letters_and_announcements_carry_their_version():
    assert letter_reference("EVF-2026-014", LetterKind.AWARD, version=1) == "EVF-2026-014-A1"
    assert letter_reference("EVF-2026-014", LetterKind.DECLINE, version=2) == "EVF-2026-014-D2"
    assert announcement_reference("EVF-2026B", version=1) == "EVF-2026B-N1"


def test_numbers_and_versions_begin_at_one():
    with pytest.raises(ValueError, match="from 1"):
        application_reference("EVF-2026", number=0)
    with pytest.raises(ValueError, match="from 1"):
        announcement_reference("EVF-2026", version=0)
