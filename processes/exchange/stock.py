"""What lies in the stores, by lot, as a table: new lots are opening stock; what is there is counted or moved by its flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from processes.exchange.sheet import ADDED, SAME, Field, Sheet
from processes.records import audit, money, quantities, stock, stock_documents
from processes.records.stock import Delivered
from processes.records.stock_ledger import Lot, StockBalance, StockLocation

_OTHERWISE = _l(
    "{found} of the lot {lot} lie there, not {wanted}. A table changes no stock: receive, issue or count it instead."
)


def _read(session: Session) -> Iterator[dict[str, Any]]:
    query = (
        select(StockBalance, Lot)
        .join(Lot, Lot.key == StockBalance.lot_key)
        .join(StockLocation, StockLocation.location_id == StockBalance.location_id)
        .where(StockLocation.kind == "stock", StockBalance.quantity_milli > 0)
        .order_by(Lot.sku, Lot.lot_no)
    )
    for balance, lot in session.execute(query):
        yield {
            "product": lot.sku,
            "lot": lot.lot_no,
            "place": balance.location_id,
            "quantity": quantities.plain(balance.quantity_milli),
            "unit_cost": money.units(lot.unit_cost_cents),
        }


def _write(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    sku, lot_no = values["product"], values["lot"]
    found = session.scalar(
        select(StockBalance.quantity_milli)
        .join(Lot, Lot.key == StockBalance.lot_key)
        .join(StockLocation, StockLocation.location_id == StockBalance.location_id)
        .where(Lot.sku == sku, Lot.lot_no == lot_no, StockLocation.kind == "stock")
    )
    wanted = quantities.milli(values["quantity"])
    if found == wanted:
        return SAME
    if found is not None:
        places = {"lot": lot_no, "found": quantities.plain(found), "wanted": quantities.plain(wanted)}
        raise errors.Refused(Sentence(_OTHERWISE, **places))
    posting = stock_documents.without_order(f"opening:{sku}:{lot_no}", now, audit.who(session)[0])
    line = Delivered(
        sku, wanted, money.cents(values["unit_cost"]), lot_no, (lot_no,) if wanted == 1000 else ()
    )
    stock.receive(session, posting, [line])
    return ADDED


SHEETS = (
    Sheet(
        "stock",
        _l("Stock"),
        _l(
            "A new lot comes in as opening stock, at its cost. What lies there is changed by receipts, issues and counts only."
        ),
        "stock.see",
        "records.exchange",
        ("product", "lot"),
        (
            Field("product", _l("Product"), required=True),
            Field("lot", _l("Lot"), required=True),
            Field("place", _l("Place")),
            Field("quantity", _l("Quantity"), "number", required=True),
            Field("unit_cost", _l("Unit cost"), "number", required=True),
        ),
        _read,
        _write,
    ),
)
