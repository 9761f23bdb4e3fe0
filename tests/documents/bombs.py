"""Pages that take an engine hours or gigabytes, and the engine with nothing around it."""

from dataclasses import replace

from fundapp.documents.printing import process_renderer
from fundapp.queries.document_rows import PrintedRow
from tests.documents.shared_rows import a_plain_row

BOXES = "<div style='display: flex'>"


def nested_uses(levels: int) -> str:
    """Each level draws the one below it ten times."""
    groups = "".join(
        f"<g id='g{level}'>" + f"<use href='#g{level - 1}'/>" * 10 + "</g>"
        for level in range(1, levels + 1)
    )
    return f"<svg viewBox='0 0 9 9'><rect id='g0' width='1' height='1'/>{groups}</svg>"


BOMBS = {
    "nested flex boxes": BOXES * 12 + "x" + "</div>" * 12,
    "nested uses of a drawing": nested_uses(5),
    "rows of a table": "<table>" + "<tr><td>x<td>y</tr>" * 5_000 + "</table>",
    "columns of a cell": "<table><tr><td colspan=1000000>x</table>",
    "floats": "<p style='float: left'>x</p>" * 2_000,
    "spans": "<p>" + "<span>x</span> " * 20_000,
    "many letters": "<p>" + "abcdefghijklmnopqrstuvwxyz " * 40_000,
    "nested blocks": "<div>" * 3_000 + "x",
}


def a_bomb(name: str) -> PrintedRow:
    """A row whose notice is the page."""
    return replace(a_plain_row(), notice=BOMBS[name])


def print_as_page(row: PrintedRow) -> bytes:
    """Give the notice of `row` to the engine as HTML, as no template of ours would."""
    from weasyprint import HTML

    pdf: bytes = HTML(string=row.notice).write_pdf(font_config=process_renderer()._fonts)
    return pdf
