"""Runs the DMN Technology Compatibility Kit from a checkout: python -m tests.conformance.tck [CHECKOUT] [--failures]

A case is one expected result of one test. Cases that expect a value are counted apart: an engine that always
answers null would pass most of the others.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine import dmn, feel
from engine.feel import iso
from engine.feel.errors import Problem

DEFAULT_CHECKOUT = Path(__file__).resolve().parents[2] / ".." / "shared" / "dmn-tck"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
# The kit's own runner compares numbers up to eight digits behind the point.
_TOLERANCE = Decimal("1e-8")


@dataclass
class Case:
    """One expected result: `expected` is a FEEL value, None also for an expected error."""

    level: str
    folder: str
    name: str
    expected: Any
    found: Any = None
    problem: str | None = None
    notes: list[feel.Diagnostic] = field(default_factory=list)

    @property
    def expects_value(self) -> bool:
        return self.expected is not None

    @property
    def passed(self) -> bool:
        return self.problem is None and same(self.expected, self.found)


@dataclass
class Counts:
    """How many cases there are and how many pass; the same for those that expect a value."""

    cases: int = 0
    passed: int = 0
    with_value: int = 0
    with_value_passed: int = 0
    failures: list[Case] = field(default_factory=list)

    def add(self, case: Case) -> None:
        self.cases += 1
        self.with_value += case.expects_value
        if case.passed:
            self.passed += 1
            self.with_value_passed += case.expects_value
        else:
            self.failures.append(case)


def run(checkout: Path) -> dict[str, dict[str, Counts]]:
    """Run all tests of a checkout: {level: {folder: counts}}."""
    counts: dict[str, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counts))
    for folder in sorted((checkout / "TestCases").glob("compliance-level-*/*")):
        for case in cases_of(folder):
            counts[case.level][case.folder].add(case)
    return counts


def total(folders: dict[str, Counts]) -> Counts:
    """The counts of all folders together."""
    together = Counts()
    for counts in folders.values():
        for case_count in ("cases", "passed", "with_value", "with_value_passed"):
            setattr(together, case_count, getattr(together, case_count) + getattr(counts, case_count))
        together.failures += counts.failures
    return together


def cases_of(folder: Path) -> Iterator[Case]:
    """Run the tests of one folder, which holds models (*.dmn) and tests (*.xml)."""
    level = folder.parent.name.removeprefix("compliance-")
    models = {path.name: path for path in sorted(folder.glob("*.dmn"))}
    imports = _imports(models)
    for path in sorted(folder.glob("*.xml")):
        tests = etree.parse(str(path)).getroot()
        model_name = _text(tests, "modelName")
        try:
            model = dmn.load(models[model_name].read_bytes(), imports)
            refused = None
        except (dmn.DmnRefused, KeyError) as error:
            model, refused = None, f"{type(error).__name__}: {error}"
        for test in _children(tests, "testCase"):
            for node in _children(test, "resultNode"):
                case = _case(level, folder.name, test, node)
                if model is None:
                    case.problem = refused
                else:
                    _evaluate(case, model, test, node)
                yield case


def _imports(models: dict[str, Path]) -> dict[str, bytes]:
    known = {}
    for path in models.values():
        data = path.read_bytes()
        known[etree.fromstring(data).get("namespace") or path.name] = data
    return known


def _case(level: str, folder: str, test: etree._Element, node: etree._Element) -> Case:
    expected = _child(node, "expected")
    is_error = node.get("errorResult") == "true" or expected is None
    name = f"{test.get('id')} {node.get('name')}"
    return Case(level, folder, name, None if is_error else value_of(expected))


def _evaluate(case: Case, model: dmn.Model, test: etree._Element, node: etree._Element) -> None:
    context: dict[str, Any] = {}
    for given in _children(test, "inputNode"):
        context[given.get("name")] = value_of(given)
    try:
        if test.get("type") == "decisionService":
            result = model.evaluate_service(test.get("invocableName"), context)
            case.found = result.value
            if isinstance(case.found, dict) and node.get("name") in case.found:
                case.found = case.found[node.get("name")]
        elif test.get("type") == "bkm":
            result = model.evaluate_function(test.get("invocableName"), context)
            case.found = result.value
        else:
            result = model.evaluate(node.get("name"), context)
            case.found = result.value
        case.problem = None
        case.notes = result.diagnostics
    except (feel.FeelError, KeyError) as error:
        case.problem = f"{type(error).__name__}: {error}"


def value_of(holder: etree._Element) -> Any:
    """The FEEL value of a valueType element: <value>, <component>s or <list>."""
    components = list(_children(holder, "component"))
    if components:
        return {component.get("name"): value_of(component) for component in components}
    items = _child(holder, "list")
    if items is not None:
        nil = items.get(_XSI + "nil") == "true"
        return None if nil else [value_of(item) for item in _children(items, "item")]
    value = _child(holder, "value")
    if value is None or value.get(_XSI + "nil") == "true":
        return None
    return _typed(value.text or "", (value.get(_XSI + "type") or "string").rpartition(":")[2])


def _typed(text: str, kind: str) -> Any:
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in ("decimal", "double", "integer", "int", "long", "float"):
        return Decimal(text.strip())
    readers = {
        "date": iso.read_date,
        "time": iso.read_time,
        "dateTime": iso.read_date_time,
        "duration": iso.read_duration,
        "dayTimeDuration": iso.read_duration,
        "yearMonthDuration": iso.read_duration,
    }
    if kind in readers:
        try:
            return readers[kind](text.strip())
        except Problem as problem:
            return f"unreadable {kind} {text}: {problem.message}"
    return text


def same(expected: Any, found: Any) -> bool:
    """Are the two the same value, numbers within the kit's tolerance?"""
    if isinstance(expected, Decimal) and isinstance(found, Decimal):
        return abs(expected - found) <= _TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(same(expected[key], found[key]) for key in expected)
    return type(expected) is type(found) and expected == found


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str) and etree.QName(child).localname == name]


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _text(element: etree._Element, name: str) -> str:
    found = _child(element, name)
    return "" if found is None else (found.text or "").strip()


def report(counts: dict[str, dict[str, Counts]], with_failures: bool) -> Iterator[str]:
    """The counts as lines of text, by level and folder."""
    for level, folders in sorted(counts.items()):
        for folder, one in sorted(folders.items()):
            if one.passed < one.cases or with_failures:
                yield _line(f"  {folder}", one)
            if with_failures:
                for case in one.failures:
                    reason = case.problem or f"expected {case.expected!r}, found {case.found!r}"
                    notes = "; ".join(note.message for note in case.notes[:2])
                    yield f"      {case.name}: {reason}" + (f" ({notes})" if notes else "")
        yield _line(level, total(folders))


def _line(what: str, counts: Counts) -> str:
    return (
        f"{what}: {counts.passed} of {counts.cases} cases pass, "
        f"{counts.with_value_passed} of {counts.with_value} that expect a value"
    )


def main(arguments: list[str]) -> int:
    """Print the report for a checkout; exit code 1 where it is absent."""
    paths = [argument for argument in arguments if not argument.startswith("--")]
    checkout = Path(paths[0]) if paths else DEFAULT_CHECKOUT
    if not (checkout / "TestCases").is_dir():
        print(f"Expected a checkout of the DMN TCK at {checkout}, but there is none.", file=sys.stderr)
        return 1
    for line in report(run(checkout), "--failures" in arguments):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
