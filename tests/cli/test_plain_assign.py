"""`fundapp assign` as it is called from the shell."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundapp.cli import commands
from tests.joint.assignment.test_optimal_assignment import CONSTRUCTED
from tests.joint.matrices import matrix
from tests.joint.reference_data import expected, shared

SMALL = "reviewer,funder,load,a,b\nx,A,2,0.9,0.1\ny,B,1,0.2,0.75\nz,B,1,-1,0.5\n"


@pytest.fixture
def run(tmp_path: Path):
    """Call `fundapp assign` on a text; give the result and the JSON that was written."""

    def call(text: str | bytes, *words: object) -> tuple[Result, dict | None]:
        file, out = tmp_path / "matrix.csv", tmp_path / "out.json"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        said = CliRunner().invoke(
            commands, ["assign", str(file), *map(str, words), "--json", str(out)]
        )
        return said, json.loads(out.read_text()) if out.exists() else None

    return call


@pytest.mark.parametrize("row", ["k=3,m=1", "k=3,m=2", "k=3,m=3", "k=4,m=2", "k=4,m=3"])
def test_the_constructed_round_reaches_its_optimum(run, row) -> None:
    reviews, funders = row[2], row[6]
    load = {"3": 13, "4": 18}[reviews]
    text = shared(CONSTRUCTED).read_text()
    result, data = run(text, "--reviews", reviews, "--funders", funders, "--load", load)
    assert result.exit_code == 0
    assert data is not None
    assert sorted(data) == ["certified_optimal", "objective", "pairs", "seconds", "solver"]
    assert data["objective"] == expected(CONSTRUCTED)[row]
    assert data["certified_optimal"] is True
    assert sum(pair["affinity"] for pair in data["pairs"]) == data["objective"]
    assert len(data["pairs"]) == 100 * int(reviews)


def test_the_answer_is_a_table_and_json(run) -> None:
    result, data = run(SMALL, "--reviews", 2, "--funders", 2)
    assert (result.exit_code, result.stdout) == (
        0,
        "application  reviewer      affinity  funder\n"
        "a            x                  0.9  A\n"
        "a            y                  0.2  B\n"
        "b            x                  0.1  A\n"
        "b            z                  0.5  B\n"
        "\n"
        "4 reviews, 1 to 2 per reviewer.\n"
        "Total affinity 1.7, proved the highest.\n",
    )
    assert data is not None
    assert data["pairs"][1] == {
        "application": "a",
        "reviewer": "y",
        "funder": "B",
        "affinity": 0.2,
    }


def test_a_file_without_funders_has_none(run) -> None:
    result, data = run("Reviewer;a b\nx;5\n", "--reviews", 1, "--load", 1)
    assert result.exit_code == 0
    assert data is not None
    assert data["pairs"] == [
        {"application": "a b", "reviewer": "x", "funder": None, "affinity": 5.0}
    ]


def test_load_overrides_the_column(run) -> None:
    _, data = run(SMALL, "--reviews", 1, "--load", 1)
    assert data is not None
    assert [(pair["application"], pair["reviewer"]) for pair in data["pairs"]] == [
        ("a", "x"),
        ("b", "y"),
    ]


def test_what_cannot_be_complete_is_an_incomplete_draft_with_the_reason(run) -> None:
    round_ = matrix(CONSTRUCTED)
    lines = shared(CONSTRUCTED).read_text().splitlines()
    cells = [line.split(",") for line in lines]
    for line in cells[3:]:
        line[3 + 5] = "-1"
    assert cells[0][3 + 5] == "5"
    assert round_.affinity.shape == (100, 30)
    text = "\n".join(",".join(line) for line in cells)
    result, data = run(text, "--reviews", 3, "--funders", 2)
    sentence = (
        "Application 5 lacks 1 review: of 30 reviewers, 28 may not take it, 0 have no room, and "
        "the others are of 2 funders. It wants 3 reviews from 2 funders."
    )
    assert (result.exit_code, result.stderr) == (3, f"{sentence}\n")
    assert data is not None
    assert data["infeasible"] == {
        "short": 1,
        "applications": ["5"],
        "reviewers": [],
        "explanation": sentence,
    }
    assert data["certified_optimal"] is False
    assert len(data["pairs"]) == 299


def test_reviewers_of_the_rare_funder_are_named(run) -> None:
    heads, *lines = shared(CONSTRUCTED).read_text().splitlines()
    changed = []
    for number, line in enumerate(lines):
        cells = line.split(",")
        cells[1] = "A" if number < 27 else "B"
        changed.append(",".join(cells))
    result, data = run("\n".join([heads, *changed]), "--reviews", 3, "--funders", 2)
    assert result.exit_code == 3
    assert data is not None
    assert data["infeasible"]["short"] == 61
    assert data["infeasible"]["reviewers"] == ["27", "28", "29"]
    assert len(data["infeasible"]["applications"]) == 100


def test_the_worst_served_application_can_be_raised(run) -> None:
    text = "reviewer,load,a,b\nx,1,10000,9960\ny,1,9950,9920\n"
    _, plain = run(text, "--reviews", 1)
    result, fair = run(text, "--reviews", 1, "--fair")
    assert result.exit_code == 0
    assert plain is not None
    assert fair is not None
    assert (plain["objective"], fair["objective"]) == (19920, 19910)
    assert fair["certified_optimal"] is False
    assert fair["fairness"] == {
        "floor": 9950.0,
        "floor_before": 9920.0,
        "bound": pytest.approx(10000 - 50 * 8 / 9),
        "bound_proved": True,
        "best_objective": 19920.0,
    }
    assert result.stdout.splitlines()[-1] == (
        "The worst served application has 9950 instead of 9920. Total 19910 of 19920. "
        "At most 9955.56 is possible within 0.5 % of the best total."
    )


def test_a_cap_draws_and_tells_its_price(run) -> None:
    text = "reviewer,load,a\nx,1,1\ny,1,0.5\n"
    result, data = run(text, "--reviews", 1, "--cap", 0.5)
    assert result.exit_code == 0
    assert data is not None
    assert data["cap"] == {
        "probability": 0.5,
        "expected_objective": 0.75,
        "best_objective": 1.0,
        "price": 0.25,
    }
    assert data["certified_optimal"] is False


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1: The file is empty."),
        (b"\xff\xfe\x00", "file: The file is not text in UTF-8. Save it as “CSV UTF-8”."),
        ("who,a\nx,1\n", "line 1, reviewer: The first line must name the column reviewer."),
        (
            "reviewer,load\nx,1\n",
            "line 1: There is no column for an application. Add one for each.",
        ),
        ("reviewer,a\n", "line 2: The file has heads and nothing under them."),
        ("reviewer,a,a\nx,1,1\n", "line 1, a: This column comes twice. Remove one."),
        ("reviewer,load,Load,a\nx,1,1,1\n", "line 1, load: This column comes twice. Remove one."),
        ("reviewer,,a\nx,1,1\n", "line 1: Column 2 has no head. Name the application."),
        ("reviewer,a\nx,1\nx,2\n", "line 3, reviewer: x is on line 2 too. Remove one."),
        ("reviewer,a\n ,1\n", "line 2, reviewer: The cell is empty. Write a name."),
        ("reviewer,a,b\nx,1\n", "line 2: 2 cells under 3 heads. Check the commas."),
        ("reviewer,a\nx,1,2\n", "line 2: 3 cells under 2 heads. Check the commas."),
        (
            "reviewer,a\nx,\n",
            "line 2, a: The cell is empty. Write 0 for no match, a number below 0 for a conflict.",
        ),
        (
            "reviewer,a\n\nx,nan\n",
            "line 3, a: “nan” is no number. Write one such as 0.75, or -1 for a conflict.",
        ),
        (
            "reviewer,a\nx,-inf\n",
            "line 2, a: “-inf” is no number. Write one such as 0.75, or -1 for a conflict.",
        ),
        (
            "reviewer,a\nx,1e300\n",
            "line 2, a: This number is too large. Write one of at most a million millions.",
        ),
        (
            "reviewer,load,a\nx,-1,1\n",
            "line 2, load: “-1” is no load. Write a whole number from 0 to 1,000,000.",
        ),
        (
            "reviewer,load,a\nx,²,1\n",
            "line 2, load: “²” is no load. Write a whole number from 0 to 1,000,000.",
        ),
        ("reviewer,funder,a\nx,,1\n", "line 2, funder: The cell is empty. Write a name."),
    ],
)
def test_bad_files_are_told_by_line_and_column_and_nothing_is_written(run, text, complaint) -> None:
    result, data = run(text, "--reviews", 1, "--load", 1)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{complaint}\n")
    assert data is None


@pytest.mark.parametrize(
    ("text", "words", "complaint"),
    [
        (
            "reviewer,a\nx,1\n",
            ["--reviews", 1],
            "line 1, load: Give the column load, or --load for everybody.\n",
        ),
        (
            "reviewer,load,a\nx,1,1\n",
            ["--reviews", 2, "--funders", 2],
            "line 1, funder: --funders above 1 needs the column funder. Add it.\n",
        ),
        (
            SMALL,
            ["--reviews", 1, "--cap", 2],
            "file: The cap on a pair's probability lies above 0 and at most at 1\n",
        ),
    ],
)
def test_what_is_missing_for_the_options_is_told(run, text, words, complaint) -> None:
    result, data = run(text, *words)
    assert (result.exit_code, result.stderr, data) == (2, complaint, None)


@pytest.mark.parametrize(
    "words",
    [
        ["--reviews", 1, "--funders", 2],
        ["--reviews", 0],
        ["--reviews", 1, "--fair", "--cap", 0.5],
        ["--reviews", 1, "--load", -1],
        [],
    ],
)
def test_options_that_do_not_fit_are_refused(run, words) -> None:
    result, data = run(SMALL, *words)
    assert (result.exit_code, data) == (2, None)


def test_order_and_hash_seed_do_not_matter(tmp_path: Path) -> None:
    heads, *lines = SMALL.replace("0.2,0.75", "0.9,0.1").replace("-1,0.5", "0.9,0.1").splitlines()
    answers = []
    for number, shown in enumerate((lines, lines[::-1])):
        file, out = tmp_path / f"{number}.csv", tmp_path / f"{number}.json"
        file.write_text("\n".join([heads, *shown]))
        subprocess.run(
            [
                Path(sys.executable).with_name("fundapp"),
                "assign",
                file,
                "--reviews",
                "1",
                "--json",
                out,
            ],
            env={**os.environ, "PYTHONHASHSEED": str(number)},
            check=True,
            capture_output=True,
        )
        pairs = json.loads(out.read_text())["pairs"]
        answers.append(sorted((pair["application"], pair["reviewer"]) for pair in pairs))
    assert answers[0] == answers[1]
