"""Pauses between tries, and texts without their secrets."""

from datetime import timedelta

from fundapp.domain.mail import PAUSES, pause_after, without_secrets


def test_pauses_grow_and_end() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert pause_after(1) == timedelta(minutes=1)
    assert pause_after(len(PAUSES)) == timedelta(hours=24)
    assert pause_after(len(PAUSES) + 1) is None


def test_one_time_links_are_cut_out_and_nothing_else() -> None:
    body = "Open {site}/confirm/a_b-C9 or {site}/reset-password/x,\nsee {site}/calls/EVF-2026-01."
    assert without_secrets(body) == (
        "Open {site}/confirm/… or {site}/reset-password/…,\nsee {site}/calls/EVF-2026-01."
    )
