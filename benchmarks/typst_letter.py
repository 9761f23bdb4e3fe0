"""The words of one of our letters as data, for the same letter in typst."""

import json

from fundapp.documents.decision_file import decision_of_letter
from fundapp.documents.environments import TEMPLATES
from fundapp.documents.letters import letter_context
from fundapp.documents.renderer import Renderer
from fundapp.documents.verification import qr_code
from fundapp.queries.document_rows import AwardLetter, CriterionStanding
from tests.documents.reading import table_rows, texts, with_class


def letter_as_data(renderer: Renderer, row: AwardLetter) -> str:
    """Return, as JSON, what `benchmarks/letter.typ` prints: the words of our own page."""
    html = renderer.html("award_letter.html", row, **letter_context(row))
    paragraphs = [text for text in texts(html, "./body/p") if text]
    address = f"{row.verify_url}?reference={row.reference}&code={row.code}"
    return json.dumps(
        {
            "notice": row.notice,
            "fund": row.fund.name,
            "foot": row.fund.address,
            "reference": row.reference,
            "mark": (TEMPLATES / "assets" / "mark.svg").read_text(),
            "window": [row.addressee.organisation, row.addressee.person, *row.addressee.lines],
            "facts": texts(html, "./body/dl/*"),
            "next": with_class(html, "next-step")[0],
            "subject": texts(html, ".//h1")[0],
            "opening": paragraphs[:3],
            "headings": texts(html, ".//h2"),
            "contributions": _cells(html, "contributions"),
            "conditions": texts(html, ".//ol/li"),
            "tranches": _cells(html, "tranches"),
            "reading": with_class(html, "reading")[0],
            "criteria": [_criterion(standing) for standing in row.panel.criteria],
            "comments": texts(html, ".//blockquote"),
            "closing": [*paragraphs[3:], *texts(html, "./body/div/p")],
            "qr": str(qr_code(address, title="Check")).replace(
                "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1
            ),
            "genuine": with_class(html, "verification")[0],
            "signatures": texts(html, ".//section/ul/li"),
            "decision": decision_of_letter(row).decode(),
        }
    )


def _cells(html: str, section: str) -> list[list[str]]:
    return [(cells + [""] * 4)[:4] for cells in table_rows(html, section)]


def _criterion(standing: CriterionStanding) -> dict[str, object]:
    return {
        "title": standing.title,
        "weight": standing.weight,
        "scale": standing.scale,
        "mean": standing.mean,
        "lowest": standing.lowest,
        "highest": standing.highest,
        "lower": standing.lower,
        "upper": standing.upper,
        "funded": standing.funded_mean,
    }
