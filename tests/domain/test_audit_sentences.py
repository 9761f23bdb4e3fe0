"""Audit lines in words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import fundapp
from fundapp.domain.audit_events import ACTS
from fundapp.domain.audit_sentences import audit_sentence, detail_lines, ids_in
from fundapp.domain.states import ConflictState, NominationState, RerunState, RoundState

SOURCE = Path(fundapp.__file__).parent
BY_VALUE: dict[str, set[str]] = {
    "assignment.": {"accepted", "refused"},
    "conflict.": {"declared", *ConflictState},
    "nomination.": {*NominationState},
    "rerun.": {*RerunState} - {RerunState.DELIVERED},
    "review.": {"submitted", "revised"},
    "round.": {"opened", "advanced", RoundState.DECIDED, RoundState.ANNOUNCED},
}
"""What may follow where the source puts an event's name together."""


def recorded() -> Iterator[str]:
    """Every event that a call of record_event in the source may write."""
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        texts = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "record_event":
                yield from events_of(node.args[1], texts)


def events_of(written: ast.expr, texts: dict[str, ast.expr]) -> Iterator[str]:
    if isinstance(written, ast.Constant):
        yield str(written.value)
    elif isinstance(written, ast.JoinedStr):
        prefix = written.values[0]
        assert isinstance(prefix, ast.Constant), ast.unparse(written)
        start = str(prefix.value)
        yield from (f"{start}{act}" for act in BY_VALUE[start])
    elif isinstance(written, ast.Name) and written.id in texts:
        yield from events_of(texts[written.id], texts)
    elif ast.unparse(written) == "DRAFT_DELETED":
        yield "round.deleted"
    elif ast.unparse(written) == "event":
        return  # helpers of services hand the name on: see below
    else:
        raise AssertionError(f"which event is {ast.unparse(written)}?")


def handed_on() -> Iterator[str]:
    """Events whose names services hand to a function of their own."""
    for name in ("allocation_plans", "citations", "contributions", "funding_wishes"):
        tree = ast.parse((SOURCE / "services" / f"{name}.py").read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "_record":
                yield str(ast.literal_eval(node.args[1]))


def test_every_event_that_is_written_has_its_words_and_no_other_has() -> None:
    assert {*recorded(), *handed_on()} == set(ACTS)


@pytest.mark.parametrize("event", sorted(ACTS))
def test_no_words_end_in_codes(event: str) -> None:
    assert "_" not in ACTS[event]
    assert ACTS[event] == ACTS[event].strip(" .")


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ("application.submitted", "Ada submitted an application"),
        ("person.signed_in", "Ada signed in"),
        ("old_thing.put_aside", "Ada old thing: put aside"),
    ],
)
def test_says_who_did_what(event: str, sentence: str) -> None:
    assert audit_sentence(event, "Ada") == sentence


def test_the_system_acts_too() -> None:
    assert audit_sentence("person.anonymised", None) == "The system made a person anonymous"


@pytest.mark.parametrize(
    ("details", "lines"),
    [
        (
            {
                "reason": "",
                "is_late": True,
                "counts": {"award": 2, "decline": 3},
                "fields": ["a_b"],
            },
            ["counts: award 2, decline 3", "fields: a b", "is late: yes"],
        ),
        ({"amount": 2_050_000}, ["amount: EUR 20,500"]),
        ({"envelope_money": 1, "amount": None}, ["envelopes together: EUR 0.01"]),
        (
            {"contributions": {"f2": 100, "f1": 200}},
            ["contributions: Erewhon Trust EUR 2, Lilliput Foundation EUR 1"],
        ),
        (
            {"application_id": "a1", "person_id": "p9"},
            ["application: EVF-2026-001", "person: deleted since"],
        ),
        ({"before": "under_review", "after": "open"}, ["from: under review", "to: open"]),
        ({"source": "same_mail_domain"}, ["source: same mail domain"]),
        ({"sha256": "ab" * 32}, [f"SHA-256: {'ab' * 8}"]),
        ({"files": {"decisions_1.csv": "cd" * 32}}, [f"files: decisions_1.csv {'cd' * 8}"]),
        ({"until": "2026-12-14T15:00:00+00:00"}, ["until: 14 December 2026, 15:00 UTC"]),
    ],
)
def test_details_read_as_words(details: dict[str, object], lines: list[str]) -> None:
    names = {"a1": "EVF-2026-001", "f1": "Erewhon Trust", "f2": "Lilliput Foundation"}
    assert detail_lines(details, names=names, currency="EUR") == lines


def test_a_sum_without_a_round_says_what_it_counts() -> None:
    assert detail_lines({"amount": 1_200}, names={}) == ["amount: 1,200 minor units"]


def test_the_ids_that_want_a_name() -> None:
    details = {"contributions": {"f1": 1, "f2": 2}, "person_id": "p1", "reason": "x", "count": 3}
    assert list(ids_in(details)) == ["f1", "f2", "p1"]
