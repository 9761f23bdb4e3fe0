"""The templates' surroundings in one language: filters, words, and nothing that could leak."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from fundapp.documents import charts, texts
from fundapp.documents.formats import LANGUAGES, Formats, is_numeric
from fundapp.documents.verification import bare_address, qr_code

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"


def template_environment(code: str, *, folders: Sequence[Path] = (TEMPLATES,)) -> Environment:
    """Return the environment for documents in the language `code`, a key of LANGUAGES.

    Everything is escaped, a name that does not exist is an error, and the words of the
    language stand in the global `words`.
    """
    language = LANGUAGES[code]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_filters(Formats(language)))
    environment.globals.update(
        along=charts.along,
        axis_ticks=charts.axis_ticks,
        chart_faces=charts.FACES,
        language=language,
        qr_code=qr_code,
    )
    environment.globals["words"] = environment.get_template(f"words/{code}.html").module
    return environment


def _listed(formats: Formats, names: Iterable[str]) -> Markup:
    """Return the names as a list of the language, each in a direction of its own."""
    places = {f"\ue000{place}\ue001": name for place, name in enumerate(names)}
    text = escape(formats.listed(list(places)))
    for place, name in places.items():
        text = text.replace(place, Markup("<bdi>{}</bdi>").format(name))
    return text


def _filters(formats: Formats) -> Mapping[str, Any]:
    return {
        "bare_address": bare_address,
        "cell": formats.cell,
        "counted": formats.counted,
        "day": formats.day,
        "direction": texts.direction,
        "display_size": texts.display_size,
        "excerpt": texts.excerpt,
        "fingerprint": texts.fingerprint,
        "has_italics": texts.has_italics,
        "instant": formats.instant,
        "is_numeric": is_numeric,
        "line_breaks": texts.line_breaks,
        "listed": partial(_listed, formats),
        "mean": formats.mean,
        "money": formats.money,
        "number": formats.number,
        "paragraphs": texts.paragraphs,
        "plural": formats.plural,
        "rate": formats.rate,
    }
