"""The master's report: hours, parts, works done, extra work; it replaces what was said before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import audit, completion, documents, order_lines, work_orders, work_reports
from tests.processes import repaired
from tests.processes.repaired import (
    CLEAN,
    HOSE,
    NOW,
    PUMP,
    REPLACE,
    agreed,
    diagnosed,
    issued,
    of,
    quoted,
    reported,
)


@pytest.fixture
def at_work(shop: Session):
    """An order with its parts at the bench, agreed to."""
    row = diagnosed(shop)
    quoted(shop, row)
    agreed(shop, row)
    issued(shop, row)
    return row


def _used(session: Session) -> dict[str, int]:
    return {line.sku: line.used_milli for line in order_lines.planned(session, "R-0001")}


def _more(session: Session, row, effect: str, *extra: dict[str, Any]) -> work_reports.Report:
    return work_reports.write(session, of(row, effect), hours=[], parts_used=[], extra_work=extra)


def test_a_work_order_is_opened_once_with_a_number_of_its_series(shop: Session) -> None:
    row = diagnosed(shop)

    first = work_orders.open_for(shop, of(row, "open"))
    again = work_orders.open_for(shop, of(row, "open again"))

    assert again is first
    assert (first.number, first.version, first.state) == ("WO-2026-0001", 1, "open")


def test_a_report_marks_hours_parts_and_works(shop: Session, at_work) -> None:
    hours = [
        {"employee": "anna", "hours": Decimal("1.5"), "work": REPLACE},
        {"employee": "boris", "hours": Decimal("0.25")},
        {"employee": "boris", "hours": Decimal("0.25"), "work": None},
    ]

    found = reported(shop, at_work, hours=hours)

    assert [
        (each.login, each.operation, each.hours_milli) for each in work_orders.employees(shop, "R-0001")
    ] == [("anna", REPLACE, 1500), ("boris", "order", 500)]
    assert _used(shop) == {REPLACE: 1000, CLEAN: 1000, PUMP: 2000, HOSE: 1000}
    assert (found.unused_milli, found.approved_cents, found.exceeds_approval) == ({}, 281_00, False)


def test_a_later_report_replaces_an_earlier_one(shop: Session, at_work) -> None:
    reported(shop, at_work)

    again = reported(
        shop,
        at_work,
        hours=[{"employee": "boris", "hours": 1}, {"employee": "anna", "hours": 0}],
        parts_used=[{"part": PUMP, "quantity": 1}],
        operations_done=[CLEAN],
    )

    assert [(each.login, each.hours_milli) for each in work_orders.employees(shop, "R-0001")] == [
        ("boris", 1000)
    ]
    assert _used(shop) == {REPLACE: 0, CLEAN: 1000, PUMP: 1000, HOSE: 0}
    assert again.unused_milli == {PUMP: 1000, HOSE: 1000}


def test_what_was_changed_in_a_report_is_audited(shop: Session, at_work) -> None:
    audit.acting(shop, "anna", NOW)
    reported(shop, at_work)
    row = work_orders.employees(shop, "R-0001")[0]

    reported(shop, at_work, hours=[{"employee": "anna", "hours": 3}])

    changed = audit.of(shop, "work_order_employee", row.key)[-1]
    assert (changed.actor, changed.before, changed.after) == (
        "anna",
        {"hours_milli": 2000},
        {"hours_milli": 3000},
    )


def test_more_than_was_issued_cannot_be_used(shop: Session, at_work) -> None:
    with pytest.raises(errors.BusinessError, match=f'at most 2 of "{PUMP} · {PUMP}" .* found 3') as refused:
        reported(shop, at_work, parts_used=[{"part": PUMP, "quantity": 3}])

    assert refused.value.code == "USED_MORE_THAN_ISSUED"
    assert refused.value.variables["parts_over"] == [
        {"part": PUMP, "name": PUMP, "quantity": Decimal(3), "issued": Decimal(2)}
    ]


def test_what_is_planned_and_not_issued_cannot_be_used(shop: Session) -> None:
    row = diagnosed(shop)
    issued(shop, row, pumps=1)

    with pytest.raises(errors.BusinessError, match="at most 1"):
        reported(shop, row)


def test_a_part_that_two_pay_for_is_used_for_one_after_the_other(shop: Session) -> None:
    row = diagnosed(shop)
    _more(shop, row, "more", {"part": PUMP, "quantity": 1, "payer": "warranty"})
    repaired.stock.issue(shop, of(row, "issue"), {PUMP: 3000}, "anna")

    reported(shop, row, parts_used=[{"part": PUMP, "quantity": Decimal("2.5")}])

    assert [
        (line.payer, line.used_milli) for line in order_lines.planned(shop, "R-0001") if line.sku == PUMP
    ] == [("client", 2000), ("warranty", 500)]


def test_extra_work_that_the_client_pays_exceeds_what_was_approved(shop: Session, at_work) -> None:
    found = _more(
        shop, at_work, "report", {"work": CLEAN, "hours": 1}, {"part": HOSE, "quantity": 1, "payer": "client"}
    )

    assert found.exceeds_approval
    assert (found.approved_cents, found.planned_cents) == (281_00, 351_00)
    planned = {line.sku: line.quantity_milli for line in order_lines.planned(shop, "R-0001")}
    assert planned == {REPLACE: 1000, CLEAN: 2000, PUMP: 2000, HOSE: 2000}


def test_extra_work_that_the_client_does_not_pay_exceeds_nothing(shop: Session, at_work) -> None:
    found = _more(shop, at_work, "report", {"work": CLEAN, "payer": "warranty"})

    assert not found.exceeds_approval
    assert found.planned_cents == 281_00


def test_extra_work_goes_on_once_it_is_agreed_to(shop: Session, at_work) -> None:
    reported(shop, at_work, extra_work=[{"part": HOSE, "quantity": 1}])
    quoted(shop, at_work, "quote 2")
    agreed(shop, at_work, "answer 2")

    assert not reported(shop, at_work).exceeds_approval
    assert completion.complete(shop, of(at_work, "completion"), "repaired").invoice_total_cents == 281_00


def test_extra_work_without_a_price_is_refused(shop: Session, at_work) -> None:
    repaired.products.add(shop, "X-NEW", {"en": "New"}, kind="work")

    with pytest.raises(errors.BusinessError) as refused:
        _more(shop, at_work, "report", {"work": "X-NEW"})

    assert refused.value.code == "PRICE_MISSING"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"operations_done": ["X-OTHER"]}, "Expected works of the order to be done .* found X-OTHER"),
        (
            {"hours": [{"employee": "nobody", "hours": 1}]},
            'Expected the login of a colleague, but found "nobody"',
        ),
        ({"hours": [{"employee": "anna", "hours": 1, "work": PUMP}]}, f'but found "{PUMP}"'),
        ({"hours": [{"employee": "anna", "hours": -1}]}, "Expected 0 or more of hours"),
        ({"parts_used": [{"part": PUMP, "quantity": -1}]}, f"Expected 0 or more of {PUMP}"),
    ],
)
def test_what_there_is_not_cannot_be_reported(shop: Session, at_work, said: dict, sentence: str) -> None:
    with pytest.raises(errors.Refused, match=sentence):
        reported(shop, at_work, **said)


def test_a_completed_work_order_takes_no_report(shop: Session, at_work) -> None:
    reported(shop, at_work)
    completion.complete(shop, of(at_work, "completion"), "repaired")

    with pytest.raises(errors.Refused, match=r"is not open \(Completed\)"):
        reported(shop, at_work)


def test_the_printed_work_order_names_who_worked(shop: Session, at_work) -> None:
    reported(shop, at_work)

    document = documents.issue(shop, "work_order", of(at_work, "print"))

    assert document.number == work_orders.find(shop, "R-0001").number
    assert [each["name"] for each in document.data["employees"]] == ["Anna"]
