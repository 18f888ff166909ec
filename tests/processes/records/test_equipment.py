"""Equipment: a history that grows, and stops growing when the machine is written off."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import equipment
from tests.processes.company import NOW, order, posting


def test_a_repair_enters_the_history_once(company: Session) -> None:
    row = order(company)
    press = equipment.get(company, "EQ-001")

    first = press.record_repair("leaks", "new seal", 50_00, posting(row))
    again = press.record_repair("leaks", "new seal", 50_00, posting(row))

    assert again is first
    assert [event.work for event in equipment.history(company, "EQ-001")] == ["new seal"]


def test_a_written_off_machine_refuses_and_offers_those_in_use(company: Session) -> None:
    press = equipment.get(company, "EQ-001")
    press.write_off(NOW)

    with pytest.raises(errors.BusinessError) as refused:
        press.record_repair("leaks", "new seal", 0, posting(order(company)))

    assert refused.value.code == "EQUIPMENT_WRITTEN_OFF"
    offered = [choice["value"] for choice in refused.value.variables["offered_equipment"]]
    assert "EQ-001" not in offered and "EQ-002" in offered


def test_writing_off_twice_keeps_the_first_date(company: Session) -> None:
    press = equipment.get(company, "EQ-001")
    press.write_off(NOW)

    press.write_off(NOW.replace(year=2030))

    assert press.written_off_at == NOW


def test_reversing_an_order_takes_its_repairs_back_once(company: Session) -> None:
    row = order(company)
    equipment.get(company, "EQ-001").record_repair("leaks", "new seal", 50_00, posting(row, "a"))

    equipment.reverse_order(company, posting(row, "b"))
    again = equipment.reverse_order(company, posting(row, "c"))

    assert again == []
    costs = [event.cost_cents for event in equipment.entries(company, row.business_key)]
    assert costs == [50_00, -50_00]


def test_a_repair_without_cost_can_be_reversed_too(company: Session) -> None:
    row = order(company)
    equipment.get(company, "EQ-001").record_repair("dirty", "cleaned", 0, posting(row, "a"))

    equipment.reverse_order(company, posting(row, "b"))

    assert [event.reverses is None for event in equipment.entries(company, "IR-0001")] == [True, False]
