"""What work earns in the demo company: by the norm, more for who also inspects, less under warranty, a share for refilling."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from processes.records.wage_schemes import WageScheme

# name, and what makes it special: whom and what it is for, how it counts
SCHEMES: list[tuple[str, dict[str, Any]]] = [
    ("By the norm", {"basis": "norm_hour", "rate_cents": 150_00}),
    ("By the norm, inspectors", {"basis": "norm_hour", "rate_cents": 180_00, "role_id": "Inspector"}),
    ("By the norm, under warranty", {"basis": "norm_hour", "rate_cents": 120_00, "repair_kind": "warranty"}),
    ("A share of the refill", {"basis": "share", "share_milli": 400, "sku": "W-GAS"}),
]


def add(session: Session) -> None:
    """Add the schemes to an empty database."""
    session.add_all(
        WageScheme(name=name, valid_from=date(2026, 1, 1), **special) for name, special in SCHEMES
    )
    session.flush()
