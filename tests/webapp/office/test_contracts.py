"""The lists and cards of contracts, tariff plans and maintenance, for those who may see them."""

from __future__ import annotations

from datetime import date

import engine.database
from processes.records import maintenance
from tests.processes import contracted


def _contract(session, **facts):
    contract = contracted.conclude(session, **facts)
    contracted.post(session, contract, 1, contracted.later(8))
    maintenance.plan(
        session,
        contracted.device(session).key,
        contract.contract_no,
        first_due=date(2020, 1, 10),
        months=12,
        work="W-CLEAN",
    )


def test_the_list_and_the_card_say_what_is_agreed_billed_and_earned(visitor, database):
    with engine.database.transaction(database) as session:
        _contract(session, quota_milli=2000)

    page = visitor("manager").text("/contracts?filter=active&q=SC-0001")
    card = visitor("manager").text("/contracts/SC-0001")

    assert "SC-0001" in page and "Basic care" in page
    for said in ("INV-2026-", "CA-2026-", "416.67", "Electrolux W555H", "EL-555-80017"):
        assert said in card, said
    assert "SC-0001" not in visitor("manager").text("/contracts?filter=ended")
    assert visitor("accountant").get("/contracts.csv").data.startswith(b"\xef\xbb\xbf")
    assert visitor("accountant").get("/contracts.xlsx").status_code == 200
    assert visitor("receiver").get("/contracts").status_code == 403
    assert visitor("contracts").get("/contracts/SC-9999").status_code == 404


def test_plans_show_their_versions_and_what_is_overdue_stands_first(visitor, database):
    with engine.database.transaction(database) as session:
        _contract(session)

    plans = visitor("manager").text("/tariffs?filter=valid")
    plan = visitor("manager").text("/tariffs/FULL")
    due = visitor("dispatcher").text("/maintenance?filter=overdue")

    assert "S-HOTLINE" in plans and "Care by the quarter" in plans
    assert "W-CLEAN" in plan and "150.00" in plan
    assert "Electrolux W555H" in due and "Overdue" in due
    assert visitor("dispatcher").get("/maintenance.csv").status_code == 200
