"""One renderer per process: what documents share is loaded once, then each is quick."""

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, TemplateError

from fundapp.documents import decision_file
from fundapp.documents.archival import VARIANT, finish
from fundapp.documents.environments import TEMPLATES, template_environment
from fundapp.documents.fonts import font_configuration, printable
from fundapp.documents.formats import LANGUAGES
from fundapp.documents.texts import cleaned, isolated
from fundapp.domain.errors import DocumentFailed
from fundapp.queries.document_rows import PrintedRow

if TYPE_CHECKING:
    from weasyprint import CSS, Attachment


STYLES = ("letter", "announcement", "certificate", "submission", "board_paper")
"""The style sheets beside `paper.css`."""


class Renderer:
    """Makes PDFs from rows and templates. One document at a time, whatever the threads.

    The same row gives the same bytes in any process, zone or hash seed: dates and the
    identifier come from the row. WeasyPrint is loaded here, not with the module.
    """

    def __init__(self, *, own_templates: Path = TEMPLATES) -> None:
        """Load what documents share. `own_templates` is looked in before the shipped ones."""
        from fundapp.documents.fetcher import Asset, AssetFetcher

        self._folders = (own_templates, TEMPLATES)
        self._fonts = font_configuration()
        self._fetcher = AssetFetcher(
            {
                f"asset:{path.name}": Asset(path.read_bytes(), "image/svg+xml")
                for path in (TEMPLATES / "assets").glob("*.svg")
            }
        )
        self._images: dict[str, Any] = {}
        self._styles: dict[str, CSS] = {}
        self._environments: dict[str, Environment] = {}
        self._lock = Lock()

    def warm(self) -> None:
        """Load what the first document would load: style sheets, words, the common faces."""
        for style in STYLES:
            self._style(style)
        for code in LANGUAGES:
            self._in_language(code)
        from weasyprint import HTML

        page = "<h1>Ag</h1><p>Ag <b>Ag</b> <i>Ag</i></p><table><tr><th>Ag</th></tr></table>"
        HTML(string=page, base_url="asset:", url_fetcher=self._fetcher).write_pdf(
            stylesheets=[self._style(STYLES[0])], font_config=self._fonts, pdf_variant=VARIANT
        )

    def html(self, template: str, row: PrintedRow, **context: object) -> str:
        """Return the page that is about to be printed. Raises DocumentFailed.

        Texts in the row and the context are cleaned here, so that no template forgets it.
        """
        try:
            page = self._environment(row).get_template(template)
            plain = {name: cleaned(value) for name, value in context.items()}
            return printable(isolated(page.render(row=cleaned(row), **plain)))
        except TemplateError as error:
            raise DocumentFailed(_sentence(row, f"its template failed: {error}")) from error

    def render(
        self,
        template: str,
        row: PrintedRow,
        *,
        style: str,
        decision: bytes = b"",
        **context: object,
    ) -> bytes:
        """Return `row` printed through `template` with style sheet `style`, as a PDF.

        `decision` is attached as data, `context` goes to the template beside the row. Raises
        DocumentFailed with a reason for a language without words, an address outside the
        assets, or a text that the engine cannot lay out.
        """
        from weasyprint.urls import FatalURLFetchingError

        page = self.html(template, row, **context)
        try:
            with self._lock, _quiet_collector():
                return self._printed(page, row, style=style, decision=decision)
        except (FatalURLFetchingError, RecursionError, ValueError) as error:
            raise DocumentFailed(_sentence(row, str(error) or type(error).__name__)) from error

    def _printed(self, page: str, row: PrintedRow, *, style: str, decision: bytes) -> bytes:
        from weasyprint import HTML

        self._fetcher.refused.clear()
        document = HTML(string=page, base_url="asset:", url_fetcher=self._fetcher)
        pdf: bytes = document.write_pdf(
            stylesheets=[self._style(style)],
            font_config=self._fonts,
            cache=self._images,
            attachments=self._attached(row, decision) if decision else None,
            finisher=finish,
            pdf_variant=VARIANT,
            pdf_identifier=identifier(row),
        )
        if self._fetcher.refused:
            raise DocumentFailed(_sentence(row, self._fetcher.refused[0]))
        return pdf

    def _attached(self, row: PrintedRow, decision: bytes) -> "list[Attachment]":
        from weasyprint import Attachment

        return [
            Attachment(
                string=decision,
                name=decision_file.NAME,
                description="The decision that this document tells, as data",
                created=row.issued_at,
                modified=row.issued_at,
                relationship="Data",
                url_fetcher=self._fetcher,
            )
        ]

    def _style(self, name: str) -> "CSS":
        if name not in self._styles:
            from weasyprint import CSS

            sheets = [(TEMPLATES / file).read_text() for file in ("paper.css", f"{name}.css")]
            self._styles[name] = CSS(
                string="\n".join(sheets),
                base_url="asset:",
                url_fetcher=self._fetcher,
                font_config=self._fonts,
            )
        return self._styles[name]

    def _environment(self, row: PrintedRow) -> Environment:
        code = row.language
        if code not in LANGUAGES:
            known = ", ".join(sorted(LANGUAGES))
            raise DocumentFailed(_sentence(row, f"no words in {code!r} yet. Use one of: {known}"))
        return self._in_language(code)

    def _in_language(self, code: str) -> Environment:
        if code not in self._environments:
            self._environments[code] = template_environment(code, folders=self._folders)
        return self._environments[code]


@contextmanager
def _quiet_collector() -> Iterator[None]:
    """Keep the garbage collector from running in the middle of a document (a tenth faster)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def identifier(row: PrintedRow) -> bytes:
    """Return what tells this file from every other: its reference and version, hashed."""
    return hashlib.sha256(f"{row.reference}/{row.version}".encode()).hexdigest()[:32].encode()


def _sentence(row: PrintedRow, reason: str) -> str:
    return f"{row.reference} could not be printed: {reason}."
