"""What changed between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_PIECES = re.compile(r"\s+|[^\s\w]|\w+")
_LONGEST_RUN = 4_000


@dataclass(frozen=True)
class TextRun:
    """A run of a text: "same", "added" or "removed"."""

    text: str
    change: str


def changed_words(old: str, new: str) -> list[TextRun]:
    """Return both texts as one: what stayed, what was taken away, what came instead.

    Texts of very many words are given whole, the old one as removed and the new one as added.
    """
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if len(before) + len(after) > _LONGEST_RUN:
        runs = [TextRun(old, "removed"), TextRun(new, "added")]
        return [run for run in runs if run.text]
    runs = []
    for _, start, end, new_start, new_end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        taken, come = "".join(before[start:end]), "".join(after[new_start:new_end])
        if taken == come:
            runs.append(TextRun(come, "same"))
            continue
        runs += [TextRun(text, change) for text, change in ((taken, "removed"), (come, "added"))]
    return [run for run in runs if run.text]
