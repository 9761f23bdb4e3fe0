"""`fundapp evidence`: what evaluation logs say, and what to know before believing them."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from fundapp.cli.opening import BAD_INPUT, JSON_OPTION, write_json

LARGEST = 200_000_000
"""Bytes of one file."""


@click.command("evidence")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE...",
)
@JSON_OPTION
def evidence(paths: Sequence[Path], json_path: Path | None) -> None:
    """Read evaluation logs: Inspect, lm-evaluation-harness, HELM, Every Eval Ever.

    A folder is read as the files in it: a run of HELM makes one result. Ends with 2 when a file
    is refused; the others are still read.
    """
    from fundapp.evidence.as_data import evidence_as_data
    from fundapp.evidence.reading import read_evidence

    told: list[dict[str, Any]] = []
    together: list[tuple[str, bytes]] = []
    for path in paths:
        if path.is_dir():
            told.extend(map(evidence_as_data, read_evidence(_files_in(path))))
        else:
            together.append((str(path), _content(path)))
    told.extend(map(evidence_as_data, read_evidence(together)))
    write_json(json_path, told)
    for one in told:
        click.echo("\n".join(_lines(one)))
    if any("error" in one for one in told):
        sys.exit(BAD_INPUT)


def _files_in(folder: Path) -> list[tuple[str, bytes]]:
    return [(str(path), _content(path)) for path in sorted(folder.iterdir()) if path.is_file()]


def _content(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise click.ClickException(f"{path.name} is larger than {LARGEST // 1_000_000} MB.")
    return path.read_bytes()


def _lines(one: Mapping[str, Any]) -> list[str]:
    if "error" in one:
        return [f"{one['file']}: refused. {one['error']['text']}"]
    what = f"{len(one['tasks'])} tasks" if one["tasks"] else one["task"]
    head = [text for text in (what, one["model"]) if text]
    n = one["samples_scored"]
    scored = "" if n is None else f", {n:,} {'sample' if n == 1 else 'samples'} scored"
    lines = [f"{one['file']}: {one['tool']}, {', '.join(head) or 'nothing named'}{scored}"]
    for metric in one["metrics"]:
        value = "not a number" if metric["value"] is None else f"{metric['value']:.4g}"
        error = "" if metric["stderr"] is None else f" ± {metric['stderr']:.2g}"
        lines.append(f"  {metric['name']} {value}{error}")
    lines.extend(f"  ! {warning['text']}" for warning in one["warnings"])
    return lines
