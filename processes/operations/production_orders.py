"""Operations on production orders: receive one, return it, verify it, give it to a department, order the rest, tell people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import errors, mail, messages, roles, settings
from engine.operations import Step, operation
from engine.sentences import Sentence, _l, in_language
from engine.tables import Person, ProcessInstance
from processes.records import (
    audit,
    customers,
    languages,
    ledger,
    order_clock,
    orders,
    production_catalogue,
    production_orders,
    production_plans,
    products,
    quantities,
    reservations,
)

INCOMPLETE = "ORDER_INCOMPLETE"
#: What can be said to people, by the header `about`: the head of the mail and its text.
MESSAGES = {
    "planned": (
        _l("Planned: {order}, {subject}"),
        _l(
            "You are planned for an operation of this order. It begins on {starts} and has to be done on {ends}."
        ),
    ),
    "late": (
        _l("Will be late: {order}, {subject}"),
        _l(
            "Production expects to be done on {predicted}, agreed was {agreed}. Your inbox asks what sales decides."
        ),
    ),
    "settled": (
        _l("Settled: {order}, {subject}"),
        _l("The order is made and settled. {good} of {ordered} are in the store."),
    ),
}


@operation(
    "production_orders.receive",
    errors={
        INCOMPLETE: "The order lacks something, or cannot be read: its number, quantity, date, source or product."
    },
)
def receive(
    session: Session,
    step: Step,
    product_no: str | None = None,
    quantity: Decimal | None = None,
    delivery_date: str | None = None,
    requirements: str | None = None,
    sales_order_no: str | None = None,
    stock_reason: str | None = None,
    customer_key: str | None = None,
) -> dict[str, Any]:
    """Receive what sales wants made: open the order, or change one that is open already to this.

    product_no: its number, or words of its name that fit one product only. It is for the customer of the sales order, for the
    customer that is named, else for the company itself.

    Result: product_no, product_name, unit, quantity, delivery_date, subject, customer_name, is_for_stock, promised_date. The error
    ORDER_INCOMPLETE carries offered_products.
    """
    audit.acting(session, step.actor, step.now)
    language = languages.of_person(session, step.actor)
    offered = production_catalogue.made_here(session, language)
    sku = _made(session, offered, product_no)
    today = orders.day(session, step.now)
    said = _missing(sku, quantity, delivery_date, sales_order_no, stock_reason, today)
    if said is not None:
        raise errors.BusinessError(INCOMPLETE, said, {"offered_products": offered})
    posting = ledger.Posting.of_step(step)
    source = orders.find(session, (sales_order_no or "").strip().upper())
    customer = _customer(session, step, customer_key, source)
    order = orders.open_order(
        session,
        posting,
        order_type=step.process_id,
        customer_key=customer.key,
        device_key=None,
        repair_kind=orders.AT_OWN_COST,
        complaint=products.get(session, sku).name_in(language),
        channel="office",
        promised_date=date.fromisoformat(delivery_date),
        parent_order_no=source.order_no if source else None,
    )
    order_clock.promise(session, order.order_no, delivery_date)
    row = production_orders.add(
        session,
        order.order_no,
        sku=sku,
        ordered_milli=quantities.milli(quantity),
        delivery_date=date.fromisoformat(delivery_date),
        requirements=(requirements or "").strip() or None,
        sales_order_no=(sales_order_no or "").strip() or None,
        stock_reason=None if (sales_order_no or "").strip() else (stock_reason or "").strip() or None,
        released_by=step.actor,
    )
    return {
        "product_no": sku,
        "product_name": products.get(session, sku).name_in(language),
        "unit": products.get(session, sku).unit,
        "quantity": quantities.plain(row.ordered_milli),
        "delivery_date": row.delivery_date.isoformat(),
        "promised_date": row.delivery_date.isoformat(),
        "subject": production_orders.name(session, row, language),
        "customer_name": customer.name,
        "is_for_stock": row.sales_order_no is None,
    }


@operation("production_orders.look")
def look(session: Session, step: Step) -> dict[str, Any]:
    """Look whether the order can be made: is there material, which departments can do it and how full they are.

    Result: material_check (rows of part, name, needed, free, missing), materials_enough, capacity_check (rows of department,
    load_percent), department_count.
    """
    row = production_orders.get(session, step.business_key)
    language = languages.of_role(session, "Planner")
    material = []
    for line in production_catalogue.recipe_of(session, row.sku):
        needed = quantities.cost_cents(line.quantity_milli, row.ordered_milli)
        free = reservations.free_milli(session, line.part_sku)
        material.append(
            {
                "part": line.part_sku,
                "name": products.get(session, line.part_sku).name_in(language),
                "needed": quantities.plain(needed),
                "free": quantities.plain(free),
                "missing": quantities.plain(max(0, needed - free)),
            }
        )
    loads = _loads(session, row)
    return {
        "material_check": material,
        "materials_enough": all(each["missing"] == 0 for each in material),
        "capacity_check": [
            {"department": each.name_in(language), "load_percent": percent} for each, percent in loads
        ],
        "department_count": len(loads),
    }


@operation("production_orders.return_to_sales")
def return_to_sales(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Send the order back to sales with the reason.

    Result: none.
    """
    _row(session, step).return_to_sales(reason)
    return {}


