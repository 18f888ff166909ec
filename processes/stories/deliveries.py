"""What stories find of deliveries and installations, and what happens to goods and installers beside the process."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.records import (
    audit,
    deliveries,
    installations,
    orders,
    product_groups,
    products,
    quantities,
    stock_ledger,
    work_orders,
)
from processes.records.devices import Device


def delivery(session: Session, order_no: str) -> dict[str, Any] | None:
    """What a sale with delivery agreed: group, policy_told_by, handed_over, cancelled; null when there is none."""
    row = deliveries.find(session, order_no)
    if row is None:
        return None
    return {
        "group": row.group_id,
        "policy_told_by": row.policy_told_by,
        "handed_over": row.handed_over_at is not None,
        "cancelled": orders.get(session, order_no).cancelled_at is not None,
    }


def deliveries_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The ways to the customer, oldest first: result, late, intact, by, signature, damage."""
    return [
        {
            "result": row.result,
            "late": row.is_late,
            "intact": row.intact,
            "by": row.by,
            "signature": row.signature,
            "damage": row.damage,
        }
        for row in deliveries.attempts(session, order_no)
    ]


def remedies_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What was agreed about damage: remedy, percent, agreement."""
    return [
        {"remedy": row.remedy, "percent": row.percent, "agreement": row.agreement}
        for row in deliveries.remedies(session, order_no)
    ]


def installations_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The visits of installers, oldest first: result, installer, certified (whether a certificate stands behind it), late."""
    return [
        {
            "result": row.result,
            "installer": row.installer,
            "certified": row.qualification_key is not None,
            "late": row.is_late,
            "situation": row.situation,
        }
        for row in installations.visits(session, order_no)
    ]


def acceptance_of(session: Session, order_no: str) -> dict[str, Any] | None:
    """Who signed for an order and how content they were: signature, rating; null before it."""
    row = installations.accepted(session, order_no)
    return None if row is None else {"signature": row.signature, "rating": row.rating}


def goods_at(session: Session, order_no: str) -> list[dict[str, Any]]:
    """Where the goods of an order are now: sku, serial_no, place (stock, wip, customer, quarantine)."""
    found = []
    for kind in stock_ledger.PLACE_KINDS:
        found += [
            {"sku": each.lot.sku, "serial_no": each.lot.lot_no, "place": kind}
            for each in stock_ledger.held_by_order(session, order_no, kind)
        ]
    return found


def goods_in_store(session: Session, _order_no: str) -> dict[str, Any]:
    """How much of each product that is sold lies in the store: {number: quantity}."""
    skus = session.scalars(
        select(product_groups.GroupedProduct.sku).order_by(product_groups.GroupedProduct.sku)
    )
    return {
        sku: quantities.plain(
            sum(balance.quantity_milli for balance, _lot in stock_ledger.in_store(session, sku))
        )
        for sku in skus
    }


def appliances_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The cards of the devices that an order has brought: name, warranty_until."""
    work_order = work_orders.find(session, order_no)
    found = session.scalars(
        select(Device)
        .where(Device.sale_document == (work_order.number if work_order else ""))
        .order_by(Device.search_text)
    )
    return [{"name": each.name, "warranty_until": each.warranty_until.isoformat()} for each in found]


def goods_are_offered(session: Session, now: datetime, sku: str, name: str, group: str) -> None:
    """A product is sold with delivery from now on; no price list has a price for it yet."""
    audit.acting(session, "seller", now)
    products.add(session, sku, {"en": name}, kind="part")
    product_groups.put(session, sku, group, brand="Aurora", model=name)


FINDERS = (
    delivery,
    deliveries_of,
    remedies_of,
    installations_of,
    acceptance_of,
    goods_at,
    goods_in_store,
    appliances_of,
)
CHANGES = (goods_are_offered,)
