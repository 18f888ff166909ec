"""The frame around each page: places with counts, who is signed in, colours. Read only when a page with a frame is drawn."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext

from engine import clock
from engine.sentences import _l
from webapp import access
from webapp.config import Settings
from webapp.database import db
from webapp.inbox import lists, queries
from webapp.language import label
from webapp.words import avatar

THEMES = ("system", "light", "dark")
DENSITIES = ("", "compact", "comfortable")
#: Pages that belong to a place of the navigation without being it.
_PLACE_OF = {
    "inbox.step": "inbox.user_tasks",
    "inbox.choices": "inbox.user_tasks",
    "inbox.start_form": "inbox.new_order",
    "inbox.order": "inbox.my_orders",
    "counter.taken_in": "counter.new_repair",
    "dispatch.visit": "dispatch.board",
    "office.customer": "office.customers",
    "office.device": "office.devices",
    "office.product": "office.stock",
    "office.invoice": "office.invoices",
    "office.production_order": "office.production",
    "office.contract": "office.contracts",
    "office.tariff": "office.tariffs",
    "office.staff_card": "office.staff",
    "office.qualifications": "office.staff",
    "office.absences": "office.staff",
    "office.locations": "office.staff",
    "reports.report": "reports.index",
    "reports.saved_report": "reports.index",
    "reports.order_report": "reports.index",
    "reports.step_times_page": "reports.index",
    "office.checks": "checks.checks",
    "office.findings": "checks.checks",
    "checks.evaluation": "checks.checks",
    "cockpit.orders": "cockpit.overview",
    "cockpit.order": "cockpit.overview",
    "cockpit.processes": "cockpit.overview",
    "cockpit.process_map": "cockpit.overview",
    "cockpit.mails": "cockpit.overview",
    "cockpit.assignment": "cockpit.overview",
}
#: Under which heading a place stands; those of the day's work stand first, without one.
_GROUPS = {
    _l("Records"): (
        "office.customers",
        "office.devices",
        "office.contracts",
        "office.tariffs",
        "office.maintenance",
        "office.staff",
    ),
    _l("Goods"): ("office.stock", "office.purchase-orders", "office.suppliers", "office.prices"),
    _l("Money"): ("office.invoices", "office.payments"),
    _l("House"): ("cockpit.overview", "reports.index", "checks.checks", "exchange.tables", "house.settings"),
}
_GROUP_OF = {endpoint: group for group, endpoints in _GROUPS.items() for endpoint in endpoints}
_ORDER = ("", *_GROUPS)
#: Endpoint, name, icon, the letter after G, and who sees it; in the order in which they stand.
_PLACES: tuple[tuple[str, str, str, str, str | None], ...] = (
    ("inbox.user_tasks", _l("My tasks"), "inbox", "I", None),
    ("counter.new_repair", _l("Counter"), "hand", "T", "counter.use"),
    ("dispatch.board", _l("Calendar"), "calendar-days", "V", "dispatch.see"),
    ("office.repairs", _l("Repairs"), "wrench", "R", "repairs.see"),
    ("office.customer-orders", _l("Orders"), "workflow", "A", "repairs.see"),
    ("inbox.new_order", _l("New"), "plus", "N", None),
    ("inbox.my_orders", _l("My requests"), "clipboard-list", "O", None),
    ("office.customers", _l("Customers"), "users", "C", "customers.see"),
    ("office.devices", _l("Devices"), "package", "D", "devices.see"),
    ("office.complaints", _l("Complaints"), "message-square", "", "complaints.see"),
    ("office.stock", _l("Stock"), "boxes", "S", "stock.see"),
    ("office.production", _l("Production"), "route", "U", "production.see"),
    ("office.contracts", _l("Contracts"), "file-text", "", "contracts.see"),
    ("office.tariffs", _l("Tariff plans"), "list", "", "contracts.see"),
    ("office.maintenance", _l("Maintenance"), "wrench", "", "maintenance.see"),
    ("office.purchase-orders", _l("Purchase orders"), "boxes", "", "purchases.see"),
    ("office.suppliers", _l("Suppliers"), "users", "", "purchases.see"),
    ("office.prices", _l("Price lists"), "list", "L", "prices.see"),
    ("office.invoices", _l("Invoices"), "receipt-text", "B", "invoices.see"),
    ("office.payments", _l("Payments"), "rows-2", "Y", "payments.see"),
    ("office.staff", _l("Staff"), "users", "F", "staff.see"),
    ("reports.index", _l("Reports"), "file-text", "E", "reports.see"),
    ("checks.checks", _l("Checks"), "shield-check", "K", "checks.see"),
    ("cockpit.overview", _l("Cockpit"), "gauge", "P", "cockpit.see"),
    ("exchange.tables", _l("Import and export"), "download", "X", "records.exchange"),
    ("house.settings", _l("Settings"), "settings", "H", "settings.change"),
)
_IN_ORDER = sorted(_PLACES, key=lambda place: _ORDER.index(_GROUP_OF.get(place[0], "")))
_YEAR_S = 365 * 24 * 3600


class Shell:
    """What base.html asks for."""

    def __init__(self) -> None:
        self.theme = _cookie("theme", THEMES)
        self.density = _cookie("density", DENSITIES)
        self.single_keys = request.cookies.get("single_keys") != "off"
        self.company = current_app.config.get("COMPANY")

    @property
    def home_url(self) -> str:
        return url_for("inbox.user_tasks")

    @property
    def search_url(self) -> str | None:
        return url_for("office.find") if access.person() else None

    @property
    def live_url(self) -> str | None:
        return url_for("live.stream") if access.person() else None

    @cached_property
    def person(self) -> dict[str, str] | None:
        found = access.person()
        if found is None:
            return None
        return {
            "name": found.actor.name,
            "initials": avatar(found.actor.name),
            "role": ", ".join(sorted(map(label, found.actor.roles))),
        }

    @property
    def person_menu(self) -> list[dict[str, Any]]:
        me, deputies = url_for("accounts.me"), url_for("accounts.deputy_list")
        return [
            {"text": gettext("Me and this device"), "url": me, "icon": "user-cog", "is_current": _is_at(me)},
            {"text": gettext("Deputies"), "url": deputies, "icon": "users", "is_current": _is_at(deputies)},
            {
                "text": gettext("Sign out"),
                "url": url_for("accounts.sign_out"),
                "icon": "log-out",
                "is_post": True,
            },
        ]

    @cached_property
    def places(self) -> list[dict[str, Any]]:
        if access.person() is None:
            return []
        views = current_app.view_functions
        # A page that belongs to one place or another, by what is on it, says so itself.
        here = g.get("place") or _PLACE_OF.get(request.endpoint or "", request.endpoint)
        return [
            {
                "name": label(name),
                "group": label(_GROUP_OF.get(endpoint)),
                "url": url_for(endpoint),
                "icon": icon,
                "key": key,
                "count": self._inbox_count() if endpoint == "inbox.user_tasks" else None,
                "is_bad": False,
                "is_current": endpoint == here,
            }
            for endpoint, name, icon, key, permission in _IN_ORDER
            if endpoint in views and (permission is None or access.may(permission))
        ]

    def _inbox_count(self) -> str | None:
        counts = g.get("inbox_counts")
        if counts is None:
            counts = queries.counts(
                db.session, access.actor(), now=clock.now(), time_zone=g.calendar.time_zone
            )
        return lists.capped(counts["all"]) if counts["all"] else None


def init_app(app: Flask) -> None:
    """Give every template its frame."""
    app.context_processor(lambda: {"shell": Shell()})


def keep_look(response: Any, form: Any) -> None:
    """Keep theme, density and single keys on this device."""
    settings: Settings = current_app.config["ORDERLANE"]
    chosen = {
        "theme": form.get("theme") if form.get("theme") in THEMES else "system",
        "density": form.get("density") if form.get("density") in DENSITIES else "",
        "single_keys": "on" if form.get("single_keys") else "off",
    }
    for name, value in chosen.items():
        response.set_cookie(
            name, value, max_age=_YEAR_S, samesite="Lax", secure=settings.is_https, httponly=True
        )


def _cookie(name: str, allowed: tuple[str, ...]) -> str:
    value = request.cookies.get(name, "")
    return value if value in allowed else allowed[0]


def _is_at(address: str) -> bool:
    return request.path == address
