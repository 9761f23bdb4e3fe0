"""Audit lines in words."""

import pytest

from fundapp.domain.audit_sentences import audit_sentence, detail_lines


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ("application.submitted", "Ada submitted an application"),
        ("round.opened", "Ada opened a round"),
        ("person.signed_in", "Ada signed in"),
        ("issued_document.issued", "Ada issued a document"),
        ("new_thing.put_aside", "Ada put aside a new thing"),
    ],
)
def test_says_who_did_what(event: str, sentence: str) -> None:
    assert audit_sentence(event, "Ada") == sentence


def test_the_system_acts_too() -> None:
    assert audit_sentence("person.anonymised", None) == "The system made a person anonymous"


def test_details_in_order_and_without_empty_ones() -> None:
    details = {"reason": "", "is_late": True, "counts": {"award": 2, "decline": 3}, "after": [1, 2]}
    assert detail_lines(details) == [
        "after: 1, 2",
        "counts: award 2, decline 3",
        "is late: yes",
    ]
