"""Every expression compiles before anything is deployed; expressions of other engines are refused by their looks."""

from __future__ import annotations

import re

from lxml import etree

from engine import feel
from engine.dialect.report import DialectReport, called, owner_of, sentence_case

_FOREIGN = re.compile(r"[$#]\{")


def check(report: DialectReport, element: etree._Element, what: str, text: str) -> None:
    """Check an expression that must be FEEL: it starts with = and compiles.

    what: how the place is called in a sentence ("the condition", "zeebe:input source").
    """
    text = text.strip()
    if is_foreign(report, element, what, text):
        return
    if not text.startswith("="):
        report.at(
            element,
            "expression_missing",
            f'{sentence_case(what)} of {_owner(element)} must be a FEEL expression, but is "{_short(text)}".',
            "Write = and then the expression, for instance =amount > 100.",
        )
        return
    compiles(report, element, what, text)


def check_value(report: DialectReport, element: etree._Element, what: str, text: str) -> None:
    """Check a value that is plain text or, with = before it, FEEL."""
    if is_expression(text):
        compiles(report, element, what, text)
    else:
        is_foreign(report, element, what, text)


def is_expression(text: str | None) -> bool:
    """True for what is computed: it starts with =."""
    return text is not None and text.lstrip().startswith("=")


def is_foreign(report: DialectReport, element: etree._Element, what: str, text: str) -> bool:
    """True, with a finding, for ${...} and #{...}: the expressions of other engines."""
    if not _FOREIGN.search(text) or is_expression(text):
        return False
    report.at(
        element,
        "foreign_expression",
        f'{sentence_case(what)} of {_owner(element)} is "{_short(text)}", an expression of another engine.',
        "Write it in FEEL: = and then the expression, without ${ } or #{ }.",
    )
    return True


def compiles(report: DialectReport, element: etree._Element, what: str, text: str) -> bool:
    """True when the FEEL text behind the = compiles; else there is a finding with FEEL's own message."""
    body = text.strip().removeprefix("=")
    if not body.strip():
        report.at(
            element,
            "expression_refused",
            f"{sentence_case(what)} of {_owner(element)} is empty behind the =.",
            "Write the expression behind the =, or take the = away.",
        )
        return False
    try:
        feel.compile(body)
    except feel.FeelError as refused:
        report.at(
            element,
            "expression_refused",
            f'{sentence_case(what)} of {_owner(element)} is not a FEEL expression: "{_short(body.strip())}". '
            f"{_with_position(refused)}",
            "Correct the expression. FEEL compares with = and joins with and, or.",
        )
        return False
    return True


def _with_position(refused: feel.FeelError) -> str:
    """FEEL's own sentence, which mostly tells the position already."""
    if refused.position is None or "at character" in refused.message:
        return refused.message
    return f"{refused.message.rstrip('.')} (at character {refused.position + 1})."


def _owner(element: etree._Element) -> str:
    owner = owner_of(element)
    return called(owner if owner is not None else element)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 100 else text[:97] + "..."
