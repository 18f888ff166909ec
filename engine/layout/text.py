"""How wide a name is when drawn, and where it wraps: Arial as bpmn-js draws it, without a font at hand."""

from __future__ import annotations

NODE_SIZE = 12
LABEL_SIZE = 11
LINE = 1.2
_NARROW = "fijltI.,:;'|!()[] -/"
_WIDE = "mwMWШЩЖЮФшщжюфм@%"


def _advance(letter: str) -> float:
    if letter in _NARROW:
        return 0.31
    if letter in _WIDE:
        return 0.88
    if ord(letter) > 0x2E80:
        return 1.0
    return 0.69 if letter.isupper() else 0.57


def width(line: str, size: int) -> float:
    return sum(_advance(letter) for letter in line) * size


def wrap(name: str, limit: float, size: int) -> list[str]:
    """Break a name into lines no wider than `limit`; a word that is wider is broken itself."""
    lines: list[str] = []
    for paragraph in name.splitlines():
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if width(longer, size) <= limit:
                line = longer
                continue
            if line:
                lines.append(line)
            while width(word, size) > limit:
                cut = max(1, sum(1 for end in range(1, len(word) + 1) if width(word[:end], size) <= limit))
                lines.append(word[:cut])
                word = word[cut:]
            line = word
        lines.append(line)
    return lines


def height(lines: list[str], size: int) -> float:
    return round(len(lines) * size * LINE)


def box(name: str, limit: float, size: int = LABEL_SIZE) -> tuple[float, float]:
    """Width and height of a wrapped name, with a little room so that a browser does not wrap it again."""
    lines = wrap(name, limit, size)
    return round(max(width(line, size) for line in lines) + 4), height(lines, size)
