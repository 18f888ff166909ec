"""Production: pieces balance operation by operation, and nothing of a settled order is in work (I27)."""

from __future__ import annotations

from sqlalchemy import Executable, case, func, or_, select

from engine.sentences import _l
from processes.checks.check import Check, asked
from processes.records import journal
from processes.records.journal import JournalEntry
from processes.records.operation_log import OperationLogRow, Waiting
from processes.records.production_orders import ProductionOrder
from processes.records.settlements import Settlement
from processes.records.stock_ledger import StockLocation, StockMove

_ACCOUNTS = (journal.PRODUCTION, journal.WORK_IN_PROGRESS)


@asked
def _unbalanced_rows() -> Executable:
    row = OperationLogRow
    made = row.good_milli + row.scrap_milli + row.rest_milli
    query = select(
        row.order_no.label("row"),
        row.number.label("number"),
        row.input_milli.label("input_milli"),
        made.label("made_milli"),
    )
    return query.where(row.input_milli != made)


@asked
def _sums_that_disagree() -> Executable:
    """Orders whose sums are not those of their log, or of what waits before their operations."""
    scrap = (
        select(func.coalesce(func.sum(OperationLogRow.scrap_milli), 0))
        .where(OperationLogRow.order_no == ProductionOrder.order_no)
        .correlate(ProductionOrder)
        .scalar_subquery()
    )
    waiting = (
        select(func.coalesce(func.sum(Waiting.waiting_milli), 0))
        .where(Waiting.order_no == ProductionOrder.order_no)
        .correlate(ProductionOrder)
        .scalar_subquery()
    )
    query = select(
        ProductionOrder.order_no.label("row"),
        ProductionOrder.in_work_milli.label("in_work_milli"),
        waiting.label("waiting_milli"),
        ProductionOrder.scrap_milli.label("scrap_milli"),
        scrap.label("logged_milli"),
    )
    return query.where(or_(ProductionOrder.in_work_milli != waiting, ProductionOrder.scrap_milli != scrap))


@asked
def _left_after_settlement() -> Executable:
    """Settled orders with material in work, or with something on the accounts of production."""
    places = select(StockLocation.location_id).where(StockLocation.kind == "wip")
    sign = case((StockMove.to_location_id.in_(places), 1), else_=0) - case(
        (StockMove.from_location_id.in_(places), 1), else_=0
    )
    material = (
        select(func.coalesce(func.sum(sign * StockMove.quantity_milli), 0))
        .where(StockMove.order_no == Settlement.order_no)
        .correlate(Settlement)
        .scalar_subquery()
    )
    side = case((JournalEntry.account_debit.in_(_ACCOUNTS), 1), else_=0) - case(
        (JournalEntry.account_credit.in_(_ACCOUNTS), 1), else_=0
    )
    value = (
        select(func.coalesce(func.sum(side * JournalEntry.amount_cents), 0))
        .where(JournalEntry.order_no == Settlement.order_no)
        .correlate(Settlement)
        .scalar_subquery()
    )
    query = select(
        Settlement.order_no.label("row"), material.label("material_milli"), value.label("value_cents")
    )
    return query.where(or_(material != 0, value != 0))


CHECKS = (
    Check(
        "I27",
        _l("What went into an operation is good, scrap or rest."),
        _unbalanced_rows,
        _l("Operation {number} of {row} took {input_milli}, but gave {made_milli}."),
        _l("Take the row back with a reversing row and report again."),
    ),
    Check(
        "I27",
        _l("The sums of a production order are those of its operation log."),
        _sums_that_disagree,
        _l(
            "{row} has {in_work_milli} in work and {scrap_milli} scrap, but {waiting_milli} wait and {logged_milli} are logged."
        ),
        _l("Compare the order with its operation log and correct the sums."),
    ),
    Check(
        "I27",
        _l("Nothing of a settled production order is in work."),
        _left_after_settlement,
        _l(
            "{row} is settled, but {material_milli} of material and {value_cents} of value are still in work."
        ),
        _l("Return the material to the store, and take back what was booked after the settlement."),
    ),
)
