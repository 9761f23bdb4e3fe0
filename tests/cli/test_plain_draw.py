"""`fundapp draw` on plain files, as it is called from the shell."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fundapp.cli import commands
from fundapp.joint.lottery.draw_record import record_from_json, verify_record
from tests.joint.reference_data import expected, shared

HEAD = "item,lower,upper\n"
FILE = HEAD + 'z,9,9\n"b,1",4,8\nc,4,7\né,3,6\ne,3,5\nf,0,1\n'


def draw(file: Path, *words: object) -> Result:
    return CliRunner().invoke(commands, ["draw", str(file), *map(str, words)])


def answered(file: Path, *words: object) -> Any:
    out = file.parent / "out.json"
    result = draw(file, *words, "--json", out)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(out.read_text(), parse_constant=pytest.fail)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "intervals.csv"
    path.write_text(FILE)
    return path


def test_the_answer_in_json(file: Path) -> None:
    data = answered(file, "--select", 3, "--seed", "4 8 15", "--round", "EVF-2026")
    assert (data["worst_case"], data["seed"], data["needed"]) == (2.0, "4 8 15", True)
    assert list(data["probabilities"].items()) == [
        ("z", 1.0),
        ("b,1", 0.5),
        ("c", 0.5),
        ("é", 0.5),
        ("e", 0.5),
        ("f", 0.0),
    ]
    assert data["selected"] == [one for one in data["probabilities"] if one in data["selected"]]
    assert sorted(data["selected"]) == data["record"]["selected"]
    record = record_from_json(json.dumps(data["record"]))
    assert (verify_record(record), record.frozen.round_id) == ([], "EVF-2026")


def test_the_order_of_lines_changes_nothing(file: Path) -> None:
    before = answered(file, "--select", 3, "--seed", "4 8 15")
    first, *rest = FILE.splitlines()
    file.write_text("\n".join([first, *reversed(rest)]))
    after = answered(file, "--select", 3, "--seed", "4 8 15")
    assert after["record"] == before["record"]
    assert after["selected"] == before["selected"][::-1]


def test_the_table_says_how_to_repeat_it(file: Path) -> None:
    lines = draw(file, "--select", 3, "--seed", "4 8 15").stdout.splitlines()
    assert lines[0].split() == ["item", "lower", "upper", "chance", "selected"]
    assert lines[1].split() == ["z", "9", "9", "sure", "yes"]
    assert lines[8:10] == [
        "The intervals overlap at the line: 1 of 3 places are given for sure, 2 by lot among 4; "
        "1 are not in the draw.",
        "At worst, 2.000 of the true best 3 are selected on average. By the rule of one line for "
        "all it would be 1.667.",
    ]
    assert lines[-1] == "Seed: 4 8 15"


def test_a_seed_of_its_own_is_told_and_warned_of(file: Path) -> None:
    data = answered(file, "--select", 3)
    assert data["record"]["source"] == "this machine's own randomness"
    again = answered(file, "--select", 3, "--seed", data["seed"])
    assert (again["selected"], len(data["seed"])) == (data["selected"], 32)
    assert draw(file, "--select", 3).stdout.count("This machine made the seed") == 1


def test_no_lottery_where_none_is_needed(file: Path) -> None:
    data = answered(file, "--select", 5)
    assert (data["needed"], data["selected"]) == (False, ["z", "b,1", "c", "é", "e"])
    assert "This machine made the seed" not in draw(file, "--select", 5).stdout


def test_the_published_example(tmp_path: Path) -> None:
    path = tmp_path / "example.csv"
    path.write_bytes(shared("merit-example-intervals.csv").read_bytes())
    reference = expected("merit-example-intervals.csv")
    data = answered(path, "--select", 100, "--seed", "x")
    assert data["worst_case"] == pytest.approx(reference["optimal_worst_case_value"], abs=1e-6)
    assert data["snsf_rule"]["worst_case"] == pytest.approx(
        reference["snsf_rule"]["worst_case"], abs=1e-6
    )
    assert len(data["selected"]) == 100
    assert sum(data["probabilities"].values()) == pytest.approx(100, abs=1e-9)


@pytest.mark.parametrize(
    ("content", "errors"),
    [
        ("", ["line 1: The file is empty."]),
        ("item,lower\na,1\n", ["line 1, upper: The first line must name the column upper."]),
        (HEAD, ["line 2: The file has heads and nothing under them."]),
        (HEAD + "a,1,2,3\n", ["line 2: 4 cells under 3 heads. Check the commas."]),
        (
            HEAD + "a,1\n,x,1e999\na,nan,2\n",
            [
                "line 2, upper: The cell is empty. Write one such as 4.5.",
                "line 3, item: Name the item.",
                "line 3, lower: “x” is no number. Write one such as 4.5.",
                "line 3, upper: “1e999” is no number. Write one such as 4.5.",
                "line 4, item: “a” stands in line 2 too. Remove one.",
                "line 4, lower: “nan” is no number. Write one such as 4.5.",
            ],
        ),
        (
            HEAD + "a,2,1\n",
            ["line 2, upper: The upper end 1 is below the lower end 2. Swap or mend them."],
        ),
        (b"\x00\xff\xfe", ["file: The file is not text in UTF-8. Save it as “CSV UTF-8”."]),
    ],
)
def test_a_bad_file_is_refused(file: Path, content: str | bytes, errors: list[str]) -> None:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    out = file.parent / "out.json"
    result = draw(file, "--select", 1, "--json", out)
    assert (result.exit_code, result.stdout, out.exists()) == (2, "", False)
    assert result.stderr.splitlines() == errors


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--select", 7], "The file has 6 items. Select at most so many."),
        (["--select", -1], "-1 is not in the range x>=0."),
        (["--select", 3, "--seed", " "], "Give a text, or leave --seed out."),
        (["--select", 3, "--seed", "a\nb"], "Give a text of one line."),
        (["--select", 3, "--round", "a\udcff"], "Give a text of one line."),
    ],
)
def test_a_bad_argument_is_refused(file: Path, words: list[object], sentence: str) -> None:
    result = draw(file, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1].endswith(sentence)
