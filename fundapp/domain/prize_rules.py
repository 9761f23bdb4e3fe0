"""What a prize round lays down beside its rubric: gates, pairs, re-runs, votes and a gallery.

The data stand in `round.prize_rules` and, once the call opens, in the frozen rules. Every key may
be missing. Prize categories are the options of the form's question with the code `prize_category`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from fundapp.domain.errors import Problem
from fundapp.domain.states import RoundKind

CATEGORY_CODE = "prize_category"
"""The code of the question whose options are the prize categories."""

MOST_SAMPLES = 1_000_000
LONGEST_WINDOW = 120
WIDEST_MARGIN = 50


class GateCode(StrEnum):
    """What an entry's evidence can be asked to show before judges see it."""

    READABLE_LOG = "readable_log"
    WHOLE_DATASET = "whole_dataset"
    UNCERTAINTY = "uncertainty"
    REVISION = "revision"
    LICENCE = "licence"
    RESPONSIBLE_RELEASE = "responsible_release"


@dataclass(frozen=True, order=True)
class Gate:
    """One gate. samples: with `whole_dataset`, as many samples of a larger set are enough."""

    code: GateCode
    samples: int | None = None


@dataclass(frozen=True, kw_only=True)
class PrizeRules:
    """The rules of a prize round that a grant round does not have.

    compares_pairs: judges also order entries pair by pair. rerun_days: how long a verifier has to
    run a provisional winner's evaluation again, 0 = winners are not verified. rerun_margin: a
    re-run within as many percent of the entered result holds even where chance does not explain the
    difference. takes_nominations: anybody may name a public evaluation. votes_open_at and
    votes_close_at: the public vote, apart from the jury's judgement; None = there is none.
    has_gallery: entries whose makers agree are shown when the round is announced.
    """

    gates: tuple[Gate, ...] = ()
    compares_pairs: bool = False
    rerun_days: int = 0
    rerun_margin: int = 0
    takes_nominations: bool = False
    votes_open_at: datetime | None = None
    votes_close_at: datetime | None = None
    has_gallery: bool = False

    def takes_votes(self, now: datetime) -> bool:
        """Tell whether the public may vote at `now`; the closing instant no longer counts."""
        if self.votes_open_at is None or self.votes_close_at is None:
            return False
        return self.votes_open_at <= now < self.votes_close_at

    def asks_for(self, code: GateCode) -> bool:
        """Tell whether the round has this gate."""
        return any(gate.code is code for gate in self.gates)


NO_PRIZE_RULES = PrizeRules()


def prize_rules_from_data(data: Mapping[str, Any]) -> PrizeRules:
    """Return the rules that `prize_rules_as_data` wrote; what is missing takes its default."""
    return PrizeRules(
        gates=tuple(
            Gate(GateCode(entry["code"]), entry.get("samples")) for entry in data.get("gates", ())
        ),
        compares_pairs=bool(data.get("compares_pairs", False)),
        rerun_days=int(data.get("rerun_days", 0)),
        rerun_margin=int(data.get("rerun_margin", 0)),
        takes_nominations=bool(data.get("takes_nominations", False)),
        votes_open_at=_instant(data.get("votes_open_at")),
        votes_close_at=_instant(data.get("votes_close_at")),
        has_gallery=bool(data.get("has_gallery", False)),
    )


def prize_rules_as_data(rules: PrizeRules) -> dict[str, Any]:
    """Return the rules as JSON data: only what differs from a round without any."""
    data: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in vars(rules).items()
        if value != getattr(NO_PRIZE_RULES, name)
    }
    if rules.gates:
        data["gates"] = [
            {"code": gate.code.value} | ({} if gate.samples is None else {"samples": gate.samples})
            for gate in rules.gates
        ]
    return data


def check_prize_rules(
    rules: PrizeRules, *, closes_at: datetime | None, reviews_due_at: datetime | None
) -> list[Problem]:
    """Return what is wrong with the rules. Fields are those of PrizeRules."""
    return [*_gates(rules), *_reruns(rules), *_votes(rules, closes_at, reviews_due_at)]


def certifies_winners(kind: RoundKind, source_note: str) -> bool:
    """Tell whether winners of such a round get certificates and credentials.

    A round that replays public data names its source; nothing was won in it, so nobody gets one.
    """
    return kind is RoundKind.PRIZE and not source_note


def _gates(rules: PrizeRules) -> Iterator[Problem]:
    codes = [gate.code for gate in rules.gates]
    if len(set(codes)) != len(codes):
        yield Problem("gates", "Name each gate once.")
    for gate in rules.gates:
        if gate.samples is not None and not 1 <= gate.samples <= MOST_SAMPLES:
            yield Problem("gates", f"Enter a number of samples from 1 to {MOST_SAMPLES:,}.")


def _reruns(rules: PrizeRules) -> Iterator[Problem]:
    if not 0 <= rules.rerun_days <= LONGEST_WINDOW:
        sentence = f"Give the verifier 1 to {LONGEST_WINDOW} days, or 0 for no re-run."
        yield Problem("rerun_days", sentence)
    if not 0 <= rules.rerun_margin <= WIDEST_MARGIN:
        yield Problem("rerun_margin", f"Enter 0 to {WIDEST_MARGIN} percent.")


def _votes(
    rules: PrizeRules, closes_at: datetime | None, reviews_due_at: datetime | None
) -> Iterator[Problem]:
    opens, closes = rules.votes_open_at, rules.votes_close_at
    if (opens is None) != (closes is None):
        missing = "votes_open_at" if opens is None else "votes_close_at"
        yield Problem(missing, "Give the vote both a beginning and an end, or neither.")
        return
    if opens is None or closes is None:
        return
    if closes <= opens:
        yield Problem("votes_close_at", "Let the vote end after it begins.")
    if closes_at is not None and opens < closes_at:
        yield Problem("votes_open_at", "Let the vote begin when entries have closed.")
    if reviews_due_at is not None and closes > reviews_due_at:
        yield Problem("votes_close_at", "Let the vote end by the day on which reviews end.")


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
