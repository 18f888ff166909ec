"""A purchase as its people live it: planned, ordered, confirmed, received, paid for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.stories.company import Company, Order, day


@dataclass
class Purchase:
    """A purchase order of the company."""

    company: Company
    order: Order

    @classmethod
    def begun(cls, company: Company, purpose: str) -> Purchase:
        """The buyer starts one by hand."""
        buyer = company["buyer"].client
        assert buyer.get("/orders/new/purchase_receipt").status == 200
        begun = buyer.post(
            "/orders/new/purchase_receipt", {"submission": f'{{"purpose": "{purpose}"}}'}, as_program=True
        )
        assert begun.status == 200, begun.text
        return cls(company, company.order_with(purpose))

    def does(self, login: str, step: str, answers: dict[str, Any]) -> None:
        """Somebody completes a step of it."""
        answer = self.company[login].completes(self.order, step, answers)
        assert answer.status == 200, answer.text

    def is_ordered(self, lines: list[dict[str, Any]]) -> None:
        """Planned, ordered, confirmed by telephone; there is room for it."""
        plan = {"purchase_choice": "buy", "planned_supplier": "PARTS1", "expected_on": day(4)}
        self.does("buyer", "Plan the purchase", {**plan, "purchase_lines": lines})
        said = {"supplier_answer": "confirmed", "confirmed_on": day(3)}
        self.does("buyer", "Note what the supplier says", said)
        ready = {"place_is_free": True, "tools_are_ready": True, "people_are_told": True}
        self.does("storekeeper", "Prepare to receive the goods", {"receiving_place": "Ramp", **ready})

    def arrives(self, delivery_note: str, lines: list[dict[str, Any]]) -> None:
        """The storekeeper accepts a delivery against its note."""
        self.does("storekeeper", "Accept the delivery", {"delivery_note": delivery_note, "arrived": lines})
