"""The command `orderlane`. Exit codes: 0 done, 1 refused or something was found, 2 wrong use of the command.

What a person reads goes to standard output as sentences; with --json exactly one JSON value goes there instead.
"""

from __future__ import annotations

import logging
import sys
from io import TextIOWrapper

import click

from engine.errors import OrderlaneError
from webapp.commands import chats, data, decisions, doctor, models, people, serve, texts


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orderlane", prog_name="orderlane")
def cli() -> None:
    """Orderlane runs order flows from their BPMN diagrams.

    Settings come from instance/config.toml and the environment (DATABASE_URL, HOST, PORT, ORDERLANE_INSTANCE,
    ORDERLANE_ENV, ORDERLANE_URL, SMTP_HOST ...).
    """


for command in (
    *serve.COMMANDS,
    *models.COMMANDS,
    *decisions.COMMANDS,
    people.user,
    chats.chat,
    data.db,
    doctor.doctor,
    texts.texts,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; a refusal is one sentence on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names of files and elements hold any letter
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(1)
    except OrderlaneError as refused:
        click.echo(str(refused.sentence), err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; there is nobody left to tell.
        sys.exit(1)


if __name__ == "__main__":
    main()
