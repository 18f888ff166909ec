"""The lists over HTTP: one address each for the page, its next rows, the CSV and the XLSX file, made from a `Listing`."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, render_template, request, send_file
from flask_babel import format_date

from engine import clock
from processes.records import invoices
from webapp import access
from webapp.database import db
from webapp.office import blueprint, exports, listing

_FILES = {
    "csv": ("text/csv; charset=utf-8", exports.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", exports.as_xlsx),
}


def add(shown: listing.Listing) -> None:
    """Give a list its addresses: /NAME, /NAME.csv and /NAME.xlsx, for people who have its permission."""
    guard = access.needs(shown.permission)

    def page() -> Any:
        wanted = listing.asked(shown, request.args)
        is_more = wanted.after is not None and request.headers.get("HX-Request") is not None
        rows = listing.read(db.session, shown, wanted, counted=not is_more)
        return render_template(
            "office/rows.html" if is_more else "office/list.html",
            list=shown,
            page=rows,
            currency=invoices.currency(db.session),
            now=clock.now(),
        )

    _route(f"/{shown.name}", shown.name, guard(page))
    for ending in _FILES:
        _route(f"/{shown.name}.{ending}", f"{shown.name}_{ending}", guard(_export(shown, ending)))


def _export(shown: listing.Listing, ending: str) -> Callable[[], Any]:
    def export() -> Any:
        media_type, write = _FILES[ending]
        wanted = listing.asked(shown, request.args)
        content = write(shown, listing.all_rows(db.session, shown, wanted), ZoneInfo(g.calendar.time_zone))
        name = f"{shown.name} {format_date(clock.now(), 'yyyy-MM-dd')}.{ending}"
        return send_file(BytesIO(content), media_type, as_attachment=True, download_name=name, max_age=0)

    return export


def _route(address: str, endpoint: str, view: Callable[[], Any]) -> None:
    blueprint.add_url_rule(address, endpoint=endpoint, view_func=view, methods=["GET"])
