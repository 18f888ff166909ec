"""Checks one attribute value against its kind in the table of extensions."""

from __future__ import annotations

import re

from lxml import etree

from engine.dialect import expressions, extensions
from engine.dialect.model import local
from engine.dialect.report import DialectReport, called, owner_of, sentence_case
from engine.spiff import schedules

_KEYWORDS = frozenset(
    "null true false function if then else for in return some every satisfies and or between instance of not".split()
)
_NAME = re.compile(r"[^\W\d]\w*")
_FORMS = {
    extensions.BOOLEAN: (re.compile("true|false"), "true or false"),
    extensions.BINDING: (re.compile("latest|deployment|versionTag"), "latest, deployment or versionTag"),
    extensions.COUNT: (re.compile(r"[1-9]\d{0,5}", re.ASCII), "a whole number from 1"),
    extensions.JOB_PRIORITY: (re.compile(r"-?\d{1,10}", re.ASCII), "a whole number"),
    extensions.EXECUTION_EVENT: (re.compile("start|end|beforeAll"), "start, end or beforeAll"),
    extensions.TASK_EVENT: (
        re.compile("creat(e|ing)|assign(ment|ing)|updat(e|ing)|complet(e|ing)|cancel(ing)?"),
        "creating, assigning, updating, completing or canceling",
    ),
    extensions.PRIORITY: (re.compile(r"100|\d{1,2}", re.ASCII), "a whole number from 0 to 100"),
}
_LONGEST_TIMER = 200
_COMPUTED = frozenset(
    {
        extensions.COUNT,
        extensions.PRIORITY,
        extensions.JOB_PRIORITY,
        extensions.MOMENT,
        extensions.DURATION,
    }
)


def check(report: DialectReport, element: etree._Element, attribute: str, kind: str, text: str) -> None:
    """Note a finding when the value of an attribute of a zeebe extension is not of its kind."""
    what = f"the {attribute} in zeebe:{local(element)}"
    if kind == extensions.EXPRESSION:
        expressions.check(report, element, what, text)
    elif kind == extensions.VALUE:
        expressions.check_value(report, element, what, text)
    elif kind in _COMPUTED and expressions.is_expression(text):
        expressions.compiles(report, element, what, text)
    elif kind in (extensions.VARIABLE, extensions.PATH):
        _check_name(report, element, what, kind, text)
    elif fault := _fault(kind, text.strip()):
        _refuse(report, element, what, kind, fault)


def is_variable(text: str) -> bool:
    """True for a name that FEEL can read without backticks."""
    return bool(_NAME.fullmatch(text)) and text not in _KEYWORDS


def _fault(kind: str, text: str) -> str | None:
    """What was expected and what was found instead: a sentence; None where the value fits."""
    if kind == extensions.MOMENT:
        return timer_fault("date", text)
    if kind == extensions.DURATION:
        return timer_fault("duration", text)
    pattern, expected = _FORMS.get(kind, (None, ""))
    if pattern is None or pattern.fullmatch(text):
        return None
    return f'Expected {expected}, but found "{text[:80]}".'


def timer_fault(kind: str, text: str) -> str | None:
    """Why this text is no date, duration or cycle: a sentence; None if it is one."""
    if len(text) > _LONGEST_TIMER:
        return f"Expected at most {_LONGEST_TIMER} signs, but found {len(text)}."
    try:
        schedules.read(kind, text)
    except schedules.NotASchedule as refused:
        return str(refused)
    except (ValueError, OverflowError):
        return f'Expected a {kind} within the reach of the calendar, but found "{text[:80]}".'
    return None


def _check_name(report: DialectReport, element: etree._Element, what: str, kind: str, text: str) -> None:
    parts = text.split(".") if kind == extensions.PATH else [text]
    if all(is_variable(part) for part in parts):
        return
    owner = owner_of(element)
    report.at(
        element,
        "name_refused",
        f"{sentence_case(what)} of {called(owner if owner is not None else element)} must be the name of a variable, "
        f'but is "{text}".',
        "Use letters, digits and _, beginning with a letter; no word of FEEL such as if, for or in.",
    )


def _refuse(report: DialectReport, element: etree._Element, what: str, kind: str, fault: str) -> None:
    owner = owner_of(element)
    report.at(
        element,
        "value_refused",
        f"{sentence_case(what)} of {called(owner if owner is not None else element)} cannot be read. {fault}",
        "Correct the value, or compute it: = and a FEEL expression."
        if kind in _COMPUTED
        else "Correct the value.",
    )
