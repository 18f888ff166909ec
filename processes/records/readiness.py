"""Whether a work order can be completed: every reason why not, each as a sentence with its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Label, Sentence, _l
from processes.records import billing, money, order_lines, quantities, quotes, stock, waybills
from processes.records.billing import Billed
from processes.records.wage_schemes import Earning
from processes.records.work_orders import OUTCOMES, STATES, WorkOrder

_NOT_OPEN = _l("The work order {number} is not open ({state}). Reverse it to complete it anew.")
_NO_REPORT = _l("Nobody has reported the work yet. Write down the hours and the parts used.")
_NOTHING_DONE = _l(
    "No work of the order is reported as done. Mark what was done, or give the device back unrepaired."
)
_NOT_USED = _l("{quantity} of {part} was issued and not used. Return it to the store.")
_NOT_ISSUED = _l("{quantity} of {part} was used and not issued. Issue it, or correct the report.")
_NO_CONSENT = _l(
    "The customer agreed to {agreed}, but {billed} is to be billed. Send a new version of the quote."
)
_NO_SCHEME = _l(
    'No wage scheme is in force for {login} and the operation "{operation}". '
    "Add one, or let somebody else report the work."
)


def reasons(
    session: Session,
    work_order: WorkOrder,
    outcome: str,
    billed: Sequence[Billed],
    earnings: Iterable[Earning],
) -> list[Sentence]:
    """Why this work order cannot be completed with that outcome now; empty when it can. Changes nothing."""
    if outcome not in OUTCOMES:
        raise errors.Refused(f'Expected an outcome of {", ".join(OUTCOMES)}, but found "{outcome}".')
    if work_order.state != "open":
        return [Sentence(_NOT_OPEN, number=work_order.number, state=Label(STATES[work_order.state]))]
    return [
        *_unreported(session, work_order, outcome),
        *_parts(session, work_order.order_no, billed),
        *_without_consent(session, work_order.order_no, billed),
        *_without_scheme(earnings),
    ]


def _unreported(session: Session, work_order: WorkOrder, outcome: str) -> Iterator[Sentence]:
    if outcome != "repaired":
        return
    works = [
        line for line in order_lines.planned(session, work_order.order_no) if line.kind == order_lines.WORK
    ]
    if work_order.reported_at is None:
        yield Sentence(_NO_REPORT)
    elif works and not any(line.used_milli for line in works):
        # Else nothing would be billed for the work, and nobody would notice.
        yield Sentence(_NOTHING_DONE)


def _parts(session: Session, order_no: str, billed: Iterable[Billed]) -> Iterator[Sentence]:
    if waybills.is_due(session, order_no):
        return
    used: dict[str, int] = {}
    for each in billed:
        if each.line.kind == "part":
            used[each.line.sku] = used.get(each.line.sku, 0) + each.quantity_milli
    issued = stock.issued(session, order_no)
    for sku in sorted(used.keys() | issued.keys()):
        left = issued.get(sku, 0) - used.get(sku, 0)
        if left > 0:
            yield Sentence(_NOT_USED, quantity=quantities.plain(left), part=sku)
        elif left < 0:
            yield Sentence(_NOT_ISSUED, quantity=quantities.plain(-left), part=sku)


def _without_consent(session: Session, order_no: str, billed: Iterable[Billed]) -> Iterator[Sentence]:
    agreed = quotes.in_force(session, order_no)
    agreed_cents = billing.agreed_cents(agreed.lines) if agreed else 0
    asked_cents = billing.billed_asked_cents(billed)
    if asked_cents > agreed_cents:
        yield Sentence(_NO_CONSENT, agreed=money.units(agreed_cents), billed=money.units(asked_cents))


def _without_scheme(earnings: Iterable[Earning]) -> Iterator[Sentence]:
    for each in earnings:
        if each.scheme is None:
            yield Sentence(_NO_SCHEME, login=each.login, operation=each.operation)
