"""The `fundapp` command: the same services from the shell."""

import sys

import click

from fundapp.cli.bouncing import bounces
from fundapp.cli.demo import demo, serve
from fundapp.cli.evidence import evidence
from fundapp.cli.exporting import export
from fundapp.cli.importing import load_applications, load_reviews
from fundapp.cli.listing import check, rounds
from fundapp.cli.people import add_administrator
from fundapp.cli.plain_files.allocate import allocate
from fundapp.cli.plain_files.assign import assign
from fundapp.cli.plain_files.draw import draw
from fundapp.cli.plain_files.pairs import pairs
from fundapp.cli.plain_files.rank import rank
from fundapp.cli.plain_files.verify_draw import verify_draw
from fundapp.cli.running import migrate, worker
from fundapp.cli.verifying import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Run a fund: rounds, applications, reviews, decisions, letters, exports."""


COMMANDS = (
    add_administrator,
    allocate,
    assign,
    bounces,
    check,
    demo,
    draw,
    evidence,
    export,
    load_applications,
    load_reviews,
    migrate,
    pairs,
    rank,
    rounds,
    serve,
    verify,
    verify_draw,
    worker,
)
for command in COMMANDS:
    commands.add_command(command)


def main() -> None:
    """Entry point of the console script."""
    sys.exit(commands())
