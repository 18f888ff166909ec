"""Operations on production plans: propose one from the route and the recipe, write it, take up material."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import errors, roles, settings
from engine.operations import Step, operation
from processes.records import (
    audit,
    equipment,
    languages,
    ledger,
    orders,
    production_catalogue,
    production_orders,
    production_progress,
    products,
    quantities,
    reservations,
    stock_ledger,
)
from processes.records import production_plans as plans


@operation("production_plans.propose")
def propose(session: Session, step: Step) -> dict[str, Any]:
    """Propose a plan: each operation of the route for the whole quantity, one working day after the other; the recipe's material.

    Result: plan_operations (rows of work, name, operation_group, machine, people, starts_on, ends_on, quantity, is_inspected),
    plan_materials (rows of part, name, quantity), offered_workers, offered_machines, offered_materials (value and label).
    """
    row = production_orders.get(session, step.business_key)
    language = languages.of_role(session, "Production")
    workers = roles.members(session, "Worker")
    rows, day = [], orders.day(session, step.now)
    for each in production_catalogue.steps(session, row.sku):
        day = _working_day(session, day)
        rows.append(
            {
                "work": each.work_sku,
                "name": products.get(session, each.work_sku).name_in(language),
                "operation_group": each.operation_group,
                "machine": None,
                "people": None,
                "starts_on": day.isoformat(),
                "ends_on": day.isoformat(),
                "quantity": quantities.plain(row.ordered_milli),
                "is_inspected": each.is_inspected,
            }
        )
        day += timedelta(days=1)
    return {
        "plan_operations": rows,
        "plan_materials": [
            {
                "part": line.part_sku,
                "name": products.get(session, line.part_sku).name_in(language),
                "quantity": quantities.plain(quantities.cost_cents(line.quantity_milli, row.ordered_milli)),
            }
            for line in production_catalogue.recipe_of(session, row.sku)
        ],
        "offered_workers": [{"value": each.login, "label": each.name} for each in workers],
        "offered_machines": equipment.choices(session),
        "offered_materials": products.choices(session, "part", language),
    }


@operation(
    "production_plans.write",
    errors={plans.PLAN_REFUSED: "The plan does not cover the quantity, leaves the route, or names nobody."},
)
def write(
    session: Session,
    step: Step,
    operations: list[dict[str, Any]],
    materials: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Write the detailed plan of the order; an earlier one is replaced by this version. Its material stands on the order then.

    operations: rows of work, operation_group, machine, people (list of logins), starts_on, ends_on, quantity, is_inspected.
    materials: rows of part, quantity.

    Result: plan_version, plan_ends_on, plan_is_late (behind the delivery date), needs_sales (late, and sales has not decided about
    that day), operations (rows of number, work, name, operation_group, machine, people, starts_on, ends_on, is_inspected).
    """
    audit.acting(session, step.actor, step.now)
    wanted = [_wanted(each) for each in operations]
    needed: dict[str, int] = {}
    for each in materials or []:
        milli = quantities.positive_milli(each.get("quantity"), each["part"])
        needed[each["part"]] = needed.get(each["part"], 0) + milli
    version = plans.write(session, ledger.Posting.of_step(step), wanted, needed)
    row = production_orders.get(session, step.business_key)
    ends_on = plans.ends_on(session, row.order_no)
    return {
        "plan_version": version,
        "plan_ends_on": ends_on.isoformat(),
        "plan_is_late": ends_on > row.delivery_date,
        "needs_sales": production_progress.needs_sales(session, row.order_no, ends_on),
        "operations": _rows(session, row.order_no),
    }


@operation("production_plans.check_material")
def check_material(session: Session, step: Step) -> dict[str, Any]:
    """Look whether the store has the material of the plan; an order that lacks some is at risk.

    Result: materials_short.
    """
    audit.acting(session, step.actor, step.now)
    row = production_orders.get(session, step.business_key, hold=True)
    short = reservations.missing(session, row.order_no)
    if short:
        row.is_risky(", ".join(sorted(short)))
    return {"materials_short": bool(short)}


@operation("production_plans.material_is_there")
def material_is_there(session: Session, step: Step) -> dict[str, Any]:
    """Note that the material is issued: what endangered the order is over.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    production_orders.get(session, step.business_key, hold=True).is_safe()
    return {}


@operation("production_plans.list_material")
def list_material(session: Session, step: Step) -> dict[str, Any]:
    """List the material that the order has in work, to count what is left of it.

    Result: material_in_work (rows of part, name, quantity), has_material.
    """
    here = stock_ledger.in_work(session, step.business_key)
    language = languages.of_role(session, "Storekeeper")
    return {
        "material_in_work": [
            {
                "part": sku,
                "name": products.get(session, sku).name_in(language),
                "quantity": quantities.plain(milli),
            }
            for sku, milli in sorted(here.items())
        ],
        "has_material": bool(here),
    }


def _wanted(row: Mapping[str, Any]) -> plans.Wanted:
    people = row.get("people") or []
    return plans.Wanted(
        work_sku=row["work"],
        operation_group=row["operation_group"],
        machine=row.get("machine") or None,
        people=tuple([people] if isinstance(people, str) else people),
        starts_on=_day(row, "starts_on"),
        ends_on=_day(row, "ends_on"),
        quantity_milli=quantities.milli(row.get("quantity") or Decimal(0)),
        is_inspected=bool(row.get("is_inspected")),
    )


def _day(row: Mapping[str, Any], name: str) -> date:
    text = row.get(name)
    if not text:
        raise errors.BusinessError(plans.PLAN_REFUSED, f"{row['work']}: {name}?")
    return date.fromisoformat(text)


def _rows(session: Session, order_no: str) -> list[dict[str, Any]]:
    language = languages.of_role(session, "Worker")
    return [
        {
            "number": each.number,
            "work": each.work_sku,
            "name": products.get(session, each.work_sku).name_in(language),
            "operation_group": each.operation_group,
            "machine": each.machine,
            "people": each.logins,
            "starts_on": each.starts_on.isoformat(),
            "ends_on": each.ends_on.isoformat(),
            "is_inspected": each.is_inspected,
        }
        for each in plans.operations(session, order_no)
    ]


def _working_day(session: Session, day: date) -> date:
    """That day, or the next one on which somebody works."""
    calendar = settings.calendar(session)
    while day.weekday() not in calendar.week or calendar.is_holiday(day):
        day += timedelta(days=1)
    return day
