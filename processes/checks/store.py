"""The store: nothing comes from nowhere, nothing is less than nothing, what is promised is there (I1 to I4, I6, I7)."""

from __future__ import annotations

from sqlalchemy import Executable, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from engine.sentences import _l
from engine.tables import ProcessInstance
from processes.checks.check import Check, asked
from processes.records.orders import CustomerOrder
from processes.records.products import Product
from processes.records.reservations import Reservation
from processes.records.stock_ledger import Lot, StockBalance, StockLocation, StockMove
from processes.records.work_orders import WorkOrder

_ENTERED = case((StockMove.to_location_id == StockBalance.location_id, 1), else_=-1)


@asked
def _one_ended() -> Executable:
    left, reached = aliased(StockLocation), aliased(StockLocation)
    return (
        select(
            StockMove.key.label("row"),
            StockMove.from_location_id.label("left"),
            StockMove.to_location_id.label("reached"),
        )
        .outerjoin(left, left.location_id == StockMove.from_location_id)
        .outerjoin(reached, reached.location_id == StockMove.to_location_id)
        .where(
            or_(
                left.location_id.is_(None),
                reached.location_id.is_(None),
                StockMove.from_location_id == StockMove.to_location_id,
                StockMove.quantity_milli <= 0,
            )
        )
    )


@asked
def _below_nothing() -> Executable:
    return (
        select(
            StockBalance.sku.label("row"),
            StockBalance.location_id.label("place"),
            StockBalance.quantity_milli.label("there_milli"),
        )
        .join(StockLocation, StockLocation.location_id == StockBalance.location_id)
        .where(StockLocation.kind.not_in(("supplier", "loss", "production")), StockBalance.quantity_milli < 0)
    )


@asked
def _not_the_sum() -> Executable:
    moved = func.coalesce(func.sum(_ENTERED * StockMove.quantity_milli), 0)
    value = func.coalesce(func.sum(_ENTERED * StockMove.cost_cents), 0)
    return (
        select(
            StockBalance.sku.label("row"),
            StockBalance.location_id.label("place"),
            StockBalance.quantity_milli.label("there_milli"),
            StockBalance.value_cents.label("value_cents"),
            moved.label("moved_milli"),
            value.label("moved_cents"),
        )
        .outerjoin(
            StockMove,
            and_(
                StockMove.lot_key == StockBalance.lot_key,
                or_(
                    StockMove.to_location_id == StockBalance.location_id,
                    StockMove.from_location_id == StockBalance.location_id,
                ),
            ),
        )
        .group_by(StockBalance.key)
        .having(or_(moved != StockBalance.quantity_milli, value != StockBalance.value_cents))
    )


@asked
def _unkept() -> Executable:
    """Moves to a place that says nothing of their lot."""
    kept = select(StockBalance.key).where(
        StockBalance.lot_key == StockMove.lot_key, StockBalance.location_id == StockMove.to_location_id
    )
    query = select(StockMove.sku.label("row"), StockMove.to_location_id.label("place")).where(~kept.exists())
    return query.distinct()


@asked
def _serials() -> Executable:
    there = func.sum(case((StockBalance.quantity_milli > 0, StockBalance.quantity_milli), else_=0))
    return (
        select(Lot.lot_no.label("row"), Lot.sku.label("sku"), there.label("there_milli"))
        .join(Product, Product.sku == Lot.sku)
        .join(StockBalance, StockBalance.lot_key == Lot.key)
        .where(Product.tracking == "serial")
        .group_by(Lot.key, Lot.lot_no, Lot.sku)
        .having(there != 1000)
    )


@asked
def _over_promised() -> Executable:
    promised = (
        select(func.coalesce(func.sum(Reservation.quantity_milli), 0))
        .where(Reservation.balance_key == StockBalance.key, Reservation.state == "active")
        .correlate(StockBalance)
        .scalar_subquery()
    )
    return select(
        StockBalance.sku.label("row"),
        StockBalance.location_id.label("place"),
        StockBalance.quantity_milli.label("there_milli"),
        StockBalance.reserved_milli.label("kept_milli"),
        promised.label("promised_milli"),
    ).where(
        or_(
            promised != StockBalance.reserved_milli,
            and_(promised > 0, promised > StockBalance.quantity_milli),
        )
    )


@asked
def _left_over() -> Executable:
    return (
        select(
            Reservation.order_no.label("row"),
            Reservation.sku.label("sku"),
            Reservation.quantity_milli.label("promised_milli"),
        )
        .join(ProcessInstance, ProcessInstance.key == Reservation.process_instance_key)
        .outerjoin(CustomerOrder, CustomerOrder.order_no == Reservation.order_no)
        .outerjoin(WorkOrder, WorkOrder.order_no == Reservation.order_no)
        .where(
            Reservation.state == "active",
            or_(
                ProcessInstance.state != "active",
                CustomerOrder.cancelled_at.is_not(None),
                WorkOrder.state.in_(("completed", "cancelled")),
            ),
        )
    )


_COUNT = _l("Count what is there, and correct it with a move.")
_SUM = _l("Nobody but the moves may change it; set it to their sum.")

CHECKS = (
    Check(
        "I1",
        _l("Every move of stock leaves one place and reaches another."),
        _one_ended,
        _l("The stock move {row} goes from {left} to {reached}."),
        _COUNT,
    ),
    Check(
        "I2",
        _l("No place holds less than nothing."),
        _below_nothing,
        _l("Of {row} there is {there_milli} at {place}."),
        _COUNT,
    ),
    Check(
        "I3",
        _l("What lies at a place, and its value, is the sum of the moves."),
        _not_the_sum,
        _l(
            "Of {row} there is {there_milli} at {place}, worth {value_cents}, "
            "but its moves add up to {moved_milli}, worth {moved_cents}."
        ),
        _SUM,
    ),
    Check(
        "I3",
        _l("Every place that a move reached says what lies there."),
        _unkept,
        _l("{row} was moved to {place}, but nothing is kept of it there."),
        _SUM,
    ),
    Check(
        "I4",
        _l("A piece with a serial number is at one place."),
        _serials,
        _l("The piece {row} of {sku} is there {there_milli} times."),
        _COUNT,
    ),
    Check(
        "I6",
        _l("What is reserved is there, and reserved for somebody."),
        _over_promised,
        _l("Of {row} at {place} {promised_milli} is promised, {kept_milli} is kept, {there_milli} is there."),
        _l("Release reservations until they fit, the newest first."),
    ),
    Check(
        "I7",
        _l("Nothing is reserved for an order that needs it no more."),
        _left_over,
        _l("{promised_milli} of {sku} is still reserved for {row}, which has ended."),
        _l("Release it."),
    ),
)
