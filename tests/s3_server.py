"""A real S3 server on loopback: moto's, in a process of its own, with one private bucket.

A program of its own, because it is then stopped like a store that goes away, and because
moto changes the client library of the process that loads it.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from boto3.session import Session

BUCKET = "fund-files"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "sample",
    "AWS_SECRET_ACCESS_KEY": "sample",
    "AWS_REGION": "eu-north-1",
}
SECONDS_TO_WAIT = 120


@contextmanager
def running_s3() -> Iterator[str]:
    """Start a server with the bucket BUCKET and give its address; it forgets all at the end."""
    with TemporaryDirectory(prefix="fundapp-s3-") as name:
        log = Path(name) / "log"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
        with (
            log.open("wb") as output,
            subprocess.Popen(command, stdout=output, stderr=output) as server,
        ):
            try:
                endpoint = _wait_until_ready(server, log)
                client_of(endpoint).create_bucket(
                    Bucket=BUCKET,
                    CreateBucketConfiguration={"LocationConstraint": CREDENTIALS["AWS_REGION"]},
                )
                yield endpoint
            finally:
                server.terminate()
                server.wait(SECONDS_TO_WAIT)


@cache
def client_of(endpoint: str) -> Any:
    """Return a client that may do everything."""
    return Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=CREDENTIALS["AWS_REGION"],
    ).client("s3", endpoint_url=endpoint)


def _wait_until_ready(server: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while server.poll() is None and time.monotonic() < deadline:
        if found := re.search(r"Running on (http://127\.0\.0\.1:\d+)", log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"the S3 server did not start: {log.read_text()}")
