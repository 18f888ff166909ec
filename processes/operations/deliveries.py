"""Operations on sales with delivery: sell, hand over to after-sales, note each way to the door, settle damage, accept."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import roles
from engine.operations import Step, operation
from processes.records import (
    audit,
    damaged_goods,
    deliveries,
    documents,
    installations,
    money,
    order_plan,
    orders,
    product_groups,
    products,
    quantities,
    sales,
    stock_ledger,
    work_reports,
)
from processes.records.ledger import Posting

_SELLS = {
    product_groups.TWO_SKILLS: "The goods need installers with different certificates.",
    order_plan.PRICE_MISSING: "The price list of the day has no price for something on the order.",
}


@operation("deliveries.offer")
def offer(session: Session, step: Step) -> dict[str, Any]:
    """Offer the goods that are sold with delivery, and the works that an installer can add, as options for a form.

    Result: offered_goods, offered_works (lists of value and label).
    """
    language = _language(session, "Sales")
    return {
        "offered_goods": product_groups.choices(session, language),
        "offered_works": products.choices(session, "work", language),
    }


@operation("deliveries.sell", errors=_SELLS)
def sell(
    session: Session,
    step: Step,
    customer_key: str,
    goods: list[dict[str, Any]],
    address: str,
    agreement: str,
    policy_told: bool = False,
    install: bool = True,
    charge_delivery: bool = True,
    storey: str | None = None,
    access: str | None = None,
    wanted_date: str | None = None,
    repair_kind: str | None = None,
    parent_order_no: str | None = None,
) -> dict[str, Any]:
    """Open the order with these goods, their delivery and installation, priced from the list of today, as the customer agreed.

    goods: rows of product, quantity. agreement: what shows that the customer has ordered it.

    Result: needs_installation, install_skill (null where anybody may install), install_minutes, delivery_minutes, client_total,
    order_goods (options for a form), subject, promised_date.
    """
    audit.acting(session, step.actor, step.now)
    sold = sales.sell(
        session,
        Posting.of_step(step),
        customer_key=int(customer_key),
        goods=goods,
        address=address,
        agreement=agreement,
        policy_told=bool(policy_told),
        install=install,
        charge_delivery=charge_delivery,
        floor=storey,
        access=access,
        wanted_on=date.fromisoformat(wanted_date) if wanted_date else None,
        repair_kind=repair_kind or orders.PAID,
        parent_order_no=parent_order_no or None,
    )
    return {
        "needs_installation": sold.group is not None,
        "install_skill": sold.group.skill_id if sold.group else None,
        "install_minutes": sold.group.install_minutes if sold.group else 0,
        "delivery_minutes": product_groups.DELIVERY_MINUTES,
        "client_total": money.units(sold.client_cents),
        "order_goods": sales.goods_of(session, step.business_key),
        "subject": sold.names[:120],
        "promised_date": sold.order.promised_date.isoformat(),
    }


@operation("deliveries.hand_over")
def hand_over(session: Session, step: Step) -> dict[str, Any]:
    """Pass the order on to after-sales; the first time counts.

    Result: handed_over_at.
    """
    audit.acting(session, step.actor, step.now)
    delivery = deliveries.get(session, step.business_key, hold=True)
    delivery.hand_over(Posting.of_step(step))
    return {"handed_over_at": delivery.handed_over_at.isoformat()}


@operation("deliveries.note")
def note(
    session: Session,
    step: Step,
    delivery_result: str,
    appointment_key: str | None = None,
    late: bool | None = None,
    instructions_told: bool | None = None,
    signature: str | None = None,
    damage: str | None = None,
) -> dict[str, Any]:
    """Note how a way to the customer ended: delivered, damaged or absent. What is delivered gets its delivery note.

    Result: attempt_no.
    """
    posting = Posting.of_step(step)
    row = deliveries.note(
        session,
        posting,
        delivery_result,
        appointment_key=appointment_key,
        is_late=bool(late),
        instructions_told=bool(instructions_told),
        signature=signature,
        damage=damage,
    )
    if row.result == deliveries.DELIVERED:
        documents.issue(session, "delivery_note", posting)
    return {"attempt_no": row.number}


@operation("deliveries.settle_damage")
def settle_damage(
    session: Session,
    step: Step,
    remedy: str,
    agreement: str,
    damaged_goods_skus: list[str] | None = None,
    percent: Decimal | None = None,
) -> dict[str, Any]:
    """Do what was agreed about damage: replace (the damaged goods go to quarantine), discount (the price is lowered), refuse.

    damaged_goods_skus: which goods are damaged; all of them when nobody says.

    Result: client_total.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    every = [each["value"] for each in sales.goods_of(session, step.business_key)]
    skus = [sku for sku in damaged_goods_skus or every if sku in every]
    deliveries.settle_damage(session, posting, remedy, agreement, int(percent or 0))
    if remedy == "discount":
        sales.discount(session, posting, skus, int(percent or 0), agreement)
    else:
        damaged_goods.take_back(session, posting, skus)
    return {"client_total": money.units(sales.client_cents(session, step.business_key))}


@operation("deliveries.plan_more", errors={order_plan.PRICE_MISSING: _SELLS[order_plan.PRICE_MISSING]})
def plan_more(session: Session, step: Step, works: list[str]) -> dict[str, Any]:
    """Plan works that the installer found to be needed, beside what the order has; the customer is asked for their word next.

    Result: client_total.
    """
    audit.acting(session, step.actor, step.now)
    return {"client_total": money.units(sales.add_works(session, Posting.of_step(step), works))}


@operation("deliveries.report")
def report(session: Session, step: Step, hours: Decimal | None = None) -> dict[str, Any]:
    """Report the work: all goods are with the customer; where there was an installation, its works and hours of the installer.

    Result: works_done (list of numbers).
    """
    audit.acting(session, step.actor, step.now)
    order_no = step.business_key
    visit = installations.installed(session, order_no)
    works = sales.works_to_report(session, order_no) if visit else []
    work_reports.write(
        session,
        Posting.of_step(step),
        hours=[{"employee": visit.installer, "hours": hours or 0}] if visit else [],
        parts_used=[
            {"part": sku, "quantity": quantities.plain(milli)}
            for sku, milli in stock_ledger.in_work(session, order_no).items()
        ],
        operations_done=works,
    )
    return {"works_done": works}


@operation("deliveries.accept")
def accept(
    session: Session, step: Step, signature: str, rating: int | None = None, remarks: str | None = None
) -> dict[str, Any]:
    """Let the customer take everything over with a signature, once; the acceptance act is issued.

    Result: accepted_at.
    """
    posting = Posting.of_step(step)
    row = installations.accept(session, posting, signature, rating, remarks)
    documents.issue(session, "acceptance_act", posting)
    return {"accepted_at": row.at.isoformat()}


@operation("deliveries.register_appliances")
def register_appliances(session: Session, step: Step) -> dict[str, Any]:
    """Make the cards of the appliances that the customer has got; their warranty begins.

    Result: device_keys (list).
    """
    audit.acting(session, step.actor, step.now)
    cards = sales.register_appliances(session, Posting.of_step(step))
    return {"device_keys": [str(each.key) for each in cards]}


def _language(session: Session, role: str) -> str:
    spoken = Counter(each.language for each in roles.members(session, role))
    return min(spoken, key=lambda language: (-spoken[language], language), default="en")
