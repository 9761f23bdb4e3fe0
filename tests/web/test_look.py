"""The base of all pages: contrast, weight, no inline code, escaped data, kept text."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string
from wtforms import (
    DateField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)

ROOT = Path(__file__).parents[2]
LIGHT, DARK = re.findall(
    r":root \{[^}]*--ground[^}]*\}", (ROOT / "static/css/tokens.css").read_text()
)[:2]
HOSTILE = "<script>alert('x')</script>\" onfocus=\"y"


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("block", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "ground", 7),
        ("ink", "wash", 7),
        ("muted", "ground", 4.5),
        ("muted", "wash", 4.5),
        ("muted", "error-wash", 4.5),
        ("accent", "ground", 4.5),
        ("ink", "accent-wash", 7),
        ("on-accent", "accent", 4.5),
        ("on-accent", "accent-strong", 4.5),
        ("error", "ground", 4.5),
        ("error", "error-wash", 4.5),
        ("caution", "ground", 4.5),
        ("ink", "caution-wash", 7),
        ("edge", "ground", 3),
    ],
)
def test_colours_keep_their_contrast(block, ink, ground, least):
    tokens = colours(block)
    assert contrast(tokens[ink], tokens[ground]) >= least


ONE_PAGE_ONLY = {"letter-texts.css", "letter-texts.js", "progress.js", "samples.css"}
"""Files that pages of one subject alone load, beside what all pages share."""


def test_styles_and_scripts_stay_light():
    sizes = {
        path.name: path.stat().st_size
        for kind in ("css", "js")
        for path in (ROOT / "static" / kind).iterdir()
    }
    shared = {name: size for name, size in sizes.items() if name not in ONE_PAGE_ONLY}
    assert sum(size for name, size in shared.items() if name.endswith(".css")) < 35_000
    assert sum(size for name, size in shared.items() if name.endswith(".js")) < 18_000
    assert max(sizes[name] for name in ONE_PAGE_ONLY) < 3_000


PAGES = [
    path
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if path.relative_to(ROOT / "templates").parts[0] not in ("documents", "mail")
]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_pages_have_no_inline_code(path):
    text = path.read_text()
    inline = r"\sstyle=|\son[a-z]+=[\"']|<style|javascript:|(?:src|href)=.https?:"
    assert re.findall(inline, text) == []
    code = [tag for tag in re.findall(r"<script[^>]*>", text) if "application/ld+json" not in tag]
    assert [tag for tag in code if " src=" not in tag] == []


CHOICES: Any = [HOSTILE]


class Sample(Form):
    title = StringField("Title", [validators.Length(max=5, message="Shorten it.")])
    summary = TextAreaField("Summary", description=HOSTILE)
    samples = IntegerField("Samples")
    ends_on = DateField("Ends on")
    country = SelectField("Country", choices=CHOICES)
    kind = RadioField(
        "Kind",
        choices=CHOICES,
        validators=[validators.InputRequired("Choose.")],
    )


def rendered(app: Flask, source: str, **values: object) -> str:
    imports = "".join(
        f'{{% import "layout/{name}.html" as {name} %}}' for name in ("forms", "parts", "charts")
    )
    with app.test_request_context():
        return render_template_string(imports + source, **values)


class Posted(dict[str, list[str]]):
    def getlist(self, name: str) -> list[str]:
        return self[name]


def test_fields_keep_and_escape_what_was_typed(app):
    form = Sample(
        Posted(
            title=[HOSTILE],
            summary=[HOSTILE],
            samples=["about 300"],
            ends_on=["32 May"],
            country=["XX"],
        )
    )
    assert form.validate() is False
    html = rendered(
        app,
        "{% for item in form %}{{ forms.field(item) }}{% endfor %}{{ forms.error_summary(form) }}",
        form=form,
    )
    assert "<script>" not in html
    assert ' onfocus="' not in html
    assert 'type="text" value="about 300"' in html
    assert 'type="text" value="32 May"' in html
    assert re.findall(r'href="#([a-z_-]+)"', html) == list(form.errors)
    assert "maxlength" not in html


def test_no_error_line_is_read_out_where_there_is_no_error(app):
    html = rendered(app, "{{ forms.text_input('name', 'Name', hint='As in your passport') }}")
    assert '<p class="error" id="name-error" hidden></p>' in html
    assert 'aria-describedby="name-hint name-error"' in html


def test_parts_escape_their_data(app):
    html = rendered(
        app,
        """{{ parts.status("disc", bad) }}{{ parts.notice(bad, "error") }}
        {{ parts.answer(bad, bad) }}
        {{ parts.task_list([{"label": bad, "href": "#", "shape": "ring", "word": bad}]) }}
        {{ parts.summary_list([{"label": bad, "value": bad, "change_href": "#"}]) }}
        {{ parts.name_cell(bad, note=bad) }}{{ parts.cell(bad, bad) }}{{ charts.bar(0.5, bad) }}
        {{ forms.marks("m", bad, [{"value": 1, "anchor": bad}], question=bad) }}
        {{ forms.both_texts("t", bad, bad, bad, bad) }}
        {{ forms.lines("b", bad, [{"code": "what", "label": bad}], [{"what": bad}],
                       problems={"0-what": bad}) }}""",
        bad=HOSTILE,
    )
    assert "<script>" not in html
    assert ' onfocus="' not in html


def test_charts_stay_inside_their_scale(app):
    row = SimpleNamespace(estimate=3, low50=2, high50=4, low90=-50, high90=99)
    html = rendered(app, '{{ charts.interval(row, {"low": 1, "high": 5}, cut=3) }}', row=row)
    assert re.findall(r'x[12]?="([0-9.-]+)%"', html) == [
        "50.0",
        "50.0",
        "0",
        "100",
        "25.0",
        "75.0",
        "50.0",
    ]


@pytest.mark.parametrize(
    ("count", "title"),
    [(0, None), (1, "One thing to mend"), (2, "Two things to mend"), (12, "12 things to mend")],
)
def test_error_summary_counts(app, count, title):
    html = rendered(
        app, "{{ forms.error_summary(problems) }}", problems=[("name", "Say it.")] * count
    )
    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", html) == ([title] if title else [])
