"""A claim and its re-run in words and rows, for managers and verifiers alike."""

from fundapp.domain.states import RerunState
from fundapp.evidence.reruns import RerunComparison, Verdict
from fundapp.evidence.results import Result

STATE_WORDS = {
    RerunState.ASKED: ("ring", "Asked"),
    RerunState.DELIVERED: ("half", "Log is in"),
    RerunState.CONFIRMED: ("disc", "Confirmed"),
    RerunState.FAILED: ("triangle", "Failed"),
    RerunState.WAIVED: ("square", "Done without"),
    RerunState.WITHDRAWN: ("square", "Taken back"),
}
VERDICT_WORDS = {
    Verdict.HOLDS: ("disc", "The claim holds"),
    Verdict.DIFFERS: ("square", "The results differ"),
    Verdict.CANNOT_TELL: ("ring", "It cannot be told"),
}
_TOOLS = {
    "inspect": "Inspect",
    "lm-eval": "lm-evaluation-harness",
    "helm": "HELM",
    "every-eval-ever": "Every Eval Ever",
}

Row = dict[str, str]


def result_rows(result: Result) -> list[Row]:
    """Return what a result says and how it was run, only what its log tells."""
    told: list[tuple[str, object]] = [
        ("Task", result.task),
        ("Task version", result.task_version),
        ("Model", result.model),
        ("Judge model", result.judge_model),
        ("Data set", result.dataset),
        ("Revision of the data set", result.dataset_revision),
        ("Samples", None if result.samples is None else f"{result.samples:,}"),
        ("Epochs", result.epochs),
        ("Limit of samples", result.limit),
        ("Tool", f"{_TOOLS.get(result.tool, result.tool)} {result.tool_version or ''}".strip()),
        *sorted((result.sampling or {}).items()),
        (f"Result: {result.metric}", _with_error(result)),
    ]
    return [
        {"label": label, "value": str(value)} for label, value in told if value not in (None, "")
    ]


def comparison_rows(claim: Result, comparison: RerunComparison) -> list[Row]:
    """Return the two results and their difference."""
    found = comparison.found
    if found is None:
        return []
    rows = [
        {"label": "Claim", "value": _with_error(claim)},
        {"label": "Re-run", "value": _with_error(found)},
    ]
    if comparison.difference is not None:
        rows.append({"label": "Difference", "value": f"{comparison.difference:+.3g}"})
    if comparison.low is not None and comparison.high is not None:
        value = f"{comparison.low:+.3g} to {comparison.high:+.3g}"
        rows.append({"label": "95 % interval of it", "value": value})
    return rows


def _with_error(result: Result) -> str:
    value = "not a number" if result.value is None else f"{result.value:.4g}"
    error = "" if result.stderr is None else f" ± {result.stderr:.2g}"
    return value + error + ("" if result.n is None else f" ({result.n:,} samples)")
