"""Papers over HTTP: whoever may see the order may see them, nobody else learns that they are there."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, func, select

import engine.database
from engine.tables import ProcessInstance
from processes.records import documents
from processes.records.documents import IssuedDocument
from tests.processes import charged, paper
from tests.processes.company import posting


@pytest.fixture
def order(database: Engine) -> ProcessInstance:
    """A repair with an invoice of 211.00, started by somebody of sales."""
    with engine.database.transaction(database) as session:
        return charged.charged(session)


@pytest.fixture
def invoice(database: Engine, order: ProcessInstance) -> IssuedDocument:
    """Its invoice on paper."""
    with engine.database.transaction(database) as session:
        return documents.issue(session, "invoice", posting(order, "print"))


def _kept(database: Engine) -> int:
    with engine.database.reading(database) as session:
        return session.scalar(select(func.count()).select_from(IssuedDocument))


@pytest.mark.parametrize("login", ["sales", "receiver", "master", "manager"])
def test_who_may_see_the_order_opens_its_documents(visitor: Any, invoice: IssuedDocument, login: str) -> None:
    answer = visitor(login).get(f"/documents/{invoice.key}")

    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == 'inline; filename="INV-2026-0001.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "address", ["/documents/{document}", "/orders/{order}/print/device_label", "/o/R-0001"]
)
def test_for_others_there_is_no_such_document_order_or_number(
    visitor: Any, order: ProcessInstance, invoice: IssuedDocument, address: str
) -> None:
    place = address.format(document=invoice.key, order=order.key)

    assert visitor("marketing").get(place).status_code == 404
    assert visitor(None).get(place).location.startswith("/login?next=")


@pytest.mark.parametrize(
    "address",
    ["/documents/7", "/orders/7/print/device_label", "/o/R-9999", "/documents/99999999999999999999"],
)
def test_what_is_not_there_is_not_found(visitor: Any, order: ProcessInstance, address: str) -> None:
    assert visitor("manager").get(address).status_code == 404


@paper.needs_poppler
def test_a_copy_says_that_it_is_one(visitor: Any, invoice: IssuedDocument) -> None:
    person = visitor("receiver")

    original, copy = (
        paper.text(person.get(f"/documents/{invoice.key}{end}").data) for end in ("", "?copy=1")
    )

    assert "Copy" not in original.split()
    assert "Copy" in copy.split()


@paper.needs_poppler
def test_a_label_is_printed_and_nothing_is_kept_of_it(
    visitor: Any, database: Engine, order: ProcessInstance
) -> None:
    answer = visitor("receiver").get(f"/orders/{order.key}/print/device_label")

    assert "R-0001" in paper.text(answer.data)
    assert answer.headers["Content-Disposition"] == 'inline; filename="R-0001-device_label.pdf"'
    assert _kept(database) == 0


@pytest.mark.parametrize("kind", ["invoice", "completion_act", "love_letter"])
def test_only_labels_and_work_orders_are_printed_without_being_issued(
    visitor: Any, database: Engine, order: ProcessInstance, kind: str
) -> None:
    assert visitor("receiver").get(f"/orders/{order.key}/print/{kind}").status_code == 404
    assert _kept(database) == 0


@pytest.mark.parametrize("number", ["R-0001", "r-0001", "%20R-0001"])
def test_a_scanned_or_typed_number_leads_to_the_order(
    visitor: Any, order: ProcessInstance, number: str
) -> None:
    answer = visitor("receiver").get(f"/o/{number}")

    assert answer.status_code == 302
    assert answer.location == f"/orders/{order.key}"
