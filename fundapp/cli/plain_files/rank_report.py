"""What `fundapp rank` answers: the JSON and the table."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from fundapp.joint.assignment.words import counted
from fundapp.joint.evaluation.agreement import Coefficient, reviews_needed
from fundapp.joint.evaluation.evaluate import JointEvaluation
from fundapp.joint.evaluation.evaluated_rows import WIDE, EvaluatedApplication
from fundapp.joint.evaluation.extra_review import ExtraReview
from fundapp.joint.evaluation.home_bias import HomeBias
from fundapp.joint.evaluation.ranking import Band, natural_frequency

WANTED_RELIABILITIES = (0.7, 0.8, 0.9)
BAND_WORDS = {Band.CLEAR: "clear", Band.CLOSE: "too close", Band.CLEAR_NO: "clear no"}
LONGEST_NAME = 32
MOST_LISTED = 5


def rank_data(
    found: JointEvaluation,
    *,
    seed: str,
    extra: tuple[ExtraReview, ...],
    bias: HomeBias | None,
) -> dict[str, Any]:
    """Return the answer as JSON has it. Intervals of scores hold 90 %, of agreement 95 %."""
    variance, agreement = found.variance, asdict(found.agreement)
    agreement["reviews_needed"] = {
        str(wanted): reviews_needed(found.agreement.icc_single.value or 0, reliability=wanted)
        for wanted in WANTED_RELIABILITIES
    }
    return {
        "variance": {
            "application": variance.application,
            "reviewer": variance.reviewer,
            "residual": variance.residual,
        },
        "agreement": agreement,
        "calibrated": found.calibrated,
        "why": found.why,
        "ranking": [_row_data(row) for row in found.rows],
        "likely_ranks": {row.application: [row.rank_low, row.rank_high] for row in found.rows},
        "ranking_method": found.ranking_method,
        "interval_level": WIDE,
        "fundable": found.fundable,
        "seed": seed,
        "reviewers": [asdict(reviewer) for reviewer in found.reviewers],
        "extra_reviews": [asdict(one) for one in extra],
        "parts": [asdict(part) for part in found.components],
        "bridging_reviews": [asdict(bridge) for bridge in found.bridges],
        "home_bias": None if bias is None else asdict(bias),
        "warnings": list(found.warnings),
    }


def _row_data(row: EvaluatedApplication) -> dict[str, Any]:
    return {
        "application": row.application,
        "reviews": row.reviews,
        "raw_mean": row.raw_mean,
        "estimate": row.estimate,
        "low": row.low,
        "high": row.high,
        "expected_rank": row.expected_rank,
        "p_fundable": row.p_fundable,
        "band": None if row.band is None else row.band.value,
    }


def rank_lines(
    found: JointEvaluation, *, extra: tuple[ExtraReview, ...], bias: HomeBias | None
) -> Iterator[str]:
    """Yield the table and what it means, line by line."""
    decimals = _decimals(found.agreement.standard_error)
    width = min(LONGEST_NAME, max(11, *(len(row.application) for row in found.rows)))
    yield (
        f"{'application':<{width}}  rank (likely)  reviews      raw  estimate"
        "  90 % interval       chance"
    )
    for row in found.rows:
        yield _row_line(row, width=width, decimals=decimals)
    yield ""
    yield found.why
    yield f"Ranks: {found.ranking_method}."
    yield from _line_lines(found)
    yield _agreement_line(found)
    yield from _extra_lines(extra)
    yield from _bias_lines(bias, decimals)
    yield from found.warnings
    for bridge in found.bridges[:MOST_LISTED]:
        yield f"To join them: {bridge.application} reviewed by {bridge.reviewer}, say."
    if len(found.bridges) > MOST_LISTED:
        yield f"And {len(found.bridges) - MOST_LISTED} more such reviews; --json lists all."


def _decimals(standard_error: float | None) -> int:
    """Return how many decimals a score is shown with: none beyond its standard error."""
    if not standard_error:
        return 2
    return min(6, max(0, -math.floor(math.log10(standard_error))))


def _row_line(row: EvaluatedApplication, *, width: int, decimals: int) -> str:
    ends = "unknown"
    if row.low is not None and row.high is not None:
        ends = f"{row.low:.{decimals}f} to {row.high:.{decimals}f}"
    rank = f"{round(row.expected_rank)} ({row.rank_low}–{row.rank_high})"
    chance = ""
    if row.p_fundable is not None and row.band is not None:
        chance = f"{natural_frequency(row.p_fundable)}, {BAND_WORDS[row.band]}"
    return (
        f"{row.application[:width]:<{width}}  {rank:>13}  {row.reviews:>7}"
        f"  {row.raw_mean:>7.{decimals}f}  {row.estimate:>8.{decimals}f}  {ends:<18}  {chance}"
    ).rstrip()


def _line_lines(found: JointEvaluation) -> Iterator[str]:
    if found.fundable is not None:
        bands = Counter(row.band for row in found.rows)
        places = max(0, found.fundable - bands[Band.CLEAR])
        yield (
            f"For {found.fundable} to be funded: {bands[Band.CLEAR]} clear, "
            f"{bands[Band.CLOSE]} too close to call for {places} "
            f"{'place' if places == 1 else 'places'}, {bands[Band.CLEAR_NO]} clear no."
        )


def _agreement_line(found: JointEvaluation) -> str:
    single = found.agreement.icc_single
    if single.value is None:
        return single.reason
    k = found.agreement.reviews_per_application
    return (
        f"Agreement: one review {_shown(single)}, strictness set aside "
        f"{_shown(found.agreement.icc_consistency)}, panel of {k:.2g} "
        f"{_shown(found.agreement.icc_panel)} (95 % intervals). {single.reason}"
    )


def _shown(one: Coefficient) -> str:
    if one.value is None or one.low is None or one.high is None:
        return "not known"
    return f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})"


def _extra_lines(extra: tuple[ExtraReview, ...]) -> Iterator[str]:
    best = [one.application for one in extra[:3] if one.gain > 0]
    if best:
        yield f"One more review would settle most for: {', '.join(best)}."


def _bias_lines(bias: HomeBias | None, decimals: int) -> Iterator[str]:
    if bias is None:
        return
    if bias.difference is None:
        yield "Home bias: not known. It takes reviews with and without an interest."
        return
    yield (
        f"Home bias: {_points(bias.difference, decimals)} in favour "
        f"({bias.low:.{decimals}f} to {bias.high:.{decimals}f}), from "
        f"{counted(bias.reviews, 'review')} with a declared interest. Nothing is corrected for it."
    )


def _points(difference: float, decimals: int) -> str:
    shown = f"{difference:.{decimals}f}"
    return f"{shown} {'point' if shown.lstrip('-') == '1' else 'points'}"
