"""The operation that tells a quality check whose work it looks at."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import work_orders


@operation("quality.workers")
def workers(session: Session, step: Step) -> dict[str, Any]:
    """Look up who has reported hours on the order, so that nobody checks work of their own.

    Result: repaired_by (list of logins).
    """
    return {
        "repaired_by": sorted({row.login for row in work_orders.employees(session, step.business_key)}),
    }
