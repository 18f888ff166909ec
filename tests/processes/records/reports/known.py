"""A small company whose orders are known by heart: what the reports say of them is counted by hand.

    R-1 repair, 2 to 4 November, promised for the 5th              success, in time      100 revenue, 30 parts, 20 labour
    R-2 repair, 2 to 12 November, promised for the 5th, changed    success, late         200 revenue, 50 parts
    R-3 repair, 10 to 11 November                                  declined               10 revenue
    R-4 repair, 10 November, cancelled on the 12th                 cancelled
    R-5 repair of the device of R-2 under warranty, 15 November    in work, late
    W-0 window, 20 to 25 October                                   success (before the time)
    W-1 window, urgent, 3 to 4 November                            success, in time      300 revenue, 100 third party
    W-2 window, urgent, since 20 November, 3 hours of work         in work

Three customers have answered: 5, 4, 2.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from engine import roles
from engine.tables import Deployment, ProcessDefinition, ProcessInstance
from processes.records import customers, devices, journal, order_costs, orders, surveys
from processes.records.journal import RECEIVABLES, REVENUE, Line
from processes.records.ledger import Posting
from processes.records.order_lines import OrderLine
from processes.records.orders import CustomerOrder
from processes.records.quotes import QuoteVersion
from processes.records.work_orders import WorkOrder

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
REPAIR, WINDOW = "Repair", "Window"


def build(session: Session) -> None:
    """Put the company into an empty database."""
    for login in ("anna", "boris"):
        roles.add_person(session, login, login.title(), ["Master"])
    types = {"R": _definition(session, REPAIR), "W": _definition(session, WINDOW)}
    customer = customers.add(session, "I. P.", phone="+373 22 000 001", now=NOW)
    for order_no, start, promised, urgent, kind in (
        ("W-0", _on(10, 20), _on(10, 30), False, "paid"),
        ("R-1", _on(11, 2), _on(11, 5), False, "paid"),
        ("R-2", _on(11, 2), _on(11, 5), False, "paid"),
        ("W-1", _on(11, 3), _on(11, 5), True, "paid"),
        ("R-3", _on(11, 10), _on(11, 15), False, "paid"),
        ("R-4", _on(11, 10), _on(11, 15), False, "paid"),
        ("R-5", _on(11, 15), _on(11, 20), False, "warranty"),
        ("W-2", _on(11, 20), _on(11, 25), True, "paid"),
    ):
        _open(session, types[order_no[0]], order_no, customer.key, start, promised, urgent, kind)
    orders.get(session, "R-4").cancel("Too expensive", _on(11, 12))
    _quote(session, "R-3", 1, "declined")
    _quote(session, "R-2", 1, "approved")
    _quote(session, "R-2", 2, "approved")
    for order_no, kind, revenue, cost in (
        ("R-1", "parts", 100_00, 30_00),
        ("R-1", "labour", 0, 20_00),
        ("R-2", "parts", 200_00, 50_00),
        ("R-3", "parts", 10_00, 0),
        ("W-1", "third_party", 300_00, 100_00),
    ):
        posting = _posting(session, order_no, f"{order_no} {kind}")
        order_costs.book(session, posting, kind, f"test:{order_no} {kind}", {"client": cost})
        journal.post(session, posting, f"{order_no} {kind}", [Line(RECEIVABLES, REVENUE, revenue)])
    for order_no, at, outcome in (
        ("W-0", _on(10, 25), "repaired"),
        ("R-1", _on(11, 4), "repaired"),
        ("R-2", _on(11, 12), "repaired"),
        ("W-1", _on(11, 4), "repaired"),
        ("R-3", _on(11, 11), "without_repair"),
    ):
        _complete(session, order_no, at, outcome)
    for order_no, score in (("R-1", 5), ("R-2", 4), ("W-1", 2)):
        surveys.store(session, _posting(session, order_no, f"{order_no} survey"), score)
    _work(session, "W-2", norm_milli=1500, quantity_milli=2000)
    session.flush()


def _on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 8, 0, tzinfo=UTC)


def _definition(session: Session, name: str) -> ProcessDefinition:
    deployment = Deployment(deployed_at=NOW, deployed_by="orderlane")
    session.add(deployment)
    session.flush()
    row = ProcessDefinition(
        process_id=name.lower(),
        version=1,
        name=name,
        deployment_key=deployment.key,
        resource_name=f"{name}.bpmn",
        xml=b"",
        digest=name,
    )
    session.add(row)
    session.flush()
    return row


def _open(
    session: Session,
    definition: ProcessDefinition,
    order_no: str,
    customer_key: int,
    start: datetime,
    promised: datetime,
    urgent: bool,
    kind: str,
) -> None:
    row = ProcessInstance(
        process_definition_key=definition.key,
        process_id=definition.process_id,
        business_key=order_no,
        state="active",
        version=1,
        tokens=b"",
        started_at=start,
        started_by="anna",
    )
    session.add(row)
    session.flush()
    is_repair = definition.name == REPAIR
    device_key = _device(session, customer_key, order_no) if is_repair else None
    session.add(
        CustomerOrder(
            order_no=order_no,
            process_instance_key=row.key,
            order_type=definition.process_id,
            customer_key=customer_key,
            device_key=device_key,
            repair_kind=kind,
            place="point" if is_repair else "on_site",
            address=None if is_repair else "12 Example Street",
            urgent=urgent,
            urgent_since=start if urgent else None,
            channel="phone",
            complaint="It does not work",
            promised_date=promised.date(),
            target_at=promised,
            limit_at=promised + timedelta(days=1),
            created_at=start,
            created_by="anna",
        )
    )
    session.flush()


def _device(session: Session, customer_key: int, order_no: str) -> int:
    # The repair under warranty is of the device of R-2.
    serial_no = "R-2" if order_no == "R-5" else order_no
    return devices.register(
        session, customer_key, item_type="Dishwasher", brand="Nordwind", model="S 45", serial_no=serial_no
    ).key


def _complete(session: Session, order_no: str, at: datetime, outcome: str) -> None:
    session.add(
        WorkOrder(
            order_no=order_no,
            process_instance_key=orders.get(session, order_no).process_instance_key,
            number=f"WO-{order_no}",
            version=1,
            state="completed",
            outcome=outcome,
            opened_at=at,
            opened_by="anna",
            completed_at=at,
            completed_by="anna",
            completion_key=f"{order_no} completed",
        )
    )
    session.flush()


def _quote(session: Session, order_no: str, version: int, state: str) -> None:
    session.add(
        QuoteVersion(
            order_no=order_no,
            process_instance_key=orders.get(session, order_no).process_instance_key,
            effect_key=f"{order_no} quote {version}",
            version=version,
            lines=[],
            total_cents=100_00,
            state=state,
            frozen_at=NOW,
            frozen_by="anna",
            sent_at=NOW,
            expires_at=NOW,
            decided_at=NOW,
            decided_by="customer",
            answered_through="link",
            reason="Too expensive" if state == "declined" else None,
        )
    )
    session.flush()


def _posting(session: Session, order_no: str, effect: str) -> Posting:
    key = orders.get(session, order_no).process_instance_key
    return Posting(key, order_no, effect, NOW - timedelta(days=1), "anna")


def _work(session: Session, order_no: str, norm_milli: int, quantity_milli: int) -> None:
    session.add(
        OrderLine(
            order_no=order_no,
            kind="work",
            sku="X",
            description="Fit the window",
            quantity_milli=quantity_milli,
            unit="h",
            price_cents=100_00,
            list_price_cents=100_00,
            norm_milli=norm_milli,
            payer="client",
            used_milli=0,
            state="planned",
        )
    )
    session.flush()
