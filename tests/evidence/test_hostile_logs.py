"""Damaged and hostile files: a clear refusal or a record, soon, and never anything else."""

import json
import random
import time
import zlib
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from fundapp.evidence.as_data import evidence_as_data
from fundapp.evidence.reading import read_evidence
from tests.evidence.logs import HELM, SINGLE, a_zip, as_json, content_of, inspect_log, refusal_of

SECONDS = 2.0
FILES = (*SINGLE, *HELM)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)


def told(content: bytes) -> list[dict[str, Any]]:
    """Read a file within its time; as data, so that every part of a record is touched."""
    begun = time.perf_counter()
    found = [evidence_as_data(read) for read in read_evidence([("file", content)])]
    json.dumps(found, allow_nan=False)
    assert time.perf_counter() - begun < SECONDS
    return found


def with_method(content: bytes, method: int, packed: bytes, size: int) -> bytes:
    """An archive whose one member, header.json, is packed by a method that zipfile cannot write."""
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        archive.writestr(ZipInfo("header.json"), packed)
    raw = bytearray(target.getvalue())
    central = raw.index(b"PK\x01\x02")
    crc = zlib.crc32(content).to_bytes(4, "little")
    for at in (0, central + 2):
        raw[at + 8 : at + 10] = method.to_bytes(2, "little")
        raw[at + 14 : at + 18] = crc
        raw[at + 22 : at + 26] = size.to_bytes(4, "little")
    return bytes(raw)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_anywhere_never_crashes(name: str) -> None:
    content = content_of(name)
    for tenth in range(10):
        told(content[: len(content) * tenth // 10])


@pytest.mark.parametrize("name", FILES)
def test_flipped_bytes_never_crash(name: str) -> None:
    content, chance = content_of(name), random.Random(7)
    for _ in range(60):
        changed = bytearray(content)
        for _ in range(chance.choice((1, 3, 20))):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        told(bytes(changed))


@settings(max_examples=150, deadline=None)
@given(
    key=st.sampled_from(["eval", "results", "stats", "plan", "samples", "error"]), value=JSON_VALUES
)
def test_any_value_may_stand_anywhere_in_a_log(key: str, value: Any) -> None:
    log = inspect_log()
    log[key] = {**log["eval"], "config": value, "revision": value} if key == "eval" else value
    told(as_json(log))


@settings(max_examples=150, deadline=None)
@given(value=JSON_VALUES)
def test_any_value_may_stand_in_the_other_formats(value: Any) -> None:
    told(as_json({"results": {"a": value}, "configs": value, "versions": value, "config": value}))
    told(as_json({"schema_version": value, "evaluation_results": [value], "model_info": value}))
    told(as_json({"adapter_spec": value, "scenario_spec": value, "name": value}))


def test_lone_surrogates_survive() -> None:
    content = as_json(inspect_log(eval__task="half \ud83d a sign"))
    assert told(content)[0]["task"] == "half \ud83d a sign"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_log"),
        (b"\x00" * 100, "not_a_log"),
        (b"%PDF-1.7 not a log", "not_a_log"),
        (b'{"a": 1}', "not_a_log"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too_deep"),
        (b'["' + b'\\"' * 500_000, "broken"),
        (b"[" + b"9" * 100_000 + b"]", "broken"),
        (b'{"a": "' + b"a" * 20_000_000 + b'"}', "too_large"),
        (a_zip(notes_txt=b"hello"), "not_a_log"),
        (a_zip(header_json=b"{"), "broken"),
        (a_zip(header_json=b'{"a":"' + b"a" * 19_000_000 + b'"}'), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_files_are_refused_with_their_reason(content: bytes, code: str) -> None:
    begun = time.perf_counter()
    assert refusal_of(content) == code
    assert time.perf_counter() - begun < SECONDS


def test_an_archive_in_an_archive_in_an_archive_is_not_opened() -> None:
    inner = a_zip(logs__one_json=as_json(inspect_log()))
    assert refusal_of(a_zip(inner_eval=inner)) == "not_a_log"


def test_an_archive_of_very_many_members_is_refused() -> None:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for number in range(20_001):
            archive.writestr(f"{number}.json", b"")
    assert refusal_of(target.getvalue()) == "too_large"


def test_an_encrypted_archive_is_refused() -> None:
    raw = bytearray(a_zip(header_json=as_json(inspect_log())))
    central = raw.index(b"PK\x01\x02")
    raw[6] |= 1
    raw[central + 8] |= 1
    assert refusal_of(bytes(raw)) == "encrypted"


def test_an_unknown_way_of_packing_is_refused() -> None:
    assert refusal_of(with_method(b"{}", 12, b"{}", 2)) == "unknown_compression"


@pytest.mark.parametrize("said", [100, 500_000_000])
def test_a_zstandard_bomb_is_refused_whatever_size_it_claims(said: int) -> None:
    content = b"0" * 60_000_000
    packed = zstandard.ZstdCompressor(level=3).compress(content)
    assert refusal_of(with_method(content, 93, packed, said)) == "too_large"


def test_a_member_that_inflates_beyond_its_word_is_refused() -> None:
    content = b"0" * 60_000_000
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = squeezer.compress(content) + squeezer.flush()
    assert refusal_of(with_method(content, ZIP_DEFLATED, packed, 100)) == "too_large"
