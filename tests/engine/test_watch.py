"""The watch: a round that looks at the open orders in turn and notes which of them nothing will move."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, delete, select

from engine import accountability, instances
from engine.tables import Job, ProcessInstance
from tests.engine.diagrams import catch_timer, end, flow, process, start, user_task
from tests.engine.house import House

RESTS = process(start(), catch_timer("rest", "P5D"), end(), flow("begin", "rest"), flow("rest", "done"))


def _lose_the_clock(house: House, key: int) -> dict[str, object]:
    with house.write() as session:
        job = session.scalars(select(Job).where(Job.process_instance_key == key)).one()
        lost = {column.key: getattr(job, column.key) for column in Job.__table__.columns}
        session.execute(delete(Job).where(Job.key == job.key))
    return lost


def _stuck(house: House) -> list[int | None]:
    return [each.process_instance_key for each in house.ask(accountability.stuck, house.now)]


def test_what_is_put_right_is_not_stuck_any_more(any_database: Engine) -> None:
    house = House(any_database)
    house.deploy(RESTS)
    key = house.start()
    watch = accountability.Watch(any_database)
    lost = _lose_the_clock(house, key)

    watch.look(house.now)
    assert _stuck(house) == [key]
    before = house.get(key).version
    with house.write() as session:
        session.add(Job(**lost))
    watch.look(house.now)

    assert _stuck(house) == []
    assert house.get(key).silent_since is None
    assert house.get(key).version == before, "who is at work on the order is not refused"


def test_the_note_says_since_when(house: House) -> None:
    house.deploy(RESTS)
    key = house.start()
    _lose_the_clock(house, key)
    watch = accountability.Watch(house.engine)

    first = house.now
    watch.look(first)
    house.clock.move(timedelta(minutes=1))
    watch.look(house.now)

    assert house.get(key).silent_since == first


def test_every_open_order_has_its_turn_and_ended_ones_cost_nothing(house: House) -> None:
    house.deploy(process(start(), user_task("work"), end(), flow("begin", "work"), flow("work", "done")))
    keys = [house.start() for _ in range(7)]
    for key in keys[::2]:
        with house.write() as session:
            instances.terminate(session, key, actor=house.actor("mia"), now=house.now, reason="tried")
    watch = accountability.Watch(house.engine, portion=2)

    looked = [watch.look(house.now) for _round in range(4)]

    assert looked == [2, 1, 2, 1]


def test_a_walk_begins_so_often_and_no_more_and_a_clock_that_was_set_back_does_not_stop_it(
    house: House,
) -> None:
    house.deploy(RESTS)
    for _ in range(3):
        house.start()
    watch = accountability.Watch(house.engine, portion=2, every=timedelta(seconds=10))
    begun = house.now

    looked = [
        watch.look(begun + timedelta(seconds=passed)) for passed in (0, 1, 2, 9, 10, 11, 12, -3600, -3599)
    ]

    assert looked == [2, 1, 0, 0, 2, 1, 0, 2, 1]


def test_an_order_that_counts_as_ended_but_stands_on_the_map_has_its_turn(house: House) -> None:
    house.deploy(RESTS)
    key = house.start()
    with house.write() as session:
        session.get_one(ProcessInstance, key).state = "completed"

    accountability.Watch(house.engine).look(house.now)

    [stuck] = house.ask(accountability.stuck, house.now)
    assert str(stuck.sentence) == 'Stuck: it counts as ended, but "rest" is still open in its state.'
