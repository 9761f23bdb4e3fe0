"""Claims that a text makes, and which of them its logs support."""

import pytest

from fundapp.evidence.claims import (
    Claim,
    ClaimKind,
    Support,
    claim_warnings,
    claims_in,
    unsupported_claims,
)
from fundapp.evidence.record import EvidenceRecord
from tests.evidence.logs import read_one


def support_in(record: EvidenceRecord | None) -> Support:
    """What one real log says."""
    assert record is not None
    assert record.model is not None
    return Support(
        values=tuple(
            one.value for run in record.runs for one in run.metrics if one.value is not None
        ),
        models=(record.model,),
        tasks=tuple(name for run in record.runs for name in (run.task, run.dataset) if name),
    )


SIMPLEQA = support_in(read_one("inspect/simpleqa_llm-judge_header.json").record)


def test_claims_stand_in_sentences_that_tell_a_result() -> None:
    text = (
        "We ask for 30 % of the budget. Claude-3 is a model. It has an accuracy of 87.5 % on MMLU."
    )
    assert claims_in(text) == [
        Claim(ClaimKind.NUMBER, "87.5 %", "It has an accuracy of 87.5 % on MMLU."),
        Claim(ClaimKind.TASK, "MMLU", "It has an accuracy of 87.5 % on MMLU."),
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Accuracy on SimpleQA is 43.1 % for claude-opus-4-6.", []),
        ("Accuracy on SimpleQA is 43 %.", []),
        ("Accuracy is 0.431.", []),
        ("L'exactitude est de 43,1 %.", []),
        ("The error rate is 56.9 %.", []),
        ("Accuracy is 43.2 %.", ["43.2 %"]),
        ("Accuracy on GPQA is 43.1 %.", ["GPQA"]),
        ("gpt-4o has a score of 43.1 %.", ["gpt-4o"]),
        ("We save 80 % of the time.", []),
    ],
)
def test_what_no_log_supports_is_left(text: str, left: list[str]) -> None:
    assert [claim.words for claim in unsupported_claims(text, SIMPLEQA)] == left


def test_metrics_in_percent_support_a_share() -> None:
    assert unsupported_claims("A score of 87.5 %.", Support(values=(87.5,))) == []


def test_without_logs_nothing_is_said() -> None:
    assert claim_warnings("Accuracy is 99 %.", None) == []


def test_a_warning_names_what_is_missing() -> None:
    (warning,) = claim_warnings("Accuracy is 99 %.", SIMPLEQA)
    assert warning.text == "The text says “99 %”, but no log has this number."


def test_a_long_text_is_read_once_through() -> None:
    assert [claim.words for claim in claims_in("accuracy 0.55 " * 50_000)] == ["0.55"]
