"""Numbers and lists of names as sentences write them."""

from collections.abc import Callable, Sequence

ShowMoney = Callable[[int], str]
"""Writes an amount of minor units for people."""


def and_list(names: Sequence[str]) -> str:
    """Return "A", "A and B" or "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def or_list(names: Sequence[str], *, most: int = 3) -> str:
    """Return "A", "A or B", and where there are many "A, B, C or one of 4 others"."""
    others = len(names) - most
    shown = [*names[:most], f"one of {others} others"] if others > 1 else [*names]
    return " or ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def value_text(value: float) -> str:
    """Return a value with three digits that mean something, and none that do not."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def percent_text(part: float) -> str:
    """Return a change in whole per cent, with its sign."""
    return f"{round(part * 100):+d} %".replace("-", "−")
