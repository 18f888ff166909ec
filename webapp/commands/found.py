"""How findings are told on the command line: one line each, and one line for the same sentence at many elements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.findings import ERROR, Finding

MOST_ALONE = 3
"""So many findings of the same sentence stand in lines of their own; more of them in one."""
_MOST_PLACES = 200
_LONGEST_NAME = 80


def told(findings: Sequence[Finding]) -> Iterator[str]:
    """The lines for these findings, in their order; the last one counts them."""
    groups: dict[object, list[Finding]] = {}
    for each in findings:
        groups.setdefault(_same(each), []).append(each)
    for each in findings:
        group = groups.get(_same(each), [])
        if len(group) <= MOST_ALONE:
            yield _line(each)
        elif group[0] is each:
            yield f"{_line(each)} The same at {_places(group[1:])}."
    errors = sum(each.severity == ERROR for each in findings)
    what = "finding" if len(findings) == 1 else "findings"
    yield f"{len(findings)} {what}, {errors} of them errors." if findings else "Nothing was found."


def _line(finding: Finding) -> str:
    place = ":".join(str(part) for part in (finding.file, finding.line) if part is not None)
    element = f" {_name(finding)}" if finding.element_id else ""
    said = f"{place}: {finding.severity}: [{finding.rule}]{element}: {finding.sentence} {finding.remedy}"
    return "".join(sign if sign.isprintable() else "�" for sign in said)


def _places(findings: Iterable[Finding]) -> str:
    """Elements with their lines: "inspect (14), repair (20) and 3 others"."""
    places = list(dict.fromkeys(_place(each) for each in findings))
    shown, left = places[:_MOST_PLACES], len(places) - _MOST_PLACES
    return ", ".join(shown) + (f" and {left} others" if left > 0 else "")


def _place(finding: Finding) -> str:
    if finding.line is None:
        return _name(finding) if finding.element_id else "the file"
    return f"{_name(finding)} ({finding.line})" if finding.element_id else f"line {finding.line}"


def _same(finding: Finding) -> object:
    """What two findings have in common that say the same of two elements: all but the element's own name."""
    sentence = finding.sentence
    for label in (finding.element_name, finding.element_id):
        if label:
            sentence = sentence.replace(f'"{_short(label)}"', '"…"')
    return finding.file, finding.severity, finding.rule, sentence, finding.remedy


def _name(finding: Finding) -> str:
    return _short(finding.element_name or "") or _short(finding.element_id or "")


def _short(text: str) -> str:
    """A name as the sentences have it (`dialect.report.called`)."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 3] + "..."
