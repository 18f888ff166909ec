"""PDFs as a reader sees them: their text, their pages, the fonts inside, by poppler's tools."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext is not installed (Debian: poppler-utils)."
)


def text(pdf: bytes) -> str:
    """All text, laid out as on the page, without the signs that only allow a break."""
    return _run(["pdftotext", "-layout", "-", "-"], pdf).replace("\u200b", "").replace("\u00a0", " ")


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    return text(pdf).split("\f")[:-1]


def fonts(pdf: bytes) -> list[tuple[str, bool]]:
    """(name, whether it is embedded) of every font."""
    rows = _run(["pdffonts", "-"], pdf).splitlines()[2:]
    return [(row.split()[0].partition("+")[2], row.split()[-5] == "yes") for row in rows]


def about(pdf: bytes) -> dict[str, str]:
    """Title, author, size of the pages and the rest that the file says about itself."""
    rows = (row.partition(":") for row in _run(["pdfinfo", "-"], pdf).splitlines())
    return {name: value.strip() for name, _, value in rows}


def _run(command: list[str], pdf: bytes) -> str:
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def boxes(pdf: bytes) -> list[tuple[str, float]]:
    """(word, where it ends from the left in points) of every word."""
    page = _run(["pdftotext", "-bbox", "-", "-"], pdf)
    return [(word, float(right)) for right, word in re.findall(r'xMax="([\d.]+)"[^>]*>([^<]*)</word>', page)]
