"""The order of a round by pairs as it stands, and in the shape in which rankings are frozen."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from fundapp.joint.evaluation.fitted_reviews import DECIMALS
from fundapp.joint.pairwise.bradley_terry import LEANING_SD, PRIOR_SD
from fundapp.joint.pairwise.reading_pairs import place_ranges
from fundapp.joint.ties import keyed_order
from fundapp.queries.barred import BarredPairs
from fundapp.queries.deliberations import BY_PAIRS
from fundapp.queries.pairs import CountedPairs, PairRound, counted_pairs
from fundapp.queries.rankings import ranking_hash


@dataclass(frozen=True)
class PairRanking:
    """The words that count, with the order that they give."""

    counted: CountedPairs

    @cached_property
    def compared(self) -> dict[int, int]:
        """Return of how many words each entry is one, by its place; entries of none are not in."""
        found: dict[int, int] = {}
        for word in self.counted.words:
            for entry in (word.first, word.second):
                found[entry] = found.get(entry, 0) + 1
        return dict(sorted(found.items()))

    @cached_property
    def order(self) -> list[int]:
        """Return the entries that were compared, the best first; equal merits by a draw."""
        merits, drawn = self.counted.fitted.merits, keyed_order(self.counted.asked.round.seed)
        return sorted(
            self.compared,
            key=lambda entry: (
                -round(float(merits[entry]), DECIMALS),
                drawn("pairs", self.counted.entries[entry].id.hex),
            ),
        )

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as rankings keep them, the best first, then what was not compared.

        score: the share of decided pairs that the entry would win against the others; `low` and
        `high` are those of its 90 % interval. raw: the share of its words that it won, an equal one
        by half. rank_low and rank_high: the places that chance leaves open.
        """
        places = place_ranges(self.counted.fitted, among=self.order) if self.order else {}
        ranks = self._ranks()
        ranked = [
            self._row(entry, position, rank=ranks[entry], places=places[entry])
            for position, entry in enumerate(self.order, start=1)
        ]
        others = [
            self._blank(entry)
            for entry in range(len(self.counted.entries))
            if entry not in self.compared
        ]
        return [*ranked, *others]

    @property
    def sha256(self) -> str:
        """Return the hash of the order, as that of a frozen ranking."""
        return ranking_hash(BY_PAIRS, self.rows, {})

    @property
    def summary(self) -> dict[str, Any]:
        """Return what holds for the round as a whole."""
        return {
            "words": len(self.counted.words),
            "judges": len({word.judge for word in self.counted.words}),
            "prior_sd": PRIOR_SD,
            "leaning_sd": LEANING_SD,
            "equals": round(self.counted.fitted.equals, DECIMALS),
        }

    def _ranks(self) -> dict[int, int]:
        merits = self.counted.fitted.merits
        rounded = [round(float(merits[entry]), DECIMALS) for entry in self.order]
        return {entry: rounded.index(rounded[at]) + 1 for at, entry in enumerate(self.order)}

    def _row(
        self, entry: int, position: int, *, rank: int, places: tuple[int, int]
    ) -> dict[str, Any]:
        fitted = self.counted.fitted
        low, high = (fitted.wins(entry, end) for end in fitted.interval(entry))
        score = _text(fitted.wins(entry))
        return self._blank(entry) | {
            "rank": rank,
            "position": position,
            "raw": _text(self._won(entry)),
            "score": score,
            "reviews": self.compared[entry],
            "estimate": score,
            "low": _text(low),
            "high": _text(high),
            "merit": _text(float(fitted.merits[entry])),
            "rank_low": places[0],
            "rank_high": places[1],
        }

    def _won(self, entry: int) -> float:
        won = sum(
            word.first_share if word.first == entry else 1 - word.first_share
            for word in self.counted.words
            if entry in (word.first, word.second)
        )
        return won / self.compared[entry]

    def _blank(self, entry: int) -> dict[str, Any]:
        nothing = ("rank", "position", "raw", "score", "spread", "estimate", "low", "high")
        more = ("expected_rank", "p_fundable", "band", "merit", "rank_low", "rank_high")
        return {
            "application_id": str(self.counted.entries[entry].id),
            "reference": self.counted.entries[entry].reference,
            "reviews": 0,
        } | dict.fromkeys((*nothing, *more))


def live_pair_ranking(session: Session, asked: PairRound, barred: BarredPairs) -> PairRanking:
    """Return the order by the words that count now. 2 statements."""
    return PairRanking(counted_pairs(session, asked, barred=barred))


def _text(number: float) -> str:
    return repr(round(number, DECIMALS))
