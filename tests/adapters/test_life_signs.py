"""Who is dead, and what they had in hand."""

from pathlib import Path
from uuid import uuid4

import pytest

from fundapp.adapters import life_signs
from fundapp.adapters.life_signs import InHand, LifeSign


def left(folder: Path) -> list[InHand]:
    return list(LifeSign(folder).left_by_the_dead())


def test_what_the_dead_held_is_given_once_and_the_living_are_left_alone(tmp_path: Path) -> None:
    alive, dead = LifeSign(tmp_path), LifeSign(tmp_path)
    alive.take(InHand("job", uuid4(), "a"))
    dead.take(InHand("job", uuid4(), "token"))
    last = InHand("mail", uuid4(), "2026-11-02T09:00:00+00:00")
    dead.take(last)
    assert left(tmp_path) == []
    del dead
    assert left(tmp_path) == [last]
    assert left(tmp_path) == []


def test_a_worker_that_ended_left_nothing(tmp_path: Path) -> None:
    sign = LifeSign(tmp_path)
    sign.take(InHand("job", uuid4(), "token"))
    sign.close()
    assert (left(tmp_path), list(tmp_path.iterdir())) == ([], [])


def test_nothing_is_said_of_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = LifeSign(tmp_path)
    sign.take(InHand("job", uuid4(), "token"))
    del sign
    here = tmp_path / "boot_id"
    here.write_text("another-kernel\n")
    monkeypatch.setattr(life_signs, "BOOT_ID", here)
    assert left(tmp_path) == []


def test_where_the_kernel_has_no_name_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life_signs, "BOOT_ID", tmp_path / "absent")
    LifeSign(tmp_path).take(InHand("job", uuid4(), "token"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b'{"kind": "job", "id": "x", "mark": ""}'])
def test_a_note_that_was_cut_short_is_no_note(tmp_path: Path, note: bytes) -> None:
    sign = LifeSign(tmp_path)
    sign.take(InHand("job", uuid4(), "token"))
    del sign
    (file,) = tmp_path.iterdir()
    file.write_bytes(note)
    assert left(tmp_path) == []
