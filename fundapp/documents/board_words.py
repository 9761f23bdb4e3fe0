"""Numbers of a board paper as its sentences say them."""


def number(value: float | None) -> str:
    """Return a mark with one decimal, a dash for none."""
    return "–" if value is None else f"{value:.1f}"


def share(value: float | None) -> str:
    """Return an agreement with two decimals, a dash for none."""
    return "–" if value is None else f"{value:.2f}"


def signed(value: float | None) -> str:
    """Return a difference with its sign and one decimal; 0.0 has none."""
    if value is None:
        return "–"
    text = f"{value:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text.replace("-", "−")
