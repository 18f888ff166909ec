"""A small repair shop and a repair up to any point of its work: what tests of quotes, work orders and completion begin with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import roles
from engine.tables import ProcessInstance
from processes.records import (
    billing,
    cash,
    order_lines,
    order_plan,
    orders,
    price_lists,
    products,
    quotes,
    stock,
    stock_documents,
    work_orders,
    work_reports,
)
from processes.records.ledger import Posting
from processes.records.wage_schemes import WageScheme
from tests.conftest import begin_with
from tests.processes import charged
from tests.processes.company import NOW, order

#: 120.00 and 60.00 of work; pumps at 45.50 (cost 20.00, a year of warranty), hoses at 10.00 (cost 3.00, none).
REPLACE, CLEAN, PUMP, HOSE = "X-REPLACE", "X-CLEAN", "X-PUMP", "X-HOSE"


def shop(session: Session) -> None:
    """What a repair needs, on an empty database: products with prices, parts in the store, two masters, a wage, a till."""
    begin_with(session, "repaired", _shop)


def _shop(session: Session) -> None:
    for login in ("anna", "boris"):
        roles.add_person(session, login, login.title(), ["Master"])
    for sku, kind, norm_milli, months in (
        (REPLACE, "work", 1500, 0),
        (CLEAN, "work", 500, 0),
        (PUMP, "part", 0, 12),
        (HOSE, "part", 0, 0),
    ):
        products.add(session, sku, {"en": sku}, kind=kind, norm_milli=norm_milli, warranty_months=months)
    price_lists.add(session, price_lists.STANDARD, "Standard", "MDL")
    prices = {REPLACE: 120_00, CLEAN: 60_00, PUMP: 45_50, HOSE: 10_00}
    price_lists.publish(session, price_lists.STANDARD, NOW.date(), prices)
    stock.receive(
        session,
        stock_documents.without_order("opening of the test", NOW, "orderlane"),
        [stock.Delivered(PUMP, 10_000, 20_00), stock.Delivered(HOSE, 10_000, 3_00)],
    )
    session.add(cash.CashAccount(account_id="TILL", kind="cash", name="Till", currency="MDL"))
    scheme(session, basis="norm_hour", rate_cents=100_00)


def scheme(session: Session, **facts: Any) -> WageScheme:
    """A wage scheme that is in force now."""
    row = WageScheme(name="A scheme", **{"valid_from": date(2026, 1, 1), **facts})
    session.add(row)
    session.flush()
    return row


def of(row: ProcessInstance, effect: str, by: str = "anna", hours: int = 0) -> Posting:
    """An effect of an order, some hours from NOW."""
    return Posting(
        row.key, row.business_key, f"{row.business_key} {effect}", NOW + timedelta(hours=hours), by
    )


def diagnosed(
    session: Session, order_no: str = "R-0001", kind: str = "mixed", **payers: str
) -> ProcessInstance:
    """An order with replacing and cleaning, two pumps and a hose planned. payers: {sku without "X-": payer}."""
    row = charged.opened(session, order(session, order_no))
    card = orders.get(session, order_no)
    card.change_kind(kind)
    order_plan.diagnose(
        session,
        card,
        [{"work": sku, "payer": payers.get(sku[2:].lower())} for sku in (REPLACE, CLEAN)],
        [
            {"part": PUMP, "quantity": 2, "payer": payers.get("pump")},
            {"part": HOSE, "quantity": 1, "payer": payers.get("hose")},
        ],
        NOW.date(),
    )
    return row


def quoted(session: Session, row: ProcessInstance, effect: str = "quote") -> quotes.QuoteVersion:
    """The next version of its quote, open for two weeks."""
    lines = order_lines.planned(session, row.business_key)
    return quotes.freeze(session, of(row, effect), lines, NOW + timedelta(days=14))


def agreed(session: Session, row: ProcessInstance, effect: str = "answer") -> quotes.QuoteVersion:
    """The newest version, approved by the customer's link; where nobody is asked it stays as it is."""
    version = quotes.newest(session, row.business_key)
    if version.state == "sent":
        given = of(row, effect, "customer")
        quotes.decide(session, given, version.version, "approved", answered_through="link")
    return version


def issued(session: Session, row: ProcessInstance, pumps: int = 2, hoses: int = 1) -> None:
    """The parts handed to the master."""
    stock.issue(session, of(row, "issue"), {PUMP: pumps * 1000, HOSE: hoses * 1000}, "anna")


def reported(session: Session, row: ProcessInstance, **said: Any) -> work_reports.Report:
    """The work is done, by Anna in two hours, with all parts; `said` says it otherwise."""
    told = {
        "hours": [{"employee": "anna", "hours": 2}],
        "parts_used": [{"part": PUMP, "quantity": 2}, {"part": HOSE, "quantity": 1}],
        "operations_done": [REPLACE, CLEAN],
        **said,
    }
    return work_reports.write(session, of(row, "report"), **told)


def ready(session: Session, order_no: str = "R-0001", kind: str = "mixed", **payers: str) -> ProcessInstance:
    """An order whose work is done and agreed to: it can be completed."""
    row = diagnosed(session, order_no, kind, **payers)
    quoted(session, row)
    agreed(session, row)
    work_orders.open_for(session, of(row, "open"))
    issued(session, row)
    reported(session, row)
    return row


def begin_ready(session: Session) -> ProcessInstance:
    """`shop` with the order R-0001 as `ready` makes it, on an empty database."""
    begin_with(session, "repaired, ready", _shop_and_order)
    return session.scalars(select(ProcessInstance).where(ProcessInstance.business_key == "R-0001")).one()


def _shop_and_order(session: Session) -> None:
    shop(session)
    ready(session)


def billed(session: Session, order_no: str = "R-0001") -> list[billing.Billed]:
    """What counts of its lines."""
    return billing.billed(orders.lines(session, order_no))
