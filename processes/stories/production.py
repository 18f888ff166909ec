"""What stories find of production orders, and what happens beside them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.records import (
    audit,
    ledger,
    money,
    operation_log,
    orders,
    production_orders,
    production_problems,
    production_progress,
    quantities,
    reversing,
    settlements,
    stock,
)
from processes.records.wage_schemes import WageScheme

_STOREKEEPER = "storekeeper"


def production(session: Session, order_no: str) -> dict[str, Any]:
    """A production order: status, product, ordered, good, scrap, in_work, percent, at_risk, department, score, delivery_date, value
    (what of it is left on the accounts of production)."""
    row = production_orders.get(session, order_no)
    return {
        "status": row.status,
        "product": row.sku,
        "ordered": quantities.plain(row.ordered_milli),
        "good": quantities.plain(row.good_milli),
        "scrap": quantities.plain(row.scrap_milli),
        "in_work": quantities.plain(row.in_work_milli),
        "percent": row.percent_done,
        "at_risk": row.at_risk,
        "department": row.department_id,
        "score": row.score,
        "delivery_date": row.delivery_date.isoformat(),
        "customer": orders.get(session, order_no).customer_key,
        "value": money.units(settlements.production_cents(session, order_no)),
    }


def operation_log_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The operation log of an order: number, stage, input, good, scrap, rest. What is taken back is not in it."""
    return [
        {
            "number": row.number,
            "stage": row.stage,
            "input": quantities.plain(row.input_milli),
            "good": quantities.plain(row.good_milli),
            "scrap": quantities.plain(row.scrap_milli),
            "rest": quantities.plain(row.rest_milli),
        }
        for row in reversing.standing(operation_log.rows(session, order_no))
    ]


def production_problems_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The problems of an order: description, stops_the_line, owner, solved."""
    return [
        {
            "description": row.description,
            "stops_the_line": row.stops_the_line,
            "owner": row.owner,
            "solved": row.solved_at is not None,
        }
        for row in production_problems.of(session, order_no)
    ]


def progress_checks(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The progress checks of an order: day, percent, decision, predicted_finish."""
    return [
        {
            "day": row.day.isoformat(),
            "percent": row.percent,
            "decision": row.decision,
            "predicted_finish": row.predicted_finish and row.predicted_finish.isoformat(),
        }
        for row in production_progress.checks(session, order_no)
    ]


def delay_decisions(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What sales decided about delays of an order: answer, predicted_finish, new_date, by."""
    return [
        {
            "answer": row.answer,
            "predicted_finish": row.predicted_finish.isoformat(),
            "new_date": row.new_date and row.new_date.isoformat(),
            "by": row.by,
        }
        for row in production_progress.decisions(session, order_no)
    ]


def settlement_of(session: Session, order_no: str) -> dict[str, Any] | None:
    """The settlement of an order: ordered, good, scrap, difference, code, outcome, material, labour, unit_cost, on_time."""
    row = settlements.find(session, order_no)
    return row and {
        "ordered": quantities.plain(row.ordered_milli),
        "good": quantities.plain(row.good_milli),
        "scrap": quantities.plain(row.scrap_milli),
        "difference": quantities.plain(row.difference_milli),
        "code": row.difference_code,
        "outcome": row.outcome,
        "material": money.units(row.material_cents),
        "labour": money.units(row.labour_cents),
        "unit_cost": row.unit_cost_cents and money.units(row.unit_cost_cents),
        "on_time": row.on_time,
        "first_pass_percent": row.first_pass_percent,
        "compared_by": row.compared_by,
        "settled_by": row.by,
    }


def material_is_taken_late(session: Session, now: datetime, order_no: str, part: str) -> None:
    """One piece of a material is issued to an order that is made already."""
    audit.acting(session, _STOREKEEPER, now)
    stock.issue(session, _posting(session, order_no, "late issue", now), {part: 1000}, "worker1")


def material_comes_back(session: Session, now: datetime, order_no: str, part: str) -> None:
    """One piece of a material that an order has in work comes back into the store."""
    audit.acting(session, _STOREKEEPER, now)
    stock.return_unused(session, _posting(session, order_no, "late return", now), {part: 1000})


def wage_schemes_end(session: Session, now: datetime, day: str) -> None:
    """All wage schemes but those of one operation or kind end before a day."""
    audit.acting(session, "accountant", now)
    last = datetime.fromisoformat(day).date() - timedelta(days=1)
    for scheme in session.scalars(select(WageScheme)):
        if scheme.sku is None and scheme.repair_kind is None:
            scheme.valid_to = last


def wage_scheme_is_added(session: Session, now: datetime, day: str) -> None:
    """A wage scheme by the hour for everybody is in force from a day on."""
    audit.acting(session, "accountant", now)
    session.add(
        WageScheme(
            name="For everybody, by the hour",
            basis="hour",
            rate_cents=100_00,
            valid_from=datetime.fromisoformat(day).date(),
        )
    )
    session.flush()


def _posting(session: Session, order_no: str, effect: str, now: datetime) -> ledger.Posting:
    key = orders.get(session, order_no).process_instance_key
    return ledger.Posting(key, order_no, f"{order_no} {effect}", now, _STOREKEEPER)


FINDERS = (
    production,
    operation_log_of,
    production_problems_of,
    progress_checks,
    delay_decisions,
    settlement_of,
)
CHANGES = (material_is_taken_late, material_comes_back, wage_schemes_end, wage_scheme_is_added)
