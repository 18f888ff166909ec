"""The office: what the company keeps, as lists and cards. Reads only; what changes a record is a verb of its own page."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("office", __name__)

from webapp.office import (  # noqa: E402, F401  (they fill the blueprint)
    card_views,
    complaints,
    contracts,
    customer_orders,
    find,
    goods,
    house_checks,
    money,
    people,
    production,
    purchasing,
    repairs,
    staff,
    staff_views,
)
