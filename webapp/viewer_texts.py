"""The form viewer's own words in the reader's language: dictionary("ro") -> {"Field is required.": "..."}.

bpmn.io's viewer speaks English and asks a translate hook for every text; translations/viewer/<language>.json answers.
They lie beside Babel's catalogues, not in them, because the texts are the viewer's, not ours, and change with its version.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "translations" / "viewer"


def dictionary(language: str) -> dict[str, str]:
    """{English text: translation} for a language tag such as "ro" or "zh-CN"; empty where the viewer stays English."""
    for tag in (language.replace("_", "-"), language[:2]):
        if tag in languages():
            return _read(tag)
    return {}


@cache
def languages() -> frozenset[str]:
    """The languages that have a dictionary."""
    return frozenset(path.stem for path in _FOLDER.glob("*.json"))


@cache
def _read(tag: str) -> dict[str, str]:
    return json.loads((_FOLDER / f"{tag}.json").read_text(encoding="utf-8"))
