"""A person who reads pages and presses what is on them, without a browser."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Fields = dict[str, Any]


class Walker:
    """One person with a cookie jar, on one page at a time.

    Every page must answer below 400; `page` is its tree, `text` what it says.
    """

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self.path = ""
        self.page = Element("html")

    def open(self, path: str) -> None:
        """Go to a path."""
        self._take(self._client.get(path, follow_redirects=True))

    def follow(self, words: str) -> None:
        """Follow the first link that says so."""
        link = next(link for link in self.page.iter("a") if words in said_by(link))
        self.open(urljoin(self.path, link.attrib["href"]))

    def press(self, words: str, **fields: Any) -> None:
        """Fill the form of the first button that says so, and press it."""
        form, button = next(
            (form, button)
            for form in self.page.iter("form")
            for button in self._buttons(form)
            if words in said_by(button)
        )
        filled = filled_fields(form) | fields
        if "name" in button.attrib:
            filled[button.attrib["name"]] = button.attrib.get("value", "")
        address = urljoin(self.path, button.get("formaction") or form.get("action") or self.path)
        if form.get("method") == "post":
            answer = self._client.post(address, data=filled, follow_redirects=True)
        else:
            answer = self._client.get(address, query_string=filled, follow_redirects=True)
        self._take(answer)

    def download(self, words: str) -> bytes:
        """Return the file behind the first link that says so."""
        link = next(link for link in self.page.iter("a") if words in said_by(link))
        answer = self._client.get(urljoin(self.path, link.attrib["href"]))
        assert answer.status_code == 200
        return answer.data

    @property
    def heading(self) -> str:
        """Return what the page is headed."""
        return said_by(next(self.page.iter("h1")))

    @property
    def text(self) -> str:
        """Return all words of the page."""
        return said_by(self.page)

    def dead_links(self, path: str) -> list[str]:
        """Follow every link from `path` on and return the addresses that answer 400 or more."""
        dead, seen, waiting = [], {path}, [path]
        while waiting:
            address = waiting.pop()
            answer = self._client.get(address, follow_redirects=True)
            if answer.status_code >= 400:
                dead.append(f"{answer.status_code} {address}")
            elif answer.mimetype == "text/html":
                found = {target for target in _links(answer.text, address) if target not in seen}
                seen |= found
                waiting += sorted(found)
        return dead

    def _buttons(self, form: Element) -> Iterator[Element]:
        yield from form.iter("button")
        for button in self.page.iter("button"):
            if form.get("id") and button.get("form") == form.get("id"):
                yield button

    def _take(self, answer: TestResponse) -> None:
        self.path = answer.request.path
        assert answer.status_code < 400, f"{answer.status_code} {self.path}: {said(answer.text)}"
        self.page = html5lib.parse(answer.text, namespaceHTMLElements=False)


def said_by(element: Element) -> str:
    """Return the words in an element, blanks made one."""
    return " ".join("".join(element.itertext()).split())


def said(html: str) -> str:
    """Return the words of a page for a message."""
    return said_by(html5lib.parse(html, namespaceHTMLElements=False))[:800]


def filled_fields(form: Element) -> Fields:
    """Return what a form would send if nothing were typed."""
    fields: Fields = {}
    for field in form.iter():
        name = field.get("name")
        if name and field.get("disabled") is None:
            for text in _values(field):
                fields.setdefault(name, []).append(text)
    return fields


def _values(field: Element) -> list[str]:
    if field.tag == "textarea":
        return [(field.text or "").removeprefix("\n")]
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        return [option.get("value", "") for option in (chosen or options)[:1]]
    kind = field.get("type")
    if field.tag != "input" or kind == "file":
        return []
    if kind in ("radio", "checkbox") and field.get("checked") is None:
        return []
    return [field.get("value", "")]


def _links(html: str, address: str) -> set[str]:
    found = set()
    for href in re.findall(r'<a [^>]*href="([^"#]*)', html):
        parts = urlsplit(urljoin(address, unescape(href)))
        if not parts.scheme and not parts.netloc:
            found.add(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found
