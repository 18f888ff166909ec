"""What has failed where no order stands still for it: it is stuck with its cause, and goes on when it is tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from engine import (
    accountability,
    definitions,
    errors,
    incidents,
    mail,
    roles,
    signals,
    versions,
    worker,
)
from engine.keys import new_key
from engine.tables import Incident, Job, Mail, Message, ProcessDefinition, ProcessInstance
from tests.engine import diagrams, healthy_house
from tests.engine.healthy_house import one, person
from tests.engine.house import House, Switch
from tests.engine.spiff import diagrams as d

BOOKING = diagrams.process(
    diagrams.start(),
    diagrams.service_task("book", "test.post", {"amount": "=1"}, retries=1),
    diagrams.end(),
    diagrams.flow("begin", "book"),
    diagrams.flow("book", "done"),
)


def _clock(house: House) -> None:
    house.deploy(diagrams.scheduled("timeCycle", "R/P30D"))
    house.clock.move(timedelta(days=30))


def _later_version(house: House) -> None:
    house.deploy(diagrams.WITH_CHECK)
    with house.write() as session:
        day = house.now + timedelta(days=2)
        new = {"m0.bpmn": diagrams.WITHOUT_CHECK}
        definitions.deploy(session, new, actor=roles.SYSTEM, now=house.now, effective_from=day)
    house.clock.move(timedelta(days=2))


def _signal(house: House) -> None:
    waiting = one(d.catch("raised", d.on_signal("raise")), more=d.signal("raise"))
    healthy_house.deploy(house, {"waits": waiting})
    house.start("waits")
    _broadcast(house)


def _starting_signal(house: House) -> None:
    flows = "raised -> work -> end"
    begun = d.starts("raised", d.on_signal("raise"))
    healthy_house.deploy(
        house, {"begun": d.diagram(begun, person("work"), d.end(), flows=flows, more=d.signal("raise"))}
    )
    _broadcast(house)


def _broadcast(house: House) -> None:
    with house.write() as session:
        signals.broadcast(session, "raise", {}, actor=roles.SYSTEM, now=house.now)


def _thrown(house: House) -> None:
    told = one(d.throw("tell", inner=d.on_message("told")), more=d.message("told", None))
    healthy_house.deploy(house, {"tells": told})
    house.start("tells")


#: {what makes the job: (the table that takes nothing more meanwhile, what is said, whether it is done)}.
FAILING: dict[Callable[[House], None], tuple[str, str, Callable[[House], bool]]] = {
    _clock: (
        "INSERT ON process_instance",
        'Stuck: the clock that starts "flow" has stopped.',
        lambda house: len(house.rows(ProcessInstance)) == len(house.rows(Job)) == 1,
    ),
    _later_version: (
        "UPDATE ON process_definition",
        'Stuck: a version of "flow" could not come into force.',
        lambda house: {each.state for each in house.rows(ProcessDefinition)} == {versions.PUBLISHED},
    ),
    _signal: (
        "INSERT ON history",
        'Stuck: the signal "raise" could not be handed on.',
        lambda house: house.rows(ProcessInstance)[0].state == "completed",
    ),
    _starting_signal: (
        "INSERT ON process_instance",
        'Stuck: a signal could not start "begun".',
        lambda house: len(house.rows(ProcessInstance)) == 1,
    ),
    _thrown: (
        "INSERT ON message",
        'Stuck: the message "told" could not be published.',
        lambda house: len(house.rows(Message)) == 1,
    ),
}


def _fill_the_disk(house: House, table: str) -> None:
    with house.write() as session:
        refuse = f"CREATE TRIGGER disk BEFORE {table} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        # Each time another text: of a database that was put back to what it was, sqlite3 takes the statement it has kept.
        session.execute(text(f"{refuse} -- {new_key()}"))


def _clear_the_disk(house: House) -> None:
    with house.write() as session:
        session.execute(text("DROP TRIGGER IF EXISTS disk"))


def _stuck(house: House) -> list[accountability.Stuck]:
    return house.ask(accountability.stuck, house.now)


def _try_again(house: House, job_key: int) -> None:
    with house.write() as session:
        incidents.try_again(session, job_key, now=house.now)


@pytest.mark.parametrize("begin", FAILING, ids=lambda each: each.__name__)
def test_it_is_stuck_with_its_cause_and_goes_on_when_it_is_tried_again(
    house: House, begin: Callable[[House], None]
) -> None:
    table, said, is_done = FAILING[begin]
    begin(house)
    _fill_the_disk(house, table)
    for _try in range(3):
        house.wait(hours=2)
    [failed] = _stuck(house)
    assert str(failed.sentence) == f"{said} Cause: IntegrityError: the disk is full"

    _try_again(house, failed.job_key)
    house.work()
    [still] = _stuck(house)
    _clear_the_disk(house)
    _try_again(house, still.job_key)
    house.work()

    assert is_done(house)
    assert _stuck(house) == []


def test_a_mail_that_could_not_be_sent_is_sent_when_it_is_tried_again(house: House) -> None:
    def no_way(_mail: Mail) -> None:
        raise OSError("no route to the mail server")

    with house.write() as session:
        written = {"to": "x@example.org", "subject": "Offer", "body": "-", "process_instance_key": None}
        mail.write(session, now=house.now, **written)
    for _try in range(8):
        house.clock.move(timedelta(hours=2))
        worker.run_due(house.engine, now=house.clock, sender=no_way)
    [failed] = _stuck(house)
    assert "no route to the mail server" in str(failed.sentence)

    _try_again(house, failed.job_key)
    house.work()

    assert [each.subject for each in house.sent] == ["Offer"]
    assert [each.state for each in house.rows(Mail)] == ["sent"]
    assert _stuck(house) == []


def test_an_order_that_missed_a_signal_is_no_longer_noted_as_stuck_when_it_is_tried_again(
    house: House,
) -> None:
    _signal(house)
    _fill_the_disk(house, "INSERT ON history")
    for _try in range(3):
        house.wait(hours=2)
    accountability.Watch(house.engine).look(house.now)
    [noted] = _stuck(house)
    assert str(noted.sentence).startswith('Stuck: the signal "raise" could not be handed to it.')
    _clear_the_disk(house)

    _try_again(house, noted.job_key)

    assert _stuck(house) == []
    assert [each.silent_since for each in house.rows(ProcessInstance)] == [None]


def test_what_has_not_failed_is_not_tried_again(house: House) -> None:
    _clock(house)
    [job] = house.rows(Job)

    with pytest.raises(incidents.HasNotFailed):
        _try_again(house, job.key)
    with pytest.raises(errors.NotFound):
        _try_again(house, 77)


def test_where_an_incident_stands_for_it_the_incident_is_tried_again(house: House) -> None:
    house.deploy(BOOKING)
    Switch.failures = [RuntimeError("locked")]
    house.start()
    [job] = house.rows(Job)
    assert len(house.rows(Incident)) == 1

    with pytest.raises(errors.Conflict, match="An incident"):
        _try_again(house, job.key)


def _rests(house: House) -> int:
    healthy_house.deploy(house, {"rests": one(d.catch("rest", d.timer("duration", "PT1H")))})
    return house.start("rests")


def _unreadable(house: House, key: int) -> None:
    with house.write() as session:
        session.execute(
            update(ProcessInstance).where(ProcessInstance.key == key).values(tokens=b"[1, 3, [[1")
        )


def _ended(house: House, key: int) -> None:
    with house.write() as session:
        session.execute(update(ProcessInstance).where(ProcessInstance.key == key).values(state="completed"))


def _of_a_token_that_is_gone(house: House, key: int) -> None:
    with house.write() as session:
        session.execute(update(Job).where(Job.process_instance_key == key).values(token_id=99))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_unreadable, "DecodeError: Input data was truncated"),
        (_ended, "it counts as ended, but"),
        (_of_a_token_that_is_gone, "its clock is lost"),
    ],
    ids=["unreadable", "ended", "token gone"],
)
def test_a_job_whose_order_can_take_no_incident_ends_too_and_keeps_no_other_from_being_done(
    house: House, spoil: Callable[[House, int], None], said: str
) -> None:
    key = _rests(house)
    spoil(house, key)
    for _try in range(3):
        other = house.start("rests")
        house.wait(hours=2)
        assert house.state(other) == "completed"

    accountability.Watch(house.engine).look(house.now)

    [failed] = house.rows(Job)
    assert failed.state == "failed"
    [stuck] = [each for each in _stuck(house) if each.process_instance_key == key]
    assert said in str(stuck.sentence)
    assert not house.has_work(days=1)
