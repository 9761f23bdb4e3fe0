"""Cells that a spreadsheet would take for formulas."""

import csv
from decimal import Decimal
from io import StringIO

import pytest

from fundapp.exports.csv_writer import guarded, write_csv


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@SUM(A1)", "\tx", "\rx", "-", "+4 9", "=5"])
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-5, "-5"),
        (Decimal("-12.50"), "-12.50"),
        ("-12.5", "-12.5"),
        ("+3", "+3"),
        ("-.5e-3", "-.5e-3"),
        (None, ""),
        ("", ""),
        ("a=1", "a=1"),
        (True, "True"),
    ],
)
def test_numbers_and_other_text_stay(value: object, text: str) -> None:
    assert guarded(value) == text


def test_a_table_reads_back() -> None:
    rows = [["a,b", 'say "x"'], ["line\nbreak", "ägg 🙂"]]
    text = "".join(write_csv(["one", "two"], rows))
    assert list(csv.reader(StringIO(text))) == [["one", "two"], *rows]
    assert text.startswith("one,two\r\n")
