"""What colleagues fill in, for each kind of help."""

from __future__ import annotations

from tests.stories.company import Company, Order, day

SCREEN = {
    "item": "computer_repair",
    "device": "PC 14",
    "problem": "No picture since this morning",
    "cost_centre": "SALES",
    "estimated_cost": 300,
}
VACANCY = {
    "item": "staff_selection",
    "vacancy": "Storekeeper",
    "profile": "Forklift licence",
    "cost_centre": "ADMIN",
    "estimated_cost": 0,
}
LATHE = {
    "item": "equipment_repair",
    "equipment": "EQ-002",
    "fault": "Шум в коробке подач",
    "line_stopped": False,
    "cost_centre": "HALL1",
    "estimated_cost": 900,
}
LETTER = {
    "item": "correspondence",
    "addressee": "Customs office",
    "document": "Declaration",
    "post_method": "registered",
    "cost_centre": "SALES",
}
DONE = {"work_notes": "New cable", "hours": 2, "material_cost": 120.5}


def marketing(item: str) -> dict[str, object]:
    """One of the five marketing services."""
    return {"item": item, "quantity": 3, "cost_centre": "ADMIN"}


def promise(worker: str) -> dict[str, object]:
    """Who does it and by when."""
    return {"worker": worker, "promised_date": day(2)}


def lathe_is_repaired(company: Company, subject: str) -> Order:
    """The workshop's lathe was repaired by the electrician; the workshop has yet to confirm."""
    order = company["workshop"].asks("maintenance", subject, LATHE)
    assert company["fitter"].completes(order, "Take the request", promise("electrician")).status == 200
    work = {"work_notes": "Bearing replaced", "hours": 3, "material_cost": 800}
    assert company["electrician"].completes(order, "Do the work", work).status == 200
    return order
