"""The commands of `orderlane`, one file a family, and what they share."""

from __future__ import annotations

import json
from typing import Any

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value, for a program.")


def print_json(value: Any) -> None:
    """The one JSON value of a command that was asked for --json."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))
