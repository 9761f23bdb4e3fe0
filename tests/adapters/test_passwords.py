"""Hashing of passwords."""

from argon2 import PasswordHasher

from fundapp.adapters.passwords import Argon2Passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
DEARER = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)


def test_right_and_wrong_passwords() -> None:
    passwords = Argon2Passwords(CHEAP)
    stored = passwords.hash_of("a long sentence, caf\u00e9")
    assert passwords.is_right(stored, "a long sentence, cafe\u0301")
    assert not passwords.is_right(stored, "a long sentence, cafe")
    assert not passwords.is_right(stored, "x" * 10_000_000)


def test_nobody_has_the_made_up_password() -> None:
    passwords = Argon2Passwords(CHEAP)
    assert not passwords.is_right(None, "a password that nobody has")
    assert not passwords.is_right("not a hash", "a password that nobody has")


def test_hashes_of_weaker_parameters_are_outdated() -> None:
    stored = Argon2Passwords(CHEAP).hash_of("a long sentence")
    assert not Argon2Passwords(CHEAP).is_outdated(stored)
    assert Argon2Passwords(DEARER).is_outdated(stored)
    assert Argon2Passwords(DEARER).is_right(stored, "a long sentence")


def test_the_default_is_argon2id_as_recommended() -> None:
    assert (
        Argon2Passwords().hash_of("a long sentence").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    )
