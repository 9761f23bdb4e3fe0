"""What `fundapp draw` answers: the JSON and the table."""

from collections.abc import Iterator, Sequence
from typing import Any

from fundapp.joint.lottery.draw import DrawRecord
from fundapp.joint.lottery.draw_record import record_data
from fundapp.joint.lottery.partial_lottery import BILLION, Entry, Lottery

LONGEST_NAME = 40


def draw_data(
    lottery: Lottery, record: DrawRecord, *, order: Sequence[str], by_line: Lottery
) -> dict[str, Any]:
    """Return the answer as JSON has it; items stand in `order`, that of the file.

    `probabilities` is an object from item to chance. `snsf_rule` is there for comparison.
    """
    chances, selected = lottery.probabilities, set(record.selected)
    others = by_line.probabilities
    return {
        "worst_case": lottery.worst_case,
        "needed": lottery.is_needed,
        "reason": lottery.reason,
        "probabilities": {item: chances[item] for item in order},
        "selected": [item for item in order if item in selected],
        "seed": record.public_value,
        "snsf_rule": {
            "worst_case": by_line.worst_case,
            "probabilities": {item: others[item] for item in order},
        },
        "record": record_data(record),
    }


def draw_lines(
    lottery: Lottery, record: DrawRecord, *, by_line: Lottery, is_seed_given: bool
) -> Iterator[str]:
    """Yield the table, surest items first, and how to repeat the draw."""
    selected = set(record.selected)
    width = min(LONGEST_NAME, max(len("item"), *(len(entry.item) for entry in lottery.entries)))
    yield f"{'item':<{width}}  {'lower':>12}  {'upper':>12}  {'chance':>8}  selected"
    for entry in sorted(lottery.entries, key=lambda entry: -entry.billionths):
        yield (
            f"{entry.item[:width]:<{width}}  {entry.lower:>12.6g}  {entry.upper:>12.6g}  "
            f"{_chance(entry):>8}  {_outcome(entry, is_selected=entry.item in selected)}".rstrip()
        )
    yield ""
    yield lottery.reason
    if lottery.is_needed:
        yield (
            f"At worst, {lottery.worst_case:.3f} of the true best {lottery.select} are selected on "
            f"average. By the rule of one line for all it would be {by_line.worst_case:.3f}."
        )
    yield f"Hash of the list: {record.commitment}"
    yield f"Seed: {record.public_value}"
    if not is_seed_given and record.decided_by_chance:
        yield (
            "This machine made the seed, so others must trust it. Better: publish the list first, "
            "name a public number that will come later, and give it as --seed."
        )


def _chance(entry: Entry) -> str:
    if entry.is_drawn:
        return f"{entry.probability:.4f}"
    return "sure" if entry.billionths == BILLION else "none"


def _outcome(entry: Entry, *, is_selected: bool) -> str:
    if not is_selected:
        return ""
    return "yes, by lot" if entry.is_drawn else "yes"
