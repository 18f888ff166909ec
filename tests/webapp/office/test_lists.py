"""The lists of the office: search, filters, order, pages that follow each other, exports, and who may see which."""

import csv
import io

import pytest
from openpyxl import load_workbook

import engine.database
from engine import clock
from processes.records import customers
from tests.webapp.visitors import words

LISTS = ("repairs", "customers", "devices", "stock", "prices", "invoices", "payments")


def _add(database, *names):
    with engine.database.transaction(database) as session:
        for name in names:
            customers.add(session, name, phone="069 000 999", now=clock.now())


def _names(page):
    return [words(row.split("</a>")[0]).strip() for row in page.split('<th scope="row">')[1:]]


@pytest.mark.parametrize("name", LISTS)
def test_a_manager_sees_every_list_of_the_records_and_exports_it(visitor, name):
    person = visitor("manager")

    assert person.get(f"/{name}").status_code == 200
    assert person.get(f"/{name}.csv").data.startswith(b"\xef\xbb\xbf")
    assert load_workbook(io.BytesIO(person.get(f"/{name}.xlsx").data)).active.max_row >= 1


def test_a_storekeeper_sees_the_stock_but_no_payments_and_a_master_no_invoices(visitor):
    storekeeper, master = visitor("storekeeper"), visitor("fitter2")

    assert storekeeper.get("/stock").status_code == 200
    assert storekeeper.get("/payments").status_code == 403
    assert storekeeper.get("/payments.csv").status_code == 403
    assert master.get("/invoices").status_code == 403
    assert "Payments" not in master.text("/stock")


def test_a_search_finds_a_customer_by_name_and_by_the_end_of_a_telephone_number(visitor, database):
    _add(database, "Zoltan Q.")
    person = visitor("frontdesk")

    assert "Zoltan Q." in person.text("/customers?q=zolt")
    assert "Zoltan Q." in person.text("/customers?q=69000999")
    assert "Nothing fits" in person.text("/customers?q=nobody+of+this+name")


def test_a_filter_counts_what_it_would_show_and_says_when_it_hides_everything(visitor):
    page = visitor("accountant").get("/customers?filter=owing", accept_language="en").text

    assert 'aria-current="true"' in page
    assert "Show all" in words(page) or "Arat" in words(page)


def test_a_head_sorts_and_turns_the_order_round_when_it_is_pressed_again(visitor, database):
    _add(database, "AAA first", "ZZZ last")
    person = visitor("frontdesk")

    assert _names(person.get("/customers?sort=name").text)[0].startswith("AAA first")
    turned = person.get("/customers?sort=-name").text
    assert _names(turned)[0] != "AAA first"
    assert 'aria-sort="descending"' in turned
    assert 'sort=name"' in turned


def test_pages_follow_each_other_without_a_gap_and_without_a_row_twice(visitor, database):
    _add(database, *(f"Customer {number:03}" for number in range(120)))
    person = visitor("frontdesk")
    seen, address = [], "/customers?q=customer"

    for _page in range(5):
        answer = person.get(address, hx_request="true")
        seen += _names(answer.text)
        if 'id="more_rows"' not in answer.text:
            break
        address = (
            answer.text.split('id="more_rows"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
        )
        _add(database, f"Customer 0005{_page}")  # somebody adds one in the meantime, before what is shown

    listed = [name for name in seen if len(name) == len("Customer 000")]
    assert listed == [f"Customer {number:03}" for number in range(120)]


@pytest.mark.parametrize("after", ["[", "[1,2]", '["2026",{}]', "null", "[null,null]", '["x","y"]'])
def test_a_cursor_that_makes_no_sense_begins_at_the_first_row(visitor, after):
    person = visitor("frontdesk")

    assert person.get("/customers", **{}).status_code == 200
    assert person.client.get("/customers", query_string={"after": after}).status_code == 200
    assert person.client.get("/repairs", query_string={"after": after, "sort": "since"}).status_code == 200


def test_an_export_has_the_rows_of_the_search_and_no_text_becomes_a_formula(visitor, database):
    _add(database, "=HYPERLINK(1)", "Plain")
    person = visitor("frontdesk")

    rows = list(csv.reader(io.StringIO(person.get("/customers.csv").data.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(person.get("/customers.xlsx?q=hyperlink").data)).active

    assert [row[0] for row in rows if "HYPERLINK" in row[0]] == ["'=HYPERLINK(1)"]
    assert sheet.max_row == 2
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=HYPERLINK(1)", "s")


def test_no_list_asks_more_questions_because_it_has_more_rows(statements, visitor, database):
    person = visitor("manager")
    counts = []

    for _round in range(2):
        statements.clear()
        person.get("/customers")
        counts.append(len(statements))
        _add(database, *(f"More {number}" for number in range(60)))

    assert counts[0] == counts[1]
