"""Hashing of passwords with argon2id."""

from functools import cached_property
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fundapp.domain.passwords import LONGEST, as_compared


class Passwords(Protocol):
    """Makes and checks hashes. Slow by design: never call it inside a write transaction."""

    def hash_of(self, password: str) -> str:
        """Return the hash to store."""
        ...

    def is_right(self, stored: str | None, password: str) -> bool:
        """Tell whether `password` has the hash `stored`; takes as long when there is none."""
        ...

    def is_outdated(self, stored: str) -> bool:
        """Tell whether `stored` was made with weaker parameters than today's."""
        ...


class Argon2Passwords:
    """argon2id with the library's recommended parameters, or those given (tests: cheap)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash_of(self, password: str) -> str:
        """Return the hash with its salt and parameters."""
        return self._hasher.hash(as_compared(password))

    def is_right(self, stored: str | None, password: str) -> bool:
        """Check; without a stored hash the same work is done on a made-up one."""
        made_up = self._made_up
        if len(password) > LONGEST:
            return False
        try:
            self._hasher.verify(stored or made_up, as_compared(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Tell whether the hash should be made anew at this sign-in."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _made_up(self) -> str:
        return self._hasher.hash("a password that nobody has")
