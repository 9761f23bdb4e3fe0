"""A service of time stamps over HTTP, as RFC 3161 has it."""

from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

from fundapp.domain.errors import SealUnavailable
from fundapp.domain.seals import TimeStamper

PATIENCE = 10.0
"""Seconds that the service has for an answer; a letter waits no longer, it is tried again."""

LARGEST = 100_000
ASKING, ANSWERING = "application/timestamp-query", "application/timestamp-reply"


class HttpTimeStamper:
    """Asks one service. Nothing of a document leaves but the hash of its seal."""

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        """Take the address. Raises ValueError with a sentence for what is none."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(
                f"FUNDAPP_TIMESTAMP_URL is {url!r}; give the address of a time-stamp service, such "
                "as https://stamps.example/tsa, or nothing for none."
            )
        self._url, self._patience = url, patience
        self._opener = build_opener()

    def answer(self, request: bytes) -> bytes:
        """Return the service's answer (DER). Raises SealUnavailable with what went wrong."""
        asked = Request(self._url, data=request, headers={"Content-Type": ASKING})  # noqa: S310 - http(s) only, see above
        try:
            with self._opener.open(asked, timeout=self._patience) as response:
                kind = response.headers.get_content_type()
                content: bytes = response.read(LARGEST + 1)
        except (URLError, HTTPException, OSError) as error:
            raise SealUnavailable(
                f"The time-stamp service does not answer ({error}). Letters wait for it."
            ) from error
        if kind != ANSWERING or len(content) > LARGEST:
            raise SealUnavailable("The time-stamp service answers with something else.")
        return content


def time_stamper(url: str) -> TimeStamper | None:
    """Return the service at `url`, None for "". Raises ValueError for what is no address."""
    return HttpTimeStamper(url) if url else None