@operation("production_orders.verify")
def verify(session: Session, step: Step) -> dict[str, Any]:
    """Note that planning has verified the order and can make it.

    Result: none.
    """
    _row(session, step).verify(step.actor, step.now)
    return {}


@operation("production_orders.offer_departments")
def offer_departments(session: Session, step: Step) -> dict[str, Any]:
    """Offer the departments that can do every operation of the product, the one with most room first.

    Result: offered_departments (list of value and label, with the load of each), proposed_department.
    """
    row = production_orders.get(session, step.business_key)
    language = languages.of_role(session, "Planner")
    found = _loads(session, row)
    return {
        "offered_departments": [
            {"value": each.department_id, "label": f"{each.name_in(language)} · {percent} %"}
            for each, percent in found
        ],
        "proposed_department": found[0][0].department_id if found else None,
    }


@operation("production_orders.assign")
def assign(
    session: Session, step: Step, department: str, urgency: Decimal, complexity: Decimal
) -> dict[str, Any]:
    """Give the order to a department, with the score that follows from urgency, complexity and load.

    Result: score, department_name, load_percent.
    """
    row = _row(session, step)
    loads = {each.department_id: (each, percent) for each, percent in _loads(session, row)}
    if department not in loads:
        raise errors.Refused(
            Sentence(_l('The department "{department}" cannot make this product.'), department=department)
        )
    chosen, percent = loads[department]
    row.assign(department, int(urgency), int(complexity), percent)
    return {
        "score": row.score,
        "department_name": chosen.name_in(languages.of_role(session, "Production")),
        "load_percent": percent,
    }


@operation("production_orders.order_the_rest")
def order_the_rest(session: Session, step: Step, quantity: Decimal, delivery_date: str) -> dict[str, Any]:
    """Release another production order for what is missing of this one, linked with it.

    Result: rest_order_no.
    """
    row = _row(session, step)
    published = messages.publish(
        session,
        "sales_order_released",
        "",
        {
            "product_no": row.sku,
            "quantity": quantity,
            "delivery_date": delivery_date,
            "requirements": row.requirements,
            "sales_order_no": row.order_no,
            "stock_reason": None,
            "customer_key": None,
        },
        actor=_actor(session, step),
        now=step.now,
    )
    started = [session.get_one(ProcessInstance, key) for key in published.process_instance_keys]
    return {"rest_order_no": started[0].business_key if started else None}


@operation("production_orders.tell")
def tell(
    session: Session, step: Step, subject: str | None = None, predicted_finish: str | None = None
) -> dict[str, Any]:
    """Write to the people whom something about the order concerns, each in their language.

    The header "about" says what: planned (everybody in the plan), late and settled (sales: who released the order, and the leads).

    Result: told (how many people).
    """
    about = step.headers.get("about", "")
    if about not in MESSAGES:
        raise errors.Refused(
            f'Expected the header "about" to be one of {", ".join(sorted(MESSAGES))}, but found "{about}".'
        )
    row = production_orders.get(session, step.business_key)
    facts = {
        "order": row.order_no,
        "subject": subject or "-",
        "agreed": row.delivery_date.isoformat(),
        "predicted": predicted_finish or "-",
        "good": quantities.plain(row.good_milli),
        "ordered": quantities.plain(row.ordered_milli),
    }
    to = _planned(session, row) if about == "planned" else _sales(session, row)
    head, text = MESSAGES[about]
    for person, own in to:
        mail.write(
            session,
            to=person.email,
            subject=in_language(Sentence(head, **facts, **own), person.language),
            body=in_language(Sentence(text, **facts, **own), person.language),
            process_instance_key=step.process_instance_key,
            now=step.now,
        )
    return {"told": len(to)}


