"""Rows of sales, installations and complaints that break a promise, for `broken.BROKEN`."""

from __future__ import annotations

_OF_A_LEDGER = 'key, order_no, effect_key, at, "by", process_instance_key'
_AN_ORDER = (
    "'R-0001', 'x', '2026-11-23 08:00:00', 'sales', "
    "(SELECT key FROM process_instance WHERE business_key = 'R-0001')"
)


def _complaint(number: str, instance: str = "R-0001") -> str:
    return (
        "INSERT INTO complaint (complaint_no, process_instance_key, about_order_no, kind, text, channel, registered_at, "
        "registered_by, in_warranty, offer_version, offered, offered_cents, cost_cents) "
        f"SELECT '{number}', key, 'R-0001', 'quality', 'It leaks', 'phone', '2026-11-23 08:00:00', 'sales', 0, 0, '[]', 0, 0 "
        f"FROM process_instance WHERE business_key = '{instance}'"
    )


AFTERSALES = {
    "_uncertified": (
        [
            f"INSERT INTO installation_visit ({_OF_A_LEDGER}, number, installer, skill_id, visited_on, is_late, result, safety, "
            f"test_ok) VALUES (1, {_AN_ORDER}, 1, 'installer', 'appliances', '2026-11-23', 0, 'installed', '[]', 1)"
        ],
        "R-0001",
    ),
    "_undelivered": (
        [f"INSERT INTO acceptance ({_OF_A_LEDGER}, signature) VALUES (1, {_AN_ORDER}, 'N. B.')"],
        "R-0001",
    ),
    "_twice": ([_complaint("CP-0001"), _complaint("CP-0002")], "R-0001"),
    "_unheard": (
        [
            "UPDATE process_instance SET state = 'completed' WHERE business_key = 'R-0001'",
            _complaint("CP-0001"),
        ],
        "CP-0001",
    ),
    "_credit": (
        [
            f"INSERT INTO credit_note ({_OF_A_LEDGER}, number, complaint_no, invoice_no, amount_cents, lowered_cents, "
            f"refunded_cents, reason) VALUES (1, {_AN_ORDER}, 'CN-2026-0001', 'CP-0001', 'INV-2026-0001', 100, 100, 0, '-')"
        ],
        "CN-2026-0001",
    ),
}
