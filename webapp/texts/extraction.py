"""What Babel calls for each file of babel.cfg, and all texts of the product in one template.

Texts are: gettext, ngettext and _ in Python and Jinja; patterns marked by _l and _ln; sentences of refusals, given when
they are raised or as the docstring of their class; the labels of diagrams and forms.
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any

from babel.messages import Catalog, extract
from babel.messages.frontend import parse_mapping_cfg

from webapp.texts import labels

ROOT = Path(__file__).resolve().parent.parent.parent
MAPPING = ROOT / "webapp" / "babel.cfg"
ROOMS = ("engine", "processes", "forms", "webapp")
KEYWORDS = {**extract.DEFAULT_KEYWORDS, "_l": None, "_ln": (1, 2)}
#: A refusal's sentence is its first argument, else the docstring of its class.
_REFUSALS = {"Refused", "NotFound", "Forbidden", "Conflict"}
_MARKS = {"gettext", "ngettext", "_l", "_ln", *_REFUSALS}
_ANY_MARK = re.compile(rf"\b(?:{'|'.join(sorted(_MARKS))})\b".encode())
_SKIPPED = {"node_modules", "frontend", "static", "__pycache__"}

Found = tuple[int, str | None, Any, list[str]]


@cache
def template(root: Path = ROOT) -> Catalog:
    """Every text of the product, each once, with the files that it stands in; collected once. Writes nothing."""
    with MAPPING.open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    catalog = Catalog(project="Orderlane", charset="utf-8")
    found = extract.extract_from_dir(
        str(root),
        methods,
        options,
        KEYWORDS,
        comment_tags=("For translators:",),
        strip_comment_tags=True,
        directory_filter=_is_ours(root),
    )
    for file, line, text, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        catalog.add(text, locations=[(file, line)], auto_comments=comments, context=context)
    return catalog


def extract_python(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: dict[str, Any]
) -> Iterator[Found]:
    """Marked texts, and the sentences of refusals. Babel's own reader misses a mark inside another one."""
    content = file.read()
    if not _ANY_MARK.search(content):
        return
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.ClassDef) and any(_name(base) in _REFUSALS for base in node.bases):
            sentence = " ".join((ast.get_docstring(node) or "").split())
            if sentence:
                yield node.lineno, None, sentence, []
        elif isinstance(node, ast.Call) and _name(node.func) in _MARKS:
            places = KEYWORDS.get(_name(node.func)) or (1,)
            texts = tuple(_text(node.args, place) for place in places)
            if all(texts):
                # Only for a plural Babel has to know the function: it makes one text of the two.
                yield node.lineno, _name(node.func) if len(texts) > 1 else None, texts, []


def extract_diagram(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: dict[str, Any]
) -> Iterator[Found]:
    """Names, instructions and annotations of a BPMN file."""
    for line, text in labels.of_diagram(file.read()):
        yield line, None, text, []


def extract_form(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: dict[str, Any]
) -> Iterator[Found]:
    """Labels, hints, options and messages of a form-js form."""
    for holder, key in labels.in_form(json.load(file)):
        yield 1, None, holder[key], []


def _text(arguments: list[ast.expr], place: int) -> str:
    """The argument at that place (from 1) when it is a text as written, else nothing: variables are not marked here."""
    found = arguments[place - 1] if place <= len(arguments) else None
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else ""


def _name(base: ast.expr) -> str:
    return base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""


def _is_ours(root: Path) -> Any:
    top = str(root)

    def is_ours(folder: str | os.PathLike[str]) -> bool:
        parent, name = os.path.split(os.path.normpath(folder))
        return name in ROOMS if os.path.normpath(parent) == os.path.normpath(top) else name not in _SKIPPED

    return is_ours
