"""The `fundapp` command: the same services from the shell."""

import sys

import click

from fundapp.cli.people import add_administrator
from fundapp.cli.running import migrate, serve, worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Run a fund: rounds, applications, reviews, decisions, letters, exports."""


for command in (add_administrator, migrate, serve, worker):
    commands.add_command(command)


def main() -> None:
    """Entry point of the console script."""
    sys.exit(commands())
