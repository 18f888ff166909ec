"""What the gate has to say about a model: one finding a fault, each with the place, the sentence and the remedy.

Every rule has a word for an id, one severity and one sentence in `RULES`; a finding can carry no other rule, so the
documentation that is made from this table cannot lie. An *error* stops a deployment, a *warning* is for the designer
to weigh, an *info* is only told.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from engine.rules import RULES

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one file: where it is, which rule it breaks, what is wrong and what to do about it.

    path: the way to the fault on the diagram, for the studio to draw: ids of flow nodes and flows in the order in which
    tokens move, a node, then the flows it puts tokens on; () where the place says all.
    """

    file: str
    line: int | None
    element_id: str | None
    element_name: str | None
    rule: str
    severity: str
    sentence: str
    remedy: str
    path: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The finding as plain values, for `--json` and the studio."""
        return asdict(self)

    @property
    def place(self) -> tuple[str, int, str, str, str]:
        """What findings are sorted by: file, line, then a fixed order, so that two runs print the same."""
        return self.file, self.line or 0, self.element_id or "", self.rule, self.sentence


class Report:
    """Collects the findings of one file; looks up the severity, so that a rule is equally severe everywhere."""

    def __init__(self, file: str):
        self.file = file
        self.findings: list[Finding] = []

    def add(
        self,
        rule: str,
        sentence: str,
        remedy: str,
        *,
        line: int | None = None,
        element_id: str | None = None,
        element_name: str | None = None,
        path: tuple[str, ...] = (),
    ) -> None:
        """Note one fault. An unknown rule is a KeyError: rules are declared in `engine/rules.py` first."""
        finding = Finding(
            self.file, line, element_id, element_name, rule, RULES[rule].severity, sentence, remedy, path
        )
        self.findings.append(finding)


def stops_deployment(findings: list[Finding]) -> bool:
    """True when at least one finding is an error."""
    return any(finding.severity == ERROR for finding in findings)