def _made(session: Session, offered: list[dict[str, str]], said: str | None) -> str | None:
    """The number of the product that was meant, or None where it is none of ours or several fit."""
    made = {option["value"] for option in offered}
    words = (said or "").strip()
    if words.upper() in made:
        return words.upper()
    fitting = (
        [each.sku for each in products.search(session, words, limit=200) if each.sku in made] if words else []
    )
    return fitting[0] if len(fitting) == 1 else None


def _missing(
    sku: str | None,
    quantity: Decimal | None,
    delivery_date: str | None,
    sales_order_no: str | None,
    stock_reason: str | None,
    today: date,
) -> Sentence | None:
    """What the order lacks, as a sentence; None when it has everything."""
    if sku is None:
        return Sentence(_l("Say which of our products is to be made. Choose one from the list."))
    if quantity is None or quantity <= 0:
        return Sentence(_l("Say how many are to be made: more than none."))
    if not delivery_date or date.fromisoformat(delivery_date) < today:
        return Sentence(_l("The delivery date has to be today or later."))
    if not (sales_order_no or "").strip() and not (stock_reason or "").strip():
        return Sentence(_l("Say for which order of sales it is, or why it is made for the store."))
    return None


def _customer(
    session: Session, step: Step, customer_key: str | None, source: orders.CustomerOrder | None
) -> customers.Customer:
    if customer_key:
        return customers.get(session, int(customer_key))
    if source is not None:
        return customers.get(session, source.customer_key)
    company = settings.get(session, "company", {})
    name = company.get("name") or "Orderlane"
    phone, email = company.get("phone"), company.get("email") or "office@company.invalid"
    known = customers.same(session, name, phone, email)
    return known or customers.add(session, name, phone=phone, email=email, kind="company", now=step.now)


def _loads(
    session: Session, row: production_orders.ProductionOrder
) -> list[tuple[production_catalogue.ProductionDepartment, int]]:
    """The departments that can make it with how full they are, in percent of a week; the one with most room first."""
    norms = {
        sku: sum(each.norm_milli for each in production_catalogue.steps(session, sku))
        for sku in {option["value"] for option in production_catalogue.made_here(session, "en")} | {row.sku}
    }
    found = []
    for each in production_catalogue.able(session, row.sku):
        hours = production_orders.load_milli(session, each.department_id, norms)
        found.append((each, round(100 * hours / each.hours_a_week_milli)))
    return sorted(found, key=lambda pair: (pair[1], pair[0].department_id))


def _planned(session: Session, row: production_orders.ProductionOrder) -> list[tuple[Person, dict[str, str]]]:
    """Everybody in the plan who can be written to, with the days of their own operations."""
    days: dict[str, list[date]] = {}
    for each in production_plans.operations(session, row.order_no):
        for login in each.logins:
            days.setdefault(login, []).extend((each.starts_on, each.ends_on))
    people = [(session.get(Person, login), dates) for login, dates in sorted(days.items())]
    return [
        (person, {"starts": min(dates).isoformat(), "ends": max(dates).isoformat()})
        for person, dates in people
        if person is not None and person.email
    ]


def _sales(session: Session, row: production_orders.ProductionOrder) -> list[tuple[Person, dict[str, str]]]:
    found = {each.login: each for each in roles.members(session, "Sales", leads_only=True)}
    released = session.get(Person, row.released_by)
    if released is not None:
        found[released.login] = released
    found = found or {each.login: each for each in roles.members(session, "Sales")}
    return [(person, {}) for _login, person in sorted(found.items()) if person.email]


def _row(session: Session, step: Step) -> production_orders.ProductionOrder:
    audit.acting(session, step.actor, step.now)
    return production_orders.get(session, step.business_key, hold=True)


def _actor(session: Session, step: Step) -> roles.Actor:
    return roles.SYSTEM if step.actor == roles.SYSTEM.login else roles.actor(session, step.actor)
