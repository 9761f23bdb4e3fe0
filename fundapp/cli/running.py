"""Commands that run the site: migrate, worker."""

import click

from fundapp.cli.opening import demand_printing, opened_app
from fundapp.cli.serving import work_until_stopped


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from fundapp.adapters.schema import upgrade
    from fundapp.extensions import db

    app = opened_app()
    with app.app_context():
        upgrade(db.engine)
    click.echo("The database has the newest schema.")


@click.command()
def worker() -> None:
    """Run background jobs and send mail until stopped (SIGTERM or Ctrl+C)."""
    demand_printing()
    work_until_stopped(opened_app())
