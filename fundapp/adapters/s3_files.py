"""Files in a private S3 bucket, at Amazon or at any server that speaks the same protocol.

Credentials and region come from where boto3 looks for them (AWS_ACCESS_KEY_ID and so on);
they never pass through our settings. Nobody but the application reads the bucket: a
download goes through a page that asks for permission first.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from fundapp.adapters.files import FileStore, checked, copy_and_hash, key_of, out_of_reach

try:
    from boto3.session import Session
    from botocore.config import Config as ClientConfig
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError as missing:
    raise ValueError(
        "FUNDAPP_FILE_STORE names an S3 bucket, for which boto3 is missing. "
        'Install it: .venv/bin/uv pip install --editable ".[s3]"'
    ) from missing

IN_MEMORY = 1 << 20
"""Bytes of an upload that are held in memory; the rest waits in a temporary file."""


@dataclass(frozen=True)
class Patience:
    """How long a call may take: seconds to connect, seconds of silence, tries in all."""

    connect: float = 2
    silence: float = 8
    tries: int = 2


@dataclass(frozen=True)
class Bucket:
    """A bucket, the prefix of our keys in it ("" or ending in "/"), and its server.

    endpoint: "" = Amazon.
    """

    name: str
    prefix: str = ""
    endpoint: str = ""


def s3_store(address: str, *, endpoint: str = "") -> FileStore:
    """Return the store at "s3://bucket/prefix"; ValueError says what is wrong with it."""
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.hostname or parts.query or "@" in parts.netloc:
        raise ValueError(
            "FUNDAPP_FILE_STORE cannot be read; write s3://bucket or s3://bucket/prefix"
        )
    server = urlsplit(endpoint)
    if endpoint and (server.scheme not in {"http", "https"} or "@" in server.netloc):
        raise ValueError(
            "FUNDAPP_FILE_STORE_ENDPOINT cannot be read; write https://files.example without a "
            "name or password in it"
        )
    path = parts.path.strip("/")
    return S3FileStore(Bucket(parts.netloc, f"{path}/" if path else "", endpoint))


class S3FileStore:
    """One object per file, put in one piece: it is whole or absent, and written once."""

    def __init__(self, bucket: Bucket, patience: Patience = Patience()) -> None:
        self._bucket = bucket
        session = Session()
        self._client = _client(session, bucket, patience)
        self._hasty = _client(session, bucket, replace(patience, tries=1))

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Copy to a temporary file, since the hash is the address; then send it.

        The server checks the hash, and refuses to write over an object that is there.
        """
        with SpooledTemporaryFile(max_size=IN_MEMORY) as draft:
            sha256, size = copy_and_hash(source, cast(BinaryIO, draft))
            draft.seek(0)
            with _answering():
                self._put_once(draft, sha256, size)
        return sha256, size

    def get(self, sha256: str) -> bytes:
        """Read the whole object."""
        with _answering():
            try:
                answer = self._client.get_object(Bucket=self._bucket.name, Key=self._key(sha256))
            except self._client.exceptions.NoSuchKey as error:
                raise FileNotFoundError(sha256) from error
            return checked(answer["Body"].read(), sha256)

    def check(self) -> None:
        """Ask for the bucket, once and with little patience."""
        with _answering():
            self._hasty.head_bucket(Bucket=self._bucket.name)

    def _put_once(self, draft: Any, sha256: str, size: int) -> None:
        try:
            self._client.put_object(
                Bucket=self._bucket.name,
                Key=self._key(sha256),
                Body=draft,
                ContentLength=size,
                ContentType="application/octet-stream",
                ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 412:
                raise

    def _key(self, sha256: str) -> str:
        return self._bucket.prefix + key_of(sha256)


def _client(session: Session, bucket: Bucket, patience: Patience) -> Any:
    """Return boto3's client. Checksums of its own are for large objects and unknown elsewhere."""
    # A bucket's name stands before the host's only where the server has such names.
    style = "path" if bucket.endpoint else "auto"
    return session.client(
        "s3",
        endpoint_url=bucket.endpoint or None,
        config=ClientConfig(
            connect_timeout=patience.connect,
            read_timeout=patience.silence,
            retries={"total_max_attempts": patience.tries, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": style},
        ),
    )


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise out_of_reach(error) from error
