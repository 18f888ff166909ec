"""Capacity (L14): which quarter hours of whom an appointment takes up. Nobody is at two places at once (I23).

One row for each resource, quarter hour and unit; the primary key is the promise itself: what is taken cannot be taken again,
whoever asks at the same moment. Units are those that the resource has, by a foreign key to its capacity.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    delete,
    exc,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import moments
from processes.records.resources import Resource

SLOT_TAKEN = "SLOT_TAKEN"
QUARTER_S = 15 * 60


class CapacityUse(Base):
    """A unit of a resource is taken for a quarter hour. quarter: quarter hours since 1970, in UTC."""

    __tablename__ = "capacity_use"
    __table_args__ = (
        # A resource that loses a unit which is taken is refused by the check below: the capacity here follows it.
        ForeignKeyConstraint(
            ["resource_id", "capacity"],
            ["resource.resource_id", "resource.capacity"],
            name="fk_capacity_use_resource",
            onupdate="CASCADE",
        ),
        CheckConstraint("unit BETWEEN 1 AND capacity", name="unit"),
        Index("ix_capacity_use_appointment", "appointment_key"),
    )
    resource_id: Mapped[str] = mapped_column(primary_key=True)
    quarter: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    unit: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    capacity: Mapped[int]
    appointment_key: Mapped[int] = mapped_column(ForeignKey("appointment.key"))


def take(
    session: Session,
    appointment_key: int,
    units: Mapping[str, int],
    starts_at: datetime,
    ends_at: datetime,
) -> None:
    """Take so many units of each resource for that time. Raises BusinessError SLOT_TAKEN: then nothing is taken.

    units: {resource id: how many}.
    """
    held = hold(session, units)
    wanted = quarters(starts_at, ends_at)
    rows = []
    for resource_id, count in sorted(units.items()):
        resource = held.get(resource_id)
        if resource is None:
            raise errors.NotFound(f'There is no person, vehicle or crew "{resource_id}" in the calendar.')
        used = _used(session, resource_id, wanted)
        for quarter in wanted:
            free = [unit for unit in range(1, resource.capacity + 1) if unit not in used.get(quarter, ())]
            if len(free) < count:
                raise taken(session, resource.name, starts_at)
            rows += [
                {
                    "resource_id": resource_id,
                    "quarter": quarter,
                    "unit": unit,
                    "capacity": resource.capacity,
                    "appointment_key": appointment_key,
                }
                for unit in free[:count]
            ]
    try:
        with session.begin_nested():
            session.execute(insert(CapacityUse), rows)
    except exc.IntegrityError as refused:
        # Somebody who did not ask first was quicker: the database has the last word.
        raise taken(session, ", ".join(sorted(held[each].name for each in units)), starts_at) from refused


def release(session: Session, appointment_key: int, after: datetime | None = None) -> int:
    """Give back what an appointment takes up, all of it or from a moment on; returns how many quarter hours."""
    query = delete(CapacityUse).where(CapacityUse.appointment_key == appointment_key)
    if after is not None:
        query = query.where(CapacityUse.quarter >= -(-int(after.timestamp()) // QUARTER_S))
    return session.execute(query).rowcount


def hold(session: Session, resource_ids: Iterable[str]) -> dict[str, Resource]:
    """Let nobody else take up these resources until the transaction ends; always in the same order, so nobody blocks another."""
    query = (
        select(Resource)
        .where(Resource.resource_id.in_(sorted(resource_ids)))
        .order_by(Resource.resource_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {each.resource_id: each for each in session.scalars(query)}


def full(
    session: Session,
    resources: Collection[Resource],
    start: datetime,
    end: datetime,
    besides: int | None = None,
) -> dict[str, set[int]]:
    """{resource: the quarter hours in which it has no unit left}. besides: what this appointment takes up is left out."""
    capacities = {each.resource_id: each.capacity for each in resources}
    span = quarters(start, end)
    query = (
        select(CapacityUse.resource_id, CapacityUse.quarter, func.count())
        .where(
            CapacityUse.resource_id.in_(sorted(capacities)),
            CapacityUse.quarter.between(span.start, span.stop - 1),
        )
        .group_by(CapacityUse.resource_id, CapacityUse.quarter)
    )
    if besides is not None:
        query = query.where(CapacityUse.appointment_key != besides)
    found: dict[str, set[int]] = {each: set() for each in capacities}
    for resource_id, quarter, count in session.execute(query):
        if count >= capacities[resource_id]:
            found[resource_id].add(quarter)
    return found


def load(session: Session, resource_ids: Collection[str], start: datetime, end: datetime) -> dict[str, int]:
    """{resource: how many minutes of it are taken between two moments}."""
    span = quarters(start, end)
    query = (
        select(CapacityUse.resource_id, func.count())
        .where(
            CapacityUse.resource_id.in_(sorted(resource_ids)),
            CapacityUse.quarter.between(span.start, span.stop - 1),
        )
        .group_by(CapacityUse.resource_id)
    )
    found = dict.fromkeys(resource_ids, 0)
    found.update({each: count * QUARTER_S // 60 for each, count in session.execute(query)})
    return found


def quarters(starts_at: datetime, ends_at: datetime) -> range:
    """The quarter hours that a time touches, by their numbers."""
    return range(int(starts_at.timestamp()) // QUARTER_S, -(-int(ends_at.timestamp()) // QUARTER_S))


def begins(quarter: int) -> datetime:
    """The moment at which a quarter hour begins."""
    return datetime.fromtimestamp(quarter * QUARTER_S, UTC)


def taken(session: Session, name: str, starts_at: datetime) -> errors.BusinessError:
    """The error that somebody else has this time."""
    return errors.BusinessError(
        SLOT_TAKEN,
        Sentence(
            _l("{name} is no longer free at {start}. Choose another time."),
            name=name,
            start=moments.said(session, starts_at),
        ),
    )


def _used(session: Session, resource_id: str, span: range) -> dict[int, set[int]]:
    query = select(CapacityUse.quarter, CapacityUse.unit).where(
        CapacityUse.resource_id == resource_id, CapacityUse.quarter.between(span.start, span.stop - 1)
    )
    found: dict[int, set[int]] = {}
    for quarter, unit in session.execute(query):
        found.setdefault(quarter, set()).add(unit)
    return found
