"""How fast logs are read: ours against Inspect's own reader of headers, and plain JSON parsing.

Times are of the processor, the least and the median of turns taken one after the other; loading the
modules is told apart. Without Inspect its column is empty; to have it:
uv run --with inspect_ai python -m benchmarks.evidence [folder of logs] [turns]
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import process_time

from config import ROOT

FOLDER = ROOT / "tests" / "data" / "evaluation-evidence"
TURNS = 20
ENDINGS = {".eval", ".json", ".jsonl"}


def main(folder: Path, turns: int) -> None:
    """Print a line per log: milliseconds of ours, of Inspect's reader, and their ratio."""
    begun = process_time()
    from fundapp.evidence.as_data import evidence_as_data
    from fundapp.evidence.reading import read_evidence

    def ours(path: Path) -> None:
        for read in read_evidence([(path.name, path.read_bytes())]):
            evidence_as_data(read)

    print(f"loading our readers: {process_time() - begun:.2f} s")
    theirs = _inspect_reader()
    print("least (median) ms of processor time; ratio = theirs / ours")
    for path in sorted(one for one in folder.rglob("*") if one.suffix in ENDINGS):
        readers: list[Callable[[Path], object]] = [ours]
        if theirs is not None and "inspect" in path.parts and _can_read(theirs, path):
            readers.append(theirs)
        times = _in_turns(readers, path, turns)
        told = [f"{min(found):8.2f} ({median(found):.2f})" for found in times]
        ratio = f"  x {median(times[1]) / median(times[0]):.1f}" if len(times) > 1 else ""
        print(f"{path.relative_to(folder)!s:52}{'  '.join(told)}{ratio}")


def _inspect_reader() -> Callable[[Path], object] | None:
    begun = process_time()
    try:
        from inspect_ai.log import read_eval_log  # type: ignore[import-not-found]
    except ImportError:
        print("Inspect is not installed; its reader is left out.")
        return None
    print(f"loading Inspect: {process_time() - begun:.2f} s")

    def read(path: Path) -> object:
        return read_eval_log(str(path), header_only=True)

    return read


def _can_read(read: Callable[[Path], object], path: Path) -> bool:
    try:
        read(path)
    except ValueError:
        return False
    return True


def _in_turns(
    readers: Sequence[Callable[[Path], object]], path: Path, turns: int
) -> list[list[float]]:
    """Return the milliseconds of each reader, taken in turn; the first turn warms up."""
    times: list[list[float]] = [[] for _ in readers]
    for turn in range(turns + 1):
        for read, found in zip(readers, times, strict=True):
            begun = process_time()
            read(path)
            if turn:
                found.append(1000 * (process_time() - begun))
    return times


if __name__ == "__main__":
    given = sys.argv[1:]
    main(Path(given[0]) if given else FOLDER, int(given[1]) if len(given) > 1 else TURNS)
