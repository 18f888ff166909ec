"""Documents as PDF, and the address that the code on every document says: who may see the order may open both."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, request, url_for

from engine import clock
from engine.errors import NotFound
from processes.records import documents
from processes.records.ledger import Posting
from webapp import access
from webapp.database import db
from webapp.documents import blueprint, queries
from webapp.inbox import orders

#: What is printed as it is now; everything else only as it was issued.
PRINTED_NOW = ("device_label", "work_order")


@blueprint.get("/documents/<int:key>")
@access.signed_in
def document(key: int) -> Response:
    """A document of an order I may see; with ?copy=1 marked as a copy."""
    found = documents.get(db.session, key)
    _see(found.process_instance_key)
    content = documents.render(db.session, found, is_copy=request.args.get("copy") == "1")
    return as_pdf(content, found.full_number)


@blueprint.get("/orders/<int:key>/print/<kind>")
@access.signed_in
def print_now(key: int, kind: str) -> Response:
    """The label of the order's device, or its work order as it stands: nothing is issued by looking."""
    if kind not in PRINTED_NOW:
        raise NotFound(
            "Only device labels and work orders are printed like this. Open issued documents from the order."
        )
    order = _see(key)
    login = access.actor().login
    posting = Posting(order.key, order.business_key, f"print of {kind}", clock.now(), login)
    return as_pdf(documents.draft(db.session, kind, posting), f"{order.business_key}-{kind}")


@blueprint.get("/o/<order_no>")
@access.signed_in
def by_number(order_no: str) -> Any:
    """The page of the order with this number: what a camera opens from a label or a document."""
    order = queries.by_number(db.session, order_no)
    if order is None:
        raise NotFound("There is no such order, or you may not see it.")
    return redirect(url_for("inbox.order", key=_see(order.key).key))


def as_pdf(content: bytes, name: str) -> Response:
    """A PDF that browsers show in place."""
    response = make_response(content)
    response.content_type = "application/pdf"
    file_name = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in name)
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}.pdf"'
    return response


def _see(key: int) -> Any:
    return orders.see(
        db.session,
        key,
        access.actor(),
        sees_all=access.may("orders.see_all"),
        sees_repairs=access.may("repairs.see"),
    )
