"""A repair as the counter sends it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, select

import engine.database
from engine.tables import ProcessInstance

NEW = {
    "page": "17",
    "place": "point",
    "customer_name": "Q. Z.",
    "customer_phone": "069 123 321",
    "customer_language": "en",
    "item_type": "Drill",
    "brand": "Borer",
    "model": "B 7",
    "serial_no": "B7-0001",
    "complaint": "It smokes",
    "completeness": "Device only",
    "repair_kind": "paid",
    "channel": "walk_in",
}


def repairs_in(database: Engine) -> Sequence[ProcessInstance]:
    """The repairs that were started."""
    with engine.database.reading(database) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == "repair_intake")
        return session.scalars(query).all()
