"""The files that a designer names: whatever stands there, its bytes are read, or a finding says why not."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from pathlib import Path

from engine.findings import Finding, Report
from engine.gate_resources import kind_of

MOST_BYTES = 20_000_000
"""Of one file; the gate itself looks at less."""
_NAMES = (".bpmn", ".bpmn2", ".bpmn20.xml", ".dmn", ".form")
_LOOK_INTO = 64_000


def below(path: Path) -> list[Path]:
    """The file itself; of a folder all models, decisions and forms in it, by their names and .xml files by a look into them."""
    return sorted(each for each in path.rglob("*") if _is_ours(each)) if _is_folder(path) else [path]


def models_below(folder: Path) -> list[Path]:
    """Only the BPMN models among them."""
    return [each for each in below(folder) if not each.name.lower().endswith((".dmn", ".form"))]


def read(paths: Iterable[Path]) -> tuple[dict[str, bytes], list[Finding]]:
    """{path as given: bytes} of all files named and all in the folders named, and a finding for each that cannot be read."""
    resources: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in paths:
        for file in below(path):
            data = content(file)
            if isinstance(data, bytes):
                resources[str(file)] = data
            else:
                findings.append(data)
    return resources, findings


def content(file: Path) -> bytes | Finding:
    """The bytes of a file, or why it cannot be read; a pipe or device is not waited for."""
    try:
        found = file.stat()
        if stat.S_ISREG(found.st_mode) and found.st_size <= MOST_BYTES:
            return file.read_bytes()
    except OSError as error:
        return _finding(
            file,
            f"This file cannot be read: {error.strerror}.",
            "Correct the path, or the rights of the file.",
        )
    if stat.S_ISREG(found.st_mode):
        return _finding(
            file,
            f"This file has {found.st_size} bytes, but at most {MOST_BYTES} are read.",
            "Divide it, or leave out what is no part of the model.",
        )
    return _finding(
        file, "This is no file but a folder, a pipe or a device.", "Save the model as a file, and name that."
    )


def _finding(file: Path, sentence: str, remedy: str) -> Finding:
    report = Report(str(file))
    report.add("unknown_resource", sentence, remedy)
    return report.findings[0]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # a name that cannot be looked up; `content` says why


def _is_ours(file: Path) -> bool:
    name = file.name.lower()
    if name.endswith(_NAMES):
        return not _is_folder(file)
    return name.endswith(".xml") and _is_model(file)


def _is_model(file: Path) -> bool:
    try:
        if not file.is_file():
            return False
        with file.open("rb") as opened:
            start = opened.read(_LOOK_INTO)
    except OSError:
        return False  # it is not even known to be a model
    return kind_of(file.name, start) == "bpmn" and b"BPMN/20100524/MODEL" in start.replace(b"\0", b"")
