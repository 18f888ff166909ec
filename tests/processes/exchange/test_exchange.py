"""What is exported and brought in again changes nothing; what is wrong is told by line and nothing is written."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import errors, user_tasks
from engine.tables import UserTask
from processes import exchange
from processes.exchange import files
from processes.records import audit, price_lists, stock
from processes.records.customers import Customer
from processes.records.products import Product
from tests.processes import contracted
from tests.processes.company import NOW

#: The demo company has no contract yet: an active one would bill in every story.
SHEETS = [sheet.name for sheet in exchange.SHEETS if sheet.name != "contracts"]


def _bring(session: Session, name: str, content: bytes | str, **more: bool) -> exchange.Brought:
    sheet = exchange.find(name)
    rows = files.read(sheet, content.encode() if isinstance(content, str) else content)
    return exchange.bring(session, sheet, rows, by="manager", now=NOW, **more)


@pytest.mark.parametrize("write", [files.as_csv, files.as_xlsx], ids=["csv", "xlsx"])
@pytest.mark.parametrize("name", SHEETS)
def test_an_exported_table_brought_in_again_changes_nothing(company: Session, name: str, write) -> None:
    sheet = exchange.find(name)
    before = exchange.rows(company, sheet)
    assert before, "The demo company has rows in every table, else this shows nothing."
    audited = company.scalar(select(func.count(audit.AuditRow.key)))

    brought = _bring(company, name, write(sheet, before))

    assert (brought.added, brought.changed, brought.same) == (0, 0, len(before)), brought.problems
    assert exchange.rows(company, sheet) == before
    assert company.scalar(select(func.count(audit.AuditRow.key))) == audited


def test_new_rows_are_added_and_changed_ones_changed_with_their_author(company: Session) -> None:
    content = (
        "product;name_en;kind;norm_hours\r\n"
        "W-PUMP;Change the pump quickly;work;0,75\r\n"
        "P-NEW;A new part;part;\r\n"
    )

    brought = _bring(company, "products", content)

    assert (brought.added, brought.changed, brought.problems) == (1, 1, [])
    pump = company.get_one(Product, "W-PUMP")
    assert (pump.names["en"], pump.norm_milli) == ("Change the pump quickly", 750)
    # The file says nothing of other languages: their names stay.
    assert pump.names["ru"]
    assert audit.of(company, "product", "W-PUMP")[-1].actor == "manager"


def test_nothing_is_written_while_one_row_is_wrong(company: Session) -> None:
    before = company.scalar(select(func.count(Customer.key)))
    content = (
        "customer_no,name,phone,language\n"
        ",New One,+373 22 111 111,en\n"
        ",,+373 22 111 112,en\n"
        ",Somebody,,en\n"
        "C-9999,Nobody,+373 22 111 113,en\n"
        ",Other,+373 22 111 114,sv\n"
    )

    brought = _bring(company, "customers", content)

    assert [problem.line for problem in brought.problems] == [3, 4, 5, 6]
    assert "needed" in str(brought.problems[0].sentence)
    assert "C-9999" in str(brought.problems[2].sentence)
    assert company.scalar(select(func.count(Customer.key))) == before


def test_the_same_new_customer_brought_in_twice_is_one(company: Session) -> None:
    content = "customer_no,name,phone\n,Ana Nouă,+373 69 555 123\n"
    assert _bring(company, "customers", content).added == 1

    again = _bring(company, "customers", content)

    assert (again.added, again.same) == (0, 1)


def test_a_check_writes_nothing(company: Session) -> None:
    brought = _bring(company, "skills", "skill,name_en\nwelding,Welding\n", only_try=True)

    assert brought.added == 1
    assert "welding" not in [row["skill"] for row in exchange.rows(company, exchange.find("skills"))]


def test_prices_that_were_valid_stay_and_new_ones_make_a_version(company: Session) -> None:
    newest = price_lists.versions(company)[0]
    head = "price_list,valid_from,product,price\n"

    refused = _bring(company, "prices", f"{head}standard,{newest.valid_from},W-PUMP,1\n")
    brought = _bring(company, "prices", f"{head}standard,2027-01-01,W-PUMP,123.45\n")

    assert "later first day" in str(refused.problems[0].sentence)
    assert (brought.added, brought.problems) == (1, [])
    assert price_lists.price_of(company, "W-PUMP", date(2027, 1, 1)).price_cents == 123_45
    assert price_lists.price_of(company, "W-PUMP", date(2026, 12, 31)).price_cents != 123_45
    assert len(price_lists.lines(company, price_lists.versions(company)[0])) == len(
        price_lists.lines(company, newest)
    )


def test_a_new_lot_is_opening_stock_and_what_lies_there_is_not_changed_by_a_table(company: Session) -> None:
    before = stock.on_hand(company, "P-PUMP")
    head = "product,lot,quantity,unit_cost\n"

    assert _bring(company, "stock", f"{head}P-PUMP,OLD-1,3,12.50\n").added == 1
    assert _bring(company, "stock", f"{head}P-PUMP,OLD-1,3,12.50\n").same == 1
    refused = _bring(company, "stock", f"{head}P-PUMP,OLD-1,4,12.50\n")

    assert "A table changes no stock" in str(refused.problems[0].sentence)
    assert stock.on_hand(company, "P-PUMP") == before + 3000


def test_a_contract_comes_back_as_it_is_and_a_new_row_opens_its_set_up_once(deployed: Session) -> None:
    contracted.conclude(deployed, "SC-0901")
    sheet = exchange.find("contracts")
    exported = files.as_csv(sheet, exchange.rows(deployed, sheet)).decode("utf-8-sig")
    new = (
        "contract,customer_no,tariff_plan,starts_on,devices\n"
        f",C-0009,BASIC,2026-12-01,{contracted.WASHER}; {contracted.DRYER}\n"
    )

    assert _bring(deployed, "contracts", exported).same == 1
    changed = _bring(deployed, "contracts", exported.replace("2026-11-01", "2026-11-02"))
    assert "changed by its own flow" in str(changed.problems[0].sentence)
    assert _bring(deployed, "contracts", new).added == 1
    opened = deployed.scalars(select(UserTask).where(UserTask.state == "open")).one()
    assert opened.name == "Write the contract"
    seen = user_tasks.variables(deployed, opened)
    assert (seen["plan"], seen["starts_on"], len(seen["items"])) == ("BASIC", "2026-12-01", 2)
    later = exchange.bring(
        deployed, sheet, files.read(sheet, new.encode()), by="manager", now=NOW + timedelta(hours=1)
    )
    assert (later.added, later.same) == (0, 1)


def test_the_same_row_twice_is_told_with_both_lines(company: Session) -> None:
    brought = _bring(company, "skills", "skill,name_en\na,A\nb,B\na,C\n")

    (problem,) = brought.problems
    assert problem.line == 4
    assert "line 2" in str(problem.sentence)


def test_a_formula_leaves_as_text_and_comes_back_as_it_was(company: Session) -> None:
    sheet = exchange.find("customers")
    evil = {field.name: "" for field in sheet.fields} | {
        "name": '=HYPERLINK("x")',
        "notes": "'quoted",
        "phone": "+373 1",
    }

    for write in (files.as_csv, files.as_xlsx):
        content = write(sheet, [evil])
        assert files.read(sheet, content) == [evil]
    assert b"'=HYPERLINK" in files.as_csv(sheet, [evil])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "neither a CSV"),
        (b"\xff\xfe\x00", "neither a CSV"),
        (b"PK\x03\x04 no archive", "neither a CSV"),
        (b"name_en\nx\n", 'no column "skill"'),
        (b"skill,skill\nx,y\n", "twice"),
        (b"skill,wages\nx,y\n", 'column "wages"'),
        (b"skill\n" + b"x" * files.MOST_BYTES, "larger than 5 MB"),
        (b'skill,name_en\n"unclosed', "neither a CSV"),
    ],
)
def test_what_is_no_such_table_is_refused_with_the_reason(content: bytes, sentence: str) -> None:
    with pytest.raises(errors.Refused, match=sentence):
        files.read(exchange.find("skills"), content)


def test_too_many_rows_are_refused(company: Session) -> None:
    content = "skill,name_en\n" + "".join(f"s{number},x\n" for number in range(20_001))

    with pytest.raises(errors.Refused, match="more than 20000 rows"):
        _bring(company, "skills", content)


def test_numbers_of_a_spreadsheet_come_as_they_are_seen(company: Session) -> None:
    from io import BytesIO

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["product", "name_en", "least_stock"])
    book.active.append(["P-X", "Part", 2.5])
    book.active.append(["P-Y", "Part", 3])
    file = BytesIO()
    book.save(file)

    assert _bring(company, "products", file.getvalue()).problems == []
    assert company.get_one(Product, "P-X").min_stock_milli == 2500
    assert Decimal(company.get_one(Product, "P-Y").min_stock_milli) == 3000
