"""Commands about people."""

import click

from fundapp.cli.opening import opened_app
from fundapp.domain.errors import InvalidInput


@click.command("add-administrator")
@click.argument("email")
@click.argument("name")
def add_administrator(email: str, name: str) -> None:
    """Make EMAIL an administrator called NAME and print the link that sets the password.

    The account is made when there is none. The link works once, within seven days.
    """
    from fundapp.adapters.database import begin_writing
    from fundapp.extensions import db
    from fundapp.services.people import bootstrap_administrator
    from fundapp.web.installation import installation

    app = opened_app()
    with app.app_context():
        begin_writing(db.session())
        try:
            added = bootstrap_administrator(
                db.session(), email=email, name=name, now=installation().clock.now()
            )
        except InvalidInput as error:
            raise click.ClickException(str(error)) from None
        db.session.commit()
        site = installation().config.public_url.rstrip("/")
    click.echo(f"{added.person.name} is an administrator and a fund manager.")
    click.echo("This link sets the password. It works once, within seven days:")
    click.echo(f"{site}/reset-password/{added.token}")
