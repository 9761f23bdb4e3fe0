"""Compares an entry's claimed result with the log of a re-run: holds, differs, or cannot tell.

"Not beyond chance" alone would reward small re-runs: the fewer the samples, the wider the
interval, and the more it lets through. So a difference also has to be known well: its interval
may reach at most `widest_reach` to each side, else nothing is said (Walker and Nowacki 2011 on
reading intervals of equivalence).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import Any

from fundapp.evidence.comparison import LEVEL
from fundapp.evidence.results import Result, error_of, result_from_data, results_in

WIDEST_REACH = 0.25
"""The interval of the difference may reach this share of the claimed value to each side."""

WIDEST_REACH_OF_SHARE = 0.1
"""The same for values from 0 to 1, where a small value would ask for endless samples."""

LEAST_SAMPLES = 30
"""A re-run of fewer samples confirms nothing, unless the claim itself rests on no more."""


class Verdict(StrEnum):
    """What a re-run says of a claim."""

    HOLDS = "holds"
    DIFFERS = "differs"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, kw_only=True)
class RerunComparison:
    """What came of it. difference: the re-run less the claim; low, high: its 95 % interval.

    reach: how far that interval may reach to each side. changes: settings that are not the same,
    as sentences.
    """

    verdict: Verdict
    sentence: str
    found: Result | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    reach: float | None = None
    changes: tuple[str, ...] = ()


def comparison_from_data(data: Mapping[str, Any]) -> RerunComparison | None:
    """Return the comparison that `comparison_as_data` wrote; None for nothing."""
    if not data:
        return None
    found = data["found"]
    return RerunComparison(
        **{
            **data,
            "verdict": Verdict(data["verdict"]),
            "found": result_from_data(found) if found else None,
            "changes": tuple(data["changes"]),
        }
    )


def comparison_as_data(comparison: RerunComparison) -> dict[str, Any]:
    """Return a comparison as JSON data."""
    return asdict(comparison) | {
        "verdict": comparison.verdict.value,
        "changes": list(comparison.changes),
    }


def compare_rerun(
    claim: Result,
    logs: Sequence[Mapping[str, Any]],
    *,
    margin: int = 0,
    own_logs: Sequence[str] = (),
) -> RerunComparison:
    """Compare a claim with the logs of its re-run.

    margin: percent of the claimed value within which a difference beyond chance still holds.
    own_logs: SHA-256 of the entry's own logs, which are no re-run. Task, model and metric have
    to bear the same names, whatever their capitals.
    """
    found, problem = _same_result(claim, results_in(logs))
    if found is None:
        return RerunComparison(verdict=Verdict.CANNOT_TELL, sentence=problem)
    told = RerunComparison(
        verdict=Verdict.CANNOT_TELL, sentence="", found=found, changes=_changes(claim, found)
    )
    problem = _not_a_rerun(claim, found, own_logs)
    if claim.value is None or found.value is None:
        problem = problem or "One of the two results is not a number."
    if problem or claim.value is None or found.value is None:
        return replace(told, sentence=problem)
    return _judged(replace(told, difference=found.value - claim.value), claim, margin=margin)


def widest_reach(claimed: float, margin: int) -> float:
    """Return how far the interval of the difference may reach to each side.

    A quarter of the claimed value, or the round's margin where that is wider; for values from 0
    to 1 at least a tenth.
    """
    reach = max(WIDEST_REACH, margin / 100) * abs(claimed)
    return max(reach, WIDEST_REACH_OF_SHARE) if 0.0 <= claimed <= 1.0 else reach


def _judged(told: RerunComparison, claim: Result, *, margin: int) -> RerunComparison:
    value, found = claim.value or 0.0, told.found or Result()
    difference = told.difference or 0.0
    slack = margin / 100 * abs(value)
    errors = error_of(claim), error_of(found)
    if errors[0] is None or errors[1] is None:
        return _without_error(told, slack, margin=margin)
    quantile = NormalDist().inv_cdf((1 + LEVEL) / 2)
    half, widest = quantile * sqrt(errors[0] ** 2 + errors[1] ** 2), widest_reach(value, margin)
    told = replace(told, low=difference - half, high=difference + half, reach=widest)
    is_near, is_chance = abs(difference) <= slack, abs(difference) <= half
    if not is_near and not is_chance:
        return _differs(told)
    if quantile * errors[0] > widest:
        return replace(told, sentence=f"{_range(told)} The claim itself is too uncertain to check.")
    if half > widest:
        sentence = f"{_range(told)} The re-run has too few samples to tell."
        return replace(told, sentence=sentence)
    count = _count(found)
    if count is not None and count < min(LEAST_SAMPLES, _count(claim) or LEAST_SAMPLES):
        sentence = f"The re-run {_has_samples(count)}. Run at least {LEAST_SAMPLES} samples."
        return replace(told, sentence=sentence)
    if is_chance:
        sentence = "The difference is no larger than chance alone makes it."
    else:
        sentence = f"The difference is beyond chance, but within the {margin} % the rules allow."
    return replace(told, verdict=Verdict.HOLDS, sentence=sentence)


def _differs(told: RerunComparison) -> RerunComparison:
    way = "higher" if (told.difference or 0.0) > 0 else "lower"
    sentence = f"The re-run is {way} by more than chance explains."
    return replace(told, verdict=Verdict.DIFFERS, sentence=sentence)


def _without_error(told: RerunComparison, slack: float, *, margin: int) -> RerunComparison:
    """Judge by the margin alone, where one of the two does not say how sure it is."""
    found = told.found or Result()
    count = _count(found)
    if count is None or count < LEAST_SAMPLES:
        has = "does not say how many samples it has" if count is None else _has_samples(count)
        sentence = f"The re-run {has}, and there is no error to go by. Run at least"
        return replace(told, sentence=f"{sentence} {LEAST_SAMPLES} samples.")
    if margin and abs(told.difference or 0.0) <= slack:
        sentence = f"The difference is within the {margin} % the rules allow."
        return replace(told, verdict=Verdict.HOLDS, sentence=sentence)
    sentence = "One of the two results says nothing of its error, so chance cannot be ruled out."
    return replace(told, sentence=sentence)


def _count(result: Result) -> int | None:
    return result.n if result.n is not None else result.samples


def _has_samples(count: int) -> str:
    return "has only 1 sample" if count == 1 else f"has only {count} samples"


def _range(told: RerunComparison) -> str:
    low, high, reach = told.low or 0.0, told.high or 0.0, told.reach or 0.0
    return (
        f"The difference may be anything from {low:+.3g} to {high:+.3g}. To tell, that may reach "
        f"at most {reach:.3g} to each side."
    )


def _same_result(claim: Result, results: Sequence[Result]) -> tuple[Result | None, str]:
    """Return the result to compare, or a sentence why there is none."""
    if not results:
        return None, "The log has no results."
    left = list(results)
    for name, word in (("task", "task"), ("model", "model"), ("metric", "metric")):
        wanted, there = getattr(claim, name), left
        left = [one for one in left if _is_same(getattr(one, name), wanted)]
        if not left:
            names = sorted({str(getattr(one, name) or "not said") for one in there})
            return (
                None,
                f"The {word} of the claim is {wanted or 'not said'}; here it is {names[0]}.",
            )
    if len({(one.log, one.value, one.stderr, one.n) for one in left}) > 1:
        return None, "The file has several such results. Bring the log of one run."
    return left[0], ""


def _is_same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()


def _not_a_rerun(claim: Result, found: Result, own_logs: Sequence[str]) -> str:
    if found.log and found.log in {claim.log, *own_logs}:
        return "This is the entry’s own log, not a re-run."
    if claim.started_at is not None and found.started_at == claim.started_at:
        return "This run began at the very same moment as the entry’s own: it looks like the same."
    if found.status not in {None, "success"}:
        return f"The re-run did not finish ({found.status}). A run that was stopped says nothing."
    return ""


def _changes(claim: Result, found: Result) -> tuple[str, ...]:
    """Say which settings are not those of the claim; what one of them does not say is left out."""
    words = (
        ("task_version", "Task version"),
        ("dataset", "Data set"),
        ("dataset_revision", "Revision of the data set"),
        ("judge_model", "Judge model"),
        ("epochs", "Epochs"),
        ("tool", "Tool"),
    )
    pairs = [(word, getattr(claim, name), getattr(found, name)) for name, word in words]
    ours, theirs = claim.sampling or {}, found.sampling or {}
    pairs += [(name, ours[name], theirs[name]) for name in sorted({*ours} & {*theirs})]
    return tuple(
        f"{word}: {one} in the claim, {other} here."
        for word, one, other in pairs
        if one is not None and other is not None and one != other
    )
