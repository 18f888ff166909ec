"""Who may do what on which address. Default deny: a view that says nothing about access answers 403.

    @access.public                     anybody, also signed out
    @access.by_link                    whoever has the customer's link: the token in the address is the key (webapp.portal)
    @access.signed_in                  every person who is signed in
    @access.needs("cockpit.see")       people whose roles give this permission

What concerns a single order (may this person complete that user task?) is decided by the verb, inside its transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for

from engine import clock, settings
from engine import database as engine_database
from engine.errors import Forbidden, Refused
from engine.roles import Actor
from engine.sentences import _l
from webapp.accounts import sessions
from webapp.accounts.sessions import SignedIn
from webapp.config import Settings
from webapp.database import SAFE_METHODS, db
from webapp.plain_json import wants_json

View = TypeVar("View", bound=Callable[..., Any])

PERMISSIONS = {
    "cockpit.see": "See all running orders, where they wait and on whom",
    "orders.see_all": "Open every order",
    "orders.cancel": "Ask for the cancellation of orders started by others",
    "orders.terminate": "End orders that nothing else can move",
    "incidents.resolve": "Repeat what has failed",
    "user_tasks.assign": "Give work to somebody, or take it from them",
    "dispatch.see": "See the own visits in the calendar",
    "dispatch.use": "See everybody's visits, and give them another time or other people",
    "staff.see": "See staff, skills, shifts and places",
    "staff.change": "Write down absences and qualifications of staff",
    "records.exchange": "Bring tables of records in from files",
    "settings.change": "Change the settings of the house",
    "people.manage": "Add people, give roles, make login links",
    "processes.publish": "Deploy processes",
    "counter.use": "Take devices in at the counter",
    "repairs.see": "Open every repair order",
    "repairs.waive": "Waive the surcharge for urgency",
    "customer_links.see": "Read the links in mails that were kept because no mail server is set",
    "customers.see": "See customers",
    "customers.edit": "Mend the cards of customers",
    "devices.see": "See devices and their repairs",
    "complaints.see": "See complaints, their causes and what they cost",
    "stock.see": "See what lies in the store",
    "prices.see": "See the price lists",
    "purchases.see": "See purchase orders and suppliers",
    "invoices.see": "See invoices and what is owed",
    "payments.see": "See payments",
    "payments.take": "Book payments",
    "contracts.see": "See contracts, tariff plans and what they bring",
    "maintenance.see": "See which devices are to be maintained",
    "production.see": "See production orders, their plans, logs and costs",
    "reports.see": "Make reports about orders, export and print them",
    "reports.keep": "Save reports, and delete saved ones",
    "step_times.see": "See how long the steps of each process take",
    "checks.see": "See the checks of the house and what they found",
    "checks.plan": "Say how often the house is checked, and by whom",
    "processes.change": "Upload the new diagram of an approved change",
}
ADMINISTRATOR = _l("administrator")
_BY_ROLE: dict[str, frozenset[str]] = {
    ADMINISTRATOR: frozenset(PERMISSIONS),
    "manager": frozenset(
        {
            "purchases.see",
            "complaints.see",
            "contracts.see",
            "maintenance.see",
            "production.see",
            "dispatch.see",
            "dispatch.use",
            "staff.see",
            "staff.change",
            "records.exchange",
            "cockpit.see",
            "orders.see_all",
            "orders.cancel",
            "orders.terminate",
            "incidents.resolve",
            "user_tasks.assign",
            "counter.use",
            "repairs.see",
            "repairs.waive",
            "customer_links.see",
            "customers.see",
            "customers.edit",
            "devices.see",
            "stock.see",
            "prices.see",
            "invoices.see",
            "payments.see",
            "reports.see",
            "reports.keep",
            "step_times.see",
            "checks.see",
            "checks.plan",
            "processes.change",
        }
    ),
    "system checker": frozenset({"checks.see", "step_times.see"}),
    "process owner": frozenset({"checks.see", "step_times.see", "processes.change"}),
    "receiver": frozenset(
        {"counter.use", "repairs.see", "customers.see", "customers.edit", "devices.see", "prices.see"}
    ),
    "master": frozenset({"repairs.see", "devices.see", "stock.see", "prices.see"}),
    "inspector": frozenset({"production.see", "repairs.see", "devices.see"}),
    "storekeeper": frozenset({"purchases.see", "production.see", "repairs.see", "stock.see"}),
    "approver": frozenset({"purchases.see", "stock.see", "prices.see"}),
    "buyer": frozenset({"purchases.see", "stock.see", "prices.see"}),
    "cashier": frozenset(
        {"repairs.see", "customers.see", "invoices.see", "payments.see", "payments.take", "prices.see"}
    ),
    "after-sales": frozenset(
        {
            "complaints.see",
            "customers.edit",
            "customers.see",
            "devices.see",
            "invoices.see",
            "repairs.see",
            "stock.see",
        }
    ),
    "sales": frozenset(
        {
            "customers.edit",
            "customers.see",
            "devices.see",
            "prices.see",
            "production.see",
            "repairs.see",
            "stock.see",
        }
    ),
    "dispatcher": frozenset(
        {
            "dispatch.see",
            "dispatch.use",
            "maintenance.see",
            "repairs.see",
            "customers.see",
            "devices.see",
            "staff.see",
            "staff.change",
        }
    ),
    # Who works at the customer's opens the orders of their own visits; what is on the shelf and what it costs, all see.
    "technician": frozenset({"dispatch.see", "maintenance.see", "devices.see", "stock.see", "prices.see"}),
    "representative": frozenset({"dispatch.see", "customers.see", "stock.see", "prices.see"}),
    "installer": frozenset({"dispatch.see", "devices.see", "stock.see"}),
    "delivery": frozenset({"dispatch.see", "customers.see", "stock.see"}),
    "contract manager": frozenset(
        {
            "contracts.see",
            "maintenance.see",
            "customers.edit",
            "customers.see",
            "devices.see",
            "invoices.see",
            "prices.see",
        }
    ),
    "planner": frozenset({"production.see", "stock.see", "purchases.see", "staff.see"}),
    "production": frozenset({"production.see", "stock.see", "staff.see"}),
    "worker": frozenset({"production.see", "stock.see"}),
    "accountant": frozenset(
        {
            "purchases.see",
            "contracts.see",
            "production.see",
            "repairs.see",
            "customers.see",
            "customers.edit",
            "stock.see",
            "prices.see",
            "invoices.see",
            "payments.see",
            "payments.take",
        }
    ),
}


class SignInNeeded(Refused):
    """Sign in first."""

    status = 401


class NoRule(Forbidden):
    """Nobody may open this page, because no rule says who may."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a view asks of the person: nothing, a customer's link, to be signed in, or a permission."""

    is_public: bool = False
    is_by_link: bool = False
    permission: str | None = None


