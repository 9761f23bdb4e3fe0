"""Samples of Inspect: messages in parts, texts kept elsewhere, values of scorers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fundapp.evidence.archives import Archive
from fundapp.evidence.inspect_logs import SUMMARIES
from fundapp.evidence.safe_json import count, listing, mapping, number, parse_json
from fundapp.evidence.sample import Message, Sample, SampleScore, as_text, is_right

_ELSEWHERE = re.compile(r"(?:attachment|tc)://([0-9a-f]{32})")
_TEXT_KEYS = ("text", "reasoning", "refusal")


def inspect_sample(data: Any) -> Sample:
    """Return one sample of an Inspect log; what is missing or of another type is left out."""
    row = mapping(data)
    kept = mapping(row.get("attachments"))
    output = mapping(row.get("output"))
    choices = [mapping(mapping(one).get("message")) for one in listing(output.get("choices"))]
    asked = listing(row.get("messages")) or _asked(row.get("input"))
    return Sample(
        name=_name(row),
        messages=tuple(_message(mapping(one), kept) for one in asked),
        target=as_text(row.get("target")),
        output="\n".join(filter(None, (_said(one, kept) for one in choices))),
        scores=tuple(_scores(mapping(row.get("scores")))),
        error=as_text(mapping(row.get("error")).get("message")),
        tokens=_tokens(mapping(row.get("model_usage"))),
        seconds=number(row.get("total_time")),
    )


def inspect_summaries(archive: Archive) -> Mapping[str, str]:
    """Return how a list calls each sample, by the name of its member; {} without summaries."""
    if SUMMARIES not in archive.names:
        return {}
    rows = [mapping(one) for one in listing(parse_json(archive.read(SUMMARIES)))]
    return {f"samples/{row.get('id')}_epoch_{row.get('epoch')}.json": _name(row) for row in rows}


def _name(row: Mapping[str, Any]) -> str:
    epoch = count(row.get("epoch"))
    name = as_text(row.get("id"))[:120] or "?"
    return f"{name} (epoch {epoch})" if epoch is not None and epoch > 1 else name


def _asked(value: Any) -> list[Any]:
    """Return the input as messages: a text is what the user says."""
    if isinstance(value, str):
        return [{"role": "user", "content": value}]
    return list(listing(value))


def _message(row: Mapping[str, Any], kept: Mapping[str, Any]) -> Message:
    return Message(as_text(row.get("role"))[:40], _said(row, kept))


def _said(row: Mapping[str, Any], kept: Mapping[str, Any]) -> str:
    lines = [_resolved(row.get("content"), kept), *_calls(row)]
    error = as_text(mapping(row.get("error")).get("message"))
    return "\n".join(filter(None, (*lines, error)))


def _resolved(content: Any, kept: Mapping[str, Any]) -> str:
    if isinstance(content, str):
        found = _ELSEWHERE.fullmatch(content.strip())
        return as_text(kept.get(found[1], content)) if found else as_text(content)
    return "\n".join(filter(None, (_part(mapping(one), kept) for one in listing(content))))


def _part(part: Mapping[str, Any], kept: Mapping[str, Any]) -> str:
    for key in _TEXT_KEYS:
        if isinstance(part.get(key), str):
            return _resolved(part[key], kept)
    return f"[{as_text(part.get('type'))[:40] or 'data'}]"


def _calls(row: Mapping[str, Any]) -> Iterator[str]:
    for one in listing(row.get("tool_calls")):
        call = mapping(one)
        yield f"→ {as_text(call.get('function'))[:200]}({as_text(call.get('arguments'))})"


def _scores(scores: Mapping[str, Any]) -> Iterator[SampleScore]:
    for name, one in scores.items():
        score = mapping(one)
        value = score.get("value")
        yield SampleScore(
            name=str(name)[:120],
            value=as_text(value)[:200],
            explanation=as_text(score.get("explanation") or score.get("answer")),
            is_right=is_right(value),
        )


def _tokens(usage: Mapping[str, Any]) -> int | None:
    found = [count(mapping(one).get("total_tokens")) for one in usage.values()]
    known = [one for one in found if one is not None]
    return sum(known) if known else None
