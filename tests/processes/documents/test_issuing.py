"""Documents are numbered without gaps, kept as they were, and replaced by newer versions (I31, I32)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, exc, select, update
from sqlalchemy.orm import Session

from engine import database, errors, roles, settings
from engine.tables import ProcessInstance
from processes.records import (
    completion,
    customers,
    documents,
    hand_out,
    intake,
    ledger,
    orders,
    payments,
    quotes,
    stock,
    stock_documents,
    work_orders,
)
from processes.records.documents import IssuedDocument
from tests.processes import charged, paper, repaired
from tests.processes.company import NOW
from tests.processes.repaired import PUMP, of


@pytest.fixture
def shop(session: Session) -> Session:
    repaired.shop(session)
    return session


def _taken_in(session: Session, row: ProcessInstance) -> ProcessInstance:
    number = documents.next_number(session, "intake_receipt", NOW)
    intake.accept(
        session,
        of(row, "intake"),
        "accept",
        number=number,
        completeness="Complete",
        appearance=None,
        accessories="Hose",
    )
    return row


def _issue(session: Session, kind: str, row: ProcessInstance, effect: str, hours: int = 0) -> IssuedDocument:
    return documents.issue(session, kind, of(row, effect, hours=hours))


def _customer(session: Session) -> customers.Customer:
    return session.scalars(select(customers.Customer).order_by(customers.Customer.key.desc())).first()


def test_a_completed_order_has_each_of_its_papers(shop: Session) -> None:
    row = repaired.ready(shop)
    _taken_in(shop, row)
    shop.flush()

    completion.complete(shop, of(row, "completion"), "repaired")
    for kind in ("intake_receipt", "quote", "work_order"):
        _issue(shop, kind, row, kind)
    documents.issue(shop, "issue_note", of(row, "issue"))

    found = {each.kind: each for each in documents.of(shop, "R-0001")}
    assert set(found) == {
        "intake_receipt",
        "quote",
        "work_order",
        "invoice",
        "completion_act",
        "repair_report",
        "warranty_card",
        "issue_note",
    }
    assert found["work_order"].number == work_orders.find(shop, "R-0001").number
    assert found["intake_receipt"].number == intake.of(shop, "R-0001").number
    assert found["issue_note"].number == stock_documents.of(shop, "R-0001")[0].number
    assert {
        kind: each.number for kind, each in found.items() if kind in {"quote", "completion_act", "invoice"}
    } == {
        "quote": "QT-2026-0001",
        "completion_act": "AC-2026-0001",
        "invoice": "INV-2026-0001",
    }


@paper.needs_poppler
def test_the_papers_of_an_order_agree_with_its_books(shop: Session) -> None:
    row = repaired.ready(shop, hose="warranty")
    _taken_in(shop, row)

    done = completion.complete(shop, of(row, "completion"), "repaired")
    printed = {each.kind: paper.text(documents.render(shop, each)) for each in documents.of(shop, "R-0001")}

    total = f"{done.invoice_total_cents / 100:.2f} MDL"
    assert total == "271.00 MDL"
    assert total in printed["invoice"]
    assert total in printed["completion_act"]
    assert "Under warranty, no charge" in printed["completion_act"]
    assert "X-HOSE" not in printed["invoice"]
    assert "Does not pump" in printed["repair_report"]
    assert "Anna" in printed["repair_report"]
    assert re.search(r"X-PUMP +2 +12\b", printed["warranty_card"])


@paper.needs_poppler
def test_a_work_order_shows_its_five_parts_at_any_stage(shop: Session) -> None:
    row = repaired.ready(shop)
    before = paper.text(documents.draft(shop, "work_order", of(row, "look")))
    completion.complete(shop, of(row, "completion"), "repaired")

    after = paper.text(documents.draft(shop, "work_order", of(row, "look again")))

    for part in ("Customer", "Works", "Parts and goods", "Employees", "Wages"):
        assert part in before
        assert part in after
    assert "Not completed yet" in before
    assert "200.00" in after


def test_a_document_is_in_the_customers_language_and_one_for_the_store_in_that_of_the_store(
    shop: Session,
) -> None:
    row = repaired.diagnosed(shop)
    _customer(shop).change(language="ru")
    roles.add_person(shop, "storekeeper", "I. Ș.", ["Storekeeper"], language="ro")
    work_orders.open_for(shop, of(row, "open"))
    repaired.quoted(shop, row)

    quote = _issue(shop, "quote", row, "quote")
    work_order = documents.issue(shop, "work_order", of(row, "open", by="storekeeper"))

    assert (quote.language, work_order.language) == ("ru", "ro")


def test_numbers_have_no_gap_and_begin_anew_with_the_year_of_the_shop(shop: Session) -> None:
    old, new = datetime(2026, 12, 31, 21, 59, tzinfo=UTC), datetime(2026, 12, 31, 22, 0, tzinfo=UTC)

    found = [documents.next_number(shop, "completion_act", at) for at in (old, old, new, new)]

    assert found == ["AC-2026-0001", "AC-2026-0002", "AC-2027-0001", "AC-2027-0002"]


def test_an_undone_step_takes_its_number_back(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    with pytest.raises(errors.NotFound), shop.begin_nested():
        _issue(shop, "quote", row, "quote")
        _issue(shop, "invoice", row, "quote")

    assert _issue(shop, "quote", row, "quote again").number == "QT-2026-0001"


def test_issuing_twice_in_one_effect_gives_the_first(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)

    assert _issue(shop, "quote", row, "quote") is _issue(shop, "quote", row, "quote")
    assert len(documents.of(shop, "R-0001")) == 1


@paper.needs_poppler
def test_a_new_version_keeps_the_number_and_the_old_one_says_by_which_it_is_replaced(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    first = _issue(shop, "quote", row, "quote")
    repaired.quoted(shop, row, "second quote")

    second = _issue(shop, "quote", row, "second quote", hours=1)

    assert (first.full_number, second.full_number) == ("QT-2026-0001", "QT-2026-0001/2")
    assert second.replaces == first.key
    assert documents.latest(shop, "R-0001", "quote") is second
    assert documents.replaced(documents.of(shop, "R-0001")) == {first.key}
    assert "Replaced by QT-2026-0001/2" in paper.text(documents.render(shop, first))
    assert "Replaces QT-2026-0001" in paper.text(documents.render(shop, second))


def test_a_reopened_order_gets_a_new_invoice_number_and_a_second_version_of_its_act(shop: Session) -> None:
    row = repaired.ready(shop)
    completion.complete(shop, of(row, "completion"), "repaired")
    completion.reopen(shop, of(row, "reopened", hours=1), "A screw was left over")

    completion.complete(shop, of(row, "completed again", hours=2), "repaired")

    found = [(each.kind, each.full_number) for each in documents.of(shop, "R-0001")]
    assert ("invoice", "INV-2026-0002") in found
    assert ("completion_act", "AC-2026-0001/2") in found


@paper.needs_poppler
def test_hand_out_renews_the_papers_that_the_customer_takes_home(shop: Session) -> None:
    row = repaired.ready(shop)
    _issue(shop, "intake_receipt", _taken_in(shop, row), "taken in")
    completion.complete(shop, of(row, "completion", hours=1), "repaired")
    intake.get(shop, "R-0001").set_variant("own", of(row, "variant", hours=1), "choose_variant")
    intake.get(shop, "R-0001").mark_repair_done("repaired", of(row, "done", hours=2), "mark_done")
    payments.allow_credit(shop, of(row, "credit", hours=2), "A regular customer")

    hand_out.hand_out(
        shop,
        of(row, "out", hours=3),
        "hand_out",
        recipient="Q. Z.",
        id_checked=True,
        accessories_returned=True,
    )

    found = {
        each.full_number: paper.text(documents.render(shop, each)) for each in documents.of(shop, "R-0001")
    }
    assert "Q. Z." in found["RC-2026-0001/2"]
    assert "Q. Z." not in found["RC-2026-0001"]
    assert re.search(
        r"12 +23 November 2026 +22 November 2027|12 +23 November 2026 +23 November 2027",
        found["WC-2026-0001/2"],
    )


def test_issue_notes_stand_side_by_side(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    for effect in ("issue 1", "issue 2"):
        stock.issue(shop, of(row, effect), {PUMP: 1000}, "anna")
        documents.issue(shop, "issue_note", of(row, effect))

    notes = documents.of(shop, "R-0001")
    assert [each.number for each in notes] == ["IN-2026-0001", "IN-2026-0002"]
    assert documents.replaced(notes) == set()


def test_what_happens_later_changes_nothing_on_an_issued_document(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    quote = _issue(shop, "quote", row, "quote")
    before = documents.render(shop, quote)

    _customer(shop).change(name="Somebody Else", language="ro")
    orders.get(shop, "R-0001").diagnose("E99", "Something else", None)
    quotes.decide(shop, of(row, "answer"), 1, "declined", reason="Too dear", answered_through="link")
    settings.put(shop, "company", {"name": "Another House"})
    settings.put(shop, "vat_percent", 5)

    assert documents.render(shop, quote) == before


@pytest.mark.parametrize("change", [{"number": "QT-2026-0009"}, {"data": {}}, {"language": "ro"}, None])
def test_the_database_refuses_to_change_or_delete_a_document(
    any_database: Engine, change: dict[str, Any] | None
) -> None:
    with database.transaction(any_database) as session:
        repaired.shop(session)
        row = repaired.diagnosed(session)
        repaired.quoted(session, row)
        _issue(session, "quote", row, "quote")

    statement = (
        IssuedDocument.__table__.delete() if change is None else update(IssuedDocument).values(**change)
    )
    with pytest.raises(exc.DatabaseError, match="only grows"), database.transaction(any_database) as session:
        session.execute(statement)


def test_eight_at_once_take_eight_numbers_without_a_gap(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        rows = [charged.charged(session, f"R-{at:04}") for at in range(1, 9)]
    postings = [
        ledger.Posting(row.key, row.business_key, f"{row.key} print", NOW, "accountant") for row in rows
    ]

    def issue(posting: ledger.Posting) -> str:
        with database.transaction(any_database) as session:
            return documents.issue(session, "completion_act", posting).number

    with database.transaction(any_database) as session:
        for posting in postings:
            work_orders.open_for(session, posting)
    with ThreadPoolExecutor(8) as threads:
        numbers = sorted(threads.map(issue, postings))

    assert numbers == [f"AC-2026-{at:04}" for at in range(1, 9)]


@pytest.mark.parametrize(
    "kind", ["intake_receipt", "quote", "work_order", "invoice", "warranty_card", "issue_note"]
)
def test_what_is_not_there_yet_is_not_put_on_paper(shop: Session, kind: str) -> None:
    row = charged.repair(shop)

    with pytest.raises(errors.NotFound, match="R-0001"):
        _issue(shop, kind, row, "too early")
    assert documents.of(shop, "R-0001") == []


@pytest.mark.parametrize("kind", ["device_label", "love_letter"])
def test_only_documents_are_issued(shop: Session, kind: str) -> None:
    with pytest.raises(errors.NotFound, match="no kind of document"):
        _issue(shop, kind, charged.repair(shop), "issue")


@paper.needs_poppler
def test_a_label_is_printed_without_being_kept(shop: Session) -> None:
    row = charged.repair(shop)

    label = documents.draft(shop, "device_label", of(row, "look"))

    assert "R-0001" in paper.text(label)
    assert "Nordwind S 45" in paper.text(label)
    assert documents.of(shop, "R-0001") == []


@paper.needs_poppler
def test_the_letterhead_is_a_setting(shop: Session) -> None:
    settings.put(
        shop,
        "company",
        {"name": "Fixit House", "address": "1, Long Street\nChișinău", "phone": "+373 22 000 000"},
    )
    row = charged.charged(shop)

    text = paper.text(documents.render(shop, _issue(shop, "invoice", row, "paper")))

    for said in ("Fixit House", "1, Long Street", "Chișinău", "+373 22 000 000", "211.00 MDL"):
        assert said in text


def test_an_unknown_document_is_not_found(shop: Session) -> None:
    with pytest.raises(errors.NotFound):
        documents.get(shop, 7)
