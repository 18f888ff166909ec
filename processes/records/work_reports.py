"""The master's report on a repair: hours, parts used, works done, and what more turned out to be needed.

Hours, parts and works are said as they stand in all: reporting again replaces what was said before. Only extra work is
added, each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from engine.tables import Person
from processes.records import (
    billing,
    languages,
    order_lines,
    order_plan,
    orders,
    products,
    quantities,
    quotes,
    stock,
    work_orders,
)
from processes.records.ledger import Posting
from processes.records.order_lines import OrderLine

USED_MORE = "USED_MORE_THAN_ISSUED"
_USED_MORE = _l(
    'Expected at most {allowed} of "{part}" to be used, as no more was issued and planned, but found {found}. '
    "Let it be issued, or correct the number."
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a report came to. unused_milli: {sku: what is in work and not used}; cents of the client's lines."""

    unused_milli: dict[str, int]
    approved_cents: int
    planned_cents: int
    exceeds_approval: bool


def write(
    session: Session,
    posting: Posting,
    *,
    hours: Iterable[Mapping[str, Any]],
    parts_used: Iterable[Mapping[str, Any]],
    operations_done: Iterable[str] = (),
    extra_work: Iterable[Mapping[str, Any]] = (),
) -> Report:
    """Write the report on the order of `posting` into its work order and lines.

    hours: [{employee: login, hours, work: sku or none}], parts_used: [{part: sku, quantity}], operations_done: skus of the
    works that are done, extra_work: [{work: sku, hours, payer}] or [{part: sku, quantity, payer}] to be added to the plan.
    Raises BusinessError USED_MORE_THAN_ISSUED (with parts_over) and PRICE_MISSING; Refused for names that there are not.
    """
    order = orders.get(session, posting.order_no, hold=True)
    work_orders.open_for(session, posting)
    work_order = work_orders.get(session, posting.order_no)
    work_order.refuse_unless_open()
    extra_work = list(extra_work)
    if extra_work:
        _plan_more(session, order, extra_work, posting)
    lines = order_lines.planned(session, posting.order_no)
    works = {line.sku for line in lines if line.kind == order_lines.WORK}
    _mark_done(lines, works, operations_done)
    issued = stock.issued(session, posting.order_no)
    used = _quantities(parts_used)
    _mark_used(session, lines, issued, used, posting.by)
    work_orders.report_hours(session, work_order, _hours(session, works, hours), posting.at)
    agreed = quotes.in_force(session, posting.order_no)
    agreed_cents = billing.agreed_cents(agreed.lines) if agreed else 0
    session.flush()
    return Report(
        unused_milli={
            sku: milli - used.get(sku, 0) for sku, milli in issued.items() if milli > used.get(sku, 0)
        },
        approved_cents=agreed.total_cents if agreed else 0,
        planned_cents=billing.client_planned_cents(lines),
        exceeds_approval=billing.asked_cents(lines) > agreed_cents,
    )


def _plan_more(
    session: Session, order: orders.CustomerOrder, extra_work: Iterable[Mapping[str, Any]], posting: Posting
) -> None:
    """Add works and parts to the plan; what is planned already stays, at the prices the client has agreed to."""
    lines = order_lines.planned(session, order.order_no)
    works = [
        {"work": line.sku, "hours": quantities.plain(line.norm_milli), "payer": line.payer}
        for line in lines
        if line.kind == order_lines.WORK
    ]
    parts = [
        {"part": line.sku, "quantity": quantities.plain(line.quantity_milli), "payer": line.payer}
        for line in lines
        if line.kind == order_lines.PART
    ]
    fees = [
        {"fee": line.sku, "quantity": quantities.plain(line.quantity_milli)}
        for line in lines
        if line.kind == order_lines.FEE
    ]
    for row in extra_work:
        (parts if row.get("part") else works).append(row)
    order_plan.plan(session, order, works, parts, fees, orders.day(session, posting.at))


def _mark_done(lines: Iterable[OrderLine], works: set[str], operations_done: Iterable[str]) -> None:
    done = set(operations_done)
    if done - works:
        raise errors.Refused(
            f"Expected works of the order to be done ({', '.join(sorted(works)) or 'it has none'}), but found "
            f"{', '.join(sorted(done - works))}. Add it as extra work first."
        )
    for line in lines:
        if line.kind == order_lines.WORK:
            line.used_milli = line.quantity_milli if line.sku in done else 0


def _mark_used(
    session: Session,
    lines: Iterable[OrderLine],
    issued: Mapping[str, int],
    used: Mapping[str, int],
    by: str,
) -> None:
    """Write what was used on the part lines, one after the other where two payers share a part."""
    parts = [line for line in lines if line.kind == order_lines.PART]
    over = {}
    for sku, milli in used.items():
        rest = milli
        for line in parts:
            if line.sku == sku:
                line.used_milli = min(rest, line.quantity_milli)
                rest -= line.used_milli
        allowed = min(issued.get(sku, 0), milli - rest)
        if milli > allowed:
            over[sku] = (milli, allowed)
    for line in parts:
        if line.sku not in used:
            line.used_milli = 0
    if over:
        rows = _over(session, over, languages.of_person(session, by))
        first = rows[0]
        raise errors.BusinessError(
            USED_MORE,
            Sentence(
                _USED_MORE,
                allowed=first["issued"],
                part=f"{first['name']} · {first['part']}",
                found=first["quantity"],
            ),
            {"parts_over": rows},
        )


def _over(session: Session, over: Mapping[str, tuple[int, int]], language: str) -> list[dict[str, Any]]:
    return [
        {
            "part": sku,
            "name": products.get(session, sku).name_in(language),
            "quantity": quantities.plain(milli),
            "issued": quantities.plain(allowed),
        }
        for sku, (milli, allowed) in sorted(over.items())
    ]


def _quantities(parts_used: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in parts_used:
        milli = _not_negative(row.get("quantity"), row["part"])
        found[row["part"]] = found.get(row["part"], 0) + milli
    return found


def _hours(
    session: Session, works: set[str], hours: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for row in hours:
        login, operation = row["employee"], row.get("work") or work_orders.WHOLE_ORDER
        if session.get(Person, login) is None:
            raise errors.Refused(
                f'Expected the login of a colleague, but found "{login}". Choose one from the list.'
            )
        if operation not in works | {work_orders.WHOLE_ORDER}:
            raise errors.Refused(
                f"Expected hours for a work of the order ({', '.join(sorted(works)) or 'it has none'}), but found "
                f'"{operation}". Choose one of them, or none for the whole order.'
            )
        milli = _not_negative(row.get("hours"), "hours")
        found[login, operation] = found.get((login, operation), 0) + milli
    return found


def _not_negative(given: Decimal | int | None, of_what: str) -> int:
    found = quantities.milli(given)
    if found < 0:
        raise errors.Refused(f"Expected 0 or more of {of_what}, but found {given}.")
    return found
