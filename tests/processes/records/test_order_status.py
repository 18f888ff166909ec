"""The status history: allowed transitions only, one unbroken chain, nothing changed afterwards."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import Engine, exc, text
from sqlalchemy.orm import Session

from engine import database, errors
from processes.records import ledger, order_status
from processes.records.order_status import (
    ACCEPTED,
    IN_WORK,
    ISSUED,
    READY,
    STATUSES,
    TRANSITIONS,
    StatusChange,
)
from tests.processes.repair_shop import open_shop, posting, repair, taken_in

_WAYS = {
    None: [],
    ACCEPTED: [ACCEPTED],
    IN_WORK: [ACCEPTED, IN_WORK],
    READY: [ACCEPTED, IN_WORK, READY],
    ISSUED: [ACCEPTED, IN_WORK, READY, ISSUED],
}
_SKIPS = [
    (before, after)
    for before, after in itertools.product(_WAYS, STATUSES)
    if after not in TRANSITIONS[before] and before != after
]


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    repair(session)
    return session


def _come_to(session: Session, status: str | None) -> None:
    for each in _WAYS[status]:
        order_status.note(session, posting(session, f"to {each}"), each, "a_step")


@pytest.mark.parametrize("before, after", _SKIPS)
def test_a_status_that_does_not_follow_is_refused(shop: Session, before: str | None, after: str) -> None:
    _come_to(shop, before)

    with pytest.raises(errors.Refused, match="cannot go from"):
        order_status.note(shop, posting(shop, "skip"), after, "a_step")


@pytest.mark.parametrize("before, after", _SKIPS)
def test_the_database_refuses_a_status_that_does_not_follow(
    shop: Session, before: str | None, after: str
) -> None:
    _come_to(shop, before)
    number = len(_WAYS[before]) + 1

    shop.add(
        StatusChange(
            number=number,
            previous_number=number - 1 or None,
            from_status=before,
            to_status=after,
            cause_element="a_step",
            **ledger.columns(posting(shop, "skip")),
        )
    )

    with pytest.raises(exc.IntegrityError):
        shop.flush()


@pytest.mark.parametrize(
    "facts",
    [
        {"number": 3, "previous_number": 2, "from_status": READY, "to_status": ISSUED},
        {"number": 4, "previous_number": 3, "from_status": IN_WORK, "to_status": READY},
        {"number": 3, "previous_number": None, "from_status": IN_WORK, "to_status": READY},
        {"number": 1, "previous_number": None, "from_status": None, "to_status": ACCEPTED},
    ],
    ids=["from a status it did not have", "leaves a gap", "hangs loose", "begins anew"],
)
def test_the_database_keeps_the_chain_unbroken(
    any_database: Engine, shop: Session, facts: dict[str, object]
) -> None:
    _come_to(shop, IN_WORK)

    shop.add(StatusChange(cause_element="a_step", **facts, **ledger.columns(posting(shop, "x"))))

    with pytest.raises(exc.IntegrityError):
        shop.flush()


def test_the_same_status_again_and_the_same_effect_again_note_nothing(shop: Session) -> None:
    first = order_status.note(shop, posting(shop, "a"), ACCEPTED, "a_step")

    assert order_status.note(shop, posting(shop, "b"), ACCEPTED, "a_step") is None
    assert order_status.note(shop, posting(shop, "a"), IN_WORK, "a_step") is first
    assert len(order_status.history(shop, "R-0001")) == 1


def test_an_order_without_a_change_has_no_status(shop: Session) -> None:
    assert order_status.current(shop, "R-0001") is None
    assert order_status.history(shop, "R-0001") == []


def test_every_status_has_a_name_for_people() -> None:
    assert list(order_status.LABELS) == list(STATUSES)


def test_nobody_changes_what_happened(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        open_shop(session)
        taken_in(session)

    for statement in ("UPDATE status_change SET to_status = 'issued'", "DELETE FROM item_movement"):
        with Session(any_database) as session, pytest.raises(exc.DBAPIError, match="only grows"):
            database.begin_write(session)
            session.execute(text(statement))
