"""One sentence for each thing that an order can wait for: the step, who or what, since when, and what would release it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import accountability, instances
from engine.tables import Incident
from tests import statements
from tests.conftest import in_memory
from tests.engine import healthy_house
from tests.engine.healthy_house import one
from tests.engine.house import House
from tests.engine.spiff import diagrams as d

SINCE = "since 2026-11-23 08:00 UTC"
SOMEBODY = f'Waits for somebody of staff to take "work", {SINCE}.'

#: {kind of order (see healthy_house): all that is said of it}; {number} is its number.
GOLDEN: dict[str, list[tuple[str, str]]] = {
    "person": [("person", SOMEBODY)],
    "claimed": [("person", f'Waits for Ann to do "work", {SINCE}.')],
    "named": [("person", f'Waits for Ben to do "work", {SINCE}.')],
    "time": [("time", f'Waits at "rest" until 2026-11-28 08:00 UTC, {SINCE}.')],
    "message": [("message", f'Waits for the message "answer" for {{number}}, {SINCE}.')],
    "receive": [("message", f'Waits for the message "answer" for {{number}}, {SINCE}.')],
    "signal": [("signal", f'Waits at "raised" for the signal "raise", {SINCE}.')],
    "condition": [("condition", f'Waits at "cheap" until price < 5 is true, {SINCE}.')],
    # What hangs at the step is not what the order waits for.
    "bounded": [("person", SOMEBODY)],
    "beside": [("person", SOMEBODY)],
    "join": [("person", SOMEBODY), ("join", f'Waits at "joined" for the other branches, {SINCE}.')],
    "inclusive": [("person", SOMEBODY), ("join", f'Waits at "joined" for the other branches, {SINCE}.')],
    "first": [
        ("message", f'Waits for the message "answer" for {{number}}, {SINCE}.'),
        ("time", f'Waits at "rest" until 2026-11-28 08:00 UTC, {SINCE}.'),
    ],
    "inside": [("person", SOMEBODY)],
    "each": [("person", SOMEBODY)] * 3,
    "called": [
        ("person", SOMEBODY),
        ("called", f'Waits at "repair" for the process that it called, {SINCE}.'),
    ],
    "job": [("job", f'Waits at "weigh" for an outside worker that does "scales", {SINCE}.')],
    "taken_job": [
        ("job", 'An outside worker does "scales_taken" for "weigh" now; it has until 2026-11-23 08:30 UTC.')
    ],
    "broken_once": [
        (
            "job",
            '"book" failed: RuntimeError: the printer is on fire. It is tried again 2026-11-23 08:01 UTC.',
        )
    ],
    "listener": [("job", f'Waits at "count" for the listener "told", {SINCE}.')],
    "choice": [("choice", f'Waits until somebody chooses what is done next in "pick", {SINCE}.')],
    "chosen": [("person", f'Waits for somebody of staff to take "paint", {SINCE}.')],
    "undone": [("person", f'Waits for somebody of staff to take "unbook", {SINCE}.')],
}


@pytest.fixture(scope="module")
def orders() -> Iterator[tuple[House, dict[str, int]]]:
    """A house with one order of each kind."""
    engine = in_memory()
    house = House(engine)
    keys = healthy_house.build(house, len(healthy_house.MODELS))
    yield house, dict(zip(healthy_house.MODELS, keys, strict=True))
    engine.dispose()


def _said(house: House, key: int) -> list[tuple[str, str]]:
    found = house.ask(accountability.why_waiting, key, house.now)
    return [(each.kind, str(each.sentence)) for each in found]


@pytest.mark.parametrize("kind", GOLDEN)
def test_it_says_what_it_waits_for(orders: tuple[House, dict[str, int]], kind: str) -> None:
    house, keys = orders
    number = house.get(keys[kind]).business_key

    said = _said(house, keys[kind])

    assert said == [(what, sentence.format(number=number)) for what, sentence in GOLDEN[kind]]


def test_a_list_of_orders_asks_a_bounded_number_of_questions(orders: tuple[House, dict[str, int]]) -> None:
    house, keys = orders
    house.ask(accountability.why_all_wait, list(keys.values()), house.now)

    with statements.asked(house.engine) as asked:
        house.ask(accountability.why_all_wait, list(keys.values()), house.now)

    assert len(asked) <= 20


def _waits_for(house: House, name: str = "answer") -> int:
    model = one(d.catch("answered", d.on_message("m")), more=d.message("m", "=key", name=name))
    healthy_house.deploy(house, {"flow": model})
    with house.write() as session:
        return healthy_house.start(session, house, "flow", key="R-0001")


WAITS = f'Waits for the message "answer" for "R-0001", {SINCE}. '


@pytest.mark.parametrize(
    ("name", "key", "sentence", "is_stuck"),
    [
        (
            "answer",
            "R-0001 ",
            'One for "R-0001 " came 2026-11-23 08:02 UTC and met nobody: compare the keys.',
            True,
        ),
        ("answer", "r 1", 'One for "r 1" came 2026-11-23 08:02 UTC and met nobody: compare the keys.', True),
        (
            "answer",
            "R-0010",
            'One for "R-0010" came 2026-11-23 08:02 UTC and met nobody: compare the keys.',
            False,
        ),
        (
            "Answer",
            "R-0001",
            'A message "Answer" for it came 2026-11-23 08:02 UTC and met nobody: compare the names.',
            True,
        ),
    ],
    ids=["a blank", "written otherwise", "two letters", "another name"],
)
@pytest.mark.parametrize("is_over", [False, True], ids=["still kept", "its time is over"])
def test_the_message_that_nearly_was_it_is_named(
    house: House, name: str, key: str, sentence: str, is_stuck: bool, is_over: bool
) -> None:
    waiting = _waits_for(house)
    house.clock.move(timedelta(minutes=2))
    house.publish(name, "Z-7777777", time_to_live=timedelta(hours=1))
    house.publish(name, key, time_to_live=timedelta(hours=1))
    if is_over:
        house.wait(hours=2)

    [reason] = house.ask(accountability.why_waiting, waiting, house.now)

    assert str(reason.sentence) == WAITS + sentence
    assert reason.stuck is is_stuck


def test_a_message_for_another_order_is_no_near_miss(house: House) -> None:
    waiting = _waits_for(house)
    with house.write() as session:
        instances.start(session, "flow", variables={"key": "x"}, business_key="R-0002",
                        actor=house.actor("ann"), now=house.now)  # fmt: skip
    house.publish("answer", "R-0002", time_to_live=timedelta(hours=1))

    assert _said(house, waiting) == [("message", f'Waits for the message "answer" for R-0001, {SINCE}.')]


def test_a_message_that_met_its_order_is_no_near_miss(house: House) -> None:
    waiting = _waits_for(house)
    with house.write() as session:
        other = healthy_house.start(session, house, "flow", key="R-01")
    house.publish("answer", "R-01", time_to_live=timedelta(hours=1))

    assert house.state(other) == "completed"
    assert _said(house, waiting) == [("message", f'Waits for the message "answer" for R-0001, {SINCE}.')]
    assert house.ask(accountability.stuck, house.now) == []


def test_a_message_that_came_too_early_is_named(house: House) -> None:
    house.publish("answer", "R-0001")
    house.wait(minutes=5)
    waiting = _waits_for(house)

    [(_kind, sentence)] = _said(house, waiting)

    assert sentence == (
        'Waits for the message "answer" for "R-0001", since 2026-11-23 08:05 UTC. '
        "One came 2026-11-23 08:00 UTC, before anybody waited for it, and its time was over: "
        "send it again if it was meant."
    )


def test_what_has_stopped_says_where_why_and_what_is_to_be_done(house: House) -> None:
    healthy_house.deploy(house, {"flow": one(d.catch("rest", d.timer("duration", "=price")))})
    with house.write() as session:
        key = healthy_house.start(session, house, "flow")
    [incident] = house.rows(Incident)

    assert _said(house, key) == [
        (
            "incident",
            f'Stopped at "rest" {SINCE}: {incident.sentence} When this is put right, a manager tries it again.',
        )
    ]


def test_a_clock_that_nobody_takes_is_stuck(house: House) -> None:
    healthy_house.deploy(house, {"flow": one(d.catch("rest", d.timer("duration", "PT5M")))})
    with house.write() as session:
        key = healthy_house.start(session, house, "flow")
    house.clock.move(timedelta(minutes=7))

    assert _said(house, key) == [
        (
            "time",
            'Stuck: "rest" has been due since 2026-11-23 08:05 UTC, and no worker took it. Start a worker.',
        )
    ]
