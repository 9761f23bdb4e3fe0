"""The one rule for passwords."""

import pytest

from fundapp.domain.passwords import as_compared, password_problem


@pytest.mark.parametrize(
    "password",
    [
        "a short walk home",
        "päßwörter sind lang",
        "十二个字以上的密码就可以了吧",
        "x1" * 499 + "y2",
        "twelve chars",
    ],
)
def test_good_passwords(password: str) -> None:
    assert password_problem(password) is None


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "Choose a password of at least 12 characters"),
        ("eleven char", "Use at least 12 characters. Yours has 11; a sentence works well"),
        ("xyz" * 334, "Use at most 1,000 characters. Yours has 1,002"),
        (
            "Password1234",
            "This password is among the first that a stranger would try. Choose another",
        ),
        (
            "ababababababab",
            "This password is among the first that a stranger would try. Choose another",
        ),
    ],
)
def test_says_what_is_wrong(password: str, sentence: str) -> None:
    assert password_problem(password) == sentence


def test_two_ways_to_write_a_letter_are_one_password() -> None:
    assert as_compared("cafe\u0301") == as_compared("caf\u00e9")
