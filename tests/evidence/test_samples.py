"""Samples of real logs one by one, searched, and of damaged ones without a crash."""

import random
import time
from typing import Any

import pytest
from hypothesis import given, settings

from fundapp.evidence.record import EvidenceRefused, RefusalCode
from fundapp.evidence.sample import Message, Sample, SampleScore
from fundapp.evidence.samples import NO_SAMPLES, Found, SampleLog, open_samples
from tests.evidence.logs import SINGLE, a_zip, as_json, content_of, inspect_log
from tests.evidence.test_hostile_logs import JSON_VALUES

MOCK = "inspect/capitals_mock_zstd_epochs2.eval"
TEN = "inspect/popularity_10-samples_deflate.eval"
LINES = "lm-eval/samples_capital_cities_demo.jsonl"
SECONDS = 2.0


def touched(content: bytes) -> int:
    """Open a log, look at every sample and search; return how many there are, within the time."""
    begun = time.perf_counter()
    try:
        log = open_samples(content)
    except EvidenceRefused:
        return 0
    for place in range(len(log)):
        try:
            assert log.at(place).all_text is not None
        except EvidenceRefused:
            continue
    log.search("the", only_wrong=True)
    assert time.perf_counter() - begun < SECONDS
    return len(log)


def test_a_sample_says_what_was_asked_and_what_came_back() -> None:
    log = open_samples(content_of(MOCK))
    assert log.ids == [*"1234", *(f"{n} (epoch 2)" for n in range(1, 5))]
    sample = log.at(0)
    assert sample.messages == (
        Message("user", "What is the capital of France?"),
        Message("assistant", "Paris"),
    )
    assert (sample.target, sample.output) == ("Paris", "Paris")
    assert sample.scores == (
        SampleScore(name="match", value="C", explanation="Paris", is_right=True),
    )
    assert (sample.tokens, sample.seconds) == (17, 0.676)
    with pytest.raises(IndexError):
        log.at(8)


def test_likelihoods_of_offered_answers_are_told() -> None:
    sample = open_samples(content_of(LINES)).at(0)
    assert sample.messages[1] == Message("answers offered", "Paris\nLyon\nNice")
    assert sample.output.splitlines()[0] == "-0.2604923103919594 (False)"
    assert sample.scores == (SampleScore(name="acc", value="1.0", is_right=True),)


@pytest.mark.parametrize(
    ("name", "count"),
    [(TEN, 10), (LINES, 8), ("inspect/popularity_cancelled.json", 3)],
)
def test_every_sample_of_a_log_is_there(name: str, count: int) -> None:
    assert touched(content_of(name)) == count


def test_a_search_finds_all_its_words_whatever_their_case() -> None:
    log = open_samples(content_of(TEN))
    assert log.search("ECONOMIC societal").places == (0,)
    assert log.search("economic unheard-of").places == ()
    wrong = log.search("", only_wrong=True).places
    assert [log.at(place).scores[0].value for place in wrong] == ["I"] * len(wrong) != []


def test_a_search_stops_where_the_archive_has_given_enough() -> None:
    whole = open_samples(content_of(TEN))

    def read(place: int) -> Sample:
        if place == 3:
            raise EvidenceRefused(RefusalCode.TOO_LARGE, "Enough.")
        return whole.at(place)

    assert whole.search("") == Found(places=tuple(range(10)))
    assert SampleLog(whole.ids, read).search("") == Found(places=(0, 1, 2), is_cut=True)


def test_a_log_of_results_has_none() -> None:
    with pytest.raises(EvidenceRefused, match=NO_SAMPLES):
        open_samples(content_of("lm-eval/results_capital_cities_demo.json"))


def test_texts_kept_elsewhere_in_a_sample_are_put_in_place() -> None:
    key = "0" * 32
    row = {
        "id": 7,
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": f"attachment://{key}"}]},
            {"role": "assistant", "content": "", "tool_calls": [
                {"function": "bash", "arguments": {"cmd": "ls"}}]},
        ],
        "attachments": {key: "A long question."},
    }  # fmt: skip
    log = open_samples(as_json(inspect_log() | {"samples": [row]}))
    assert [message.text for message in log.at(0).messages] == [
        "A long question.",
        '→ bash({"cmd": "ls"})',
    ]


def test_requests_of_helm_are_samples() -> None:
    state = {
        "instance": {
            "id": "id7",
            "input": {"text": "2 + 2?"},
            "references": [
                {"output": {"text": "5"}, "tags": []},
                {"output": {"text": "4"}, "tags": ["correct"]},
            ],
        },
        "request": {"prompt": "Answer. 2 + 2?"},
        "result": {"completions": [{"text": " 4"}], "request_time": 0.5},
    }
    content = as_json({"request_states": [state]})
    for given_content in (content, a_zip(run__scenario_state_json=content)):
        sample = open_samples(given_content).at(0)
        assert (sample.name, sample.target, sample.output) == ("id7", "4", " 4")
        assert sample.messages == (Message("user", "Answer. 2 + 2?"),)


@pytest.mark.parametrize("name", SINGLE)
def test_damaged_logs_never_crash(name: str) -> None:
    content, chance = content_of(name), random.Random(11)
    for tenth in range(10):
        touched(content[: len(content) * tenth // 10])
    for _ in range(30):
        changed = bytearray(content)
        for _ in range(chance.choice((1, 5, 25))):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        touched(bytes(changed))


@settings(max_examples=120, deadline=None)
@given(value=JSON_VALUES)
def test_any_value_may_stand_in_a_sample(value: Any) -> None:
    keys = ("id", "epoch", "input", "messages", "output", "scores", "error", "model_usage")
    rows = [{key: value} for key in keys] + [{key: [value] for key in keys}, value]
    rows.append({"messages": [{"content": value, "tool_calls": [value]}], "scores": {"a": value}})
    touched(as_json(inspect_log() | {"samples": rows}))
    touched(as_json({"request_states": [value, {"instance": value, "result": value}]}))
