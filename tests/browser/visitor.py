"""A person at a browser, who looks at every page they come to."""

import gzip
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Response,
    ViewportSize,
    expect,
)

from config import ROOT
from tests.browser.chromium import assert_accessible
from tests.browser.fund_site import FundSite
from tests.journeys.setting_up import PASSWORD

HEAVIEST_PAGE = 60_000
FITS = "document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth"
SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""A folder for a picture of every page, to look at; none by default."""


class Visitor:
    """One person in a browser of their own.

    Every page they come to must answer below 400, have one heading, fit the width, weigh
    less than 60 kB with its styles and scripts, and break no accessibility rule that axe
    can see (each sort of page once in a lobby). Where scripts are off, axe reads the same
    page in a twin that runs them.
    """

    def __init__(
        self,
        name: str,
        email: str,
        context: BrowserContext,
        *,
        site: FundSite,
        twin: Page | None,
        checked: set[str],
    ) -> None:
        self.name = name
        self.email = email
        self.site = site
        self.page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("response", self._weigh)
        self._context = context
        self._twin = twin
        self._checked = checked
        self._faults: list[str] = []
        self._seen = 0

    def open(self, path: str) -> None:
        """Go to a path of the site."""
        self.page.goto(self.site.address + path)
        self.look()

    def sign_in(self) -> None:
        """Sign in again: a sign-in lasts two weeks."""
        self.open("/sign-in")
        self.write("Mail address", self.email)
        self.write("Password", PASSWORD)
        with self.page.expect_navigation():
            self.page.get_by_role("main").get_by_role("button", name="Sign in").click()
        self.look()

    def path(self) -> str:
        """Return the path of the page that is shown."""
        return urlsplit(self.page.url).path

    def follow(self, name: str) -> None:
        """Click a link."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()
        self.look()

    def press(self, name: str) -> None:
        """Click a button, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).first.click()
        self.look()

    def write(self, label: str, text: str) -> None:
        """Fill the field with this label."""
        self.page.get_by_label(label).first.fill(text)

    def choose(self, label: str) -> None:
        """Choose a radio button or tick a box by its label."""
        self.page.get_by_label(label).first.check()

    def reads(self, text: str) -> None:
        """The page must say so."""
        found = re.sub(r"\s+", " ", self.page.locator("body").inner_text())
        assert text in found, f"{self.name} misses “{text}” on {self.page.url}: {found[:1500]}"

    def download(self, name: str) -> bytes:
        """Click a link to a file and return its bytes."""
        with self.page.expect_download() as downloading:
            self.page.get_by_role("link", name=name).first.click()
        return Path(downloading.value.path()).read_bytes()

    def look(self) -> None:
        """Check the page that is shown."""
        page = self.page
        width = page.viewport_size["width"] if page.viewport_size else 0
        place = re.sub(r"[0-9a-f-]{36}|/[\w-]{40,}", "…", page.url.removeprefix(self.site.address))
        if SCREENSHOTS:
            self._photograph(place, width)
        assert not self._faults, f"{self.name}: {self._faults}"
        expect(page.locator("h1"), place).to_have_count(1)
        assert page.evaluate(FITS), f"{place}: too wide"
        sort = f"{place} {page.locator('body').get_attribute('class')}"
        if sort in self._checked:
            return
        self._checked.add(sort)
        if self._twin is None:
            assert_accessible(page)
        elif not page.url.endswith("/preview"):  # which no other browser can ask for
            self._twin.context.clear_cookies()
            self._twin.context.add_cookies(self._context.cookies())  # type: ignore[arg-type]
            self._twin.goto(page.url)
            assert_accessible(self._twin)

    def _weigh(self, response: Response) -> None:
        if response.request.resource_type != "document":
            return
        if response.status >= 400:
            self._faults.append(f"{response.status} {response.url}")
        if "html" in response.headers.get("content-type", ""):
            weight = int(response.headers["content-length"]) + static_weight()
            if weight >= HEAVIEST_PAGE:
                self._faults.append(f"{response.url} weighs {weight} bytes")

    def _photograph(self, place: str, width: int) -> None:
        self._seen += 1
        name = re.sub(r"\W+", "-", place).strip("-")[:60]
        path = Path(SCREENSHOTS or "") / str(width) / f"{self.name}-{self._seen:02}-{name}.png"
        self.page.screenshot(path=path, full_page=True)


@cache
def static_weight() -> int:
    """Return what all styles and scripts of a page weigh as they are sent, in bytes."""
    files = [*ROOT.glob("static/css/*.css"), *ROOT.glob("static/js/*.js")]
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


class Lobby:
    """Where visitors come from: one width, with scripts or without, all on one site."""

    def __init__(self, browser: Browser, site: FundSite, *, width: int, has_scripts: bool):
        self.site = site
        self._browser = browser
        self._size = ViewportSize(width=width, height=800)
        self._has_scripts = has_scripts
        self._contexts: list[BrowserContext] = []
        self._checked: set[str] = set()
        self._twin: Page | None = None
        if not has_scripts:
            self._twin = self._context(has_scripts=True).new_page()

    def visitor(self, name: str, email: str = "") -> Visitor:
        """Let somebody in who has not signed in yet."""
        return Visitor(
            name,
            email or f"{name.lower()}@{name.lower()}.example",
            self._context(has_scripts=self._has_scripts),
            site=self.site,
            twin=self._twin,
            checked=self._checked,
        )

    def close(self) -> None:
        """Close every browser context."""
        for context in self._contexts:
            context.close()

    def _context(self, *, has_scripts: bool) -> BrowserContext:
        context = self._browser.new_context(viewport=self._size, java_script_enabled=has_scripts)
        self._contexts.append(context)
        return context


@contextmanager
def open_lobby(
    browser: Browser, site: FundSite, *, width: int, has_scripts: bool
) -> Iterator[Lobby]:
    """Open a lobby until the block ends."""
    lobby = Lobby(browser, site, width=width, has_scripts=has_scripts)
    try:
        yield lobby
    finally:
        lobby.close()
