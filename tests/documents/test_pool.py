import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest

from fundapp.documents.limits import LIMITS, Limits, limits_of
from fundapp.documents.pool import Pool, print_all, print_one
from fundapp.documents.printing import pdf_of
from fundapp.queries.document_rows import DeclineLetter, PrintedRow, SubmissionCopy
from tests.documents.letter_rows import a_decline_letter, an_award_letter
from tests.documents.shared_rows import a_plain_row
from tests.documents.submission_rows import a_submission_copy

SMALL = Limits(cpu_seconds=1, wall_seconds=60, memory_bytes=700_000_000)
WHY = "EVF-2026-031-D1 could not be printed: "


@dataclass(frozen=True, kw_only=True)
class Deadly(DeclineLetter):
    """A letter that kills the process which receives it."""

    def __setstate__(self, state: dict[str, object]) -> None:
        os._exit(9)


def deadly(reference: str) -> Deadly:
    row = a_decline_letter(reference=reference)
    return Deadly(**{field.name: getattr(row, field.name) for field in fields(row)})


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    own = Pool(most=2)
    yield own
    own.close()


def number_of_process(row: PrintedRow) -> bytes:
    return str(os.getpid()).encode()


def burn(row: PrintedRow) -> bytes:
    while True:
        pass


def hang(row: PrintedRow) -> bytes:
    time.sleep(600)
    return b""


def hoard(row: PrintedRow) -> bytes:
    return bytes(SMALL.memory_bytes)


def abort(row: PrintedRow) -> bytes:
    os.abort()


def raise_something(row: PrintedRow) -> bytes:
    raise LookupError("no such glyph")


def test_prints_in_order_and_a_failing_letter_stops_no_other(renderer):
    rows = [
        an_award_letter(),
        a_decline_letter(reference="EVF-2026-001-D1", language="tlh"),
        a_decline_letter(),
        deadly("EVF-2026-002-D1"),
        a_decline_letter(reference="EVF-2026-003-D1"),
    ]
    printed = list(print_all(iter(rows)))
    assert [one.row.reference for one in printed] == [row.reference for row in rows]
    assert [one.problem.partition(": ")[2] for one in printed] == [
        "",
        "no words in 'tlh' yet. Use one of: ar, en, es, fr, hi, zh.",
        "",
        "its process ended with the status 2304. Tell the people who run this system.",
        "",
    ]
    assert [one.pdf for one in printed] == [
        pdf_of(renderer, rows[0]),
        None,
        pdf_of(renderer, rows[2]),
        None,
        pdf_of(renderer, rows[4]),
    ]


def test_prints_nothing_for_nothing():
    assert list(print_all([])) == []


def test_prints_one(renderer):
    row = a_decline_letter()
    assert print_one(row).pdf == pdf_of(renderer, row)


@pytest.mark.parametrize(
    ("job", "changes", "problem"),
    [
        (
            burn,
            {},
            "it takes more than 1 seconds of processor time. "
            "Shorten its texts, then print it again.",
        ),
        (
            hang,
            {"wall_seconds": 0.2},
            "it was not done after 0.2 seconds. "
            "Print it again; if it fails once more, shorten its texts.",
        ),
        (
            hoard,
            {},
            "it needs more than 700 MB of memory. Shorten its texts, then print it again.",
        ),
        (
            abort,
            {},
            "it needs more than 700 MB of memory. Shorten its texts, then print it again.",
        ),
        (
            raise_something,
            {},
            "LookupError: no such glyph. Tell the people who run this system.",
        ),
    ],
)
def test_what_goes_beyond_is_ended_with_its_reason_and_hurts_no_other(
    pool: Pool, job: Callable[[PrintedRow], bytes], changes: dict[str, Any], problem: str
) -> None:
    row = a_decline_letter()
    printed = pool.run(job, row, replace(SMALL, **changes))
    assert (printed.pdf, printed.problem) == (None, WHY + problem)
    assert pool.run(number_of_process, row, SMALL).problem == ""


def test_a_press_stays_warm_and_a_dead_one_is_replaced(pool: Pool) -> None:
    row = a_decline_letter()
    first, again = (pool.run(number_of_process, row, SMALL).pdf for _ in range(2))
    assert again == first
    os.kill(int(again or b""), 9)
    time.sleep(0.1)
    assert pool.run(number_of_process, row, SMALL).problem == ""


def test_a_program_that_died_is_started_again() -> None:
    own = Pool(most=1)
    row = a_decline_letter()
    assert own.run(number_of_process, row, SMALL).problem == ""
    assert own._program is not None
    own._program.kill()
    own._program.wait()
    own.run(abort, row, SMALL)
    assert own.run(number_of_process, row, SMALL).problem == ""
    own.close()


def test_nothing_is_left_running_when_a_pool_is_closed() -> None:
    own = Pool(most=1)
    number = int(own.run(number_of_process, a_decline_letter(), SMALL).pdf or b"")
    own.close()
    time.sleep(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_each_kind_has_its_limits():
    assert limits_of(an_award_letter()) == Limits(
        cpu_seconds=5, wall_seconds=20, memory_bytes=512_000_000
    )
    assert limits_of(deadly("EVF-2026-002-D1")) == limits_of(an_award_letter())
    assert limits_of(a_submission_copy()) == LIMITS[SubmissionCopy]
    assert limits_of(a_plain_row()) == limits_of(an_award_letter())
