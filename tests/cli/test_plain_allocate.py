"""`fundapp allocate` on good files, files with wishes, and every kind of bad file."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fundapp.cli import commands
from tests.joint.reference_data import shared

KEYS = [
    "objective",
    "values",
    "alone",
    "funded",
    "payments",
    "spent",
    "gap",
    "certified_optimal",
    "explanations",
]

GOOD: dict[str, Any] = {
    "funders": ["A", "B"],
    "budgets": [60, 50.5],
    "applications": ["x", "y"],
    "cost": [80.25, 30],
    "value": [[4, 1], [5, 0]],
    "eligible": [[1, True], [1, 0]],
}


@pytest.fixture
def run(tmp_path: Path):
    """Call `fundapp allocate` on some data or text, with the JSON's path as second answer."""

    def call(data: Any, *words: str) -> tuple[Result, Path]:
        file, out = tmp_path / "instance.json", tmp_path / "out.json"
        content = data if isinstance(data, bytes) else json.dumps(data).encode()
        file.write_bytes(content)
        return CliRunner().invoke(
            commands, ["allocate", str(file), *words, "--json", str(out)]
        ), out

    return call


@pytest.mark.parametrize("name", ["conflict-three-funders", "aibs-three-funders"])
def test_reference_files(run, name: str) -> None:
    result, out = run(shared(f"allocation-{name}.json").read_bytes())
    expected = json.loads(shared(f"allocation-{name}-expected.json").read_text())
    best = expected["nash_with_participation"]
    data = json.loads(out.read_text())
    assert result.exit_code == 0, result.output
    assert [*data] == KEYS
    assert data["objective"] == pytest.approx(best["objective"], rel=1e-6)
    assert data["values"] == pytest.approx(best["value"], rel=1e-6)
    assert data["alone"] == pytest.approx(expected["alone_value"], rel=1e-6)
    assert (len(data["funded"]), data["spent"]) == (best["funded"], best["spent"])
    assert sum(payment["amount"] for payment in data["payments"]) == pytest.approx(best["spent"])
    assert data["certified_optimal"] is True


def test_the_table_says_who_pays_what_and_who_gains(run) -> None:
    result, _ = run(GOOD)
    assert (
        result.output
        == """\
2 of 2 applications funded, 110.25 of 110.50 spent: proven best.

Funder  Alone  Joint    Gain   Pays  Left
A           1      5  +400 %  59.75  0.25
B           0      5       -  50.50     0

Grant  Amount      A      B
x       80.25  29.75  50.50
y          30     30

B has spent its whole envelope.
No other plan improves one funder without hurting another, given these inputs.
B has less money than the cheapest grant that it values and may pay for.
"""
    )


def test_names_come_back_in_the_files_order_whatever_it_is(run) -> None:
    _, out = run(GOOD)
    turned = GOOD | {
        "funders": ["B", "A"],
        "budgets": [50.5, 60],
        "applications": ["y", "x"],
        "cost": [30, 80.25],
        "value": [[0, 5], [1, 4]],
        "eligible": [[0, 1], [1, 1]],
    }
    before = json.loads(out.read_text())
    _, out = run(turned)
    after = json.loads(out.read_text())
    assert after["values"] == before["values"][::-1]
    assert (after["funded"], before["funded"]) == (["y", "x"], ["x", "y"])
    assert after["objective"] == before["objective"]


def test_wishes_are_read(run) -> None:
    wishes = {
        "applications": ["x", "y", "z"],
        "cost": [[40.25, 80.25], 30, 20],
        "value": [[[2, 4], 1, 1], [[2.5, 5], 0, 1]],
        "eligible": [[1, 1, 1], [1, 0, 1]],
        "caps": [[None, 30, None], [40.5, None, None]],
        "opt_outs": [["B", "z"]],
        "pins": [{"funder": "A", "application": "y", "amount": 12.5}],
        "floors": [1, 0],
        "rank": [3, 1, 2],
        "seed": "s",
        "smallest_slice": 0.5,
        "lead_share": 0.5,
    }
    result, out = run(GOOD | wishes)
    data = json.loads(out.read_text())
    assert result.exit_code == 0, result.output
    paid = {(one["application"], one["funder"]): one["amount"] for one in data["payments"]}
    assert paid["y", "A"] == 30.0
    assert paid["x", "B"] <= 40.5


def test_reruns_are_on_demand(run) -> None:
    content = shared("allocation-conflict-three-funders.json").read_bytes()
    _, out = run(content)
    assert json.loads(out.read_text())["explanations"]["price_of_funding"] == []
    result, out = run(content, "--reruns", "1")
    said = json.loads(out.read_text())["explanations"]
    assert said["price_of_funding"][0]["drop"] > 0
    assert [one["funder"] for one in said["more_money"]] == ["A", "B", "C"]
    assert "Funding 14 lowers the objective by 0.02; out: 7 and 0.\n" in result.output


