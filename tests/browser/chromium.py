"""Chromium under Playwright, and the accessibility rules that every page must keep."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CANDIDATES = ("chromium", "google-chrome")

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
"""Keep the browser from talking to its maker."""

WCAG_2_2_AA = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,
}
"""Preloading fetches every style sheet again for rules that none of these tags holds."""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start the system's Chromium without a window; it ends with the block.

    The variable CHROMIUM names another browser of the family. Raises RuntimeError when
    there is none.
    """
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*QUIET, *sandbox]
        )
        try:
            yield browser
        finally:
            browser.close()


def find_chromium() -> str:
    """Return the path of the browser to drive; RuntimeError says how to get one."""
    named = os.environ.get("CHROMIUM")
    for candidate in (named,) if named else CANDIDATES:
        if path := shutil.which(candidate):
            return path
    raise RuntimeError("No Chromium was found. `make test` installs it, or CHROMIUM names one.")


def assert_accessible(page: Page) -> None:
    """Fail when the page breaks a WCAG 2.0, 2.1 or 2.2 rule of level A or AA that axe can see.

    The message lists each rule broken, where, and what to mend. The page's own
    Content-Security-Policy does not matter, but axe is a script: ValueError when the
    browser context has scripts switched off (axe would wait for ever).
    """
    if not page.evaluate("matchMedia('(scripting: enabled)').matches"):
        raise ValueError("Check the same page in a context that runs scripts.")
    violations = Axe().run(page, options=WCAG_2_2_AA).response["violations"]
    if violations:
        width = (page.viewport_size or {"width": "?"})["width"]
        heading = f"{page.url} at {width} px breaks {len(violations)} accessibility rules:"
        raise AssertionError("\n".join([heading, *map(_describe, violations)]))


def _describe(violation: dict[str, Any]) -> str:
    lines = [f"\n{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        lines.append(f"  {' '.join(map(str, node['target']))}")
        lines.append(f"    {node['html'][:200]}")
        checks = [*node["any"], *node["all"], *node["none"]]
        lines += [f"    - {check['message']}" for check in checks]
    return "\n".join(lines)
