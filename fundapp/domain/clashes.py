"""How it is told that a text was changed twice: by somebody else, or in one's other window."""

IN_ANOTHER_WINDOW = "You, in another window,"


def who_changed(name: str, *, is_own: bool) -> str:
    """Return the subject of "… changed “Title” too"."""
    return IN_ANOTHER_WINDOW if is_own else name


def changed_too(name: str, what: str = "this", *, is_own: bool) -> str:
    """Return the sentence that says who changed `what` as well.

    `name` of who stored the newer version; `is_own` when that is the reader.
    """
    return f"You changed {what} in another window." if is_own else f"{name} changed {what} too."
