"""Sales with delivery: what must be told, each way to the door, damage, the certificate of the day, the cards at the end."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import exc, select
from sqlalchemy.orm import Session

from engine import errors
from engine.tables import ProcessInstance
from processes.records import (
    customers,
    damaged_goods,
    deliveries,
    installations,
    ledger,
    order_lines,
    product_groups,
    quotes,
    sales,
    skills,
    stock,
    stock_ledger,
)
from processes.records.customers import Customer
from processes.records.installations import InstallationVisit
from processes.records.ledger import Posting
from tests.processes import company as on
from tests.processes.company import NOW

TODAY = date(2026, 11, 23)


def _posting(session: Session, effect: str = "sell") -> Posting:
    known = session.scalar(select(ProcessInstance).where(ProcessInstance.business_key == "DI-0001"))
    row = known or on.order(session, "DI-0001", started_by="seller")
    return Posting(row.key, "DI-0001", f"DI-0001:{effect}", NOW, "seller")


def _buyer(session: Session) -> Customer:
    return customers.add(session, "N. B.", phone="069 111 222", language="en", now=NOW)


def _sold(session: Session, *skus: str, **facts: Any) -> sales.Sold:
    told = {"address": "7 Example Street", "agreement": "Signed", "policy_told": True, **facts}
    goods = [{"product": sku, "quantity": 1} for sku in skus]
    return sales.sell(session, _posting(session), customer_key=_buyer(session).key, goods=goods, **told)


def _issued(session: Session) -> None:
    stock.issue(session, _posting(session, "issue"), {"G-WASH": 1000}, "driver")


def test_nothing_is_sold_before_the_customer_knows_the_terms(company: Session) -> None:
    with pytest.raises(errors.Refused, match="what our service covers"):
        _sold(company, "G-WASH", policy_told=False)


def test_a_sale_has_goods_installation_and_delivery_at_the_price_that_was_agreed(company: Session) -> None:
    sold = _sold(company, "G-WASH")

    lines = order_lines.planned(company, "DI-0001")
    assert {line.sku: line.price_cents for line in lines} == {
        "G-WASH": 7_400_00,
        "W-INST-WASH": 350_00,
        "DELIVERY": 80_00,
    }
    assert (sold.client_cents, sold.group.skill_id) == (7_830_00, "appliance_installation")
    assert quotes.in_force(company, "DI-0001").evidence == "Signed"


def test_goods_that_need_two_certificates_are_two_orders(company: Session) -> None:
    with pytest.raises(errors.BusinessError, match="different certificates"):
        _sold(company, "G-WASH", "G-AC")


def test_a_delivery_counts_with_a_signature_only(company: Session) -> None:
    _sold(company, "G-WASH")
    posting = _posting(company, "deliver")

    with pytest.raises(errors.Refused, match="let the customer sign"):
        deliveries.note(company, posting, "delivered", instructions_told=True)
    with pytest.raises(errors.Refused, match="what is damaged"):
        deliveries.note(company, posting, "damaged")
    row = deliveries.note(company, posting, "delivered", instructions_told=True, signature="N. B.")

    assert (row.number, row.intact) == (1, True)
    assert deliveries.note(company, posting, "absent") is row


def test_damaged_goods_go_to_quarantine_and_others_are_wanted(company: Session) -> None:
    _sold(company, "G-WASH")
    _issued(company)

    damaged_goods.take_back(company, _posting(company, "back"), {"G-WASH"})

    places = {kind: stock_ledger.held_by_order(company, "DI-0001", kind) for kind in ("wip", "quarantine")}
    assert (len(places["wip"]), len(places["quarantine"])) == (0, 1)
    stock.issue(company, _posting(company, "again"), {"G-WASH": 1000}, "driver")
    assert stock_ledger.in_work(company, "DI-0001") == {"G-WASH": 1000}


def test_a_discount_for_damage_is_a_new_version_of_the_price_that_was_agreed(company: Session) -> None:
    _sold(company, "G-WASH")
    deliveries.note(company, _posting(company, "damaged"), "damaged", damage="A dent")
    deliveries.settle_damage(company, _posting(company, "settle"), "discount", "At the door", 10)

    sales.discount(company, _posting(company, "settle"), {"G-WASH"}, 10, "At the door")

    assert sales.client_cents(company, "DI-0001") == 7_830_00 - 740_00
    assert quotes.in_force(company, "DI-0001").version == 2
    kept = deliveries.note(
        company, _posting(company, "kept"), "delivered", instructions_told=True, signature="N. B."
    )
    assert (kept.intact, kept.damage_is_agreed) == (False, True)


def test_damage_is_settled_where_there_is_some(company: Session) -> None:
    _sold(company, "G-WASH")

    with pytest.raises(errors.Refused, match="found no damage"):
        deliveries.settle_damage(company, _posting(company, "settle"), "replace", "-")


def test_who_has_no_certificate_on_the_day_installs_nothing(company: Session) -> None:
    _sold(company, "G-WASH")
    for each in skills.of_person(company, "installer"):
        each.end(date(2026, 11, 22))

    with pytest.raises(errors.BusinessError, match="no certificate for Connecting appliances"):
        installations.certified(company, "installer", "appliance_installation", TODAY)
    other = installations.certified(company, "technician2", "appliance_installation", TODAY)
    with pytest.raises(errors.Refused, match="every safety point"):
        installations.note(company, _posting(company, "install"), other, TODAY, "installed", test_ok=True)
    row = installations.note(
        company,
        _posting(company, "install"),
        other,
        TODAY,
        "installed",
        safety=list(installations.SAFETY),
        test_ok=True,
    )
    assert installations.installed(company, "DI-0001") is row


@pytest.mark.parametrize("wrong", [{"qualification_key": None}, {"certified_until": date(2026, 11, 22)}])
def test_the_database_itself_refuses_an_installation_without_a_certificate(
    company: Session, wrong: dict[str, Any]
) -> None:
    _sold(company, "G-WASH")
    good = installations.certified(company, "technician2", "appliance_installation", TODAY)
    row = {
        "number": 1,
        "installer": good.login,
        "skill_id": good.skill_id,
        "qualification_key": good.qualification_key,
        "certified_until": good.until,
        "visited_on": TODAY,
        "result": "installed",
        "safety": [],
        "test_ok": True,
        **ledger.columns(_posting(company, "install")),
        **wrong,
    }

    with pytest.raises(exc.IntegrityError), company.begin_nested():
        company.add(InstallationVisit(**row))
        company.flush()


def test_the_customer_accepts_once(company: Session) -> None:
    _sold(company, "G-FRIDGE")

    first = installations.accept(company, _posting(company, "accept"), " N. B. ", 5)

    assert installations.accept(company, _posting(company, "later"), "Somebody") is first
    assert (first.signature, first.rating) == ("N. B.", 5)
    with pytest.raises(errors.Refused, match="accepted with a signature"):
        installations.accept(company, Posting(1, "DI-9999", "x", NOW, "driver"), "  ")


def test_only_a_group_that_is_installed_has_a_certificate(company: Session) -> None:
    with pytest.raises(exc.IntegrityError), company.begin_nested():
        product_groups.add(
            company, "x", {"en": "X"}, needs_installation=False, skill_id="appliance_installation"
        )
