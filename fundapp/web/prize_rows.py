"""What a prize round lays down and what its gates found, as rows of pages."""

from collections.abc import Iterable
from datetime import datetime

from fundapp.domain.gates import GateResult, Outcome, gate_title
from fundapp.domain.prize_rules import PrizeRules
from fundapp.domain.windows import day_in_words, time_in_words

_SHAPES = {Outcome.PASSES: "disc", Outcome.FAILS: "triangle", Outcome.UNKNOWN: "ring"}
_WORDS = {Outcome.PASSES: "Passes", Outcome.FAILS: "Fails", Outcome.UNKNOWN: "Not known"}


def gate_rows(results: Iterable[GateResult]) -> list[dict[str, str]]:
    """Return the results of gates as rows of the macro `summary_list`."""
    return [
        {
            "label": one.title,
            "shape": _SHAPES[one.outcome],
            "value": " ".join(filter(None, (f"{_WORDS[one.outcome]}. {_found(one)}", one.advice))),
        }
        for one in results
    ]


def _found(result: GateResult) -> str:
    """Return what was found, with the names of the logs that it concerns."""
    if not result.names:
        return result.found
    return f"{result.found.removesuffix('.')}: {', '.join(dict.fromkeys(result.names))}."


def rule_rows(rules: PrizeRules, zone: str) -> list[dict[str, str]]:
    """Return the prize rules in plain words as rows of `facts`; none where there are none."""
    rows: list[dict[str, str]] = []
    if rules.gates:
        value = ". ".join(gate_title(gate) for gate in rules.gates) + "."
        rows.append({"label": "Each entry shows", "value": value})
    if rules.compares_pairs:
        rows.append({"label": "Judging", "value": "By the rubric, and pair by pair."})
    if rules.rerun_days:
        rows.append({"label": "Re-run", "value": rerun_sentence(rules)})
    if rules.takes_nominations:
        value = "Anybody may nominate a public evaluation. Its maker decides whether to enter."
        rows.append({"label": "Nominations", "value": value})
    if rules.votes_open_at and rules.votes_close_at:
        span = f"From {_told(rules.votes_open_at, zone)} to {_told(rules.votes_close_at, zone)}."
        value = f"{span} It is told beside the jury’s order, never mixed into it."
        rows.append({"label": "Public vote", "value": value})
    if rules.has_gallery:
        value = "Entries whose makers agree are shown when all is announced."
        rows.append({"label": "Gallery", "value": value})
    return rows


def rerun_sentence(rules: PrizeRules) -> str:
    """Say how a winner is verified."""
    days = "1 day" if rules.rerun_days == 1 else f"{rules.rerun_days} days"
    holds = "The result holds if chance explains the difference"
    if rules.rerun_margin:
        holds += f", or if it is within {rules.rerun_margin} percent"
    return (
        f"Another team runs a winner’s evaluation again within {days}. {holds}. If it does not, "
        "the next in line moves up."
    )


def _told(at: datetime, zone: str) -> str:
    return f"{day_in_words(at, zone)}, {time_in_words(at, zone)}"
