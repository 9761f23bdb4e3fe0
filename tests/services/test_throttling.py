"""Counting tries."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fundapp.domain.errors import TooManyAttempts
from fundapp.services.throttling import (
    check_attempts,
    clear_attempts,
    network_of,
    record_attempt,
    sign_in_throttles,
)
from tests.builders import NOW


def test_the_eleventh_try_waits_whoever_makes_it(session: Session) -> None:
    for number in range(10):
        throttles = sign_in_throttles("Ada@sample.example", f"192.0.2.{number}")
        check_attempts(session, throttles, now=NOW)
        record_attempt(session, throttles, now=NOW)
    elsewhere = sign_in_throttles(" ada@SAMPLE.example", "198.51.100.7")
    with pytest.raises(TooManyAttempts) as refusal:
        check_attempts(session, elsewhere, now=NOW + timedelta(minutes=5))
    assert refusal.value.seconds == 600
    assert str(refusal.value) == "There were too many tries. Wait 10 minutes and try again."
    check_attempts(session, elsewhere, now=NOW + timedelta(minutes=15))


def test_one_network_waits_for_every_address(session: Session) -> None:
    for number in range(50):
        throttles = sign_in_throttles(f"person{number}@sample.example", "192.0.2.1")
        record_attempt(session, throttles, now=NOW)
    with pytest.raises(TooManyAttempts):
        check_attempts(session, sign_in_throttles("new@sample.example", "192.0.2.1"), now=NOW)
    check_attempts(session, sign_in_throttles("new@sample.example", "192.0.2.2"), now=NOW)


def test_a_success_empties_the_address_only(session: Session) -> None:
    throttles = sign_in_throttles("ada@sample.example", "192.0.2.1")
    for _ in range(50):
        record_attempt(session, throttles, now=NOW)
    clear_attempts(session, throttles[0])
    check_attempts(session, throttles[:1], now=NOW)
    with pytest.raises(TooManyAttempts):
        check_attempts(session, throttles[1:], now=NOW)


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("192.0.2.77", "192.0.2.77"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_what_counts_as_one_place(remote: str, network: str) -> None:
    assert network_of(remote) == network
