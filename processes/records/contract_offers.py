"""What happens to a contract as a whole: it is offered with its lines, concluded or dropped, changed, renewed, ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import errors, messages, roles
from engine.sentences import Sentence, _l
from processes.records import (
    billing,
    contract_periods,
    contract_quotas,
    contracts,
    customers,
    maintenance,
    order_lines,
    orders,
    reversing,
    tariffs,
)
from processes.records.contract_periods import ContractPeriod
from processes.records.contracts import Contract
from processes.records.ledger import Posting

UNKNOWN = "CONTRACT_UNKNOWN"
SUSPEND, RESUME, PLAN, END = CHANGES = ("suspend", "resume", "plan", "end")
RENEW = "renew"
#: The message that tells the order of a contract that it has changed.
CHANGED = "contract_changed"
_NOT_IN_FORCE = _l("There is no contract {number} in force. Look at the list of contracts for its number.")
_NO_DAY = _l("Say from which day.")
_NO_PLAN = _l("Say which plan.")
_NO_REASON = _l("A contract is suspended or ended for a reason. Give one.")
_BILLED = _l(
    "Contract {number} is billed until {day}; it cannot end before. Take the bill of that period back first."
)
_NO_WORK = _l("Say which work the hours of the maintenance are booked on; the plan has none.")
_NO_ADDRESS = _l("Say where the devices are: their maintenance needs an address to come to.")
_PAST = _l("The contract cannot end on {day}: it runs from {start} on.")


@dataclass(frozen=True, slots=True)
class Covered:
    """What a contract bears of an order's works, in thousandths of an hour, and what the customer pays."""

    covered_milli: int
    extra_milli: int
    client_cents: int


def open_order(
    session: Session, posting: Posting, order_type: str, customer_key: int, address: str | None
) -> orders.CustomerOrder:
    """The order in which a contract is concluded; one that is open already follows another customer or address."""
    order = orders.open_order(
        session,
        posting,
        order_type=order_type,
        customer_key=customer_key,
        device_key=None,
        repair_kind=orders.CONTRACT,
        complaint="Service contract",
        channel="contract",
        place=orders.ON_SITE if (address or "").strip() else orders.POINT,
        address=address,
        contract_no=posting.order_no,
    )
    order.customer_key = customer_key
    session.flush()
    return order


def open_billing_order(
    session: Session, posting: Posting, order_type: str, contract: Contract, period: ContractPeriod
) -> orders.CustomerOrder:
    """The order that bills a period of a contract."""
    return orders.open_order(
        session,
        posting,
        order_type=order_type,
        customer_key=contract.customer_key,
        device_key=None,
        repair_kind=orders.CONTRACT,
        complaint=f"{contract.contract_no}: {period.first.isoformat()} – {period.last.isoformat()}",
        channel="contract",
        contract_no=contract.contract_no,
    )


def write_lines(session: Session, contract: Contract, plan_id: str) -> int:
    """Let the order of a contract have as lines what one whole period costs, for the customer to agree to. Returns the cents."""
    for line in order_lines.planned(session, contract.contract_no):
        line.state = "dropped"
    session.flush()
    version = tariffs.version_on(session, plan_id, contract.starts_on)
    total = 0
    language = customers.get(session, contract.customer_key).language
    billed = tariffs.billed(
        session, version, language, index_percent=contract.index_percent, days=1, of_days=1
    )
    for each in billed:
        total += each.total_cents
        session.add(
            order_lines.OrderLine(
                order_no=contract.contract_no,
                # What a plan sells is no part of ours that a store would have to issue.
                kind=order_lines.WORK,
                sku=each.sku,
                description=each.description,
                quantity_milli=each.quantity_milli,
                unit=each.unit,
                price_cents=each.price_cents,
                list_price_cents=each.price_cents,
                payer=order_lines.CLIENT,
                state="planned",
            )
        )
    session.flush()
    return total


def plan_maintenance(session: Session, contract: Contract, rows: Iterable[Mapping[str, Any]]) -> None:
    """Let the devices of a draft be maintained as the rows say; what an earlier draft said is forgotten.

    Raises BusinessError CONTRACT_INVALID for a device that the contract does not cover or that has a plan already.
    """
    _forget_plans(session, contract)
    first_work = next((each for each in _works(session, contract)), None)
    for row in rows:
        if contract.address is None:
            raise errors.BusinessError(contracts.INVALID, Sentence(_NO_ADDRESS))
        work = row.get("work") or first_work
        if work is None:
            raise errors.BusinessError(contracts.INVALID, Sentence(_NO_WORK))
        maintenance.plan(
            session,
            int(row["device"]),
            contract.contract_no,
            first_due=date.fromisoformat(row["first_due"]),
            months=int(row["months"]),
            work=work,
            basis=row.get("basis") or maintenance.CALENDAR,
            lead_days=int(maintenance.LEAD_DAYS if row.get("lead_days") is None else row["lead_days"]),
            checklist_id=row.get("checklist") or None,
            in_plan=not row.get("at_customers_cost"),
            skill_id=row.get("skill") or None,
            visit_minutes=int(row.get("minutes") or 60),
            meter_unit=(row.get("meter_unit") or "").strip() or None,
            kit=[{"part": row["part"], "quantity": row.get("part_quantity") or 1}] if row.get("part") else [],
        )


def drop(session: Session, contract: Contract) -> None:
    """The contract is not concluded. Dropping it again changes nothing."""
    contract.go(contracts.DROPPED)
    _forget_plans(session, contract)


