"""Checklists (E22): what is looked at in a maintenance, and what was found. A template changes by a new version only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Integer,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import ledger, quantities
from processes.records.ledger import Posting

OK, FAILED, SKIPPED = RESULTS = ("ok", "failed", "not_applicable")
INCOMPLETE = "CHECKLIST_INCOMPLETE"
_MISSING = _l("These points have no result yet: {points}. Look at each of them.")
_UNKNOWN = _l("The checklist has no point {point}.")
_NO_MEASURE = _l('The point "{point}" is measured. Write down what you measured, in {unit}.')


class ChecklistVersion(Base):
    """One version of a checklist for a type of item ("Dishwasher"). The newest version is used; older ones explain results."""

    __tablename__ = "checklist_version"
    __table_args__ = (CheckConstraint("version > 0 AND length(name) > 0", name="named"),)
    checklist_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str]
    item_type: Mapped[str]


class ChecklistPoint(Base):
    """A point of a checklist. unit: of what is measured, None for a point that is only looked at; least, most: what passes."""

    __tablename__ = "checklist_point"
    __table_args__ = (
        ForeignKeyConstraint(
            ["checklist_id", "version"], ["checklist_version.checklist_id", "checklist_version.version"]
        ),
        CheckConstraint("position > 0 AND length(text) > 0", name="said"),
        CheckConstraint("most_milli >= least_milli", name="range"),
        CheckConstraint("unit IS NOT NULL OR (least_milli IS NULL AND most_milli IS NULL)", name="measure"),
    )
    checklist_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str]
    unit: Mapped[str | None]
    least_milli: Mapped[int | None] = mapped_column(BigInteger)
    most_milli: Mapped[int | None] = mapped_column(BigInteger)

    def passes(self, measured_milli: int) -> bool:
        """Whether a measured value lies where it should."""
        return (self.least_milli is None or measured_milli >= self.least_milli) and (
            self.most_milli is None or measured_milli <= self.most_milli
        )


class ChecklistResult(ledger.LedgerRow, Base):
    """What was found at one point in one order. The text is as it was read then."""

    __tablename__ = "checklist_result"
    __table_args__ = (
        ForeignKeyConstraint(
            ["checklist_id", "version", "position"],
            ["checklist_point.checklist_id", "checklist_point.version", "checklist_point.position"],
        ),
        UniqueConstraint("effect_key", "position"),
        CheckConstraint(f"result IN {RESULTS!r}", name="result"),
    )
    checklist_id: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer)
    text: Mapped[str]
    result: Mapped[str]
    measured_milli: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str | None]


for _table in (ChecklistVersion, ChecklistPoint, ChecklistResult):
    ledger.only_grows(_table.__table__)


def publish(
    session: Session, checklist_id: str, name: str, item_type: str, points: Iterable[Mapping[str, Any]]
) -> ChecklistVersion:
    """Add the next version of a checklist. points: [{text, unit, least, most}], measured values in units."""
    points = list(points)
    if not points:
        raise errors.Refused("Expected a checklist with at least one point, but found none.")
    query = select(func.max(ChecklistVersion.version)).where(ChecklistVersion.checklist_id == checklist_id)
    version = ChecklistVersion(
        checklist_id=checklist_id,
        version=(session.scalar(query) or 0) + 1,
        name=name.strip(),
        item_type=item_type.strip(),
    )
    session.add(version)
    session.flush()
    for position, each in enumerate(points, start=1):
        session.add(
            ChecklistPoint(
                checklist_id=checklist_id,
                version=version.version,
                position=position,
                text=each["text"].strip(),
                unit=each.get("unit"),
                least_milli=_milli(each.get("least")),
                most_milli=_milli(each.get("most")),
            )
        )
    session.flush()
    return version


def newest(session: Session, checklist_id: str) -> ChecklistVersion:
    """The version of a checklist that is used now. Raises NotFound."""
    query = select(ChecklistVersion).where(ChecklistVersion.checklist_id == checklist_id)
    found = session.scalar(query.order_by(ChecklistVersion.version.desc()).limit(1))
    if found is None:
        raise errors.NotFound(f'There is no checklist "{checklist_id}".')
    return found


def for_item_type(session: Session, item_type: str) -> ChecklistVersion | None:
    """The newest checklist for a type of item, whatever its capital letters; None when there is none."""
    found = session.scalars(select(ChecklistVersion).order_by(ChecklistVersion.version.desc()))
    wanted = item_type.strip().casefold()
    return next((each for each in found if each.item_type.casefold() == wanted), None)


def points(session: Session, version: ChecklistVersion) -> list[ChecklistPoint]:
    """The points of a version, in their order."""
    query = select(ChecklistPoint).where(
        ChecklistPoint.checklist_id == version.checklist_id, ChecklistPoint.version == version.version
    )
    return list(session.scalars(query.order_by(ChecklistPoint.position)))


def blank(session: Session, version: ChecklistVersion) -> list[dict[str, Any]]:
    """The rows of a form to fill in: point, text, unit, and nothing found yet."""
    return [
        {"point": each.position, "text": each.text, "unit": each.unit or "", "result": None, "measured": None}
        for each in points(session, version)
    ]


def record(
    session: Session, posting: Posting, version: ChecklistVersion, rows: Iterable[Mapping[str, Any]]
) -> list[ChecklistResult]:
    """Write down what was found, once for each effect. A measured value outside its range has failed, whatever was ticked.

    rows: [{point, result, measured, note}]. Raises BusinessError CHECKLIST_INCOMPLETE when a point has no result.
    """
    known = _of_effect(session, posting.effect_key)
    if known:
        return known
    given = {int(row["point"]): row for row in rows if row.get("point") is not None}
    wanted = {each.position: each for each in points(session, version)}
    stranger = next((position for position in given if position not in wanted), None)
    if stranger is not None:
        raise errors.BusinessError(INCOMPLETE, Sentence(_UNKNOWN, point=stranger))
    missing = [
        each.text for position, each in wanted.items() if not (given.get(position) or {}).get("result")
    ]
    if missing:
        raise errors.BusinessError(INCOMPLETE, Sentence(_MISSING, points=missing))
    found = [_result(posting, version, each, given[position]) for position, each in wanted.items()]
    session.add_all(found)
    session.flush()
    return found


def results(session: Session, order_no: str) -> list[ChecklistResult]:
    """What was found in an order, as last written down."""
    query = select(ChecklistResult).where(ChecklistResult.order_no == order_no)
    rows = list(session.scalars(query.order_by(ChecklistResult.key)))
    return [each for each in rows if each.effect_key == rows[-1].effect_key]


def _result(
    posting: Posting, version: ChecklistVersion, point: ChecklistPoint, row: Mapping[str, Any]
) -> ChecklistResult:
    result, measured = row["result"], _milli(row.get("measured"))
    if point.unit and result != SKIPPED:
        if measured is None:
            raise errors.BusinessError(INCOMPLETE, Sentence(_NO_MEASURE, point=point.text, unit=point.unit))
        result = result if point.passes(measured) else FAILED
    return ChecklistResult(
        checklist_id=version.checklist_id,
        version=version.version,
        position=point.position,
        text=point.text,
        result=result,
        measured_milli=measured,
        note=(row.get("note") or "").strip() or None,
        **ledger.columns(posting),
    )


def _of_effect(session: Session, effect_key: str) -> list[ChecklistResult]:
    query = select(ChecklistResult).where(ChecklistResult.effect_key == effect_key)
    return list(session.scalars(query.order_by(ChecklistResult.position)))


def _milli(value: Decimal | int | str | None) -> int | None:
    return None if value is None or value == "" else quantities.milli(Decimal(str(value)))
