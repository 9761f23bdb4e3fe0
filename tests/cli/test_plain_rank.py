"""`fundapp rank` on plain files, as it is called from the shell."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fundapp.cli import commands
from fundapp.cli.plain_files.rank_file import RankColumns, read_reviews
from fundapp.domain.csv_files import FileRefused
from tests.joint.reference_data import shared

NAMED = ("--application", "application", "--reviewer", "reviewer", "--score", "score")
HEADS = "application,reviewer,score\n"
HEAD = HEADS.encode()
FILE = HEADS + "".join(
    f"{application},{reviewer},{score + strictness}\n"
    for application, score in (("01", 3.0), ("02", 5.5), ("03", 4.0), ("a,b", 1.5), ("é", 2.0))
    for reviewer, strictness in (("x", -1), ("y", 0), ("z", 0.5))
).replace("a,b", '"a,b"')


def rank(file: Path, *words: object) -> Result:
    return CliRunner().invoke(commands, ["rank", str(file), *map(str, words)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "scores.csv"
    path.write_text(FILE)
    return path


def answered(file: Path, *words: object) -> Any:
    out = file.parent / "out.json"
    result = rank(file, *words, "--json", out)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(out.read_text(), parse_constant=pytest.fail)


def test_the_answer_has_the_keys_of_its_contract(file: Path):
    data = answered(file, *NAMED, "--fundable", 2)
    assert set(data["variance"]) == {"application", "reviewer", "residual"}
    for name in ("icc_single", "icc_consistency", "icc_panel"):
        assert set(data["agreement"][name]) == {"value", "low", "high", "reason"}
    assert {frozenset(row) for row in data["ranking"]} == {
        frozenset(
            [
                "application",
                "reviews",
                "raw_mean",
                "estimate",
                "low",
                "high",
                "expected_rank",
                "p_fundable",
                "band",
            ]
        )
    }
    assert data["calibrated"] is True
    assert data["why"].startswith("Reviewers differ in strictness by about")
    assert [row["application"] for row in data["ranking"]] == ["02", "03", "01", "é", "a,b"]
    assert [row["band"] for row in data["ranking"]] == ["clear", "clear", *["clear_no"] * 3]


def test_without_a_number_nobody_is_fundable(file: Path):
    data = answered(file, *NAMED)
    assert {(row["p_fundable"], row["band"]) for row in data["ranking"]} == {(None, None)}
    assert data["extra_reviews"] == []


def test_the_same_file_in_another_order_gives_the_same_answer(file: Path):
    first = answered(file, *NAMED, "--fundable", 2, "--seed", "t")
    head, *lines = FILE.splitlines()
    file.write_text("\n".join([head, *reversed(lines)]))
    assert answered(file, *NAMED, "--fundable", 2, "--seed", "t") == first


def test_the_table_is_for_people(file: Path):
    result = rank(file, *NAMED, "--fundable", 2, "--scale", 0, 7)
    lines = result.output.splitlines()
    assert lines[0].split() == (
        [
            "application",
            "rank",
            "(likely)",
            "reviews",
            "raw",
            "estimate",
            "90",
            "%",
            "interval",
            "chance",
        ]
    )
    assert lines[1].split()[:3] == ["02", "1", "(1–1)"]
    assert lines[1].endswith("over 19 in 20, clear")
    assert "For 2 to be funded: 2 clear, 0 too close to call for 0 places, 3 clear no." in lines


def test_aibs_is_ranked_as_it_was_published():
    path = shared("aibs-scores.csv")
    named = ("--application", "ID", "--reviewer", "RevID", "--score", "Score")
    result = rank(path, *named, "--lower-is-better", "--scale", 1, 5, "--fundable", 25)
    assert result.exit_code == 0
    assert "No difference in strictness between reviewers can be detected." in result.output
    assert "Agreement: one review 0.37 (0.23 to 0.52)" in result.output


def test_a_selection_has_no_agreement(file: Path):
    data = answered(file, *NAMED, "--selected")
    assert data["agreement"]["icc_single"]["value"] is None
    assert data["agreement"]["icc_single"]["reason"].startswith("Agreement is only shown for all")


def test_confidence_and_interest_are_read_from_columns(file: Path):
    words = ["confidence,interest", *["high,no", "low,YES", "0.5,"] * 5]
    rows = zip(FILE.splitlines(), words, strict=True)
    file.write_text("\n".join(f"{line},{more}" for line, more in rows))
    named = (*NAMED, "--confidence", "Confidence", "--interest", "interest")
    data = answered(file, *named)
    assert data["home_bias"]["reviews"] == 5
    columns = RankColumns("application", "reviewer", "score", "confidence", "interest")
    found = read_reviews(file.read_bytes(), columns, scale=None)
    assert [found.weights["01", reviewer] for reviewer in "xyz"] == [1.0, 0.4, 0.5]
    assert ("01", "y") in found.interested


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "line 1: The file is empty."),
        (HEAD, "line 2: The file has heads and nothing under them."),
        (b"\x89PNG\xff\xfe", "file: The file is not text in UTF-8. Save it as “CSV UTF-8”."),
        (
            b"application,score\na,1\n",
            "line 1, reviewer: The first line must name the column reviewer.",
        ),
        (HEAD + b"a,x,good\n", "line 2, score: “good” is no number. Write one such as 4.5."),
        (HEAD + b"a,x,\n", "line 2, score: The cell is empty. Write one such as 4.5."),
        (HEAD + b"a,x,nan\n", "line 2, score: “nan” is no number. Write one such as 4.5."),
        (HEAD + b"a,x,-inf\n", "line 2, score: “-inf” is no number. Write one such as 4.5."),
        (
            HEAD + b"a,x,1e300\n",
            "line 2, score: 1e+300 is too large for a score. Check the number.",
        ),
        (
            HEAD + b"a,x,9\n",
            "line 2, score: 9 is outside the scale from 1 to 6.",
        ),
        (
            HEAD + b"a,x,1\nb,x,2\na,x,1\n",
            "line 4, reviewer: “x” has reviewed “a” on line 2 already. Keep one of the two.",
        ),
        (
            HEAD + b",x,1\n",
            "line 2, application: The cell is empty. Write who or what this review is of.",
        ),
        (
            HEAD + b"a,x,1,2,3\n",
            "line 2: 5 cells under 3 heads. Check the commas.",
        ),
    ],
)
def test_bad_files_are_told_and_nothing_is_written(tmp_path: Path, content: bytes, told: str):
    path, out = tmp_path / "bad.csv", tmp_path / "out.json"
    path.write_bytes(content)
    result = rank(path, *NAMED, "--scale", 1, 6, "--json", out)
    assert (result.exit_code, result.stderr.strip(), result.stdout) == (2, told, "")
    assert not out.exists()


def test_all_bad_cells_are_told_at_once(file: Path):
    file.write_text(HEADS + "a,x,one\nb,,2\n")
    assert rank(file, *NAMED).stderr.splitlines() == [
        "line 2, score: “one” is no number. Write one such as 4.5.",
        "line 3, reviewer: The cell is empty. Write who or what this review is of.",
    ]


def test_a_column_cannot_be_two_things(file: Path):
    columns = RankColumns("application", "application", "score")
    with pytest.raises(FileRefused) as refused:
        read_reviews(file.read_bytes(), columns, scale=None)
    assert refused.value.bad_cells[0].sentence.startswith("One column is named for two things.")


@pytest.mark.parametrize(
    "words", [("--scale", 6, 1), ("--scale", "nan", 5), ("--fundable", 0), ("--fundable", "x")]
)
def test_bad_arguments_are_refused(file: Path, words: tuple[object, ...]):
    assert rank(file, *NAMED, *words).exit_code == 2


@pytest.mark.parametrize("line", ["a,x,4", "a,x,4\na,y,4", "a,x,4\nb,x,5", "a,x,4\na,y,5\nb,x,5"])
def test_the_smallest_files_are_answered(file: Path, line: str):
    file.write_text(f"{HEADS}{line}\n")
    data = answered(file, *NAMED, "--fundable", 1)
    assert data["calibrated"] is False
    assert sum(row["p_fundable"] for row in data["ranking"]) == pytest.approx(1)


def test_parts_that_share_no_reviewer_are_joined_by_a_review_each(file: Path):
    file.write_text(HEADS + "".join(f"a{i},r{i // 2},{i}\n" for i in range(16)))
    result = rank(file, *NAMED)
    assert result.output.splitlines()[-6:] == [
        "To join them: a10 reviewed by r0, say.",
        "To join them: a12 reviewed by r0, say.",
        "To join them: a14 reviewed by r0, say.",
        "To join them: a2 reviewed by r0, say.",
        "To join them: a4 reviewed by r0, say.",
        "And 2 more such reviews; --json lists all.",
    ]
    assert len(answered(file, *NAMED)["bridging_reviews"]) == 7
