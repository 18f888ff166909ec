"""Each promise is kept in a healthy shop, and its check finds a row that was broken by hand."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from engine import database
from engine.keys import new_key
from processes import doctor
from processes.checks import CHECKS, Check
from tests.conftest import begin_with
from tests.processes.checks import healthy
from tests.processes.checks.broken import BROKEN, Again
from tests.processes.company import NOW


def _name(check: Check) -> tuple[str, str]:
    return check.find.__module__.rpartition(".")[2], check.find.__name__


#: A guard is a thing of the database, so it is broken below, on one that has them; the rows of production orders are broken
#: beside them, in tests/processes/records/test_production.py.
_BY_HAND = [
    check for check in CHECKS if _name(check) != ("ledgers", "_unguarded") and _name(check)[0] != "production"
]


def _break(session: Session, how: str | Again) -> None:
    if isinstance(how, str):
        assert session.execute(text(how)).rowcount > 0, how
        return
    row = session.execute(text(f"SELECT * FROM {how.table} WHERE {how.where} LIMIT 1")).mappings().one()
    copied = {**row, "key": new_key(), **how.other}
    names = ", ".join(f'"{name}"' for name in copied)
    places = ", ".join(f":{name}" for name in copied)
    session.execute(text(f"INSERT INTO {how.table} ({names}) VALUES ({places})"), copied)


def test_every_check_is_seen_to_fail_here() -> None:
    broken = {(module, name) for module, rows in BROKEN.items() for name in rows}

    assert broken == {_name(check) for check in _BY_HAND}


@pytest.mark.parametrize("check", _BY_HAND, ids=lambda check: f"{check.invariant} {_name(check)[1]}")
def test_a_row_broken_by_hand_is_found_and_named(unguarded: Session, check: Check) -> None:
    module, name = _name(check)
    statements, row = BROKEN[module][name]
    healthy_before = list(check.run(unguarded, NOW))

    for each in statements:
        _break(unguarded, each)
    found = list(check.run(unguarded, NOW))

    assert healthy_before == []
    assert [each for each in found if each.row.startswith(row)], found
    for each in found:
        assert each.invariant == check.invariant
        assert each.row in str(each.sentence) or row == ""
        assert "{" not in str(each.sentence)
        assert each.remedy.endswith(".")


def test_a_healthy_shop_breaks_no_promise(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        begin_with(session, "healthy shop", healthy.build)

    with database.reading(any_database) as session:
        assert [str(each.sentence) for each in doctor.findings(session, NOW)] == []


@pytest.mark.parametrize("table", ["payment", "quote_version"])
def test_a_guard_that_was_removed_is_missed(any_database: Engine, table: str) -> None:
    (check,) = [each for each in CHECKS if _name(each) == ("ledgers", "_unguarded")]
    is_sqlite = any_database.dialect.name == "sqlite"
    names = {"payment": ("no_update", "only_grows"), "quote_version": ("frozen", "frozen")}
    guard = f"{table}_{names[table][0 if is_sqlite else 1]}"
    with database.transaction(any_database) as session:
        before = list(check.run(session, NOW))
        session.execute(text(f"DROP TRIGGER {guard}" + ("" if is_sqlite else f" ON {table}")))

        found = list(check.run(session, NOW))

    assert before == []
    assert [str(each.sentence) for each in found] == [f"The table {table} has lost its guard {guard}."]


def test_a_broken_promise_is_named_for_a_hundred_rows_and_says_that_there_are_more(
    unguarded: Session,
) -> None:
    (check,) = [each for each in CHECKS if _name(each) == ("money", "_overpaid")]
    for _each in range(101):
        _break(
            unguarded,
            Again("receivable_entry", "kind = 'paid'", {"invoice_no": f"X-{new_key()}", "amount_cents": -1}),
        )

    (examined,) = doctor.examine(unguarded, NOW, [check])

    assert (len(examined.findings), examined.is_complete) == (100, False)


def test_invariants_that_a_repair_touches_have_a_check() -> None:
    covered = {check.invariant for check in CHECKS}

    touched = {f"I{number}" for number in [*range(1, 19), 21, 24, 25, 26, *range(28, 34)]}
    # No purchase orders (I5) and no coils (I8) yet.
    assert touched - {"I5", "I8"} <= covered
