"""The code on a document that lets whoever holds the paper ask about it.

Eight letters and digits that are not taken for each other, written K7QD-28MX: about 10^12 of
them, too many to guess.
"""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8


def new_code() -> str:
    """Return a code that nobody can foresee."""
    half = LENGTH // 2
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{letters[:half]}-{letters[half:]}"


def read_code(text: str) -> str:
    """Return what somebody typed as a code is written; "" where it cannot be one."""
    letters = "".join(text.upper().split()).replace("-", "")
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return ""
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"
