"""Where a device is: one place at a time, each movement from where the one before ended."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, exc
from sqlalchemy.orm import Session

from engine import errors
from processes.records import ledger, places
from processes.records.places import CUSTOMER, PARTNER, RECEPTION, WORKSHOP, ItemMovement
from tests.processes.repair_shop import device, open_shop, posting


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def test_a_device_that_never_came_is_with_its_customer(shop: Session) -> None:
    assert places.of(shop, device(shop).key) == CUSTOMER


def test_each_movement_starts_where_the_one_before_ended(shop: Session) -> None:
    key = device(shop).key

    for place in (RECEPTION, WORKSHOP, RECEPTION, CUSTOMER):
        places.bring(shop, key, place, posting(shop, f"to {place} {places.of(shop, key)}"), "А. К.")

    moved = places.movements(shop, key)
    assert [row.to_place for row in moved] == [RECEPTION, WORKSHOP, RECEPTION, CUSTOMER]
    assert [row.from_place for row in moved] == [CUSTOMER, RECEPTION, WORKSHOP, RECEPTION]
    assert places.of(shop, key) == CUSTOMER


def test_a_device_that_is_there_already_does_not_move(shop: Session) -> None:
    places.bring(shop, device(shop).key, RECEPTION, posting(shop, "a"))

    assert places.bring(shop, device(shop).key, RECEPTION, posting(shop, "b")) is None
    assert len(places.movements(shop, device(shop).key)) == 1


def test_an_effect_moves_a_device_once(shop: Session) -> None:
    key = device(shop).key
    first = places.bring(shop, key, RECEPTION, posting(shop, "a"))
    places.bring(shop, key, WORKSHOP, posting(shop, "b"))

    assert places.bring(shop, key, RECEPTION, posting(shop, "a")) is first
    assert places.of(shop, key) == WORKSHOP


def test_a_device_goes_from_one_service_centre_to_another(shop: Session) -> None:
    key = device(shop).key
    places.bring(shop, key, RECEPTION, posting(shop, "a"))
    for effect, partner in (("b", "Service one"), ("c", "Service one"), ("d", "Service two")):
        places.bring(shop, key, PARTNER, posting(shop, effect), partner)

    assert [row.holder for row in places.movements(shop, key)] == [None, "Service one", "Service two"]


def test_a_place_that_there_is_not_is_refused(shop: Session) -> None:
    with pytest.raises(errors.Refused, match='found "moon"'):
        places.bring(shop, device(shop).key, "moon", posting(shop, "a"))


@pytest.mark.parametrize(
    "facts",
    [
        {"number": 2, "previous_number": 1, "from_place": WORKSHOP, "to_place": CUSTOMER},
        {"number": 3, "previous_number": 2, "from_place": RECEPTION, "to_place": WORKSHOP},
        {"number": 1, "previous_number": None, "from_place": CUSTOMER, "to_place": RECEPTION},
        {"number": 2, "previous_number": None, "from_place": RECEPTION, "to_place": WORKSHOP},
        {"number": 2, "previous_number": 1, "from_place": RECEPTION, "to_place": RECEPTION},
        {"number": 2, "previous_number": 1, "from_place": RECEPTION, "to_place": PARTNER},
    ],
    ids=[
        "from elsewhere",
        "leaves a gap",
        "begins anew",
        "hangs loose",
        "goes nowhere",
        "to an unnamed partner",
    ],
)
def test_the_database_refuses_a_movement_that_breaks_the_chain(
    any_database: Engine, shop: Session, facts: dict[str, object]
) -> None:
    key = device(shop).key
    places.bring(shop, key, RECEPTION, posting(shop, "a"))

    shop.add(ItemMovement(device_key=key, **facts, **ledger.columns(posting(shop, "b"))))

    with pytest.raises(exc.IntegrityError):
        shop.flush()
