"""`fundapp evidence` on real logs."""

import json
from pathlib import Path
from shutil import copytree

from click.testing import CliRunner

from fundapp.cli import commands
from tests.evidence.logs import FOLDER


def test_logs_are_read_and_a_refused_one_stops_none(tmp_path: Path) -> None:
    files = [FOLDER / "inspect" / "not-a-log.txt", FOLDER / "inspect" / "popularity_1-sample.json"]
    out = tmp_path / "facts.json"
    done = CliRunner().invoke(commands, ["evidence", *map(str, files), "--json", str(out)])
    refused, read = json.loads(out.read_text())
    assert done.exit_code == 2
    assert (refused["file"], refused["error"]["code"]) == (str(files[0]), "broken")
    assert (read["file"], read["samples_scored"]) == (str(files[1]), 1)
    assert done.output.splitlines() == [
        f"{files[0]}: refused. The file is cut off or damaged.",
        f"{files[1]}: inspect, popularity, ollama/llama3.1, 1 sample scored",
        "  accuracy 0 ± 0",
        "  ! One sample alone was scored. The standard error of 0 says nothing.",
        "  ! Each sample was run once (one epoch). Answers were drawn at random, so a second run"
        " may differ.",
        "  ! Only 1 of 100 samples of the data set were run.",
    ]


def test_a_folder_is_one_run_of_helm(tmp_path: Path) -> None:
    copytree(FOLDER / "helm", tmp_path / "run")
    out = tmp_path / "facts.json"
    done = CliRunner().invoke(commands, ["evidence", str(tmp_path / "run"), "--json", str(out)])
    (told,) = json.loads(out.read_text())
    assert (done.exit_code, told["tool"], told["samples_scored"]) == (0, "helm", 10)
