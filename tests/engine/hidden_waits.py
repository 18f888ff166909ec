"""Faults that come about through the verbs: nobody has touched a row by hand. One order for each, and what is said of it.

A fault is a generator: it begins, gives its order, and may go on when two minutes have passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from engine import definitions, jobs, mail, messages, roles, user_tasks, worker
from engine.tables import Mail, Person
from tests.engine import healthy_house
from tests.engine.healthy_house import one, person
from tests.engine.house import House
from tests.engine.spiff import diagrams as d

Fault = Callable[[House], Iterator[int]]

PRICING = b"""<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="x" name="x" namespace="n">
<decision id="pricing" name="pricing"><variable id="v" name="pricing" typeRef="number"/>
<literalExpression id="l"><text>"cheap"</text></literalExpression></decision></definitions>"""
ANSWER = d.message("answer", "=key")
WAITS = d.catch("answered", d.on_message("answer"))
GHOSTS = person("unbook", "ghosts")
LANE = b'<laneSet id="lanes"><lane id="lane" name="ghosts"><flowNodeRef>pick</flowNodeRef></lane></laneSet>'


def _order(house: House, process_id: str, model: bytes, **variables: object) -> int:
    healthy_house.deploy(house, {process_id: model})
    return house.start(process_id, **variables)


def message_with_a_key_of_another_type(house: House) -> Iterator[int]:
    yield _order(house, "other_type", one(WAITS, more=ANSWER), key=5)
    house.publish("answer", "5.0")


def message_with_a_key_in_quotes(house: House) -> Iterator[int]:
    yield _order(house, "quoted", one(WAITS, more=ANSWER), key="A-7")
    house.publish("answer", '"A-7"')


def message_of_nearly_this_name(house: House) -> Iterator[int]:
    waits = d.catch("paid", d.on_message("payment_received"))
    yield _order(house, "misspelt", one(waits, more=d.message("payment_received", "=key")), key="A-71")
    house.publish("payment_recieved", "A-71", time_to_live=timedelta(hours=1))


def buffered_message_whose_time_was_over(house: House) -> Iterator[int]:
    key = _order(house, "too_early", one(person("work"), WAITS, more=ANSWER), key="A-72")
    house.publish("answer", "A-72", time_to_live=timedelta(seconds=30))
    yield key
    with house.write() as session:
        messages.forget_expired(session, house.now)
    house.complete(key, "work")


def message_without_a_key(house: House) -> Iterator[int]:
    yield _order(house, "no_key", one(WAITS, more=ANSWER))


def date_in_a_zone_that_is_gone(house: House) -> Iterator[int]:
    gone = '=date and time("2026-12-01T09:00:00@Europe/Atlantis")'
    yield _order(house, "gone_zone", one(d.catch("rest", d.timer("date", gone))))


def step_for_a_role_of_nobody(house: House) -> Iterator[int]:
    yield _order(house, "ghosts", one(person("work", "ghosts")))


def step_that_only_its_maker_may_check(house: House) -> Iterator[int]:
    rule = '<zeebe:properties><zeebe:property name="four_eyes" value="make"/></zeebe:properties>'
    checks = d.user(
        "check", f'<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="manager"/>{rule}'
    )
    key = _order(house, "four_eyes", one(person("make", "manager"), checks))
    house.complete(key, "make", "mia")
    yield key


def step_of_somebody_who_has_left(house: House) -> Iterator[int]:
    key = _order(house, "left", one(person("work")))
    with house.write() as session:
        roles.add_person(session, "ron", "Ron", ["staff"])
        task = house.task(session, key, "work")
        user_tasks.claim(session, task.key, actor=roles.actor(session, "ron"), now=house.now)
    yield key
    with house.write() as session:
        session.get_one(Person, "ron").active = False


def form_that_is_not_there(house: House) -> Iterator[int]:
    shown = d.user(
        "work",
        '<zeebe:userTask/><zeebe:formDefinition formId="lost"/>'
        '<zeebe:assignmentDefinition candidateGroups="staff"/>',
    )
    yield _order(house, "no_form", one(shown))


def process_that_is_not_there(house: House) -> Iterator[int]:
    yield _order(house, "no_process", one(d.call("repair", "lost_process")))


def decision_that_is_not_there(house: House) -> Iterator[int]:
    yield _order(house, "no_decision", one(d.rule("price", "lost_decision")))


def decision_with_a_result_of_another_type(house: House) -> Iterator[int]:
    with house.write() as session:
        definitions.deploy(session, {"p.dmn": PRICING}, actor=roles.SYSTEM, now=house.now)
    yield _order(house, "other_result", one(d.rule("price", "pricing")))


def choice_without_a_way(house: House) -> Iterator[int]:
    flows = "start -> which; which -> end [=key > 1]; which -> low [=key < 0]"
    yield _order(
        house, "no_way", d.diagram(d.start(), d.xor("which"), d.end(), d.end("low"), flows=flows), key=1
    )


def incident_in_one_of_several_at_once(house: House) -> Iterator[int]:
    waits = d.catch("rest", d.timer("duration", "=item"))
    inner = d.each('=["PT1H", "soon", "PT2H"]')
    each = d.sub("each_one", d.start("s"), waits, d.end("e"), flows="s -> rest -> e", inner=inner)
    yield _order(house, "in_turn_of_three", one(each))


def incident_in_a_called_process(house: House) -> Iterator[int]:
    child = one(d.catch("rest", d.timer("duration", "=nothing")))
    healthy_house.deploy(house, {"broken_child": child})
    yield _order(house, "calls", one(d.call("repair", "broken_child")))


def inclusive_join_that_waits_for_the_customer(house: House) -> Iterator[int]:
    flows = "start -> split; split -> answered [=true]; split -> check [=true]; answered -> joined -> end; check -> joined"
    nodes = (d.start(), d.some("split"), WAITS, person("check"), d.some("joined"), d.end())
    key = _order(house, "asks", d.diagram(*nodes, flows=flows, more=ANSWER), key="A-73")
    house.complete(key, "check")
    yield key


def handler_of_a_compensation_for_nobody(house: House) -> Iterator[int]:
    nodes = (d.script("book", "=1"), d.undone_by("book", "unbook"), d.handler(GHOSTS))
    undo = d.throw("undo", inner=d.compensate())
    yield _order(
        house, "undoes", d.diagram(d.start(), *nodes, undo, d.end(), flows="start -> book -> undo -> end")
    )


def cancelled_transaction_whose_handler_nobody_does(house: House) -> Iterator[int]:
    handler = d.handler(d.service("unbook", "no_such_scales"))
    inner = (d.start("s"), d.script("book", "=1"), d.undone_by("book", "unbook"), handler, d.cancel_end("c"))
    deal = d.transaction("deal", *inner, flows="s -> book -> c")
    cancelled = d.boundary("cancelled", "deal", d.on_cancel())
    flows = "start -> deal -> end; cancelled -> gone"
    yield _order(house, "cancels", d.diagram(d.start(), deal, cancelled, d.end(), d.end("gone"), flows=flows))


def listener_that_nobody_asks(house: House) -> Iterator[int]:
    yield _order(house, "listens", one(d.script("count", "=1", zeebe=d.listeners("start no_such_listener"))))


def outside_worker_that_took_it_and_went(house: House) -> Iterator[int]:
    key = _order(house, "went", one(d.service("weigh", "left_scales")))
    with house.write() as session:
        lease = timedelta(seconds=30)
        jobs.activate(session, "left_scales", worker="w", most=1, lease=lease, now=house.now)
    yield key


def choice_for_a_role_of_nobody(house: House) -> Iterator[int]:
    model = one(d.ad_hoc("pick", person("paint"), person("polish")))
    place = model.index(b">", model.index(b'<process id="p"')) + 1
    yield _order(house, "nobody_picks", model[:place] + LANE + model[place:])


def events_that_cannot_come(house: House) -> Iterator[int]:
    nodes = (d.first("what"), d.catch("raised", d.on_signal("never")), d.catch("cheap", d.when("=1 = 2")))
    flows = "start -> what -> raised -> end; what -> cheap -> end"
    model = d.diagram(d.start(), *nodes, d.end(), flows=flows, more=d.signal("never"))
    yield _order(house, "never", model)


def mail_server_that_is_down(house: House) -> Iterator[int]:
    def no_way(_mail: Mail) -> None:
        raise OSError("no route")

    key = _order(house, "mails", one(person("work")))
    with house.write() as session:
        letter = {"to": "x@example.org", "subject": "Offer", "body": "-", "process_instance_key": key}
        mail.write(session, now=house.now, **letter)
    worker.run_due(house.engine, now=house.clock, sender=no_way)
    yield key


def clock_that_no_worker_looks_at(house: House) -> Iterator[int]:
    yield _order(house, "late", one(d.catch("rest", d.timer("duration", "PT30S"))))


#: Put right by somebody or something known, or by a manager who tries it again: not stuck.
STOPPED = 'Stopped at "{step}" since 2026-11-23 08:00 UTC: {cause} When this is put right, a manager tries it again.'


def _stopped(step: str, cause: str) -> tuple[str, bool]:
    return STOPPED.format(step=step, cause=cause), False


#: {fault: (the first thing that is said of it, whether it is listed as stuck; what has stopped is listed as stopped)}.
FAULTS: dict[Fault, tuple[str, bool]] = {
    message_with_a_key_of_another_type: (
        'Waits for the message "answer" for "5", since 2026-11-23 08:00 UTC. '
        'One for "5.0" came 2026-11-23 08:02 UTC and met nobody: compare the keys.',
        True,
    ),
    message_with_a_key_in_quotes: (
        'Waits for the message "answer" for "A-7", since 2026-11-23 08:00 UTC. '
        'One for ""A-7"" came 2026-11-23 08:02 UTC and met nobody: compare the keys.',
        True,
    ),
    message_of_nearly_this_name: (
        'Waits for the message "payment_received" for "A-71", since 2026-11-23 08:00 UTC. '
        'A message "payment_recieved" for it came 2026-11-23 08:02 UTC and met nobody: compare the names.',
        False,
    ),
    buffered_message_whose_time_was_over: (
        'Waits for the message "answer" for "A-72", since 2026-11-23 08:02 UTC. '
        "One came 2026-11-23 08:00 UTC, before anybody waited for it, and its time was over: send it again if it was meant.",
        False,
    ),
    message_without_a_key: _stopped(
        "answered", 'Expected the correlation key "=key" to be a text or a number, but it is null.'
    ),
    date_in_a_zone_that_is_gone: _stopped(
        "rest",
        'Expected the date of the timer to be a text, but "=date and time("2026-12-01T09:00:00@Europe/Atlantis")" is null.',
    ),
    step_for_a_role_of_nobody: (
        'Stuck: nobody active has the role "ghosts", so nobody can do "work".',
        True,
    ),
    step_that_only_its_maker_may_check: (
        'Stuck: "check" needs a second person: Mia did what it checks, and nobody else who is active may do it. '
        "Give it to somebody else.",
        True,
    ),
    step_of_somebody_who_has_left: (
        'Stuck: "work" is with Ron, who is no longer active. Give it to somebody else.',
        True,
    ),
    form_that_is_not_there: _stopped(
        "work",
        'The form of "work" is missing. Expected "lost" to be deployed, but it is not. Deploy it, then try again.',
    ),
    process_that_is_not_there: _stopped(
        "repair", 'Expected "lost_process" to be deployed, but it is not. Deploy it, then try again.'
    ),
    decision_that_is_not_there: _stopped(
        "price", 'Expected "lost_decision" to be deployed, but it is not. Deploy it, then try again.'
    ),
    decision_with_a_result_of_another_type: _stopped(
        "price",
        "Decision \"pricing\" has no result: The decision 'pricing': "
        "Expected a value of type number, but found 'cheap'.",
    ),
    choice_without_a_way: _stopped("which", ""),
    incident_in_one_of_several_at_once: _stopped("rest", ""),
    incident_in_a_called_process: _stopped(
        "rest",
        'Expected the duration of the timer to be a text, but "=nothing" (with nothing = missing) is null.',
    ),
    inclusive_join_that_waits_for_the_customer: (
        'Waits for the message "answer" for A-73, since 2026-11-23 08:00 UTC.',
        False,
    ),
    handler_of_a_compensation_for_nobody: (
        'Stuck: nobody active has the role "ghosts", so nobody can do "unbook".',
        True,
    ),
    cancelled_transaction_whose_handler_nobody_does: (
        'Stuck: nobody has taken the job "no_such_scales" of "unbook" since 2026-11-23 08:00 UTC. '
        "Start the outside worker that does it, or give the step another type.",
        True,
    ),
    listener_that_nobody_asks: (
        'Stuck: nobody has taken the job "no_such_listener" of "count" since 2026-11-23 08:00 UTC. '
        "Start the outside worker that does it, or give the step another type.",
        True,
    ),
    outside_worker_that_took_it_and_went: (
        'Stuck: nobody has taken the job "left_scales" of "weigh" since 2026-11-23 08:00 UTC. '
        "Start the outside worker that does it, or give the step another type.",
        True,
    ),
    choice_for_a_role_of_nobody: (
        'Stuck: nobody active has the role "ghosts", so nobody can choose what is done next in "pick". '
        "Give somebody the role.",
        True,
    ),
    events_that_cannot_come: (
        'Waits at "raised" for the signal "never", since 2026-11-23 08:00 UTC.',
        False,
    ),
    mail_server_that_is_down: (
        'Waits for somebody of staff to take "work", since 2026-11-23 08:00 UTC.',
        False,
    ),
    clock_that_no_worker_looks_at: (
        'Stuck: "rest" has been due since 2026-11-23 08:00 UTC, and no worker took it. Start a worker.',
        True,
    ),
}
