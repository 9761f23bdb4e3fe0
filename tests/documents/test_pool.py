import os
from dataclasses import dataclass, fields

from fundapp.documents.pool import print_all
from fundapp.documents.printing import pdf_of
from fundapp.queries.document_rows import DeclineLetter
from tests.documents.letter_rows import a_decline_letter, an_award_letter


@dataclass(frozen=True, kw_only=True)
class Deadly(DeclineLetter):
    """A letter that kills the process which receives it."""

    def __setstate__(self, state: dict[str, object]) -> None:
        os._exit(9)


def deadly(reference: str) -> Deadly:
    row = a_decline_letter(reference=reference)
    return Deadly(**{field.name: getattr(row, field.name) for field in fields(row)})


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
    assert [one.problem for one in printed] == [
        "",
        "EVF-2026-001-D1 could not be printed: no words in 'tlh' yet. Use one of: en.",
        "",
        "EVF-2026-002-D1 could not be printed: it took more than 120 seconds or 2,000 MB. "
        "Shorten its texts and issue it again.",
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
