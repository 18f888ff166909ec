"""Facts to PDF. The same facts give the same bytes, whenever they are printed.

typst's compiler must not be shared by threads ("Already borrowed"): each thread has its own.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import fontpkg_noto_sans
import msgspec
import segno
import typst

from processes.documents import labels, printed

_FOLDER = Path(__file__).resolve().parent
#: Ours first; the others are asked for signs that it has not, where the system has them.
_FAMILIES = ("Noto Sans", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "DejaVu Sans")
_of_thread = threading.local()


@dataclass(frozen=True, slots=True)
class Marks:
    """What is printed about the paper itself: its number, what it replaces and is replaced by, that it is a copy."""

    number: str | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    is_copy: bool = False


def pdf(kind: str, facts: dict[str, Any], language: str, issued_at: datetime, marks: Marks) -> bytes:
    """A document as PDF in a language: fonts inside, structure and text readable by machines.

    Without a number in its marks it is a print of what holds now, not an issued document.
    """
    return typeset(_own_compiler(), kind, paper(kind, facts, language, issued_at, marks), issued_at)


def compiler(fonts: typst.Fonts) -> typst.Compiler:
    """A compiler for the templates that knows these fonts; for one thread."""
    return typst.Compiler(root=str(_FOLDER), font_paths=fonts)


def typeset(with_compiler: typst.Compiler, kind: str, texts: dict[str, Any], issued_at: datetime) -> bytes:
    """The template of a kind, filled with `paper`. Nothing from the clock or the machine gets in, but fonts it must borrow.

    No PDF/A: it refuses a document with a sign that no font has, and somebody's name may hold one.
    """
    return with_compiler.compile(
        input=str(_FOLDER / f"{kind}.typ"),
        format="pdf",
        sys_inputs={"paper": msgspec.json.encode(texts).decode()},
        timestamp=issued_at.astimezone(UTC).replace(microsecond=0),
    )


def paper(
    kind: str, facts: dict[str, Any], language: str, issued_at: datetime, marks: Marks
) -> dict[str, Any]:
    """All that a template asks for, as texts."""
    printer = printed.Printer(language, facts["time_zone"])
    words = labels.words(language)
    sheet = printer.tree(facts)
    order_no, company = sheet["order"]["order_no"], sheet["company"]
    title = labels.title(kind, language)
    below = (
        marks.number,
        printer.moment(issued_at),
        words["replaces"].replace("{number}", marks.replaces) if marks.replaces else None,
    )
    above = (
        words["replaced"].replace("{number}", marks.replaced_by) if marks.replaced_by else None,
        words["copy"] if marks.is_copy else None,
    )
    return {
        "title": f"{title} {marks.number or order_no}",
        "heading": title,
        "subheading": _joined(below),
        "mark": _joined(above) or None,
        "footer": _joined(
            (
                marks.number or title,
                words["order_code"].replace("{order}", order_no),
                company["name"],
                company["phone"],
                company["email"],
            )
        ),
        "language": language.partition("-")[0],
        "fonts": _families(),
        "code": {
            "picture": _code(facts["address"] or facts["order"]["order_no"]),
            "caption": words["order_code"].replace("{order}", order_no),
        },
        "words": words,
        "sheet": sheet,
    }


def _joined(texts: tuple[str | None, ...]) -> str:
    return " · ".join(each for each in texts if each)


def _code(content: str) -> str:
    """A QR code as SVG; a quarter of it may be unreadable: labels get dirty."""
    file = BytesIO()
    segno.make(content, error="q", micro=False).save(file, kind="svg", border=0, xmldecl=False)
    return file.getvalue().decode()


def _own_compiler() -> typst.Compiler:
    found = getattr(_of_thread, "compiler", None)
    if found is None:
        found = _of_thread.compiler = compiler(_fonts())
    return found


@cache
def _fonts() -> typst.Fonts:
    # The shipped family comes first, so that a document looks the same whatever the system has.
    return typst.Fonts(font_paths=[fontpkg_noto_sans.ROOT / "files"])


@cache
def _families() -> list[str]:
    present = set(_fonts().families())
    return [family for family in _FAMILIES if family in present]
