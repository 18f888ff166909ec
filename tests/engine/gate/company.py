"""What the gate's tests take as given: one operation, two roles, a form, a decision and a process from before."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from engine import gate
from engine.findings import Finding
from engine.operations import Input, Operation

BROKEN_MODELS = Path(__file__).parents[2] / "broken_models"
MODELS = Path(__file__).parent / "models"
PUBLIC_MODELS = Path(__file__).parents[4] / "shared" / "bpmn-models"


def _book(session: Any, step: Any, cost_centre: str, amount: Any, note: str | None = None) -> dict[str, Any]:
    return {}


OPERATIONS = {
    "cost_centres.book": Operation(
        "cost_centres.book",
        _book,
        "Book the cost of an order to a cost centre, once.",
        {
            "cost_centre": Input("cost_centre", True, "str"),
            "amount": Input("amount", True, "Decimal"),
            "note": Input("note", False, "str | None"),
        },
        {"COST_CENTRE_CLOSED": "The cost centre takes no more bookings."},
    )
}


def check(resources: dict[str, bytes]) -> list[Finding]:
    """The findings for these files in the company of the tests."""
    return gate.check(
        resources,
        operations=OPERATIONS,
        roles={"technician", "clerk"},
        known_processes={"delivery"},
        known_forms={"inspection"},
        known_decisions={"routing"},
    )


def check_body(body: str, before: str = "") -> list[Finding]:
    """The findings for a process with this content; `before` stands in front of the process."""
    return check({"model.bpmn": model(body, before)})


def model(body: str, before: str = "") -> bytes:
    """A BPMN file with one executable process; its start events lie in the lane of the clerk."""
    starts = re.findall(r'<bpmn:startEvent id="(\w+)"', body)
    lane = "".join(f"<bpmn:flowNodeRef>{start}</bpmn:flowNodeRef>" for start in starts)
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="urn:orderlane:tests">\n'
        f"{before}\n"
        f'<bpmn:process id="repair" isExecutable="true">\n'
        f'<bpmn:laneSet id="lanes"><bpmn:lane id="desk" name="clerk">{lane}</bpmn:lane></bpmn:laneSet>'
        f"{body}\n</bpmn:process>\n</bpmn:definitions>"
    ).encode()
