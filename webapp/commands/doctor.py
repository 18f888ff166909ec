"""orderlane doctor: is everything that was promised still true?"""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.progress import track

from engine import clock, database
from processes import checks
from processes import doctor as system_check
from webapp.commands import as_json, print_json
from webapp.commands.prepared import prepared_database


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Check every promise about the records and the running orders. Exit code 1 when one is broken.

    Prints a sentence for each row that breaks a promise, with what to do. Changes nothing; may run at any time.
    """
    now = clock.now()
    with prepared_database() as engine, database.reading(engine) as session:
        # The bar is for eyes only: what is printed may go into a file.
        bar = Console(stderr=True)
        shown = checks.CHECKS if as_json else track(checks.CHECKS, "Checking", transient=True, console=bar)
        examined = [each for check in shown for each in system_check.examine(session, now, [check])]
    found = [finding for each in examined for finding in each.findings]
    if as_json:
        print_json(
            {
                "healthy": not found,
                "checked": [
                    {"invariant": each.check.invariant, "promise": each.check.promise} for each in examined
                ],
                "findings": [finding.to_json() for finding in found],
                "complete": all(each.is_complete for each in examined),
            }
        )
    else:
        _print(examined)
    sys.exit(1 if found else 0)


def _print(examined: list[system_check.Examined]) -> None:
    for each in examined:
        for finding in each.findings:
            click.echo(f"{finding.invariant} {finding.row}: {finding.sentence} {finding.remedy}")
        if not each.is_complete:
            click.echo(f"{each.check.invariant}: there may be more; mend these and check again.")
    broken = sum(bool(each.findings) for each in examined)
    if broken:
        click.echo(f"{broken} of {len(examined)} promises are broken.")
    else:
        click.echo(f"All {len(examined)} promises are kept.")
