"""orderlane db: the shape of the database."""

from __future__ import annotations

import sys

import click

from engine import database
from webapp import config, schema
from webapp.commands import as_json, print_json


@click.group()
def db() -> None:
    """Prepare and inspect the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version; makes it when it is new."""
    engine = database.connect(config.load().database_url)
    before = schema.current(engine)
    schema.upgrade(engine)
    after = schema.current(engine)
    click.echo("The database is up to date." if before == after else f"The database is now at {after[0]}.")
    engine.dispose()


@db.command()
@as_json
def current(as_json: bool) -> None:
    """Show which version the database has; exit code 1 when it is not this one."""
    engine = database.connect(config.load().database_url)
    found, wanted = schema.current(engine), schema.heads()
    engine.dispose()
    if as_json:
        print_json({"database": list(found), "code": list(wanted), "current": found == wanted})
    elif found == wanted:
        click.echo(f"The database is at {wanted[0]}, as this version expects.")
    else:
        click.echo(
            f"The database is at {found[0] if found else 'nothing'}, this version expects {wanted[0]}."
        )
        click.echo("Run: orderlane db upgrade")
    sys.exit(0 if found == wanted else 1)


@db.command()
def check() -> None:
    """Compare the tables in the code with the database; exit code 1 and one line for each difference."""
    engine = database.connect(config.load().database_url)
    differences = schema.differences(engine)
    engine.dispose()
    for each in differences:
        click.echo(str(each))
    if not differences:
        click.echo("The database has exactly the tables of the code.")
    sys.exit(1 if differences else 0)


@db.command()
@click.argument("message")
def revision(message: str) -> None:
    """For developers: write a migration from the difference between code and database."""
    engine = database.connect(config.load().database_url)
    schema.new_revision(engine, message)
    engine.dispose()
