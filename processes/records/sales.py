"""Sales with delivery: which lines an order of goods has, what the customer agreed to pay, the cards of what they got."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import _l
from processes.records import (
    billing,
    customers,
    deliveries,
    devices,
    order_lines,
    order_plan,
    orders,
    product_groups,
    products,
    quantities,
    quotes,
    stock_ledger,
    warranties,
    work_orders,
)
from processes.records.devices import Device
from processes.records.ledger import Posting
from processes.records.order_lines import OrderLine

#: The fee for bringing goods to the customer.
DELIVERY_SKU = "DELIVERY"
#: What the customer has signed at the sale holds so long for what was agreed in it.
_HOLDS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale. group: of the goods that are to be installed, None when nothing is; client_cents: what the customer pays."""

    order: orders.CustomerOrder
    group: product_groups.ProductGroup | None
    client_cents: int
    names: str


def sell(
    session: Session,
    posting: Posting,
    *,
    customer_key: int,
    goods: Iterable[Mapping[str, Any]],
    address: str,
    agreement: str,
    policy_told: bool,
    install: bool = True,
    charge_delivery: bool = True,
    floor: str | None = None,
    access: str | None = None,
    wanted_on: date | None = None,
    repair_kind: str = orders.PAID,
    parent_order_no: str | None = None,
) -> Sold:
    """Open the order of `posting` with these goods, their delivery and installation, and the customer's word to the price.

    goods: [{product: sku, quantity}]. agreement: what shows that the customer has ordered it. Selling again for the order
    replaces what was planned. Raises BusinessError TWO_SKILLS, PRICE_MISSING; Refused without goods, or when the
    customer was not told the terms.
    """
    goods = [row for row in goods if row.get("product")]
    if not goods:
        raise errors.Refused(_l("Choose at least one product that is delivered."))
    groups = product_groups.to_install(session, [row["product"] for row in goods]) if install else []
    names = _names(session, goods, customer_key)
    order = orders.open_order(
        session,
        posting,
        order_type="delivery_install",
        customer_key=customer_key,
        device_key=None,
        repair_kind=repair_kind or orders.PAID,
        complaint=names,
        place=orders.ON_SITE,
        address=address,
        parent_order_no=parent_order_no,
        promised_date=wanted_on,
    )
    deliveries.agree(
        session,
        posting,
        policy_told=policy_told,
        group_id=groups[0].group_id if groups else None,
        floor=floor,
        access=access,
        wanted_on=wanted_on,
    )
    order_plan.plan(
        session,
        order,
        _works(session, goods) if install else [],
        [{"part": row["product"], "quantity": row.get("quantity") or 1} for row in goods],
        [{"fee": DELIVERY_SKU}] if charge_delivery else [],
        orders.day(session, posting.at),
    )
    agree(session, posting, agreement)
    return Sold(order, groups[0] if groups else None, client_cents(session, order.order_no), names)


def agree(session: Session, posting: Posting, agreement: str) -> None:
    """Write down that the customer has agreed to the planned lines in person, with what shows it."""
    lines = order_lines.planned(session, posting.order_no)
    quote = quotes.freeze(session, posting, lines, posting.at + _HOLDS)
    if quote.state == "sent":
        quotes.decide(
            session, posting, quote.version, "approved", answered_through="office", evidence=agreement
        )


def discount(
    session: Session, posting: Posting, skus: Collection[str], percent: int, agreement: str
) -> list[OrderLine]:
    """Take a share off the price of goods of the order of `posting` that came damaged, as agreed; returns their new lines."""
    new = []
    for line in order_lines.planned(session, posting.order_no):
        if line.kind == order_lines.PART and line.payer == order_lines.CLIENT and line.sku in skus:
            line.state = "dropped"
            session.flush()
            less = quantities.cost_cents(line.price_cents, percent * 10)
            row = OrderLine(
                order_no=line.order_no,
                kind=line.kind,
                sku=line.sku,
                description=line.description,
                quantity_milli=line.quantity_milli,
                unit=line.unit,
                price_cents=line.price_cents - less,
                list_price_cents=line.list_price_cents,
                payer=line.payer,
                used_milli=line.used_milli,
                state="planned",
            )
            session.add(row)
            session.flush()
            new.append(row)
    if new:
        agree(session, posting, agreement)
    return new


