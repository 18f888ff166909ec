"""F03, F04 and F05 by the people of the demo company and their customers, over HTTP and real mail (T1, T5, T7)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from engine import database
from processes.records.devices import Device
from processes.records.orders import CustomerOrder
from processes.stories import money, portal, repair, scheduling, service_orders, stock, work
from tests.stories import services
from tests.stories.company import Company


def _read(shop: Company, finder, *arguments):
    with database.reading(shop.engine) as session:
        return finder(session, *arguments)


def test_a_simple_order_with_a_prepayment(shop: Company):
    """T7: the act settles the advance, the waybill issues the goods, nothing is owed in the end."""
    order = services.started(
        shop,
        "service_order_simple",
        "T7: a clean drain and a board",
        "t7@customer.example",
        customer_name="T. Z.",
        customer_phone="069 777 007",
        customer_email="t7@customer.example",
        customer_language="en",
        complaint="T7: a clean drain and a board",
    )
    number = order.order.number
    ordered = {
        "works": [{"work": "W-CLEAN"}],
        "goods": [{"part": "P-T3-BOARD", "quantity": 1}],
        "prepayment": "part",
        "prepayment_percent": 50,
        "signature": "T. Z.",
    }
    order.does("receiver", "Write the order", ordered)

    # Asked for, but neither a debt nor revenue.
    assert _read(shop, service_orders.payment_requests, number)[0]["amount"] == Decimal(310)
    assert _read(shop, money.journal, number) == []
    assert order.see("master") == {"master": []}, "Nothing is done before it is paid."
    services.pays(order, 310)
    assert [row["kind"] for row in _read(shop, money.receivables, number)] == ["advance"]

    order.does("master", "Do the work", {"hours": [{"employee": "master", "hours": 0.5}]})
    assert _read(shop, money.invoice, number) == []
    order.does("receiver", "Let the act be signed", {"works_done": ["W-CLEAN"], "act_signature": "T. Z."})
    assert [row["kind"] for row in _read(shop, money.receivables, number)].count("settled") == 2
    assert _read(shop, stock.parts_at_work, number) == 0
    order.is_handed_the_parts()
    order.does("storekeeper", "Hand the goods over", {"recipient": "T. Z.", "waybill_signature": "T. Z."})
    assert _read(shop, service_orders.waybill, number)["state"] == "posted"
    services.pays(order, 310)

    assert shop.state_of(order.order) == "completed"
    assert sum(row["amount"] for row in _read(shop, money.receivables, number)) == 0
    profit = _read(shop, service_orders.order_profit, number)
    assert profit["parts"] == Decimal(200)
    assert profit["profit"] == profit["revenue"] - profit["parts"] - profit["labour"]
    assert services.broken_promises(shop) == []


def test_a_warranty_repair_at_the_customers(shop: Company):
    """T5: no intake document, the client pays nothing, the warranty bears the cost, and the part restarts no warranty."""
    with database.reading(shop.engine) as session:
        device = session.scalars(select(Device).where(Device.serial_no == "DL5440-9XK2")).one()
        device_key, owner, name, until = (
            str(device.key),
            str(device.owner_key),
            device.name,
            device.warranty_until,
        )
    order = services.started(
        shop,
        "repair_on_site",
        f"{name}: T5: it wobbles",
        "g.w@customer.example",
        customer_key=owner,
        device_key=device_key,
        complaint="T5: it wobbles",
        address="12 Example Street, Centru",
        repair_kind="warranty",
    )
    number = order.order.number
    technician = services.confirms(order)
    order.does(technician, "Come to the customer", {"customer_is_there": "yes"})
    found = {
        "diagnosis": "repairable",
        "fault_code": "Wobbles",
        "cause": "Gasket worn",
        "works": [{"work": "W-CLEAN"}],
        "parts": [{"part": "P-GASKET", "quantity": 1}],
    }
    order.does(technician, "Find the fault", found)
    links = _read(shop, portal.links_of, number)
    assert "quote" not in {row["purpose"] for row in links}, "Nobody is asked about a price."
    done = {
        "operations_done": ["W-CLEAN"],
        "hours": [{"employee": technician, "hours": 1}],
        "parts_used": [{"part": "P-GASKET", "quantity": 1}],
        "safety_ok": True,
        "clean_up": True,
    }
    order.does(technician, "Do the repair", done)
    order.does(technician, "Let the customer sign", {"it_works": "yes", "signature": "G. W.", "rating": 5})

    assert _read(shop, repair.intake, number) is None
    assert _read(shop, money.invoice, number) == _read(shop, money.receivables, number) == []
    costs = _read(shop, work.order_costs, number)
    assert {row["kind"] for row in costs} == {"parts", "labour"}
    assert {row["payer"] for row in costs} == {"warranty"}
    [fitted] = _read(shop, work.part_warranties, number)
    assert str(fitted["ends_on"]) == until.isoformat()
    assert [row["status"] for row in _read(shop, scheduling.appointments_of, number)] == ["done"]
    assert services.broken_promises(shop) == []


def test_an_estimate_booked_on_the_web(shop: Company):
    """T1: assigned by itself, quote 1 changed, 2 agreed, a deposit, installed, done on the screen, one invoice sent."""
    order = services.booked(shop, "window_estimate", "T1: a window", "t1@customer.example")
    number = order.order.number
    representative = services.confirms(order)
    assert services.visits(order)[0].assigned_for
    order.does(representative, "Come to measure", {"customer_is_there": "yes"})
    window = {"width_cm": 120, "height_cm": 140, "window_type": "tilts", "count": 1}
    order.does(representative, "Measure", {"measurements": [window]})
    quoted = {
        "works": [{"work": "W-WINDOW"}],
        "parts": [{"part": "P-WINDOW", "quantity": 1}, {"part": "P-FOAM", "quantity": 2}],
        "install_hours": 2,
        "crew_size": 1,
    }
    order.does(representative, "Prepare the quote", quoted)
    assert order.answers("quote", decision="change", reason="Less foam").status == 303
    order.does(
        representative,
        "Prepare the quote",
        {**quoted, "parts": [{"part": "P-WINDOW", "quantity": 1}, {"part": "P-FOAM", "quantity": 1}]},
    )
    order.agrees(2)
    services.pays(order, 927)
    installer = services.confirms(order, 2)
    order.does("storekeeper", "Pick the parts")
    order.does("storekeeper", "Hand the parts over", {"parts_receiver": installer, "parts_signature": True})
    order.does(installer, "Come to install", {"customer_is_there": "yes"})
    installed = {
        "operations_done": ["W-WINDOW"],
        "hours": [{"employee": installer, "hours": 2}],
        "parts_used": [{"part": "P-FOAM", "quantity": 1}, {"part": "P-WINDOW", "quantity": 1}],
        "install_notes": "Old one out, new one in",
        "safety_ok": True,
    }
    order.does(installer, "Install", installed)
    order.does(installer, "Report it done", {"is_done": "yes", "signature": "T. O."})

    # The office sees it at once: completed and invoiced in the same step, and the customer has the invoice.
    assert _read(shop, work.work_order, number)["state"] == "completed"
    assert len(order.links("invoice")) == 1
    services.pays(order, 3090 - 927)
    assert [row["total"] for row in _read(shop, money.invoice, number)] == [Decimal(3090)]
    assert sum(row["amount"] for row in _read(shop, money.receivables, number)) == 0
    assert [row["state"] for row in _read(shop, work.quotes, number)] == ["changed", "approved"]
    assert [row["status"] for row in _read(shop, scheduling.appointments_of, number)] == ["done", "done"]
    with database.reading(shop.engine) as session:
        same = select(CustomerOrder.order_no).where(CustomerOrder.complaint == "T1: a window")
        assert list(session.scalars(same)) == [number]
    assert services.broken_promises(shop) == []
