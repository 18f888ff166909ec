"""Whatever is charged, paid, credited, written off and cancelled in whatever order: every ledger tells the same."""

from __future__ import annotations

import random

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes import doctor
from processes.checks import CHECKS, Check
from processes.records import invoices, journal, payments, receivables
from processes.records.ledger import Posting
from tests.processes import charged
from tests.processes.company import NOW, posting

_MONEY = [check for check in CHECKS if check.find.__module__.endswith((".money", ".accounts"))]
#: What concerns other things as well is looked at once, at the end.
_SHARED = [check for check in CHECKS if check.find.__module__.endswith((".ledgers", ".numbers"))]
_STEPS = 20


class _Shop:
    """Two orders, and everything that can happen to their money; what may not be done is refused and changes nothing."""

    def __init__(self, session: Session, seed: int):
        self.session = session
        self.chance = random.Random(seed)
        self.rows = [charged.repair(session, order_no) for order_no in ("R-0001", "R-0002")]
        self.done = 0

    def something(self) -> str:
        """Do one thing by chance; returns what it was."""
        self.done += 1
        row = self.chance.choice(self.rows)
        effect = posting(row, f"effect {self.done}")
        acts = {
            "charge": 3,
            "pay": 6,
            "pay again": 1,
            "credit": 2,
            "write off": 1,
            "allow credit": 1,
            "cancel": 1,
        }
        (act,) = self.chance.choices(list(acts), list(acts.values()))
        try:
            with self.session.begin_nested():
                self._act(act, row.business_key, effect)
        except errors.Refused as refused:
            return f"{act} {row.business_key}: {refused.sentence}"
        return f"{act} {row.business_key}"

    def _act(self, act: str, order_no: str, effect: Posting) -> None:
        session, chance = self.session, self.chance
        if act == "charge":
            row = next(each for each in self.rows if each.business_key == order_no)
            charged.invoice(session, row, effect.effect_key)
        elif act == "pay":
            method = chance.choice(["cash", "card", "bank"])
            payments.book(session, effect, chance.randrange(1, 300_00), method, f"P-{self.done}")
        elif act == "pay again":
            payments.book(
                session, effect, chance.randrange(1, 300_00), "bank", f"P-{chance.randrange(self.done)}"
            )
        elif act == "credit":
            found = invoices.of_order(session, order_no)
            if found:
                invoices.credit(session, effect, chance.choice(found).number, "Works were added")
        elif act == "write off":
            payments.write_off(session, effect, "Moved away")
        elif act == "allow credit":
            payments.allow_credit(session, effect, "A regular customer")
        else:
            payments.reverse_order(session, effect, "Cancelled")


def _broken(session: Session, checks: list[Check]) -> list[str]:
    return [str(found.sentence) for each in doctor.examine(session, NOW, checks) for found in each.findings]


@pytest.mark.parametrize("seed", range(6))
def test_the_ledgers_agree_after_every_step(company: Session, seed: int) -> None:
    shop = _Shop(company, seed)
    story = []

    for _each in range(_STEPS):
        story.append(shop.something())
        assert _broken(company, _MONEY) == [], story

    assert _broken(company, _SHARED) == [], story
    assert journal.balance_cents(company, journal.RECEIVABLES) + journal.balance_cents(
        company, journal.ADVANCES
    ) == sum(receivables.balance(company, row.business_key) for row in shop.rows)
