"""Planning an order: which lines follow from a diagnosis, from who pays, from urgency, from a fee.

Lines are never re-priced: what changes its price or its payer is dropped and written anew. A price that the client has agreed
to stays, whatever the price list says later (I33).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import errors, settings
from engine.sentences import Sentence, _l, in_language
from processes.records import (
    billing,
    customers,
    order_lines,
    price_lists,
    products,
    quantities,
    quotes,
    work_orders,
)
from processes.records.order_lines import CLIENT, COMPANY, FEE, PART, PAYERS, SURCHARGE, WORK, OrderLine
from processes.records.orders import AT_OWN_COST, CONTRACT, MIXED, PAID, CustomerOrder
from processes.records.orders import WARRANTY as UNDER_WARRANTY

PRICE_MISSING = "PRICE_MISSING"
SURCHARGE_SETTING = "urgent_surcharge"
#: Percent of the labour that the client pays; `sku` names the line.
DEFAULT_SURCHARGE: Mapping[str, Any] = {"on": True, "percent": 50, "sku": "URGENT"}
FEE_SETTING = "diagnosis_fee"
DEFAULT_FEE: Mapping[str, Any] = {"on": True, "sku": "DIAGNOSIS"}
_PAYER_OF_KIND = {
    PAID: CLIENT,
    UNDER_WARRANTY: order_lines.WARRANTY,
    AT_OWN_COST: COMPANY,
    CONTRACT: order_lines.CONTRACT,
}
_WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line that an order shall have. list_price_cents: one unit by the price list."""

    kind: str
    sku: str
    payer: str
    description: str
    unit: str
    quantity_milli: int
    list_price_cents: int
    norm_milli: int = 0
    discount_percent: Decimal = Decimal(0)

    @property
    def price_cents(self) -> int:
        """What the client pays for one unit: the list price less the discount, to the cent."""
        less = self.list_price_cents * self.discount_percent / 100
        return self.list_price_cents - int(less.quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def name(self) -> tuple[str, str, str]:
        """What makes it the same line as another one."""
        return self.kind, self.sku, self.payer


def diagnose(
    session: Session,
    order: CustomerOrder,
    works: Iterable[Mapping[str, Any]],
    parts: Iterable[Mapping[str, Any]],
    on: date,
) -> None:
    """Let the order have the works and parts of a diagnosis, priced on a day, and the surcharge that follows.

    works: [{work: sku, hours, payer}], without hours the norm counts; parts: [{part: sku, quantity, payer}]. The payer counts on a
    mixed repair only; on the others the kind says who pays. Raises BusinessError PRICE_MISSING (with missing_prices).
    """
    works, parts = list(works), list(parts)
    prices = _prices(session, [*(row["work"] for row in works), *(row["part"] for row in parts)], on)
    language = customers.get(session, order.customer_key).language
    wanted = [_work(order, products.get(session, row["work"]), prices, row, language) for row in works]
    wanted += [_part(order, products.get(session, row["part"]), prices, row, language) for row in parts]
    _write(session, order, wanted)
    follow_urgency(session, order)


def plan(
    session: Session,
    order: CustomerOrder,
    works: Iterable[Mapping[str, Any]],
    parts: Iterable[Mapping[str, Any]],
    fees: Iterable[Mapping[str, Any]],
    on: date,
) -> None:
    """Let an order that is no workshop repair have these works, parts and fees, priced on a day, and the surcharge that follows.

    Rows as in `diagnose`, fees: [{fee: sku, quantity}]; discount_percent on a row takes off the list price. Fees are for the
    client or, where the kind of the order says so, for nobody. Raises BusinessError PRICE_MISSING, Refused for a discount that
    is none.
    """
    works, parts, fees = list(works), list(parts), list(fees)
    skus = [row[kind] for kind, rows in (("work", works), ("part", parts), ("fee", fees)) for row in rows]
    prices = _prices(session, skus, on)
    language = customers.get(session, order.customer_key).language
    wanted = [
        replace(build(order, products.get(session, row[kind]), prices, row, language), **_discount(row))
        for kind, build, rows in (("work", _work, works), ("part", _part, parts))
        for row in rows
    ]
    for row in fees if _client_pays(order) else ():
        one = _fee(products.get(session, row["fee"]), prices, language)
        quantity = quantities.positive_milli(row.get("quantity") or 1, row["fee"])
        wanted.append(replace(one, quantity_milli=quantity, **_discount(row)))
    _write(session, order, wanted)
    follow_urgency(session, order)


def follow_kind(session: Session, order: CustomerOrder) -> None:
    """Let the lines be paid by whom the kind of the order says; on a mixed repair each keeps its payer.

    A fee is for the client or for nobody.
    """
    wanted = [
        _as_wanted(line) if line.kind == FEE else replace(_as_wanted(line), payer=_payer(order, line.payer))
        for line in order_lines.planned(session, order.order_no)
        if line.kind != SURCHARGE and (line.kind != FEE or _client_pays(order))
    ]
    _write(session, order, wanted)
    follow_urgency(session, order)


def follow_urgency(session: Session, order: CustomerOrder) -> None:
    """Let the order have its one surcharge line when it is urgent and nobody waived it, else none."""
    chosen = {**DEFAULT_SURCHARGE, **settings.get(session, SURCHARGE_SETTING, {})}
    lines = order_lines.planned(session, order.order_no)
    labour = billing.client_planned_cents(line for line in lines if line.kind == WORK)
    amount = int((labour * Decimal(chosen["percent"]) / 100).quantize(Decimal(1), ROUND_HALF_UP))
    due = chosen["on"] and order.urgent and order.surcharge_waived_reason is None and amount > 0
    standing = [line for line in lines if line.kind == SURCHARGE]
    if due and [line.price_cents for line in standing] == [amount]:
        return
    _drop(session, standing)
    if due:
        text = Sentence(_l("Surcharge for urgency on the labour: {percent} %"), percent=chosen["percent"])
        language = customers.get(session, order.customer_key).language
        _add(
            session,
            order,
            Wanted(SURCHARGE, chosen["sku"], CLIENT, in_language(text, language), "pc", _WHOLE, amount),
            amount,
        )


def waive_surcharge(session: Session, order: CustomerOrder, reason: str) -> None:
    """Charge nothing more for urgency, with a reason; the order stays urgent.

    Raises Refused without a reason, for an order that is not urgent, and when the work order is completed: then it is posted.
    """
    work_order = work_orders.find(session, order.order_no)
    if work_order is not None:
        work_order.refuse_unless_open()
    order.waive_surcharge(reason)
    follow_urgency(session, order)


def charge_diagnosis_only(session: Session, order: CustomerOrder, on: date) -> None:
    """Let nothing be left on the order but the fee for the diagnosis, and that only where the client pays and we ask for it.

    Raises BusinessError PRICE_MISSING.
    """
    chosen = {**DEFAULT_FEE, **settings.get(session, FEE_SETTING, {})}
    wanted = []
    if chosen["on"] and _client_pays(order):
        prices = _prices(session, [chosen["sku"]], on)
        language = customers.get(session, order.customer_key).language
        wanted.append(_fee(products.get(session, chosen["sku"]), prices, language))
    _write(session, order, wanted)
    follow_urgency(session, order)


def _work(
    order: CustomerOrder,
    product: products.Product,
    prices: Mapping[str, int],
    row: Mapping[str, Any],
    language: str,
) -> Wanted:
    """A work: sold by the hour where its unit is the hour, else as a whole."""
    hours = quantities.milli(row.get("hours")) or product.norm_milli
    return Wanted(
        WORK,
        product.sku,
        _payer(order, row.get("payer")),
        product.name_in(language),
        product.unit,
        hours if product.unit == "h" else _WHOLE,
        prices[product.sku],
        hours,
    )


def _part(
    order: CustomerOrder,
    product: products.Product,
    prices: Mapping[str, int],
    row: Mapping[str, Any],
    language: str,
) -> Wanted:
    return Wanted(
        PART,
        product.sku,
        _payer(order, row.get("payer")),
        product.name_in(language),
        product.unit,
        quantities.positive_milli(row.get("quantity"), product.sku),
        prices[product.sku],
    )


def _fee(product: products.Product, prices: Mapping[str, int], language: str) -> Wanted:
    return Wanted(
        FEE, product.sku, CLIENT, product.name_in(language), product.unit, _WHOLE, prices[product.sku]
    )


def _discount(row: Mapping[str, Any]) -> dict[str, Decimal]:
    percent = Decimal(row.get("discount_percent") or 0)
    if not 0 <= percent <= 100:
        raise errors.Refused(
            Sentence(_l("Expected a discount from 0 to 100 percent, but found {percent}."), percent=percent)
        )
    return {"discount_percent": percent}


def _client_pays(order: CustomerOrder) -> bool:
    return order.repair_kind in (PAID, MIXED)


def _payer(order: CustomerOrder, given: str | None) -> str:
    if order.repair_kind != MIXED:
        return _PAYER_OF_KIND[order.repair_kind]
    payer = given or CLIENT
    if payer not in PAYERS:
        raise errors.Refused(
            f'Expected the payer of a line to be one of {", ".join(PAYERS)}, but found "{payer}".'
        )
    return payer


def _prices(session: Session, skus: Iterable[str], on: date) -> dict[str, int]:
    """{sku: price in cents}. Raises BusinessError PRICE_MISSING, naming every one that has none."""
    found, missing = {}, []
    for sku in dict.fromkeys(skus):
        try:
            products.get(session, sku)
            found[sku] = price_lists.price_of(session, sku, on).price_cents
        except errors.Refused:
            missing.append(sku)
    if missing:
        raise errors.BusinessError(
            PRICE_MISSING,
            Sentence(
                _l("The price list of that day has no price for {products}. Add it, or choose another."),
                products=missing,
            ),
            {"missing_prices": missing},
        )
    return found


def _write(session: Session, order: CustomerOrder, wanted: Iterable[Wanted]) -> None:
    """Let the planned lines, the surcharge aside, be the wanted ones: kept where price and payer are the same, else new."""
    merged = _merged(wanted)
    agreed = _agreed(session, order.order_no)
    lines = [line for line in order_lines.planned(session, order.order_no) if line.kind != SURCHARGE]
    price = {
        name: agreed.get(name, each.price_cents) if each.payer == CLIENT else 0
        for name, each in merged.items()
    }
    kept = {_name(line): line for line in lines if _name(line) in merged and _same_price(line, merged, price)}
    dropped = [line for line in lines if line not in kept.values()]
    _drop(session, dropped)
    for name, each in merged.items():
        if name in kept:
            kept[name].quantity_milli, kept[name].norm_milli = each.quantity_milli, each.norm_milli
        else:
            _add(session, order, each, price[name], _take_used(dropped, each))
    session.flush()


def _merged(wanted: Iterable[Wanted]) -> dict[tuple[str, str, str], Wanted]:
    merged: dict[tuple[str, str, str], Wanted] = {}
    for each in wanted:
        known = merged.get(each.name)
        merged[each.name] = (
            each
            if known is None
            else replace(
                known,
                quantity_milli=known.quantity_milli + each.quantity_milli,
                norm_milli=known.norm_milli + each.norm_milli,
            )
        )
    return merged


def _agreed(session: Session, order_no: str) -> dict[tuple[str, str, str], int]:
    """{line: price in cents} of the quote that the client has approved."""
    quote = quotes.in_force(session, order_no)
    lines = quote.lines if quote else []
    return {(line["kind"], line["sku"], line["payer"]): line["price_cents"] for line in lines}


def _same_price(
    line: OrderLine, merged: Mapping[tuple[str, str, str], Wanted], price: Mapping[tuple[str, str, str], int]
) -> bool:
    """Whether a line is priced as wanted; what the client does not pay counts by the price list."""
    if line.payer == CLIENT:
        return line.price_cents == price[_name(line)]
    return line.list_price_cents == merged[_name(line)].list_price_cents


def _drop(session: Session, lines: Iterable[OrderLine]) -> None:
    for line in lines:
        line.state = "dropped"
    # Before their successors are written: the database allows one planned line of a name.
    session.flush()


def _add(
    session: Session, order: CustomerOrder, wanted: Wanted, price_cents: int, used_milli: int = 0
) -> None:
    session.add(
        OrderLine(
            order_no=order.order_no,
            kind=wanted.kind,
            sku=wanted.sku,
            description=wanted.description,
            quantity_milli=wanted.quantity_milli,
            unit=wanted.unit,
            price_cents=price_cents,
            list_price_cents=wanted.list_price_cents,
            norm_milli=wanted.norm_milli,
            payer=wanted.payer,
            used_milli=used_milli,
            state="planned",
        )
    )
    session.flush()


def _take_used(dropped: Iterable[OrderLine], wanted: Wanted) -> int:
    """What was used already of the lines that this one takes the place of; each is taken once."""
    used = 0
    for line in dropped:
        if (line.kind, line.sku) == (wanted.kind, wanted.sku):
            used, line.used_milli = used + line.used_milli, 0
    return used


def _name(line: OrderLine) -> tuple[str, str, str]:
    return line.kind, line.sku, line.payer


def _as_wanted(line: OrderLine) -> Wanted:
    return Wanted(
        line.kind,
        line.sku,
        line.payer,
        line.description,
        line.unit,
        line.quantity_milli,
        line.list_price_cents,
        line.norm_milli,
    )
