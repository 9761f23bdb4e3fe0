"""Samples of lm-evaluation-harness: one line of JSON for each document and filter."""

from collections.abc import Iterator, Mapping
from typing import Any

from fundapp.evidence.safe_json import listing, mapping
from fundapp.evidence.sample import Message, Sample, SampleScore, as_text, is_right


def lm_eval_sample(data: Any) -> Sample:
    """Return one sample; what is missing or of another type is left out."""
    row = mapping(data)
    sieve = as_text(row.get("filter"))
    name = as_text(row.get("doc_id"))[:120] or "?"
    return Sample(
        name=name if sieve in {"", "none"} else f"{name} ({sieve[:40]})",
        messages=tuple(_asked(mapping(row.get("arguments")))),
        target=as_text(row.get("target")),
        output="\n".join(map(_answer, listing(row.get("filtered_resps")))),
        scores=tuple(_scores(row)),
    )


def _answer(value: Any) -> str:
    """Return an answer; a likelihood comes as a number and whether it is the likeliest."""
    if isinstance(value, list) and len(value) == 2:
        return f"{as_text(value[0])} ({as_text(value[1])})"
    return as_text(value)


def _asked(arguments: Mapping[str, Any]) -> Iterator[Message]:
    """Yield the prompt once, then what may follow it: the answers that are offered."""
    prompts: dict[str, None] = {}
    offered: list[str] = []
    for one in arguments.values():
        request = mapping(one)
        prompts.setdefault(as_text(request.get("arg_0")))
        if isinstance(request.get("arg_1"), str):
            offered.append(as_text(request["arg_1"]).strip())
    yield from (Message("user", prompt) for prompt in prompts if prompt)
    if offered:
        yield Message("answers offered", "\n".join(offered))


def _scores(row: Mapping[str, Any]) -> Iterator[SampleScore]:
    for metric in listing(row.get("metrics")):
        if isinstance(metric, str) and metric in row:
            value = row[metric]
            yield SampleScore(
                name=metric[:120], value=as_text(value)[:200], is_right=is_right(value)
            )
