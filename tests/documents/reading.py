"""Reads pages and PDFs the way a person would: as text, element by element."""

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element

import html5lib
from pypdf import PdfReader
from pypdf.generic import DictionaryObject


def parsed(html: str) -> Element:
    """The tree of a page; tags inside pictures have no namespace either."""
    tree: Element = html5lib.parse(html, namespaceHTMLElements=False)
    for element in tree.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return tree


def text_of(element: Element) -> str:
    """The words of an element on one line; titles of pictures are not printed."""
    return " ".join("".join(_printed(element)).split())


def _printed(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag != "title":
            yield from _printed(child)
        yield " " if child.tag == "br" else ""
        yield child.tail or ""


def texts(html: str, path: str) -> list[str]:
    """The text of every element at an ElementTree path, in order."""
    return [text_of(element) for element in parsed(html).findall(path)]


def with_class(html: str, name: str) -> list[str]:
    """The text of every element of one class, in order."""
    return [
        text_of(element)
        for element in parsed(html).iter()
        if name in element.get("class", "").split()
    ]


def table_rows(html: str, section: str) -> list[list[str]]:
    """The cells of the tables in a section of one class, row by row."""
    return [
        [text_of(cell) for cell in row if cell.tag in ("th", "td")]
        for part in parsed(html).iter("section")
        if section in part.get("class", "").split()
        for row in part.iter("tr")
    ]


def reader_of(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def page_texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader_of(pdf).pages]


def font_names(pdf: bytes) -> set[str]:
    """Names of the fonts in a PDF, without the tag of the subset."""
    names: set[str] = set()
    for page in reader_of(pdf).pages:
        fonts = page["/Resources"].get_object()
        assert isinstance(fonts, DictionaryObject)
        names.update(font["/BaseFont"] for font in fonts.get("/Font", {}).values())
    return {name.removeprefix("/").split("+")[-1] for name in names}
