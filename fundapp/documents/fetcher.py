"""What a document may load: an explicit table of assets, and nothing else.

Imported late (it needs WeasyPrint, which takes over a second to load).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


@dataclass(frozen=True)
class Asset:
    """A file that templates may name as `asset:<name>`."""

    content: bytes
    media_type: str


class AssetFetcher(URLFetcher):
    """Serves the assets of its table by exact address; any other address stops the document.

    There is no way from here to the network or to the disk: the table holds bytes.
    `refused` remembers what was refused, because the engine swallows every error raised
    while it draws a picture.
    """

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            allowed_protocols=(), allow_redirects=False, fail_on_errors=True
        )
        self._assets = dict(assets)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the asset at `url`; raise FatalURLFetchingError for any other address."""
        asset = self._assets.get(url)
        if asset is None:
            self.refused.append(f"{url[:80]!r} is no asset of this document")
            raise FatalURLFetchingError(self.refused[-1])
        return URLFetcherResponse(url, asset.content, {"Content-Type": asset.media_type})