def add_works(session: Session, posting: Posting, skus: Iterable[str]) -> int:
    """Plan more works on the order of `posting`, beside what it has; returns what the customer would pay then, in cents.

    What the customer does not agree to is not done, and what is not done is not billed. Raises BusinessError PRICE_MISSING.
    """
    order = orders.get(session, posting.order_no, hold=True)
    lines = order_lines.planned(session, posting.order_no)
    has = {line.sku for line in lines if line.kind == order_lines.WORK}
    # A work is sold as a whole, so one that is planned twice is planned twice again.
    works = [
        {"work": line.sku}
        for line in lines
        if line.kind == order_lines.WORK
        for _piece in range(line.quantity_milli // 1000)
    ]
    works += [{"work": sku} for sku in dict.fromkeys(skus) if sku not in has]
    parts = [
        {"part": line.sku, "quantity": quantities.plain(line.quantity_milli)}
        for line in lines
        if line.kind == order_lines.PART
    ]
    fees = [{"fee": line.sku} for line in lines if line.kind == order_lines.FEE]
    order_plan.plan(session, order, works, parts, fees, orders.day(session, posting.at))
    return client_cents(session, posting.order_no)


def works_to_report(session: Session, order_no: str) -> list[str]:
    """The works of an order that may be billed: those that the customer has agreed to, or does not pay."""
    quote = quotes.in_force(session, order_no)
    agreed = {line["sku"] for line in quote.lines} if quote else set()
    return [
        line.sku
        for line in order_lines.planned(session, order_no)
        if line.kind == order_lines.WORK and (line.payer != order_lines.CLIENT or line.sku in agreed)
    ]


def client_cents(session: Session, order_no: str) -> int:
    """What the customer pays for an order as it is planned now."""
    return billing.client_planned_cents(order_lines.planned(session, order_no))


def goods_of(session: Session, order_no: str) -> list[dict[str, str]]:
    """The goods of an order as the options of a form."""
    return [
        {"value": line.sku, "label": line.description}
        for line in order_lines.planned(session, order_no)
        if line.kind == order_lines.PART
    ]


def register_appliances(session: Session, posting: Posting) -> list[Device]:
    """Make a card for each piece with a serial number that the order of `posting` has brought; its warranty begins today.

    Where it brought one piece, that is the device of the order from now on: a complaint or a repair finds it.
    """
    order = orders.get(session, posting.order_no, hold=True)
    language = customers.get(session, order.customer_key).language
    today = orders.day(session, posting.at)
    document = work_orders.get(session, posting.order_no).number
    cards = []
    for held in stock_ledger.held_by_order(session, posting.order_no, "customer"):
        known = product_groups.of(session, held.lot.sku)
        if known is None or products.get(session, held.lot.sku).tracking != "serial":
            continue
        product, group = known
        device = devices.register(
            session,
            order.customer_key,
            item_type=group.name_in(language),
            brand=product.brand,
            model=product.model,
            serial_no=held.lot.lot_no,
        )
        device.sold_with(document, warranties.months_after(today, product.warranty_months), today)
        cards.append(device)
    session.flush()
    if len(cards) == 1:
        order.device_key = cards[0].key
    session.flush()
    return cards


def _works(session: Session, goods: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The works that install goods, one for each piece."""
    works = []
    for row in goods:
        known = product_groups.of(session, row["product"])
        if known is not None and known[1].needs_installation and known[1].install_sku:
            works += [{"work": known[1].install_sku}] * int(row.get("quantity") or 1)
    return works


def _names(session: Session, goods: Iterable[Mapping[str, Any]], customer_key: int) -> str:
    language = customers.get(session, customer_key).language
    return ", ".join(products.get(session, row["product"]).name_in(language) for row in goods)
