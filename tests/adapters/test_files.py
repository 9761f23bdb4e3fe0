"""One contract for both stores, and what is special about each."""

import hashlib
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from fundapp.adapters.files import DAMAGED, OUT_OF_REACH, FileStore, LocalFileStore, store_for
from fundapp.adapters.s3_files import IN_MEMORY, Bucket, Patience, S3FileStore
from fundapp.domain.errors import FilesUnavailable
from tests.s3_server import BUCKET, CREDENTIALS, client_of, running_s3

WORDS = b"%PDF-1.7 what was promised"
ADDRESS = hashlib.sha256(WORDS).hexdigest()
ABSENT = hashlib.sha256(b"never stored").hexdigest()
HASTE = Patience(connect=0.3, silence=0.3, tries=2)


@dataclass
class Shelf:
    """A store, and the ways past it: all that it holds by key, and writing over a key."""

    store: FileStore
    held: Callable[[], dict[str, bytes]]
    damage: Callable[[str, bytes], Any]


class Slow(RawIOBase):
    """Gives `size` bytes in pieces and remembers the largest that was asked for."""

    def __init__(self, size: int, *, breaks_at: int = -1) -> None:
        self.left, self.breaks_at, self.largest = size, breaks_at, 0

    def read(self, size: int = -1) -> bytes:
        if 0 <= self.breaks_at >= self.left:
            raise ConnectionError("the browser went away")
        self.largest = max(self.largest, size if size >= 0 else sys.maxsize)
        piece = min(self.left, size)
        self.left -= piece
        return b"x" * piece


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with running_s3() as address:
        yield address


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=["folder", "s3"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    if request.param == "folder":
        return folder_shelf(tmp_path / "files")
    request.getfixturevalue("credentials")
    return bucket_shelf(request.getfixturevalue("endpoint"), prefix=f"{tmp_path.name}/deep")


def folder_shelf(folder: Path) -> Shelf:
    return Shelf(
        store=store_for("", folder),
        held=lambda: {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        },
        damage=lambda key, content: (folder / key).write_bytes(content),
    )


def bucket_shelf(endpoint: str, *, prefix: str) -> Shelf:
    client = client_of(endpoint)

    def held() -> dict[str, bytes]:
        listed = client.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/").get("Contents", [])
        return {
            entry["Key"].removeprefix(f"{prefix}/"): client.get_object(
                Bucket=BUCKET, Key=entry["Key"]
            )["Body"].read()
            for entry in listed
        }

    return Shelf(
        store=store_for(f"s3://{BUCKET}/{prefix}/", Path("unused"), endpoint=endpoint),
        held=held,
        damage=lambda key, content: client.put_object(
            Bucket=BUCKET, Key=f"{prefix}/{key}", Body=content
        ),
    )


def test_what_was_put_comes_back(shelf: Shelf) -> None:
    assert shelf.store.put(BytesIO(WORDS)) == (ADDRESS, len(WORDS))
    assert shelf.store.get(ADDRESS) == WORDS


def test_both_stores_lay_a_file_down_under_the_same_key(shelf: Shelf) -> None:
    shelf.store.put(BytesIO(WORDS))
    assert shelf.held() == {f"{ADDRESS[:2]}/{ADDRESS}": WORDS}


def test_the_same_bytes_are_kept_once(shelf: Shelf) -> None:
    assert shelf.store.put(BytesIO(WORDS)) == shelf.store.put(BytesIO(WORDS))
    assert len(shelf.held()) == 1


def test_an_empty_file_is_a_file(shelf: Shelf) -> None:
    address, size = shelf.store.put(BytesIO())
    assert (size, shelf.store.get(address)) == (0, b"")


def test_a_file_is_taken_from_where_its_reader_stands(shelf: Shelf) -> None:
    source = BytesIO(b"skipped" + WORDS)
    source.seek(len(b"skipped"))
    assert shelf.store.put(source) == (ADDRESS, len(WORDS))


def test_a_large_file_is_read_in_pieces(shelf: Shelf) -> None:
    source = Slow(3 * IN_MEMORY + 1)
    address, size = shelf.store.put(cast(BinaryIO, source))
    assert (size, source.largest) == (3 * IN_MEMORY + 1, 1 << 20)
    assert len(shelf.store.get(address)) == size


def test_an_upload_that_breaks_leaves_nothing(shelf: Shelf) -> None:
    source = Slow(3 * IN_MEMORY, breaks_at=IN_MEMORY)
    with pytest.raises((ConnectionError, FilesUnavailable)):
        shelf.store.put(cast(BinaryIO, source))
    assert shelf.held() == {}


def test_an_absent_file_is_not_found(shelf: Shelf) -> None:
    with pytest.raises(FileNotFoundError):
        shelf.store.get(ABSENT)


def test_a_damaged_file_is_not_given_out(shelf: Shelf) -> None:
    shelf.store.put(BytesIO(WORDS))
    shelf.damage(f"{ADDRESS[:2]}/{ADDRESS}", WORDS[:-1])
    with pytest.raises(FilesUnavailable) as refused:
        shelf.store.get(ADDRESS)
    assert str(refused.value) == DAMAGED


def test_a_store_that_answers_passes_its_check(shelf: Shelf) -> None:
    shelf.store.check()


def test_a_folder_that_cannot_be_made_is_out_of_reach(tmp_path: Path) -> None:
    in_the_way = tmp_path / "files"
    in_the_way.write_text("a file where the folder should be")
    every_call_is_refused(LocalFileStore(in_the_way / "deep"))


@pytest.mark.usefixtures("credentials")
def test_a_server_that_is_gone_is_out_of_reach() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    every_call_is_refused(S3FileStore(Bucket(BUCKET, "", f"http://127.0.0.1:{port}"), HASTE))


@pytest.mark.usefixtures("credentials")
def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        store = S3FileStore(Bucket(BUCKET, "", f"http://127.0.0.1:{port}"), HASTE)
        began = time.monotonic()
        every_call_is_refused(store)
    assert time.monotonic() - began < 20


@pytest.mark.usefixtures("credentials")
def test_a_bucket_that_is_not_there_is_out_of_reach(endpoint: str) -> None:
    every_call_is_refused(S3FileStore(Bucket("another-bucket", "", endpoint), HASTE))


def every_call_is_refused(store: FileStore) -> None:
    calls: list[Callable[[], object]] = [
        lambda: store.put(BytesIO(WORDS)),
        lambda: store.get(ADDRESS),
        store.check,
    ]
    for call in calls:
        with pytest.raises(FilesUnavailable) as refused:
            call()
        assert str(refused.value) == OUT_OF_REACH


@pytest.mark.usefixtures("credentials")
def test_secrets_stay_out_of_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret of ours")
    store = S3FileStore(Bucket("another-bucket", "", endpoint), HASTE)
    with caplog.at_level("INFO"), pytest.raises(FilesUnavailable):
        store.get(ADDRESS)
    told = [str(vars(record)) for record in caplog.records if record.name == "fundapp"]
    assert len(told) == 1
    assert "NoSuchBucket" in told[0]
    assert "a secret of ours" not in told[0]


@pytest.mark.parametrize(
    ("address", "endpoint"),
    [
        ("fund-files", ""),
        ("https://fund-files", ""),
        ("s3://", ""),
        ("s3://name:password@fund-files", ""),
        ("s3://fund-files", "files.example"),
        ("s3://fund-files", "https://name:password@files.example"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_by_name(address: str, endpoint: str) -> None:
    with pytest.raises(ValueError, match=r"^FUNDAPP_FILE_STORE(_ENDPOINT)? cannot be read; write "):
        store_for(address, Path("unused"), endpoint=endpoint)


def test_without_boto3_the_words_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "fundapp.adapters.s3_files")
    monkeypatch.setitem(sys.modules, "boto3.session", None)
    with pytest.raises(ValueError, match=r"boto3 is missing\. Install it: .*\[s3\]"):
        store_for(f"s3://{BUCKET}", Path("unused"))