def in_force(session: Session, contract_no: str) -> Contract:
    """The contract of that number, when it is active or suspended. Raises BusinessError CONTRACT_UNKNOWN."""
    found = contracts.find(session, contract_no)
    if found is None or found.state not in (contracts.ACTIVE, contracts.SUSPENDED):
        raise errors.BusinessError(UNKNOWN, Sentence(_NOT_IN_FORCE, number=contract_no))
    return found


def change(
    session: Session,
    contract_no: str,
    kind: str,
    from_day: date | None,
    until_day: date | None,
    plan_id: str | None,
    reason: str,
    *,
    by: str,
    now: datetime,
) -> Contract:
    """Change a contract in force, and tell its order. Raises BusinessError CONTRACT_INVALID for what does not fit."""
    if kind not in CHANGES:
        raise errors.Refused(f'Expected a change of {", ".join(CHANGES)}, but found "{kind}".')
    contract = contracts.get(session, contract_no, hold=True)
    if contract.state not in (contracts.ACTIVE, contracts.SUSPENDED):
        raise errors.BusinessError(contracts.INVALID, Sentence(_NOT_IN_FORCE, number=contract_no))
    today = orders.day(session, now)
    if from_day is None:
        raise errors.BusinessError(contracts.INVALID, Sentence(_NO_DAY))
    if kind in (SUSPEND, END) and not reason:
        raise errors.BusinessError(contracts.INVALID, Sentence(_NO_REASON))
    if kind == SUSPEND:
        contracts.suspend(session, contract, from_day, until_day, reason, today)
    elif kind == RESUME:
        contracts.resume(session, contract, from_day, today)
    elif kind == PLAN:
        if not plan_id:
            raise errors.BusinessError(contracts.INVALID, Sentence(_NO_PLAN))
        contracts.change_plan(session, contract, plan_id, from_day)
    else:
        end_on(session, contract, from_day, reason, today)
    session.flush()
    actor = roles.SYSTEM if by == roles.SYSTEM.login else roles.actor(session, by)
    messages.publish(session, CHANGED, contract_no, {}, actor=actor, now=now)
    return contract


def renew(
    session: Session,
    contract: Contract,
    decision: str,
    ends_on: date | None,
    index_percent: Decimal | None,
    reason: str | None,
    today: date,
) -> None:
    """Let a contract go on until another day, or open-ended, or end on its day. Raises BusinessError CONTRACT_INVALID.

    An open-ended contract that goes on is looked at again a year later, so its first notice is a day in the future.
    """
    if decision == END:
        last = ends_on or contract.ends_on
        if last is None:
            raise errors.BusinessError(contracts.INVALID, Sentence(_NO_DAY))
        end_on(session, contract, last, reason, today)
        return
    if decision != RENEW:
        raise errors.Refused(f'Expected the decision renew or end, but found "{decision}".')
    if ends_on is not None and (contract.ends_on is None or ends_on <= contract.ends_on):
        raise errors.BusinessError(
            contracts.INVALID,
            Sentence(_l("A renewed contract ends later than before, on {day}."), day=str(contract.ends_on)),
        )
    if contract.state == contracts.ENDED:
        raise errors.BusinessError(contracts.INVALID, Sentence(_NOT_IN_FORCE, number=contract.contract_no))
    contract.ends_on, contract.renewed_on, contract.end_reason = ends_on, today, None
    if index_percent is not None:
        contract.index_percent = index_percent
    session.flush()


def end_on(session: Session, contract: Contract, last: date, reason: str | None, today: date) -> None:
    """Let a contract end on a day: that day is billed, none after it. Raises BusinessError CONTRACT_INVALID."""
    if last < contract.starts_on:
        said = {"day": last.isoformat(), "start": contract.starts_on.isoformat()}
        raise errors.BusinessError(contracts.INVALID, Sentence(_PAST, **said))
    billed = contract_periods.billed_until(session, contract.contract_no)
    if billed is not None and last < billed and billed != contract.ends_on:
        said = {"number": contract.contract_no, "day": billed.isoformat()}
        raise errors.BusinessError(contracts.INVALID, Sentence(_BILLED, **said))
    contract.ends_on, contract.end_reason = last, (reason or "").strip() or contract.end_reason
    session.flush()
    contract.follow(today)


@reversing.on_cancel
def give_up(session: Session, posting: Posting, reason: str | None) -> int:
    """Give up the contract of a cancelled order: a draft is dropped, one in force ends today or with what is billed already."""
    contract = contracts.find(session, posting.order_no)
    if contract is None or contract.state in (contracts.DROPPED, contracts.ENDED):
        return 0
    if contract.state == contracts.DRAFT:
        drop(session, contract)
        return 1
    today = orders.day(session, posting.at)
    billed = contract_periods.billed_until(session, contract.contract_no) or today
    contract.ends_on = max(contract.starts_on, today, billed)
    contract.end_reason = (reason or "").strip() or "-"
    session.flush()
    return 1


def cover(session: Session, posting: Posting, day: date) -> Covered:
    """Let the contract of an order bear what it includes of its works; an order of no contract stays as it is."""
    order = orders.get(session, posting.order_no)
    covered = extra = 0
    if order.contract_no and order.repair_kind == orders.CONTRACT:
        covered, extra = contract_quotas.cover(session, posting, day)
    client = billing.client_planned_cents(order_lines.planned(session, order.order_no))
    return Covered(covered, extra, client)


def _works(session: Session, contract: Contract) -> list[str]:
    plan_id = contracts.plan_on(session, contract.contract_no, contract.starts_on)
    version = tariffs.version_on(session, plan_id, contract.starts_on)
    return [line.sku for line in tariffs.lines_of(session, version) if line.kind == tariffs.WORK]


def _forget_plans(session: Session, contract: Contract) -> None:
    for each in maintenance.of_contract(session, contract.contract_no):
        session.delete(each)
    session.flush()
