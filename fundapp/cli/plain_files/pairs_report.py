"""What `fundapp pairs` answers: for machines, and as a table for people."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from fundapp.cli.plain_files.pairs_file import PairsFile
from fundapp.joint.pairwise.bradley_terry import FittedPairs
from fundapp.joint.pairwise.reading_pairs import (
    BEYOND_CHANCE,
    connected_groups,
    place_ranges,
    read_judges,
)

METHOD = "bradley-terry"
LONGEST_NAME = 40


def pairs_data(file: PairsFile, fitted: FittedPairs, *, prior_sd: float) -> dict[str, Any]:
    """Return the whole answer. Scores and their intervals are in logits around a mean of 0."""
    places = place_ranges(fitted)
    counts = Counter(place for word in file.words for place in (word.first, word.second))
    order = sorted(range(len(file.entries)), key=lambda one: (-fitted.merits[one], one))
    groups = connected_groups(len(file.entries), file.words)
    return {
        "method": METHOD,
        "prior_sd": prior_sd,
        "level": BEYOND_CHANCE,
        "verdicts": len(file.words),
        "equals": fitted.equals,
        "ranking": [
            _entry_data(file, fitted, one, places=places[one], pairs=counts[one]) for one in order
        ],
        "judges": [
            vars(one) | {"leaning": fitted.leanings.get(one.judge)}
            for one in read_judges(len(file.entries), file.words)
        ],
        "linked": [[file.entries[one] for one in group] for group in groups],
    }


def _entry_data(
    file: PairsFile, fitted: FittedPairs, entry: int, *, places: tuple[int, int], pairs: int
) -> dict[str, Any]:
    low, high = fitted.interval(entry, BEYOND_CHANCE)
    return {
        "entry": file.entries[entry],
        "score": float(fitted.merits[entry]),
        "low": low,
        "high": high,
        "stderr": float(fitted.covariance[entry, entry]) ** 0.5,
        "places": list(places),
        "wins": fitted.wins(entry),
        "pairs": pairs,
    }


def pairs_lines(data: dict[str, Any]) -> Iterator[str]:
    """Return the table for people, and what it cannot tell."""
    width = min(LONGEST_NAME, max(5, *(len(row["entry"]) for row in data["ranking"])))
    yield f"{'entry':<{width}}  places   score    95 % interval   wins  pairs"
    for row in data["ranking"]:
        low, high = row["places"]
        places = str(low) if low == high else f"{low}-{high}"
        yield (
            f"{row['entry'][:width]:<{width}}  {places:>6}  {row['score']:6.2f}"
            f"  {row['low']:6.2f} to {row['high']:5.2f}  {row['wins']:4.0%}  {row['pairs']:>5}"
        )
    for judge in data["judges"]:
        yield (
            f"{judge['judge']}: as the others in {judge['agreeing']} of {judge['decided']}, "
            f"circles {judge['circular']} of {judge['triads']}, took the left in "
            f"{judge['firsts']} of {judge['decided_all']}"
        )
    if len(data["linked"]) > 1:
        yield f"Nothing links these {len(data['linked'])} sets, so nothing is known between them:"
        yield from (f"  {', '.join(group)}" for group in data["linked"])
