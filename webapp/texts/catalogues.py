"""The translators' catalogues: translations/<language>/LC_MESSAGES/messages.po, one for each language but English.

The texts themselves come from the product (extraction.template); a catalogue only answers them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).resolve().parent.parent / "translations"
LANGUAGES = ("ro", "ru")

#: {name}, {{name}} of form templates, %(name)s and %% — and nothing else that a translator may touch.
_PLACE = re.compile(r"\{\{[^{}]*\}\}|\{\w+\}|%\(\w+\)[a-z]|%%")
_OF_A_MOMENT = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Last-Translator',
    b'"Language-Team',
    b'"Generated-By',
    b'"Project-Id-Version',
    b'"Report-Msgid-Bugs-To',
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is wrong with one text in one language."""

    language: str
    text: str
    sentence: str

    def __str__(self) -> str:
        return f'{self.language}: "{self.text}": {self.sentence}'


def file_of(language: str, folder: Path = FOLDER) -> Path:
    """Where the catalogue of a language lies."""
    return folder / language / "LC_MESSAGES" / "messages.po"


def read(language: str, folder: Path = FOLDER) -> Catalog:
    """The catalogue of a language; an empty one for a new language."""
    path = file_of(language, folder)
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str, texts: Catalog, folder: Path = FOLDER) -> int:
    """Bring a catalogue up to date with the product's texts: new ones come without answer, gone ones leave.

    Nothing is guessed: a text that was changed is a new text. Returns how many answers are missing now.
    """
    catalog = read(language, folder)
    catalog.update(texts, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    path = file_of(language, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_written(catalog))
    return sum(1 for message in catalog if message.id and not _is_answered(message))


def compile_into(folder: Path, language: str) -> Path:
    """Write the .mo of a language's catalogue below another folder; returns that file."""
    target = file_of(language, folder).with_suffix(".mo")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_mo(file, read(language))
    return target


def check(language: str, texts: Catalog, folder: Path = FOLDER) -> Iterator[Doubt]:
    """Every text of the product without a full answer in this language, and every answer that would break its page."""
    catalog = read(language, folder)
    for text in texts:
        if not text.id:
            continue
        answer = catalog.get(text.id, text.context)
        shown = text.id[0] if isinstance(text.id, tuple) else text.id
        for sentence in _doubts(text, answer, catalog.num_plurals):
            yield Doubt(language, shown, sentence)


def _doubts(text: Message, answer: Message | None, plurals: int) -> Iterator[str]:
    if answer is None or not _is_answered(answer):
        yield "has no translation."
        return
    if answer.fuzzy:
        yield "is marked fuzzy. Read it and remove the mark."
    patterns = text.id if isinstance(text.id, tuple) else (text.id,)
    answers = answer.string if isinstance(answer.string, tuple) else (answer.string,)
    if isinstance(text.id, tuple) and len(answers) != plurals:
        yield f"needs {plurals} plural forms, but has {len(answers)}."
    places = _places(patterns[-1])
    for each in answers:
        if _places(each) != places:
            yield f'needs the places {", ".join(places) or "none"}, but "{each}" has others.'


def _places(text: str) -> list[str]:
    return sorted(_PLACE.findall(text))


def _is_answered(message: Message) -> bool:
    answers = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(answers)


def _written(catalog: Catalog) -> bytes:
    # Without line numbers and dates: a catalogue changes when a text does, and then only there.
    file = BytesIO()
    catalog.fuzzy = False
    catalog.header_comment = f"# Orderlane: {catalog.locale.english_name}. See docs/translating.md."
    write_po(file, catalog, width=110, omit_header=False, include_lineno=False, sort_by_file=True)
    lines = [line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(_OF_A_MOMENT)]
    return b"".join(lines)
