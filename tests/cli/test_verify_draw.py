"""`fundapp verify-draw`, as it is called from the shell."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fundapp.cli import commands
from fundapp.domain.lotteries import DrawTerms
from fundapp.joint.lottery.draw import freeze_lottery, run_draw
from fundapp.joint.lottery.draw_record import record_data
from fundapp.joint.lottery.partial_lottery import Interval, plan_lottery

INTERVALS = [Interval("a", 4, 8), Interval("b", 3, 7), Interval("c", 3, 6), Interval("d", 2, 5)]


def a_record(label: str = "EVF-2026") -> dict[str, Any]:
    frozen = freeze_lottery(plan_lottery(INTERVALS, select=2), round_id=label)
    return record_data(run_draw(frozen, public_value="4 8 15", source="A sample value"))


def verify(folder: Path, data: object) -> Result:
    path = folder / "record.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return CliRunner().invoke(commands, ["verify-draw", str(path)])


def test_a_true_record(tmp_path: Path) -> None:
    record = a_record()
    result = verify(tmp_path, record)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "All agrees. The value was “4 8 15”: compare it with what was published.",
        f"The list has the fingerprint {record['commitment']}.",
        f"Selected: {', '.join(record['selected'])}.",
    ]


def test_the_answer_of_draw_is_taken_too(tmp_path: Path) -> None:
    assert verify(tmp_path, {"worst_case": 1, "record": a_record()}).exit_code == 0


def test_money_goes_down_the_order_again(tmp_path: Path) -> None:
    terms = DrawTerms(
        round_reference="EVF-2026",
        ranking="0" * 64,
        known_on=date(2026, 11, 28),
        currency="EUR",
        money=1,
        costs={"a": 2, "b": 2, "c": 2, "d": 2},
    )
    result = verify(tmp_path, a_record(terms.label))
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (
        0,
        "Funded down the drawn order: nobody.",
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"selected": ["a", "d"]}, "Others than these are selected by this seed."),
        ({"round": "another"}, "The commitment is not the hash of the list."),
        ({"seed": "0" * 64}, "The seed does not come from the commitment and the public value."),
    ],
)
def test_a_changed_record(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    record = a_record()
    assert record["selected"] != ["a", "d"]
    result = verify(tmp_path, record | change)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (1, sentence)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "This is not JSON in UTF-8."),
        ("[" * 100_000, "This is not JSON in UTF-8."),
        ("[]", "This is no record of the format “fundapp lottery 1”."),
        ("{}", "This is no record of the format “fundapp lottery 1”."),
        (a_record() | {"entries": 3}, "A part of the record is of the wrong kind."),
    ],
)
def test_no_record(tmp_path: Path, content: object, sentence: str) -> None:
    result = verify(tmp_path, content)
    assert (result.exit_code, result.stdout, result.stderr.splitlines()) == (2, "", [sentence])