def public(view: View) -> View:
    """Anybody may open this."""
    return _with_rule(view, Rule(is_public=True))


def by_link(view: View) -> View:
    """Whoever has the token in the address may open this; being signed in is neither needed nor enough."""
    return _with_rule(view, Rule(is_by_link=True))


def signed_in(view: View) -> View:
    """Everybody who is signed in may open this."""
    return _with_rule(view, Rule())


def needs(permission: str) -> Callable[[View], View]:
    """Only people with this permission may open this."""
    if permission not in PERMISSIONS:
        raise ValueError(f'Expected one of {sorted(PERMISSIONS)}, but got "{permission}".')
    return lambda view: _with_rule(view, Rule(permission=permission))


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """The access rule of a view function, None when it has none (and answers 403)."""
    return getattr(view, "access_rule", None)


def permissions_of(roles: frozenset[str], installation: Settings) -> frozenset[str]:
    """What these roles may do: our own roles by themselves, any role by `[permissions]` in config.toml."""
    given: set[str] = set()
    for role in roles:
        # Lanes are named as people write them: "Manager".
        given |= _BY_ROLE.get(role.casefold(), frozenset())
        given.update(installation.permissions.get(role, ()))
    return frozenset(given & PERMISSIONS.keys())


def init_app(app: Flask) -> None:
    """Guard every request of the application."""
    app.before_request(_guard)
    public(app.view_functions["static"])
    app.jinja_env.globals["may"] = may


def person() -> SignedIn | None:
    """Who is signed in on this request."""
    return g.get("person")


def actor() -> Actor:
    """On whose behalf the verbs of this request act. Raises SignInNeeded when nobody is signed in."""
    found = person()
    if found is None:
        raise SignInNeeded
    return found.actor


def may(permission: str) -> bool:
    """Whether the person of this request has the permission."""
    found = person()
    return found is not None and permission in found.permissions


def cookie_name(installation: Settings) -> str:
    """`__Host-` pins the cookie to this host and to https; browsers refuse that prefix on plain http."""
    return "__Host-orderlane" if installation.is_https else "orderlane"


def safe_next(address: str | None) -> str | None:
    """`address` when it is a path of our own, else None: a login page must not send people elsewhere."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    parts = urlsplit(address)
    clean = all(sign.isprintable() for sign in address) and "\\" not in address
    return address if clean and not parts.scheme and not parts.netloc else None


def _guard() -> Response | None:
    if request.endpoint == "static":
        return None
    g.person = _find_person()
    if request.endpoint is None:
        return None  # no such address: the 404 page
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        raise NoRule
    if rule.is_public:
        return None
    if rule.is_by_link:
        # Looked up in the view, behind the limit of guesses; here only: without a token there is nothing to look up.
        if "token" not in (request.view_args or {}):
            raise NoRule
        return None
    if g.person is None:
        return _to_login()
    if rule.permission is not None and rule.permission not in g.person.permissions:
        raise Forbidden
    return None


def _find_person() -> SignedIn | None:
    installation: Settings = current_app.config["ORDERLANE"]
    session_id = request.cookies.get(cookie_name(installation))
    if not session_id:
        return None
    now = clock.now()
    # A short read of its own: the transaction of the request begins with the view, not with the question who asks.
    with engine_database.reading(db.engine) as session:
        found = sessions.find(session, session_id, now=now)
        if found is not None:
            g.calendar = settings.calendar(session)
    if found is None:
        return None
    if found.is_worth_noting:
        with engine_database.transaction(db.engine) as session:
            sessions.note_seen(session, session_id, now=now)
    return replace(found, permissions=permissions_of(found.actor.roles, installation))


def _to_login() -> Response:
    is_fragment = request.headers.get("HX-Request") is not None
    if request.method not in SAFE_METHODS or is_fragment or wants_json():
        raise SignInNeeded
    target = request.full_path if request.query_string else request.path
    return redirect(url_for("accounts.sign_in", next=target))


def _with_rule(view: View, rule: Rule) -> View:
    if rule_of(view) not in (None, rule):
        raise ValueError(f"Expected one access rule for {view.__name__}, but found a second one.")
    view.access_rule = rule
    return view
