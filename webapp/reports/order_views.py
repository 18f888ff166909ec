"""The report of one order over HTTP: one press from its number."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from engine import clock
from processes.records import invoices, orders
from processes.records.reports import one_order
from webapp import access
from webapp.database import db
from webapp.reports import blueprint, sheets


@blueprint.get("/reports/orders/<order_no>")
@access.needs("reports.see")
def order_report(order_no: str) -> str:
    """Everything about one order: history, materials, payments, deadlines, who is responsible."""
    result = one_order.make(db.session, order_no)
    currency = invoices.currency(db.session)
    more = {"shell": {}} if request.args.get("print") else {}
    return render_template(
        "reports/order.html",
        order=orders.get(db.session, order_no),
        sheets=[sheets.shown(each, currency) for each in result.sheets],
        now=clock.now(),
        **more,
    )


@blueprint.get("/reports/orders/<order_no>.csv")
@access.needs("reports.see")
def order_csv(order_no: str) -> Any:
    """One table of the report of an order as a file."""
    result = one_order.make(db.session, order_no)
    return sheets.as_csv(result.sheets, request.args.get("sheet", 0, type=int), order_no)
