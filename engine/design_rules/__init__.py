"""Design rules: a model that can be executed is also one that people can work with.

They ask what the dialect cannot know: is there a role, a form, an operation, a called process; does every path end and
every loop wait. One page a subject, one function a rule.
"""

from __future__ import annotations

from engine.design_rules import calls, paths, people, reading, work
from engine.design_rules.company import Company
from engine.dialect.model import Model
from engine.dialect.report import DialectReport
from engine.findings import Finding

__all__ = ["Company", "check"]

_CHECKS = (people, work, calls, paths, reading)


def check(model: Model, file: str, company: Company) -> list[Finding]:
    """All findings of the design rules for one BPMN file, seen together with what the company has."""
    report = DialectReport(file, model)
    for part in _CHECKS:
        part.check(report, model, company)
    return report.findings
