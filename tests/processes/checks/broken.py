"""One row broken by hand for each check: {name of the check's question: (the statements that break it, the row it must name)}."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.processes.checks import aftersold, contracted, purchasing, serving, visiting, watched

_AN_ORDER = "(SELECT key FROM process_instance WHERE business_key = 'R-0001')"
_A_PUMP = "(SELECT key FROM stock_move WHERE sku = 'X-PUMP' ORDER BY key LIMIT 1)"


@dataclass(frozen=True, slots=True)
class Again:
    """A row once more under another key, with other values in some columns."""

    table: str
    where: str
    other: dict[str, object] = field(default_factory=dict)


MONEY = {
    "_sums": (
        ["UPDATE invoice SET total_cents = total_cents + 1 WHERE number = 'INV-2026-0001'"],
        "INV-2026-0001",
    ),
    "_charged": (
        ["DELETE FROM receivable_entry WHERE kind = 'invoiced' AND invoice_no = 'INV-2026-0003'"],
        "INV-2026-0003",
    ),
    "_overpaid": (
        [
            "UPDATE receivable_entry SET amount_cents = -99999 WHERE kind = 'paid' AND invoice_no = 'INV-2026-0002'"
        ],
        "INV-2026-0002",
    ),
    "_paid": (["UPDATE payment SET amount_cents = 1 WHERE payment_id = 'T-1'"], "R-0001"),
    "_advances": (
        ["UPDATE receivable_entry SET amount_cents = 9999 WHERE kind = 'settled' AND invoice_no IS NULL"],
        "R-0001",
    ),
    "_settlements": (
        ["UPDATE receivable_entry SET amount_cents = -1 WHERE kind = 'settled' AND invoice_no IS NOT NULL"],
        "R-0001",
    ),
    "_negative_tills": (["UPDATE cash_account SET balance_cents = -1 WHERE account_id = 'TILL'"], "TILL"),
    "_balances": (
        ["UPDATE cash_account SET balance_cents = balance_cents + 1 WHERE account_id = 'TILL'"],
        "TILL",
    ),
    "_provider_ids": ([Again("payment", "payment_id = 'T-1'")], "T-1"),
    "_moves_of_payments": (["DELETE FROM cash_move WHERE amount_cents = 5000"], "T-1"),
}

ACCOUNTS = {
    "_one_sided": (
        ["UPDATE journal_entry SET account_credit = NULL WHERE document = 'INV-2026-0001' AND line_no = 1"],
        "INV-2026-0001",
    ),
    "_unposted": (["DELETE FROM journal_entry WHERE document = 'GR-2026-0001'"], "GR-2026-0001"),
    "_ledgers": (
        ["UPDATE journal_entry SET amount_cents = amount_cents + 1 WHERE account_debit = 'cash'"],
        "cash",
    ),
}

STORE = {
    "_one_ended": ([f"UPDATE stock_move SET from_location_id = 'NOWHERE' WHERE key = {_A_PUMP}"], ""),
    "_below_nothing": (
        ["UPDATE stock_balance SET quantity_milli = -1 WHERE sku = 'X-PUMP' AND location_id = 'MAIN'"],
        "X-PUMP",
    ),
    "_not_the_sum": (
        [
            "UPDATE stock_balance SET value_cents = value_cents + 1 WHERE sku = 'X-HOSE' AND location_id = 'MAIN'"
        ],
        "X-HOSE",
    ),
    "_unkept": (["DELETE FROM stock_balance WHERE sku = 'X-PUMP' AND location_id = 'WIP'"], "X-PUMP"),
    "_serials": (
        ["UPDATE product SET tracking = 'serial' WHERE sku = 'X-PUMP'"],
        "GR-2026-0001/1",
    ),
    "_over_promised": (["UPDATE stock_balance SET reserved_milli = 0 WHERE sku = 'X-PUMP'"], "X-PUMP"),
    "_left_over": (
        ["UPDATE process_instance SET state = 'completed' WHERE business_key = 'R-0003'"],
        "R-0003",
    ),
}

WORK = {
    "_cost_of_parts": (
        ["UPDATE order_cost SET amount_cents = amount_cents + 1 WHERE kind = 'parts'"],
        "R-0001",
    ),
    "_late_cost": (
        ["UPDATE order_cost SET effect_key = 'late', at = '2026-12-24 08:00:00' WHERE reverses IS NULL"],
        "R-0001",
    ),
    "_double_wages": (
        [Again("wage_accrual", "order_no = 'R-0001' AND work_order_version = 2 AND reverses IS NULL")],
        "R-0001",
    ),
    "_wages_after_payout": (
        ["UPDATE wage_period SET locked_at = '2026-11-01 00:00:00', locked_by = 'accountant'"],
        "R-0001",
    ),
    "_longer_claims": (
        ["UPDATE part_warranty SET kept_until = '2026-12-01' WHERE reverses IS NULL"],
        "R-0001",
    ),
    "_half_posted": (["UPDATE work_order SET state = 'open' WHERE order_no = 'R-0001'"], "WO-2026-0001"),
    "_left_of_cancelled": (
        ["DELETE FROM wage_accrual WHERE order_no = 'R-0002' AND reverses IS NOT NULL"],
        "R-0002",
    ),
    "_changed_prices": (["UPDATE order_line SET price_cents = 1 WHERE sku = 'X-PUMP'"], "R-0001"),
    "_quote_totals": (["UPDATE quote_version SET total_cents = 1 WHERE order_no = 'R-0001'"], "R-0001"),
}

ORDERS = {
    "_jumps": (["UPDATE item_movement SET from_place = 'partner' WHERE number = 2"], ""),
    "_lost": (["UPDATE intake_document SET issued_at = NULL WHERE order_no = 'R-0001'"], "R-0001"),
    "_statuses": (["UPDATE intake_document SET variant = NULL WHERE order_no = 'R-0003'"], "R-0003"),
    "_transitions": (
        ["UPDATE status_change SET to_status = 'issued' WHERE order_no = 'R-0003' AND number = 2"],
        "R-0003",
    ),
    "_answers": ([Again("quote_version", "order_no = 'R-0003'", {"version": 0, "state": "sent"})], "R-0003"),
    "_cancelled": (["UPDATE work_order SET state = 'open' WHERE order_no = 'R-0002'"], "R-0002"),
}

LEDGERS = {
    "_without_effect": (
        [f"UPDATE payment SET effect_key = {_AN_ORDER} || ':take_payment:7' WHERE payment_id = 'T-1'"],
        "payment ",
    ),
    "_foreign_orders": (["UPDATE payment SET order_no = 'R-0003' WHERE payment_id = 'T-1'"], "payment "),
    "_bad_reversals": (
        ["UPDATE wage_accrual SET amount_cents = amount_cents + 1 WHERE reverses IS NOT NULL"],
        "wage_accrual ",
    ),
    "_unaudited": (["DELETE FROM audit WHERE object_table = 'cash_move'"], "cash_move "),
}

NUMBERS = {
    "_gaps": (["UPDATE series SET last = last + 1 WHERE name = 'INV-2026'"], "INV-2026"),
    "_twice": ([Again("stock_document", "number = 'GR-2026-0001'")], "GR-2026-0001"),
    "_printed_otherwise": (
        ["UPDATE issued_document SET order_no = 'R-0003' WHERE number = 'INV-2026-0001'"],
        "INV-2026-0001",
    ),
}

ENGINE = {
    "_stuck": (["UPDATE person SET active = 0"], "R-0001"),
    "_silent": (
        [
            f"DELETE FROM {table} WHERE process_instance_key = {_AN_ORDER}"
            for table in ("user_task", "job", "message_subscription")
        ],
        "R-0001",
    ),
    "_of_the_dead": (
        ["UPDATE process_instance SET state = 'completed' WHERE business_key = 'R-0001'"],
        "R-0001",
    ),
    "_offered_but_closed": (["UPDATE user_task SET state = 'completed'"], "Work"),
    "_for_nobody": (["DELETE FROM user_task_candidate"], "R-0001"),
    "_unreadable": (["UPDATE process_instance SET tokens = '[9, 1' WHERE business_key = 'R-0001'"], "R-0001"),
    "_other_than_the_state": (
        [f"DELETE FROM open_flow_node WHERE element_id = 'paid' AND process_instance_key = {_AN_ORDER}"],
        "R-0001",
    ),
    "_failed_unseen": (["UPDATE job SET state = 'failed' WHERE kind = 'timer'"], "R-0001"),
    "_forgotten": (
        ["UPDATE job SET state = 'running', lease_until = '2026-11-23 07:00:00' WHERE kind = 'mail'"],
        "",
    ),
    "_unsent": (["DELETE FROM job WHERE kind = 'mail'"], "Hello"),
    "_fired_twice": ([Again("job", "kind = 'timer'")], "R-0001"),
}

#: By module of processes.checks.
BROKEN = {
    "accounts": ACCOUNTS,
    "aftersales": aftersold.AFTERSALES,
    "contracts": contracted.CONTRACTS,
    "engine": ENGINE,
    "house_checks": watched.HOUSE_CHECKS,
    "ledgers": LEDGERS,
    "money": MONEY,
    "numbers": NUMBERS,
    "orders": ORDERS,
    "purchases": purchasing.PURCHASES,
    "service": serving.SERVICE,
    "store": STORE,
    "visits": visiting.VISITS,
    "work": WORK,
}
