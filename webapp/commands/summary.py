"""orderlane check --summary DIR: how much of a folder of BPMN files can be used here, and what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.findings import ERROR, INFO, WARNING, Finding
from engine.rules import RULES
from webapp.commands import model_files

DEPLOYED, REMARKED, IMPORTED, REFUSED = "deployed", "deployed with remarks", "imported", "refused"
_MEANINGS = {
    DEPLOYED: "can be deployed as they are",
    REMARKED: "can be deployed as they are, with remarks to weigh",
    IMPORTED: "are imported and shown with what is missing",
    REFUSED: "are no BPMN that can be read",
}
# A file with one of these is not shown at all.
_UNREADABLE = frozenset({"xml_refused", "not_bpmn", "too_large", "unknown_resource"})

Check = Callable[[Mapping[str, bytes]], list[Finding]]


def summary(files: Iterable[Path], check: Check) -> dict[str, Any]:
    """Check each file by itself, and count.

    verdicts: how many files there are of each kind. reasons: the rules that stop files, the most frequent first, each
    with its promise, the number of files and of findings. each: the verdict by file.
    """
    verdicts: dict[str, str] = {}
    stopped: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for file in files:
        data = model_files.content(file)
        findings = check({str(file): data}) if isinstance(data, bytes) else [data]
        errors = [each.rule for each in findings if each.severity == ERROR]
        verdicts[str(file)] = verdict(findings)
        counted.update(errors)
        stopped.update(set(errors))
    shares = Counter(verdicts.values())
    return {
        "files": len(verdicts),
        "verdicts": {name: shares[name] for name in _MEANINGS},
        "reasons": [
            {"rule": rule, "files": number, "findings": counted[rule], "promise": RULES[rule].promise}
            for rule, number in sorted(stopped.items(), key=lambda each: (-each[1], each[0]))
        ],
        "each": verdicts,
    }


def verdict(findings: Sequence[Finding]) -> str:
    """What can be done with a file that has these findings."""
    rules = {each.rule for each in findings if each.severity == ERROR}
    if rules & _UNREADABLE:
        return REFUSED
    if rules:
        return IMPORTED
    return REMARKED if any(each.severity in (WARNING, INFO) for each in findings) else DEPLOYED


def told(report: Mapping[str, Any]) -> str:
    """The report as two tables of Markdown."""
    total = report["files"]
    if not total:
        return "There is no BPMN file in this folder."
    lines = [f"{total} files", "", "| files | share | |", "|---:|---:|---|"]
    lines += [
        f"| {number} | {number / total:.0%} | {_MEANINGS[name]} |"
        for name, number in report["verdicts"].items()
    ]
    if report["reasons"]:
        lines += [
            "",
            "| files | findings | rule | what a model must do to be deployed |",
            "|---:|---:|---|---|",
        ]
        lines += [
            f"| {each['files']} | {each['findings']} | `{each['rule']}` | {each['promise']} |"
            for each in report["reasons"]
        ]
    return "\n".join(lines)
