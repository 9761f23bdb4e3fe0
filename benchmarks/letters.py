"""How fast letters are printed: our renderer against the naive way, and the pool of two.

The naive way is what the engine's own tutorial shows: style sheet and fonts anew for each
letter. Both print the same pages; pairs are taken in turn, so that a busy machine hurts both.
Run with: python -m benchmarks.letters [pairs] [letters of the pool]
"""

import sys
from dataclasses import replace
from statistics import median
from time import perf_counter, process_time

from weasyprint import HTML

from fundapp.documents.environments import TEMPLATES
from fundapp.documents.fetcher import Asset, AssetFetcher
from fundapp.documents.letters import award_letter_pdf, letter_context
from fundapp.documents.pool import print_all
from fundapp.documents.renderer import TAGGED, Renderer
from tests.documents.letter_rows import an_award_letter

STYLE = "".join((TEMPLATES / name).read_text() for name in ("paper.css", "letter.css"))
ASSETS = {
    f"asset:{path.name}": Asset(path.read_bytes(), "image/svg+xml")
    for path in (TEMPLATES / "assets").glob("*.svg")
}


def naive_seconds(renderer: Renderer, number: int) -> float:
    """Return the processor time of one letter printed with nothing shared."""
    row = replace(an_award_letter(), reference=f"EVF-2026-{number:03d}-A1")
    page = renderer.html("award_letter.html", row, **letter_context(row))
    styled = page.replace("</head>", f"<style>{STYLE}</style></head>")
    start = process_time()
    fetcher = AssetFetcher(ASSETS)
    HTML(string=styled, base_url="asset:", url_fetcher=fetcher).write_pdf(pdf_variant=TAGGED)
    return process_time() - start


def our_seconds(renderer: Renderer, number: int) -> float:
    """Return the processor time of one letter printed by the renderer, template included."""
    row = replace(an_award_letter(), reference=f"EVF-2026-{number:03d}-A1")
    start = process_time()
    award_letter_pdf(renderer, row)
    return process_time() - start


def main(pairs: int = 20, letters: int = 100) -> None:
    """Print both comparisons."""
    renderer = Renderer()
    our_seconds(renderer, 0)
    times = [(naive_seconds(renderer, n), our_seconds(renderer, n)) for n in range(1, pairs + 1)]
    ratio = median(naive / ours for naive, ours in times)
    for name, taken in zip(("naive", "ours"), zip(*times, strict=True), strict=True):
        print(f"{name}: {median(taken) * 1000:.0f} ms a letter, least {min(taken) * 1000:.0f} ms")
    print(f"naive / ours: {ratio:.2f}")
    rows = (an_award_letter(reference=f"EVF-2026-{n:03d}-A1") for n in range(letters))
    start = perf_counter()
    printed = sum(one.pdf is not None for one in print_all(rows))
    print(f"pool of two: {printed / (perf_counter() - start):.1f} letters a second, start included")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
