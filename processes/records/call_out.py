"""The fee for coming to a customer: whether we ask for it, and by which line of the price list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import settings

SETTING = "call_out_fee"
DEFAULT: Mapping[str, Any] = {"on": True, "sku": "CALLOUT"}


def fees(session: Session) -> list[dict[str, Any]]:
    """The fee as rows of an order's plan, [{fee: sku, quantity: 1}]; empty where we ask for none."""
    chosen = {**DEFAULT, **settings.get(session, SETTING, {})}
    return [{"fee": chosen["sku"], "quantity": 1}] if chosen["on"] else []
