"""orderlane doctor: says that every promise is kept, or which rows break one, and ends with 0 or 1."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

import engine.database
from processes.checks import CHECKS
from webapp import config
from webapp.cli import cli

Doctor = Callable[..., tuple[int, str]]


@pytest.fixture
def doctor(installation: config.Settings, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """doctor("--json") -> (exit code, what it printed)."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("ORDERLANE_INSTANCE", str(installation.instance))
        answer = CliRunner().invoke(cli, ["doctor", *arguments])
        return answer.exit_code, answer.stdout

    return run


@pytest.fixture
def broken(database: Engine) -> None:
    """A bank account that holds what nobody has put there."""
    with engine.database.transaction(database) as session:
        session.execute(text("UPDATE cash_account SET balance_cents = 700 WHERE account_id = 'BANK'"))


def test_a_healthy_installation_ends_with_0(doctor: Doctor) -> None:
    assert doctor() == (0, f"All {len(CHECKS)} promises are kept.\n")


def test_a_broken_promise_is_a_sentence_with_a_remedy_and_ends_with_1(doctor: Doctor, broken: None) -> None:
    code, said = doctor()

    assert code == 1
    assert said == (
        "I14 BANK: The account BANK says 7.00, but its moves add up to 0.00. "
        "Nobody but the moves may change a balance; set it to their sum.\n"
        "I18 bank: The account bank stands at 0.00 in the journal, but its ledger says 7.00. "
        "Look for a document that was posted to one of them only.\n"
        f"2 of {len(CHECKS)} promises are broken.\n"
    )


def test_a_program_reads_one_json_value(doctor: Doctor, broken: None) -> None:
    code, said = doctor("--json")

    report = json.loads(said)
    assert code == 1
    assert (report["healthy"], report["complete"]) == (False, True)
    assert [each["invariant"] for each in report["checked"]] == [check.invariant for check in CHECKS]
    assert [(each["invariant"], each["row"]) for each in report["findings"]] == [
        ("I14", "BANK"),
        ("I18", "bank"),
    ]
    assert {"sentence", "remedy"} < report["findings"][0].keys()


def test_the_doctor_changes_nothing(doctor: Doctor, database: Engine, broken: None) -> None:
    def everything() -> list[str]:
        with database.connect() as connection:
            return list(connection.connection.driver_connection.iterdump())

    before = everything()

    doctor()

    assert everything() == before
