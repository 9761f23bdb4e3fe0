"""Letters to measure with: each has its own words, so that no engine can remember the last one."""

import random
import resource
from collections.abc import Iterator
from dataclasses import replace

from fundapp.documents.printing import print_row
from fundapp.queries.document_rows import (
    Addressee,
    AwardLetter,
    Letter,
    PrintedRow,
    SharedComment,
)
from tests.documents.letter_rows import PANEL, a_decline_letter, a_reserve_letter, an_award_letter

CHECK = {"verify_url": "https://fund.example/verify", "code": "K7QD-28MX"}
CHINESE = "评审小组最看重的是一个能够证明自己的量表有误的计划。" * 8
SAMPLE = (
    "The panel valued most a plan that can show its own meter to be wrong and says what would "
    "change when two judges of other families read the same answers on another day"
)
WORDS = SAMPLE.split()


def a_letter(number: int) -> AwardLetter:
    """Return the letter of that number: two pages, with all that an award letter may have."""
    chance = random.Random(number)
    return replace(
        an_award_letter(**CHECK),
        reference=f"EVF-2026-{number:03d}-A1",
        application_reference=f"EVF-2026-{number:03d}",
        application_title=" ".join(chance.sample(WORDS, 4)),
        reason=_sentence(chance, 20),
        addressee=Addressee(
            organisation=f"{chance.choice(WORDS).title()} Labs {number} (sample)",
            person=f"Ada {chance.choice(WORDS).title()} Sample",
            lines=(f"{number} Example Street", "Nairobi", "Kenya"),
        ),
        panel=replace(
            PANEL,
            comments=(
                SharedComment(text=_sentence(chance, 18)),
                SharedComment(text=_sentence(chance, 16), about="Independence"),
            ),
        ),
    )


def a_chinese_letter(number: int) -> AwardLetter:
    """Return the letter of that number with a reason in Chinese."""
    return replace(a_letter(number), reason=CHINESE, language="zh")


def sized_letters() -> Iterator[Letter]:
    """Yield a letter of each kind, with its code to check it."""
    yield an_award_letter(**CHECK)
    yield a_decline_letter(**CHECK)
    yield a_reserve_letter(**CHECK)


def peak_memory(row: PrintedRow) -> bytes:
    """Print in a press; return the most memory that it had so far, in kilobytes."""
    print_row(row)
    return str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss).encode()


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.sample(WORDS, words)).capitalize() + "."
