"""The command `orderlane`. Exit codes: 0 done, 1 refused or something was found, 2 wrong use of the command.

What a person reads goes to standard output as sentences; with --json exactly one JSON value goes there instead.
"""

from __future__ import annotations

import gc
import logging
import sys
from importlib import import_module
from io import TextIOWrapper

import click

from engine.errors import OrderlaneError

#: {command: where it stands in webapp.commands}. What one command needs, the others need not wait for.
_PLACES = {
    "chat": "chats.chat",
    "check": "models.check",
    "db": "data.db",
    "deploy": "models.deploy",
    "dialect": "models.dialect_",
    "dmn": "decisions.dmn_",
    "doctor": "doctor.doctor",
    "feel": "decisions.feel_",
    "layout": "models.layout_",
    "picture": "models.picture",
    "run": "serve.run",
    "scenarios": "models.scenarios",
    "texts": "texts.texts",
    "user": "people.user",
    "worker": "serve.worker_",
}


class Commands(click.Group):
    """The commands of `_PLACES`, each imported when it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, in order."""
        return sorted(_PLACES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of this name."""
        if name not in _PLACES:
            return None
        room, _, command = _PLACES[name].partition(".")
        # What is imported stays to the end: looking through it for garbage took a seventh of the time.
        gc.disable()
        try:
            return getattr(import_module(f"webapp.commands.{room}"), command)
        finally:
            gc.enable()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orderlane", prog_name="orderlane")
def cli() -> None:
    """Orderlane runs order flows from their BPMN diagrams.

    Settings come from instance/config.toml and the environment (DATABASE_URL, HOST, PORT, ORDERLANE_INSTANCE,
    ORDERLANE_ENV, ORDERLANE_URL, SMTP_HOST ...).
    """


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
