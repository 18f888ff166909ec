"""The customer signs an act: what was done and delivered, line by line, before anything of it is posted (E20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from processes.records import order_lines, orders, quantities, waybills, work_orders
from processes.records.ledger import Posting


def confirm(
    session: Session, posting: Posting, works_done: Iterable[str], goods: Iterable[Mapping[str, Any]]
) -> int:
    """Write down which works were done and how many goods the customer takes; a line of nothing is dropped.

    works_done: numbers of works; goods: [{part, quantity}], what is not named stays as ordered. With goods a waybill is due
    from now on, else none. Returns how many lines of goods there are. Raises Refused for more than was ordered, for works that
    the order does not have, and once the work order is completed.
    """
    orders.get(session, posting.order_no, hold=True)
    work_orders.open_for(session, posting)
    work_order = work_orders.get(session, posting.order_no)
    work_order.refuse_unless_open()
    if work_order.reported_at is None:
        # An order of goods alone: nobody has worked on it.
        work_orders.report_hours(session, work_order, {}, posting.at)
    lines = order_lines.planned(session, posting.order_no)
    done = set(works_done)
    _refuse_unknown_works(lines, done)
    taken = {row["part"]: quantities.milli(row.get("quantity")) for row in goods}
    for line in lines:
        if line.kind == order_lines.WORK:
            line.used_milli = line.quantity_milli if line.sku in done else 0
        elif line.kind == order_lines.PART:
            _take(line, taken.get(line.sku, line.quantity_milli))
    session.flush()
    left = [line for line in lines if line.kind == order_lines.PART and line.state == "planned"]
    if left:
        waybills.announce(session, posting)
    else:
        waybills.withdraw(session, posting)
    return len(left)


def _take(line: order_lines.OrderLine, milli: int) -> None:
    if not 0 <= milli <= line.quantity_milli:
        raise errors.Refused(
            Sentence(
                _l(
                    "Expected from 0 to {most} of {goods}, as no more was ordered, but found {found}. Change the order first."
                ),
                most=quantities.plain(line.quantity_milli),
                goods=line.description,
                found=quantities.plain(milli),
            )
        )
    if milli == 0:
        line.state = "dropped"
    else:
        line.quantity_milli = line.used_milli = milli


def _refuse_unknown_works(lines: Iterable[order_lines.OrderLine], done: set[str]) -> None:
    known = {line.sku for line in lines if line.kind == order_lines.WORK}
    if done - known:
        raise errors.Refused(
            Sentence(
                _l("Expected works of the order, but found {works}. Change the order first."),
                works=sorted(done - known),
            )
        )
