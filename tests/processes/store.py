"""The store of the demo company, repair orders that need parts of it, and eight processes that want the same at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from multiprocessing.context import ForkProcess
from typing import Any

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.orm import Session

from engine import database
from processes import demo
from processes.records import audit, order_lines, products, quantities, stock, stock_ledger
from processes.records.order_lines import OrderLine
from processes.records.stock_ledger import StockBalance
from tests.conftest import begin_with
from tests.processes import at_once, repair_shop

#: Of these the demo store has: one; one, with a serial number; two lots (2 and then 3); none at all.
FAN, DISPLAY, PUMP, SHOCK = "P-FAN", "P-DISPLAY", "P-PUMP", "P-SHOCK"
#: Goods come in for an order: what every receipt posts, whichever flow it belongs to.
RECEIVE = "receive"
#: The first of the eight waits for the keeper until the last is there, however busy the machine is; not only as long as the
#: product waits for a lock.
_BE_PATIENT = f"SET lock_timeout='{at_once.PATIENCE_S}s'; SET statement_timeout='{at_once.PATIENCE_S}s'"


def repair(session: Session, order_no: str = "R-0001", /, **parts: str) -> None:
    """An open repair order with planned parts: repair(session, pump="2") plans two of P-PUMP."""
    repair_shop.repair(session, order_no)
    plan(session, order_no, **parts)


def plan(
    session: Session, order_no: str = "R-0001", /, payer: str = "client", **parts: str
) -> list[OrderLine]:
    """Add part lines to an order."""
    lines = [
        OrderLine(
            order_no=order_no,
            kind="part",
            sku=f"P-{name.upper()}",
            description=products.get(session, f"P-{name.upper()}").name_in("en"),
            quantity_milli=quantities.milli(Decimal(quantity)),
            unit="pc",
            price_cents=0,
            list_price_cents=100_00,
            payer=payer,
        )
        for name, quantity in parts.items()
    ]
    session.add_all(lines)
    session.flush()
    return lines


def use(session: Session, order_no: str = "R-0001", /, **parts: str) -> None:
    """Say on the lines of an order what was used."""
    for line in order_lines.planned(session, order_no):
        name = line.sku.removeprefix("P-").lower()
        if name in parts:
            line.used_milli = quantities.milli(Decimal(parts[name]))
    session.flush()


def picks(**parts: str) -> list[dict[str, Any]]:
    """Rows of a form: picks(pump="2")."""
    return [{"part": f"P-{name.upper()}", "quantity": Decimal(quantity)} for name, quantity in parts.items()]


def at(session: Session, sku: str, kind: str) -> int:
    """How much of a product is at places of a kind, in thousandths."""
    place = stock_ledger.main_place(session, kind).location_id
    rows = session.query(StockBalance).where(StockBalance.sku == sku, StockBalance.location_id == place)
    return sum(row.quantity_milli for row in rows)


def set_up(engine: Engine, **parts: str) -> list[str]:
    """The demo company on a database, committed, and eight repair orders that each plan these parts."""
    numbers = [f"R-{number:04}" for number in range(1, at_once.AT_ONCE + 1)]
    with database.transaction(engine) as session:
        begin_with(session, "company", demo.company)
        for order_no in numbers:
            repair(session, order_no, **parts)
    return numbers


def all_at_once(engine: Engine, orders: list[str], operation: str, **inputs: Any) -> list[str]:
    """Run an operation for each of these eight orders in a process of its own, at the same moment.

    Returns for each, sorted, "done" or the code of its business error.
    """

    def act(session: Session, number: int) -> str:
        _do(session, orders[number], operation, inputs)
        return "done"

    def run(own: Engine, number: int) -> str:
        if own.dialect.name != "sqlite":
            with own.begin() as connection:
                connection.exec_driver_sql(_BE_PATIENT)
        return at_once.answer_of(own, act, number)

    at_once.rehearse(engine, act)
    return at_once.each_on_its_own(engine, run, lambda running: _all_are_there(engine, running))


@contextmanager
def _all_are_there(engine: Engine, running: list[ForkProcess]) -> Iterator[None]:
    """Let the processes begin, and on PostgreSQL stop each at what lies in the store until all of them are there.

    What one reads before it changes anything, all have read then. SQLite lets one in after the other from the start.
    """
    if engine.dialect.name == "sqlite":
        yield
        return
    with engine.begin() as keeper:
        keeper.execute(select(StockBalance.key).with_for_update())
        yield
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as onlooker:
            deadline = time.monotonic() + at_once.PATIENCE_S
            # Who waits for nothing goes through and ends.
            while _waiting(onlooker) < sum(each.is_alive() for each in running):
                assert time.monotonic() < deadline, "The eight do not all come to the store."
                time.sleep(0.02)


def _waiting(onlooker: Connection) -> int:
    return onlooker.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    )


def _do(session: Session, order_no: str, operation: str, inputs: dict[str, Any]) -> None:
    audit.acting(session, "storekeeper", repair_shop.NOW)
    if operation == RECEIVE:
        stock.receive(session, repair_shop.posting(session, RECEIVE, order_no), **inputs)
    else:
        repair_shop.run(session, operation, order_no, **inputs)
