"""What stories find of service orders: requests for prepayment, waybill, what the order has brought."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from processes.records import money, order_profits, orders, quantities, van_stock, waybills
from processes.records import payment_requests as requests


def customer_order(session: Session, order_no: str) -> dict[str, Any] | None:
    """The order of a customer: order_type, place, address, repair_kind, cancelled (true or false)."""
    row = orders.find(session, order_no)
    return row and {
        "order_type": row.order_type,
        "place": row.place,
        "address": row.address,
        "repair_kind": row.repair_kind,
        "cancelled": row.cancelled_at is not None,
    }


def payment_requests(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What was asked for in advance: number, amount, reason, reverses (true where it is asked for no more)."""
    return [
        {
            "number": row.number,
            "amount": money.units(row.amount_cents),
            "reason": row.reason,
            "reverses": row.reverses is not None,
        }
        for row in requests.entries(session, order_no)
    ]


def waybill(session: Session, order_no: str) -> dict[str, Any] | None:
    """The waybill of an order: state, number, recipient; null without one."""
    row = waybills.find(session, order_no)
    return row and {"state": row.state, "number": row.number, "recipient": row.recipient}


def order_profit(session: Session, order_no: str) -> dict[str, Any] | None:
    """What an order has brought: revenue, parts, labour, third_party, profit; null before it was reckoned."""
    row = order_profits.latest(session, order_no)
    return row and {
        name: money.units(getattr(row, f"{name}_cents"))
        for name in ("revenue", "parts", "labour", "third_party", "profit")
    }


def van_of(session: Session, login: str) -> list[dict[str, Any]]:
    """What lies in the van of a person: part, quantity."""
    found = van_stock.contents(session, login)
    return [{"part": sku, "quantity": quantities.plain(milli)} for sku, milli in sorted(found.items())]


FINDERS = (customer_order, payment_requests, waybill, order_profit, van_of)
CHANGES = ()
