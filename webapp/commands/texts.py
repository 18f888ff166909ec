"""orderlane texts: the product's texts and their translations, for developers and translators."""

from __future__ import annotations

import sys

import click

from webapp.commands import as_json, print_json
from webapp.texts import catalogues, extraction


@click.group()
def texts() -> None:
    """Keep the translations complete."""


@texts.command()
@click.argument("languages", nargs=-1)
def update(languages: tuple[str, ...]) -> None:
    """Collect all texts and bring the catalogues up to date: of LANGUAGES (a new one gets a catalogue), else of all.

    New texts stand there without an answer; texts that are gone leave.
    """
    found = extraction.template()
    for language in languages or catalogues.LANGUAGES:
        missing = catalogues.update(language, found)
        click.echo(f"{catalogues.file_of(language)}: {len(found)} texts, {missing} without a translation.")


@texts.command()
@as_json
def check(as_json: bool) -> None:
    """Name every text without a translation, and every translation that would break its page; exit code 1 then."""
    found = extraction.template()
    doubts = [doubt for language in catalogues.LANGUAGES for doubt in catalogues.check(language, found)]
    if as_json:
        print_json(
            [{"language": each.language, "text": each.text, "sentence": each.sentence} for each in doubts]
        )
    else:
        for doubt in doubts:
            click.echo(str(doubt))
        click.echo(f"{len(found)} texts, {len(doubts)} of their translations need a translator.")
    sys.exit(1 if doubts else 0)
