"""`fundapp pairs`: verdicts in a file, scores with intervals out."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from fundapp.cli import commands

WINS = {
    # Five clubs of a league, games won by the one and by the other (made up).
    ("A", "B"): (7, 6),
    ("A", "C"): (9, 4),
    ("A", "D"): (7, 6),
    ("B", "C"): (7, 6),
    ("B", "D"): (9, 4),
    ("C", "D"): (5, 8),
    ("D", "E"): (10, 3),
    ("A", "E"): (11, 2),
    ("C", "E"): (8, 5),
}


def told(file: Path, *options: Any) -> Result:
    return CliRunner().invoke(commands, ["pairs", str(file), *map(str, options)])


def answered(file: Path, *options: Any) -> dict[str, Any]:
    out = file.with_suffix(".json")
    result = told(file, "--json", out, *options)
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(out.read_text())
    return data


@pytest.fixture
def league(tmp_path: Path) -> Path:
    lines = ["judge,left,right,verdict"]
    for (one, other), (won, lost) in WINS.items():
        lines += [f"season,{one},{other},left"] * won
        lines += [f"season,{other},{one},left"] * lost
    file = tmp_path / "league.csv"
    file.write_text("\n".join(lines))
    return file


def by_iteration(names: str) -> dict[str, float]:
    """The maximum of the likelihood by Zermelo's iteration (1929), with no prior."""
    strength = dict.fromkeys(names, 1.0)
    for _ in range(5_000):
        new = {}
        for name in names:
            won = sum(score[pair.index(name)] for pair, score in WINS.items() if name in pair)
            weight = sum(
                sum(score) / (strength[pair[0]] + strength[pair[1]])
                for pair, score in WINS.items()
                if name in pair
            )
            new[name] = won / weight
        strength = new
    logs = {name: float(np.log(value)) for name, value in strength.items()}
    middle = sum(logs.values()) / len(logs)
    return {name: value - middle for name, value in logs.items()}


def test_without_a_prior_it_is_the_maximum_of_the_likelihood(league: Path) -> None:
    data = answered(league, "--prior-sd", 300)
    found = {row["entry"]: row["score"] for row in data["ranking"]}
    assert found == pytest.approx(by_iteration("ABCDE"), abs=1e-4)
    assert [row["entry"] for row in data["ranking"]] == sorted(found, key=lambda n: -found[n])
    assert data["linked"] == [["A", "B", "C", "D", "E"]]
    assert data["verdicts"] == sum(map(sum, WINS.values()))


def test_intervals_are_those_of_the_information(league: Path) -> None:
    """The covariance is the inverse of the information, here by plain loops."""
    data = answered(league)
    names = sorted(row["entry"] for row in data["ranking"])
    score = {row["entry"]: row["score"] for row in data["ranking"]}
    information = np.eye(len(names)) / 1.5**2
    for pair, games in WINS.items():
        i, j = (names.index(one) for one in pair)
        chance = 1 / (1 + np.exp(score[pair[1]] - score[pair[0]]))
        weight = sum(games) * chance * (1 - chance)
        information[[i, j], [i, j]] += weight
        information[[i, j], [j, i]] -= weight
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    for row in data["ranking"]:
        error = errors[names.index(row["entry"])]
        assert row["stderr"] == pytest.approx(error)
        assert row["high"] - row["low"] == pytest.approx(2 * 1.959964 * error)


def test_the_table_says_who_differs_and_what_is_not_linked(tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    file.write_text(
        "Judge;Left;Right;Verdict\nann;x;y;left\nann;y;z;LEFT\nann;x;z;right\nbob;u;v;equal\n"
    )
    result = told(file, "--sides")
    assert result.exit_code == 0
    assert "ann: as the others in 0 of 0, circles 1 of 1, took the left in 2 of 3" in result.output
    assert "Nothing links these 2 sets" in result.output
    assert "  u, v" in result.output
    assert answered(file, "--sides")["judges"][0]["leaning"] > 0


def test_every_bad_cell_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("judge,left,right,verdict\n,x,y,left\nann,x,x,left\nann,x,y,better\nann,x,y,\n")
    result = told(file, "--json", tmp_path / "out.json")
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        "line 2, judge: The cell is empty. Write who judged, or what.",
        "line 3, right: “x” is compared with itself. Name two entries.",
        "line 4, verdict: “better” is no verdict. Write left, right or equal.",
        "line 5, verdict: Write left, right or equal.",
    ]
    assert not (tmp_path / "out.json").exists()


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("judge,left\nann,x\n")
    assert told(file).exit_code == 2
