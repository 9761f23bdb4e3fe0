"""How fast letters are printed, how much memory that takes, and how large they are.

The naive way is what the engine's own tutorial shows: style sheet, fonts and pictures anew for
each letter. Its bytes are ours. Typst is another engine, with the same letter in its own
language. Each round takes all in a shuffled order, so that a busy machine hurts them alike.
Run with: python -m benchmarks.letters [rounds] [letters of each batch]
"""

import os
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import typst
from weasyprint import HTML, Attachment

from benchmarks.sample_letters import a_chinese_letter, a_letter, peak_memory, sized_letters
from benchmarks.typst_letter import letter_as_data
from fundapp.adapters.seal_keys import seal_key
from fundapp.documents.archival import VARIANT, finish
from fundapp.documents.decision_file import NAME, decision_of_letter
from fundapp.documents.environments import TEMPLATES
from fundapp.documents.fetcher import Asset, AssetFetcher
from fundapp.documents.fonts import CONFIGURATION
from fundapp.documents.letters import award_letter_pdf, letter_context
from fundapp.documents.limits import LETTER
from fundapp.documents.pool import Pool, print_all
from fundapp.documents.printing import print_row, process_renderer
from fundapp.documents.renderer import Renderer, identifier
from fundapp.documents.seals import Sealer
from fundapp.queries.document_rows import AwardLetter

STYLE = "".join((TEMPLATES / name).read_text() for name in ("paper.css", "letter.css"))
ASSETS = {
    f"asset:{path.name}": Asset(path.read_bytes(), "image/svg+xml")
    for path in (TEMPLATES / "assets").glob("*.svg")
}


def naive(renderer: Renderer, row: AwardLetter) -> bytes:
    """Print a letter with nothing shared: only its HTML comes from our renderer."""
    page = renderer.html("award_letter.html", row, **letter_context(row))
    styled = page.replace("</head>", f"<style>{STYLE}</style></head>")
    fetcher = AssetFetcher(ASSETS)
    decision = Attachment(
        string=decision_of_letter(row),
        name=NAME,
        description="The decision that this document tells, as data",
        created=row.issued_at,
        modified=row.issued_at,
        relationship="Data",
        url_fetcher=fetcher,
    )
    pdf: bytes = HTML(string=styled, base_url="asset:", url_fetcher=fetcher).write_pdf(
        pdf_variant=VARIANT,
        attachments=[decision],
        finisher=finish,
        pdf_identifier=identifier(row),
    )
    return pdf


def compare_engines(rounds: int) -> None:
    """Print the processor time of a letter in each engine, and their ratios to the naive way."""
    renderer = process_renderer()
    renderer.warm()
    page = Path(__file__).with_name("letter.typ")
    compiler = typst.Compiler(page)
    data = {number: letter_as_data(renderer, a_letter(number)) for number in range(rounds + 1)}
    engines: Mapping[str, Callable[[int], bytes]] = {
        "naive": lambda number: naive(renderer, a_letter(number)),
        "ours": lambda number: award_letter_pdf(renderer, a_letter(number)),
        "typst": lambda number: compiler.compile(
            sys_inputs={"letter": data[number]}, pdf_standards="a-3a"
        ),
    }
    assert engines["naive"](0) == engines["ours"](0), "the naive way prints other bytes"
    print(f"typst: a letter has {len(engines['typst'](0)):,} bytes")
    times: dict[str, list[float]] = {name: [] for name in engines}
    for number in range(1, rounds + 1):
        for name in random.sample(list(engines), len(engines)):
            start = process_time()
            engines[name](number)
            times[name].append(process_time() - start)
    for name, taken in times.items():
        pairs = zip(times["naive"], taken, strict=True)
        print(
            f"{name}: {median(taken) * 1000:.0f} ms of processor time, "
            f"least {min(taken) * 1000:.0f} ms; naive / {name} = "
            f"{median(slow / quick for slow, quick in pairs):.2f}, "
            f"of the least {min(times['naive']) / min(taken):.2f}"
        )


def compare_processes(rounds: int, letters: int) -> None:
    """Print how much faster a batch is in two processes than in one, by the clock."""
    list(print_all([a_letter(0)] * 2))
    speeds: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for processes in random.sample([1, 2], 2):
            rows = [a_letter(number) for number in range(letters)]
            start = perf_counter()
            printed = sum(one.pdf is not None for one in print_all(rows, processes=processes))
            speeds[processes].append(printed / (perf_counter() - start))
    for processes, taken in speeds.items():
        print(f"{processes} processes: {median(taken):.1f} letters a second, most {max(taken):.1f}")
    pairs = zip(speeds[2], speeds[1], strict=True)
    print(
        f"two / one = {median(two / one for two, one in pairs):.2f}; load {os.getloadavg()[0]:.1f}"
    )


def tell_memory(letters: int) -> None:
    """Print the most memory of a press that prints Latin, then Chinese letters."""
    for name, make in (("Latin", a_letter), ("Chinese", a_chinese_letter)):
        pool = Pool(most=1)
        rows = map(make, range(letters))
        most = [int(pool.run(peak_memory, row, LETTER).pdf or b"0") for row in rows]
        pool.close()
        print(f"{name}: at most {max(most) / 1000:.0f} MB in a process of {letters} letters")


def tell_sizes() -> None:
    """Print the size of each letter before and after it is sealed."""
    with TemporaryDirectory() as folder:
        key = seal_key(Path(folder), key_file="", passphrase="", fund_name="Fund (sample)")
        sealer = Sealer(key, fund_name="Fund (sample)")
        for row in sized_letters():
            pdf = print_row(row)
            sealed = sealer.seal(pdf, reference=row.reference)
            print(f"{type(row).__name__}: {len(pdf):,} bytes, sealed {len(sealed):,}")


def main(rounds: int = 20, letters: int = 40) -> None:
    """Print all comparisons."""
    # The naive way must find the same faces, or its bytes would be others.
    os.environ["FONTCONFIG_FILE"] = str(CONFIGURATION)
    compare_engines(rounds)
    compare_processes(max(2, rounds // 5), letters)
    tell_memory(letters)
    tell_sizes()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
