"""The dialect: which BPMN and zeebe elements mean what here, and the check that nothing else gets past.

The table is in three pages: `table.py` (elements and events), `attributes.py` (BPMN attributes) and `extensions.py`
(zeebe). Whatever is not executed as the table says is refused by name, with element, line and remedy.
"""

from __future__ import annotations

from lxml import etree

from engine.dialect import (
    activities,
    ad_hoc,
    elements,
    event_places,
    events,
    flows,
    identity,
    listeners,
    loops,
    size,
    structure,
    undoing,
    zeebe,
)
from engine.dialect.model import BPMN, Model, is_bpmn, local, namespace, read
from engine.dialect.report import DialectReport
from engine.findings import Finding

__all__ = ["Model", "check", "check_model", "is_bounded", "is_bpmn_file", "read"]

_CHECKS = (
    identity,
    elements,
    zeebe,
    listeners,
    structure,
    flows,
    events,
    event_places,
    undoing,
    ad_hoc,
    activities,
    loops,
)


def check(root: etree._Element, file: str) -> list[Finding]:
    """All findings of the dialect for one BPMN file; [] says that the engine executes all of it."""
    return check_model(read(root), file)


def check_model(model: Model, file: str) -> list[Finding]:
    """The same for a file that is read already."""
    report = DialectReport(file, model)
    if not is_bpmn_file(model.root):
        report.add(
            "not_bpmn",
            f"Expected <definitions> of BPMN 2.0, but this file begins with <{local(model.root)[:80]}>{_whose(model.root)}.",
            f'Save it as BPMN 2.0 XML; its namespace is "{BPMN}".',
            line=model.root.sourceline,
        )
        return report.findings
    if size.check(report, model):
        for part in _CHECKS:
            part.check(report, model)
    return report.findings


def _whose(root: etree._Element) -> str:
    """Of what, where the name alone says nothing: drafts of BPMN 2.0 have other namespaces."""
    if local(root) != "definitions":
        return ""
    return f' of "{namespace(root)[:120]}"' if namespace(root) else " without a namespace"


def is_bounded(model: Model) -> bool:
    """True for a model that is small enough to be looked at; `check_model` has the finding for one that is not."""
    return size.check(DialectReport("", model), model)


def is_bpmn_file(root: etree._Element) -> bool:
    """True for the definitions of BPMN 2.0."""
    return is_bpmn(root) and local(root) == "definitions"