def test_keys_that_nothing_reads_are_named(run) -> None:
    result, _ = run(GOOD | {"note": "not named", "pin": []})
    assert result.output.splitlines()[-1] == "Not read in the file: pin."


def test_pins_that_cannot_be_kept_end_with_3_and_nothing_written(run) -> None:
    result, out = run(GOOD | {"pins": [{"funder": "A", "application": "x"}]})
    assert (result.exit_code, result.stderr) == (
        3,
        "“x” must be funded, and nobody may pay or has the money.\n",
    )
    assert not out.exists()


BAD = [
    (b"", "line 1: The file is empty."),
    (b"\x80\xff", "file: The file is not text in UTF-8."),
    (b'{"funders": [', "line 1, column 14: This is no JSON: Expecting value."),
    (
        b'{\n "a": 1,\n}',
        "line 3, column 1: This is no JSON: Expecting property name enclosed in double quotes.",
    ),
    (b"[1]", "line 1: The file must hold one JSON object, { ... }."),
    (b'{"a": NaN}', "file: NaN is no number that can be used. Write a finite one."),
    (b'{"a": 1, "a": 2}', "file, a: This key comes twice. Remove one."),
    (b"[" * 100_000, "file: The file is nested too deeply."),
    (
        json.dumps(GOOD).replace("60", "1e999999999").encode(),
        "file, budgets[0]: This number is too large or too small to be computed with.",
    ),
    (
        json.dumps(GOOD).replace("60", "9" * 5_000).encode(),
        "file, budgets[0]: This number is too large or too small to be computed with.",
    ),
    ({**GOOD, "funders": "A"}, "file, funders: This must be a list, [ ... ]."),
    ({**GOOD, "funders": ["A", "A"]}, "file, funders[1]: “A” comes twice. Give each its own name."),
    (
        {**GOOD, "applications": ["x", 7]},
        "file, applications[1]: This must be a text in quotes, not empty.",
    ),
    ({**GOOD, "budgets": [1]}, "file, budgets: This list has 1 entries; it needs 2."),
    ({**GOOD, "budgets": [1, -1]}, "file, budgets[1]: Money is 0 or more."),
    ({**GOOD, "budgets": [1, "1"]}, "file, budgets[1]: This must be a number."),
    ({**GOOD, "budgets": [1, True]}, "file, budgets[1]: This must be a number."),
    (
        {**GOOD, "budgets": [1, 1e60]},
        "file, budgets[1]: Money above 10,000,000,000,000 cannot be computed exactly.",
    ),
    ({**GOOD, "cost": [5.001, 1]}, "file, cost[0]: Money has two decimals at most."),
    ({**GOOD, "cost": [0, 1]}, "file: The request of “x” is 0; the least is 1."),
    ({**GOOD, "cost": [[], 1]}, "file, cost[0]: This list of levels is empty."),
    ({**GOOD, "cost": [[3, 4], 1]}, "file, value[0][0]: 1 values for 2 costs of this application."),
    ({**GOOD, "value": [[1, 2]]}, "file, value: This list has 1 entries; it needs 2."),
    ({**GOOD, "value": [[1, 2], [3]]}, "file, value[1]: This list has 1 entries; it needs 2."),
    ({**GOOD, "value": [[1, -2], [3, 4]]}, "file, value[0][1]: A value is between 0 and 1e+100."),
    (
        {**GOOD, "value": [[1, 1e110], [3, 4]]},
        "file, value[0][1]: A value is between 0 and 1e+100.",
    ),
    (
        {**GOOD, "eligible": [[1, 2], [1, 1]]},
        "file, eligible[0][1]: Write 1 where the funder may pay, 0 where it may not.",
    ),
    ({**GOOD, "rank": [0, 1]}, "file, rank[0]: A rank is a whole number from 1, the best."),
    ({**GOOD, "lead_share": 2}, "file, lead_share: A share is between 0 and 1."),
    ({**GOOD, "opt_outs": [["A"]]}, "file, opt_outs[0]: Write [funder, application]."),
    ({**GOOD, "opt_outs": [["A", "q"]]}, "file: “q” is named and not known."),
    (
        {**GOOD, "pins": [["A"]]},
        'file, pins[0]: Write {"funder": ..., "application": ..., "amount": ...}.',
    ),
    ({k: v for k, v in GOOD.items() if k != "eligible"}, "file, eligible: This key is missing."),
]


@pytest.mark.parametrize(("data", "line"), BAD)
def test_bad_files_say_where_and_what_and_write_nothing(run, data: Any, line: str) -> None:
    result, out = run(data)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, line)
    assert not out.exists()


def test_another_process_and_hash_seed_give_the_same_answer(tmp_path: Path) -> None:
    file = shared("allocation-conflict-three-funders.json")
    answers = []
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.json"
        program = "from fundapp.cli import main; main()"
        subprocess.run(
            [sys.executable, "-c", program, "allocate", str(file), "--json", str(out)],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        answers.append(out.read_bytes())
    assert answers[0] == answers[1]
