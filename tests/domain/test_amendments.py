"""What one version of an award changes in the one before, told and kept."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from fundapp.domain.amendments import (
    AwardTerms,
    Part,
    Planned,
    check_terms,
    terms_as_data,
    terms_from_data,
    what_changed,
)

A, B = UUID(int=1), UUID(int=2)
NAMES = {A: "Lilliput Foundation", B: "Erewhon Trust"}
TERMS = AwardTerms(
    parts={A: Part(amount=100_00, condition="Name us.", paid_when="on acceptance")},
    conditions=("Publish.", "Report."),
    tranches=(Planned(amount=100_00, released_by="Signature", not_before_on=date(2027, 1, 15)),),
    answer_by=date(2026, 12, 1),
)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, ()),
        (
            {"parts": {**TERMS.parts, B: Part(amount=50_00)}},
            (
                "The award: EUR 150, before EUR 100.",
                "Erewhon Trust pays EUR 50, before nothing.",
            ),
        ),
        (
            {"parts": {A: Part(amount=100_00)}},
            (
                "Lilliput Foundation asks: nothing of its own.",
                "Lilliput Foundation pays: as the instalments say.",
            ),
        ),
        (
            {"conditions": ("Report.", "Share.")},
            ("New condition: Share.", "No longer asked: Publish."),
        ),
        ({"conditions": ("Report.", "Publish.")}, ("The conditions stand in another order.",)),
        (
            {"tranches": (), "answer_by": None},
            ("Paid at once.", "No day to answer."),
        ),
        ({"answer_by": date(2026, 12, 9)}, ("Answer by 9 December 2026.",)),
    ],
)
def test_changes_are_told_in_sentences(change: dict[str, object], told: tuple[str, ...]) -> None:
    after = replace(TERMS, **change)  # type: ignore[arg-type]
    assert what_changed(TERMS, after, names=NAMES, currency="EUR") == told


def test_what_is_kept_comes_back_whole() -> None:
    assert terms_from_data(terms_as_data(TERMS)) == TERMS


def test_instalments_add_up_to_the_award() -> None:
    wrong = replace(TERMS, tranches=(Planned(amount=90_00, released_by=""),))
    assert [problem.sentence for problem in check_terms(wrong, currency="EUR")] == [
        "Say what releases each instalment, in at most 200 characters.",
        "The instalments add up to EUR 90. The award is EUR 100.",
    ]
