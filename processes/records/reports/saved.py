"""Reports that somebody has saved (E27): what was asked, and what the answer was then. A saved report never changes; it may be deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, PlainJson, key_column
from engine.sentences import _l
from processes.records import audit
from processes.records.reports.sheet import Result


class SavedReport(audit.Audited, Base):
    """One report as it was when it was saved. parameters: what was asked; sheets: the answer."""

    __tablename__ = "saved_report"
    key: Key = key_column()
    report_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(PlainJson)
    sheets: Mapped[list[dict[str, Any]]] = mapped_column(PlainJson)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]

    @property
    def result(self) -> Result:
        """What the report said."""
        return Result.from_json(self.sheets)


def save(
    session: Session,
    report_id: str,
    name: str,
    parameters: dict[str, Any],
    result: Result,
    *,
    by: str,
    now: datetime,
) -> SavedReport:
    """Keep a report as it is now. Raises Refused without a name."""
    if not name.strip():
        raise errors.Refused(_l("A saved report needs a name. Give one."))
    audit.acting(session, by, now)
    row = SavedReport(
        report_id=report_id,
        name=name.strip()[:120],
        parameters=parameters,
        sheets=result.to_json(),
        saved_at=now,
        saved_by=by,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, key: int) -> SavedReport:
    """A saved report. Raises NotFound."""
    found = session.get(SavedReport, key)
    if found is None:
        raise errors.NotFound(_l("There is no such report. Perhaps somebody has deleted it."))
    return found


def recent(session: Session, limit: int = 50) -> list[SavedReport]:
    """What was saved last."""
    return list(session.scalars(select(SavedReport).order_by(SavedReport.key.desc()).limit(limit)))


def delete(session: Session, key: int, *, by: str, now: datetime) -> None:
    """Delete a saved report; the audit keeps that it was there. Raises NotFound."""
    audit.acting(session, by, now)
    session.delete(get(session, key))
    session.flush()
