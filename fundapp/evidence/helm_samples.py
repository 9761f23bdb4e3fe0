"""Samples of HELM: the states of a scenario (`scenario_state.json`), one for each request."""

from collections.abc import Iterator, Mapping
from typing import Any

from fundapp.evidence.safe_json import listing, mapping, number
from fundapp.evidence.sample import Message, Sample, as_text


def helm_samples(data: Any) -> Iterator[Sample]:
    """Yield the samples of a run; what is missing or of another type is left out."""
    for one in listing(mapping(data).get("request_states")):
        state = mapping(one)
        instance, result = mapping(state.get("instance")), mapping(state.get("result"))
        request = mapping(state.get("request"))
        completions = (mapping(each) for each in listing(result.get("completions")))
        yield Sample(
            name=as_text(instance.get("id"))[:120] or "?",
            messages=(Message("user", _asked(request, instance)),),
            target="\n".join(_correct(instance)),
            output="\n".join(as_text(each.get("text")) for each in completions),
            error=as_text(result.get("error")),
            seconds=number(result.get("request_time")),
        )


def _asked(request: Mapping[str, Any], instance: Mapping[str, Any]) -> str:
    return as_text(request.get("prompt")) or as_text(mapping(instance.get("input")).get("text"))


def _correct(instance: Mapping[str, Any]) -> Iterator[str]:
    for one in listing(instance.get("references")):
        reference = mapping(one)
        if "correct" in listing(reference.get("tags")):
            yield as_text(mapping(reference.get("output")).get("text"))
