"""The tables that a run prints, and the sentences on what missed its target."""

from collections.abc import Iterable

from benchmarks.pages.flows import Side
from benchmarks.pages.measuring import Measured
from benchmarks.pages.writers import LONGEST_WAIT, WRITERS, Written

GROWTH = 1.3


def print_pages(database: str, measured: Iterable[Measured]) -> list[str]:
    """Print ours against the floor; return a sentence for each target missed."""
    print(f"\n{database}: p50 / p95 ms alone, and answers per second with 8 at once")
    print(f"{'':14}{'ours':>16}{'floor':>16}{'ratio':>7}{'target':>8}{'ours/s':>9}{'floor/s':>9}")
    missed = []
    for one in measured:
        times = [
            f"{one.percentile(side, 0.5):.1f} / {one.percentile(side, 0.95):.1f}" for side in Side
        ]
        rates = "".join(f"{one.rate.get(side, 0):9.0f}" for side in Side)
        print(
            f"{one.name:14}{times[0]:>16}{times[1]:>16}{one.ratio():7.2f}{one.target:8.1f}{rates}"
        )
        if one.ratio() > one.target:
            missed.append(
                f"{database}: {one.name} takes {one.ratio():.2f} times the floor's time, "
                f"over {one.target}."
            )
    return missed


def print_growth(
    database: str, measured: Iterable[Measured], *, small: str, large: str
) -> list[str]:
    """Print ours with many applications against ours with few; return what grew too much."""
    print(f"\n{database}: p50 ms alone with {small} and {large} applications")
    missed = []
    for one in measured:
        few, many = one.percentile(small, 0.5), one.percentile(large, 0.5)
        print(f"{one.name:14}{few:8.1f}{many:8.1f}{many / few:7.2f}   target {GROWTH}")
        if many / few > GROWTH:
            missed.append(f"{database}: {one.name} grows {many / few:.2f} times, over {GROWTH}.")
    return missed


def print_writers(written: Written) -> list[str]:
    """Print what 32 writers met; return a sentence when it was not good."""
    print(
        f"\nSQLite: {WRITERS} writers for {written.seconds:.0f} s: {len(written.waits)} saves, "
        f"{written.refused} refused, longest wait {max(written.waits):.2f} s"
    )
    if written.is_good:
        return []
    return [
        f"Of {WRITERS} writers {written.refused} were refused, or one waited over {LONGEST_WAIT} s."
    ]
