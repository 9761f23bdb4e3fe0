"""What the scorers of an Inspect log found, and who judged."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from fundapp.evidence.record import Metric
from fundapp.evidence.safe_json import count, is_bad_number, listing, mapping, number, text

_ERRORS = {"stderr", "bootstrap_stderr"}
_SPREADS = {*_ERRORS, "std", "var"}
_MEANS = ("accuracy", "mean")
_GRADED = ("model_graded", "llm_judge", "grader", "judge")


def metrics(results: Mapping[str, Any], *, task: str | None, n: int | None) -> Iterable[Metric]:
    """Yield the metrics of all scorers, each with its standard error and its samples.

    n: samples scored, for a scorer that does not say how many it scored (over epochs a scorer
    counts a sample once). A name that several scorers use has its scorer before it.
    """
    scores = [mapping(one) for one in listing(results.get("scores"))]
    if not scores and "metrics" in results:
        scores = [results]  # the first version of the format has one scorer only
    bare = Counter(name for one in scores for name in mapping(one.get("metrics")))
    for one in scores:
        values = mapping(one.get("metrics"))
        errors = next((values[name] for name in values if name in _ERRORS), None)
        scorer = text(one.get("name")) or text(mapping(one.get("scorer")).get("name"))
        told = count(one.get("scored_samples"))
        for name, value in values.items():
            if name in _SPREADS and set(values) - _SPREADS:
                continue
            has_error = name in _MEANS or len(set(values) - _SPREADS) == 1
            yield _metric(
                text(name) or "" if bare[name] == 1 else f"{scorer}/{text(name)}",
                mapping(value).get("value", value),
                mapping(errors).get("value", errors) if has_error else None,
                task=task,
                n=n if told is None else told,
            )


def _metric(name: str, value: Any, error: Any, *, task: str | None, n: int | None) -> Metric:
    return Metric(
        name=name,
        task=task,
        value=number(value),
        stderr=number(error),
        n=n,
        has_bad_number=is_bad_number(value) or is_bad_number(error),
    )


def scorers(log: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the scorers as they were asked for, then as they reported."""
    head, results = mapping(log.get("eval")), mapping(log.get("results"))
    found = [*listing(head.get("scorers")), *listing(results.get("scores"))]
    return [mapping(one) for one in found]


def judge_of(log: Mapping[str, Any]) -> str | None:
    """Return the model that grades: of a scorer's options, or the one in the role of grader."""
    for scorer in scorers(log):
        for options in (mapping(scorer.get("options")), mapping(scorer.get("params"))):
            for name, value in options.items():
                if name == "model" or any(word in name for word in ("grader_model", "judge")):
                    found = text(mapping(value).get("model")) or text(value)
                    if found:
                        return found
    roles = mapping(mapping(log.get("eval")).get("model_roles"))
    for role in ("grader", "judge"):
        found = text(mapping(roles.get(role)).get("model")) or text(roles.get(role))
        if found:
            return found
    return None


def is_model_graded(log: Mapping[str, Any]) -> bool:
    """Tell whether a model graded, by the names of the scorers."""
    names = " ".join(text(one.get("name")) or "" for one in scorers(log)).casefold()
    return any(word in names for word in _GRADED)
