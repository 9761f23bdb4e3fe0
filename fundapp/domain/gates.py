"""Gates: what the evidence of an entry shows of what the round asks for. Pure.

A gate passes, fails, or is unknown where a log does not say. None decides anything by itself: it
is shown to the entrant while there is time to mend, then to the manager and the reviewers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fundapp.domain.prize_rules import Gate, GateCode, PrizeRules

LICENCE_CODES = ("licence", "license")
RELEASE_CODES = ("responsible_release", "misuse")
"""Codes of the questions whose answers the gates read; one of each is enough."""

LOG_GATES = frozenset(set(GateCode) - {GateCode.LICENCE, GateCode.RESPONSIBLE_RELEASE})

TITLES: Mapping[GateCode, str] = {
    GateCode.READABLE_LOG: "A log that can be read",
    GateCode.WHOLE_DATASET: "The whole data set was run",
    GateCode.UNCERTAINTY: "Results say how sure they are",
    GateCode.REVISION: "The code is committed",
    GateCode.LICENCE: "A licence is named",
    GateCode.RESPONSIBLE_RELEASE: "Responsible release is explained",
}

_ADVICE: Mapping[GateCode, str] = {
    GateCode.READABLE_LOG: (
        "Attach the log that Inspect, lm-evaluation-harness, HELM or Every Eval Ever wrote."
    ),
    GateCode.WHOLE_DATASET: "Attach the log of a full run, or say why a part is enough.",
    GateCode.UNCERTAINTY: "Attach a log whose results have a standard error, over several samples.",
    GateCode.REVISION: "Commit all changes, run again and attach that log.",
    GateCode.LICENCE: "Name the licence in your answer.",
    GateCode.RESPONSIBLE_RELEASE: "Say what could be misused, and what you hold back.",
}

NO_LOG = "No readable log is attached yet, so this cannot be told."


class Outcome(StrEnum):
    """What came of a gate. unknown = the logs do not say."""

    PASSES = "passes"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class GateResult:
    """One gate and what was found. names: of the logs that it concerns, untrusted text.

    advice: what to do, "" where the gate passes.
    """

    code: GateCode
    outcome: Outcome
    found: str
    names: tuple[str, ...] = ()
    advice: str = ""

    @property
    def title(self) -> str:
        """Return what the gate asks for."""
        return TITLES[self.code]


@dataclass(frozen=True)
class EntryEvidence:
    """What an entry shows: its logs as `evidence_as_data` writes them, and its answers as text.

    answers: by the question's code, of the codes that gates read.
    """

    logs: Sequence[Mapping[str, Any]] = ()
    answers: Mapping[str, str] | None = None


def gate_title(gate: Gate) -> str:
    """Return what a gate asks for, with the samples that are enough."""
    if gate.code is GateCode.WHOLE_DATASET and gate.samples is not None:
        return f"The whole data set was run, or at least {gate.samples:,} samples of it"
    return TITLES[gate.code]


def check_gates(rules: PrizeRules, shown: EntryEvidence) -> tuple[GateResult, ...]:
    """Return the result of each gate of the round, in the order of the rules."""
    return tuple(_check(gate, shown) for gate in rules.gates)


def failed_codes(results: Sequence[GateResult]) -> tuple[GateCode, ...]:
    """Return the gates that fail; unknown ones do not."""
    return tuple(one.code for one in results if one.outcome is Outcome.FAILS)


def gates_as_data(results: Sequence[GateResult]) -> list[dict[str, Any]]:
    """Return the results as JSON data, to be frozen with the version that was submitted."""
    return [
        {
            "code": one.code.value,
            "outcome": one.outcome.value,
            "found": one.found,
            "names": list(one.names),
        }
        for one in results
    ]


def gates_from_data(
    data: Sequence[Mapping[str, Any]], *, hide_identity: bool = False
) -> tuple[GateResult, ...]:
    """Return frozen results; `hide_identity` leaves out the names of files."""
    return tuple(
        GateResult(
            GateCode(one["code"]),
            Outcome(one["outcome"]),
            one["found"],
            () if hide_identity else tuple(one["names"]),
        )
        for one in data
    )


def _check(gate: Gate, shown: EntryEvidence) -> GateResult:
    if gate.code is GateCode.LICENCE:
        return _answered(gate.code, shown, LICENCE_CODES)
    if gate.code is GateCode.RESPONSIBLE_RELEASE:
        return _answered(gate.code, shown, RELEASE_CODES)
    readable = [log for log in shown.logs if not log.get("error")]
    if gate.code is GateCode.READABLE_LOG:
        return _readable(readable, [log for log in shown.logs if log.get("error")])
    if not readable:
        return GateResult(gate.code, Outcome.UNKNOWN, NO_LOG, (), _ADVICE[gate.code])
    return _each_log(gate, readable)


def _answered(code: GateCode, shown: EntryEvidence, codes: Sequence[str]) -> GateResult:
    answers = shown.answers or {}
    if any(answers.get(name, "").strip() for name in codes):
        return GateResult(code, Outcome.PASSES, "It is answered.")
    return GateResult(code, Outcome.FAILS, "It is not answered.", (), _ADVICE[code])


def _readable(
    readable: Sequence[Mapping[str, Any]], refused: Sequence[Mapping[str, Any]]
) -> GateResult:
    code = GateCode.READABLE_LOG
    if refused:
        found = f"{len(refused)} of {_logs(len(readable) + len(refused))} cannot be read"
        advice = "Attach a file that is whole, or remove it."
        return GateResult(code, Outcome.FAILS, f"{found}.", _names(refused), advice)
    if not readable:
        return GateResult(code, Outcome.FAILS, "No log is attached.", (), _ADVICE[code])
    verb = "was" if len(readable) == 1 else "were"
    return GateResult(code, Outcome.PASSES, f"{_logs(len(readable)).capitalize()} {verb} read.")


def _each_log(gate: Gate, logs: Sequence[Mapping[str, Any]]) -> GateResult:
    rule = _RULES[gate.code]
    told = [(log, rule(gate, log)) for log in logs]
    for outcome in (Outcome.FAILS, Outcome.UNKNOWN):
        wrong = [log for log, said in told if said is outcome]
        if wrong:
            which = "The log" if len(logs) == 1 else f"{len(wrong)} of {_logs(len(logs))}"
            has = "has" if len(wrong) == 1 else "have"
            found = f"{which} {_ENDINGS[gate.code, outcome].format(has=has)}."
            return GateResult(gate.code, outcome, found, _names(wrong), _ADVICE[gate.code])
    which = "The log shows" if len(logs) == 1 else f"All {len(logs)} logs show"
    return GateResult(gate.code, Outcome.PASSES, f"{which} it.")


def _whole(gate: Gate, log: Mapping[str, Any]) -> Outcome:
    return _worst(_ran_whole(gate, log, run) for run in _runs(log))


def _ran_whole(gate: Gate, log: Mapping[str, Any], run: Mapping[str, Any]) -> Outcome:
    """Judge by scored samples: one that failed was not run to its end."""
    scored, size = run["samples_scored"], run["samples_in_dataset"]
    if scored is None:
        return Outcome.UNKNOWN
    distinct = scored // max(1, run["epochs"] or 1)
    if gate.samples is not None and distinct >= gate.samples:
        return Outcome.PASSES
    if size is not None:
        return Outcome.PASSES if distinct >= size else Outcome.FAILS
    return Outcome.FAILS if log["limit"] is not None else Outcome.UNKNOWN


def _sure(_gate: Gate, log: Mapping[str, Any]) -> Outcome:
    return _worst(_told_error(run) for run in _runs(log))


def _told_error(run: Mapping[str, Any]) -> Outcome:
    metrics = run["metrics"]
    if not metrics:
        return Outcome.FAILS
    for metric in metrics:
        n = metric["n"] if metric["n"] is not None else run["samples_scored"]
        if metric["stderr"] is not None and (n is None or n > 1):
            return Outcome.PASSES if n is not None else Outcome.UNKNOWN
    return Outcome.FAILS


def _committed(_gate: Gate, log: Mapping[str, Any]) -> Outcome:
    revision = log["revision"]
    if revision["commit"] is None or revision["dirty"]:
        return Outcome.FAILS
    return Outcome.PASSES if revision["dirty"] is False else Outcome.UNKNOWN


def _worst(outcomes: Iterator[Outcome]) -> Outcome:
    found = set(outcomes)
    order = (Outcome.FAILS, Outcome.UNKNOWN)
    return next((one for one in order if one in found), Outcome.PASSES)


def _runs(log: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return log["tasks"] or [log]


def _names(logs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(log["file"]) for log in logs)


def _logs(count: int) -> str:
    return "1 log" if count == 1 else f"{count} logs"


_RULES: Mapping[GateCode, Callable[[Gate, Mapping[str, Any]], Outcome]] = {
    GateCode.WHOLE_DATASET: _whole,
    GateCode.UNCERTAINTY: _sure,
    GateCode.REVISION: _committed,
}
_ENDINGS: Mapping[tuple[GateCode, Outcome], str] = {
    (GateCode.WHOLE_DATASET, Outcome.FAILS): "ran a part of the data set only",
    (GateCode.WHOLE_DATASET, Outcome.UNKNOWN): "{has} no word on how large the data set is",
    (GateCode.UNCERTAINTY, Outcome.FAILS): "{has} no standard error over several samples",
    (GateCode.UNCERTAINTY, Outcome.UNKNOWN): "{has} no word on how many samples are behind it",
    (GateCode.REVISION, Outcome.FAILS): "{has} no commit, or changes that were not committed",
    (GateCode.REVISION, Outcome.UNKNOWN): "{has} no word on changes that were not committed",
}
