"""Faults put in by hand, one order for each, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, literal, select, update

from engine import instances, mail, messages, roles, signals
from engine.tables import (
    EventSubscription,
    Incident,
    Job,
    Mail,
    Membership,
    MessageSubscription,
    OpenFlowNode,
    Person,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
)
from tests.engine import healthy_house
from tests.engine.healthy_house import one, person
from tests.engine.house import House, Switch
from tests.engine.seeds import change_state
from tests.engine.spiff import diagrams as d


@dataclass
class Seeded:
    """The house with its faults: {fault: order}, and when the next order is started."""

    house: House
    orders: dict[str, int] = field(default_factory=dict)

    def start(self, process_id: str, **variables: Any) -> int:
        with self.house.write() as session:
            return healthy_house.start(session, self.house, process_id, **variables)

    def run(self, statement: Any) -> None:
        with self.house.write() as session:
            session.execute(statement)

    def raw(self, statement: str, key: int) -> None:
        """A statement that the database would refuse: a fault does not ask."""
        with self.house.engine.connect() as connection:
            driver = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")
            driver.execute(statement, (key,))
            driver.execute("PRAGMA foreign_keys=ON")


def of(table: Any, key: int) -> Any:
    """The rows of an order."""
    return table.process_instance_key == key


def link_without_its_catch(seeded: Seeded) -> int:
    key = seeded.start("jumping")
    change_state(seeded.house, key, lambda tokens: tokens[1].__setitem__(2, "jump"))
    seeded.run(delete(UserTaskCandidate).where(UserTaskCandidate.user_task_key.in_(_tasks(key))))
    seeded.run(update(UserTask).where(of(UserTask, key)).values(state="terminated"))
    seeded.run(
        update(OpenFlowNode)
        .where(of(OpenFlowNode, key), OpenFlowNode.element_id == "work")
        .values(element_id="jump", element_type="intermediateThrowEvent")
    )
    return key


def _tasks(key: int) -> Any:
    return select(UserTask.key).where(of(UserTask, key))


def lost_timer(seeded: Seeded) -> int:
    key = seeded.start("time")
    seeded.run(delete(Job).where(of(Job, key)))
    return key


def moved_timer(seeded: Seeded) -> int:
    key = seeded.start("time")
    seeded.run(update(Job).where(of(Job, key)).values(due_at=seeded.house.now + timedelta(days=500)))
    return key


def lost_boundary_timer(seeded: Seeded) -> int:
    key = seeded.start("bounded")
    seeded.run(delete(Job).where(of(Job, key)))
    return key


def lost_subscription(seeded: Seeded) -> int:
    key = seeded.start("message", order_no="M-1")
    seeded.run(delete(MessageSubscription).where(of(MessageSubscription, key)))
    return key


def subscription_with_another_key(seeded: Seeded) -> int:
    key = seeded.start("message")
    seeded.run(update(MessageSubscription).where(of(MessageSubscription, key)).values(correlation_key="S-9"))
    return key


def near_miss(seeded: Seeded) -> int:
    key = seeded.start("waits_for_key", key="R-0001")
    with seeded.house.write() as session:
        messages.publish(session, "answer", "R-0001 ", actor=roles.SYSTEM, now=seeded.house.now)
    return key


def kept_near_miss(seeded: Seeded) -> int:
    key = seeded.start("waits_for_key", key="R-0002")
    with seeded.house.write() as session:
        messages.publish(
            session,
            "answer",
            "r-2",
            actor=roles.SYSTEM,
            now=seeded.house.now,
            time_to_live=timedelta(days=1),
        )
    return key


def deep_tree_with_nothing_in_it(seeded: Seeded) -> int:
    key = seeded.start("inside")

    def nest(tokens: list[Any]) -> None:
        # 1,500 scopes, one in the other; the innermost is empty.
        outer, state = tokens[1][0], tokens[1][3]
        tokens[2:] = [[n, outer if n == 100 else n - 1, "handling", state] for n in range(100, 1600)]

    change_state(seeded.house, key, nest)
    return key


def empty_role(seeded: Seeded) -> int:
    seeded.run(delete(Membership).where(Membership.role_id == "night_shift"))
    return seeded.start("night")


def inactive_person(seeded: Seeded) -> int:
    key = seeded.start("person")
    seeded.run(update(UserTask).where(of(UserTask, key)).values(assignee="yan"))
    seeded.run(update(Person).where(Person.login == "yan").values(active=False))
    return key


def deleted_person(seeded: Seeded) -> int:
    key = seeded.start("person")
    seeded.run(update(UserTask).where(of(UserTask, key)).values(assignee="zoe"))
    seeded.run(delete(Membership).where(Membership.login == "zoe"))
    seeded.run(delete(Person).where(Person.login == "zoe"))
    return key


def offered_to_nobody(seeded: Seeded) -> int:
    key = seeded.start("person")
    seeded.run(delete(UserTaskCandidate).where(UserTaskCandidate.user_task_key.in_(_tasks(key))))
    return key


def offered_to_the_gone(seeded: Seeded) -> int:
    seeded.run(update(Person).where(Person.login == "yan").values(active=False))
    return seeded.start("for_yan")


def offered_to_an_unknown_login(seeded: Seeded) -> int:
    key = seeded.start("for_yan")
    of_this = UserTaskCandidate.user_task_key.in_(_tasks(key))
    seeded.run(update(UserTaskCandidate).where(of_this).values(name="xena"))
    return key


def offered_to_the_gone_and_an_empty_role(seeded: Seeded) -> int:
    key = seeded.start("for_yan")
    seeded.run(
        insert(UserTaskCandidate).from_select(
            ["user_task_key", "kind", "name", "free", "urgent"],
            select(
                UserTask.key, literal("role"), literal("night_shift"), literal(True), literal(False)
            ).where(of(UserTask, key)),
        )
    )
    return key


def lost_user_task(seeded: Seeded) -> int:
    key = offered_to_nobody(seeded)
    seeded.run(delete(UserTask).where(of(UserTask, key)))
    return key


def crashed_worker(seeded: Seeded) -> int:
    Switch.failures = [RuntimeError("locked")]
    key = seeded.start("broken_once")
    died = seeded.house.now - timedelta(minutes=10)
    seeded.run(update(Job).where(of(Job, key)).values(state="running", lease_until=died))
    return key


def false_end(seeded: Seeded) -> int:
    key = seeded.start("person")
    seeded.run(update(ProcessInstance).where(ProcessInstance.key == key).values(state="completed"))
    return key


def nothing_open(seeded: Seeded) -> int:
    key = seeded.start("job")
    change_state(seeded.house, key, list.clear)
    return key


def orphaned_job(seeded: Seeded) -> int:
    key = seeded.start("person")
    row = {"kind": "worker", "name": "scales", "state": "offered", "token_id": 99, "element_id": "weigh"}
    seeded.run(insert(Job).values(process_instance_key=key, due_at=seeded.house.now, **row))
    return key


def lost_job(seeded: Seeded) -> int:
    key = seeded.start("job")
    seeded.run(delete(Job).where(of(Job, key)))
    return key


def lost_flow_node(seeded: Seeded) -> int:
    key = seeded.start("person")
    seeded.run(delete(OpenFlowNode).where(of(OpenFlowNode, key), OpenFlowNode.element_id == "work"))
    return key


def untaken_timer(seeded: Seeded) -> int:
    with seeded.house.write() as session:
        an_hour_ago = seeded.house.now - timedelta(hours=1)
        return instances.start(session, "soon", actor=roles.SYSTEM, now=an_hour_ago).key


def unsent_mail(seeded: Seeded) -> int:
    key = seeded.start("person")
    with seeded.house.write() as session:
        sent = mail.write(
            session,
            to="x@example.org",
            subject="Offer",
            body="-",
            process_instance_key=key,
            now=seeded.house.now,
        )
        session.execute(update(Mail).where(Mail.key == sent.key).values(state="failed", problem="no route"))
        session.execute(update(Job).where(Job.kind == "mail").values(state="failed"))
    return key


def version_that_is_gone(seeded: Seeded) -> int:
    key = seeded.start("person")
    seeded.raw("UPDATE process_instance SET process_definition_key = 77 WHERE key = ?", key)
    return key


def unreadable_state(seeded: Seeded) -> int:
    key = seeded.start("person")
    seeded.run(update(ProcessInstance).where(ProcessInstance.key == key).values(tokens=b"[1, 3, [[1"))
    return key


def state_of_another_diagram(seeded: Seeded) -> int:
    key = seeded.start("person")
    change_state(seeded.house, key, lambda tokens: tokens[1].__setitem__(2, "weld"))
    return key


def join_for_ever(seeded: Seeded) -> int:
    key = seeded.start("join_of_three")
    change_state(seeded.house, key, lambda tokens: tokens.remove(_at("work", tokens)))
    seeded.run(delete(UserTaskCandidate).where(UserTaskCandidate.user_task_key.in_(_tasks_at(key, "work"))))
    seeded.run(delete(UserTask).where(of(UserTask, key), UserTask.element_id == "work"))
    seeded.run(delete(OpenFlowNode).where(of(OpenFlowNode, key), OpenFlowNode.element_id == "work"))
    return key


def _tasks_at(key: int, element_id: str) -> Any:
    return _tasks(key).where(UserTask.element_id == element_id)


def _at(element_id: str, tokens: list[Any]) -> Any:
    return next(each for each in tokens if each[2] == element_id)


def lost_incident(seeded: Seeded) -> int:
    key = seeded.start("wrong_time")
    seeded.run(delete(Incident).where(of(Incident, key)))
    return key


def failed_job_without_incident(seeded: Seeded) -> int:
    key = seeded.start("job")
    seeded.run(update(Job).where(of(Job, key)).values(state="failed", problem="scales are broken"))
    return key


def lost_signal_subscription(seeded: Seeded) -> int:
    key = seeded.start("signal")
    seeded.run(delete(EventSubscription).where(of(EventSubscription, key)))
    return key


def dead_signal(seeded: Seeded) -> int:
    key = seeded.start("own_signal")
    with seeded.house.write() as session:
        signals.broadcast(session, "own", {}, actor=roles.SYSTEM, now=seeded.house.now)
        session.execute(
            update(Job).where(Job.kind == "signal").values(state="failed", problem="the disk is full")
        )
    return key


MODELS = {
    "jumping": d.diagram(
        d.start(),
        person("work"),
        d.throw("jump", inner=d.link("there")),
        d.catch("land", d.link("there")),
        d.end(),
        flows="start -> work -> jump; land -> end",
    ),
    "waits_for_key": one(d.catch("answered", d.on_message("answer")), more=d.message("answer", "=key")),
    "night": one(person("work", "night_shift")),
    "for_yan": one(d.user("work", '<zeebe:userTask/><zeebe:assignmentDefinition candidateUsers="yan"/>')),
    "soon": one(d.catch("rest", d.timer("duration", "PT30M"))),
    "wrong_time": one(d.catch("rest", d.timer("duration", "=price"))),
    "own_signal": one(d.catch("raised", d.on_signal("own")), more=d.signal("own")),
    "join_of_three": d.diagram(
        d.start(),
        d.both("split"),
        person("work"),
        person("check"),
        d.both("joined"),
        d.end(),
        d.end("checked"),
        flows="start -> split -> work -> joined -> end; split -> joined; split -> check -> checked",
    ),
}

FAULTS: dict[Callable[[Seeded], int], str] = {
    link_without_its_catch: 'Stuck: it stands at "jump", which nobody and nothing will ever move.',
    lost_timer: 'Stuck: "rest" waits until 2026-11-28 08:00 UTC, but its clock is lost and will never ring.',
    moved_timer: 'Stuck: "rest" waits until 2026-11-28 08:00 UTC, but its clock is set to 2028-04-06 08:00 UTC.',
    lost_boundary_timer: 'Stuck: "late" waits until 2026-11-24 08:00 UTC, but its clock is lost and will never ring.',
    lost_subscription: 'Stuck: "answered" waits for the message "answer" for "{number}", but its subscription is lost, '
    "so no message reaches it.",
    subscription_with_another_key: 'Stuck: "answered" waits for the message "answer" for "{number}", '
    'but its subscription listens for "S-9".',
    near_miss: 'Waits for the message "answer" for "R-0001", since 2026-11-23 08:00 UTC. '
    'One for "R-0001 " came 2026-11-23 08:00 UTC and met nobody: compare the keys.',
    kept_near_miss: 'Waits for the message "answer" for "R-0002", since 2026-11-23 08:00 UTC. '
    'One for "r-2" came 2026-11-23 08:00 UTC and met nobody: compare the keys.',
    deep_tree_with_nothing_in_it: 'Stuck: it stands at "handling", which nobody and nothing will ever move.',
    empty_role: 'Stuck: nobody active has the role "night_shift", so nobody can do "work".',
    inactive_person: 'Stuck: "work" is with Yan, who is no longer active. Give it to somebody else.',
    deleted_person: 'Stuck: "work" is with zoe, who is no longer active. Give it to somebody else.',
    offered_to_nobody: 'Stuck: "work" is offered to nobody. Give it to somebody.',
    offered_to_the_gone: 'Stuck: "work" is offered to yan only, who is no longer active. Give it to somebody else.',
    offered_to_an_unknown_login: 'Stuck: "work" is offered to xena only, who is no longer active. '
    "Give it to somebody else.",
    offered_to_the_gone_and_an_empty_role: 'Stuck: "work" is offered to night_shift, yan only, '
    "who is no longer active. Give it to somebody else.",
    lost_user_task: 'Stuck: "work" is to be done, but it is in no inbox: its row is lost.',
    crashed_worker: 'Stuck: the worker that took "book" has not come back since 2026-11-23 07:50 UTC: '
    "it was killed, or this takes too long. Start a worker, or start the one that hangs anew.",
    false_end: 'Stuck: it counts as ended, but "work" is still open in its state.',
    nothing_open: "Stuck: it counts as open, but nothing is open in its state.",
    orphaned_job: 'A job of "weigh" is still there, but the order does not wait for it any more.',
    lost_job: 'Stuck: "weigh" waits for a job, but the job is lost.',
    lost_flow_node: 'The order stands at "work", but no map shows it: the row is lost.',
    untaken_timer: 'Stuck: "rest" has been due since 2026-11-23 07:30 UTC, and no worker took it. Start a worker.',
    unsent_mail: 'Stuck: the mail "Offer" to x@example.org could not be sent. Cause: no route',
    version_that_is_gone: "Stuck: its version of the process is gone, so nothing can move it. Restore the database.",
    unreadable_state: "Stuck: its state cannot be read (DecodeError: Input data was truncated). "
    "Restore it, or run the version that wrote it.",
    state_of_another_diagram: "Stuck: its state cannot be read (KeyError: 'weld'). "
    "Restore it, or run the version that wrote it.",
    join_for_ever: 'Stuck: "joined" waits for another branch, but none that is open leads there any more.',
    lost_incident: 'Stuck: "rest" has stopped, but no incident says so, and nobody can try it again. Cause: ',
    failed_job_without_incident: 'Stuck: the job of "weigh" has failed, and no incident says so. Cause: scales are broken',
    lost_signal_subscription: 'Stuck: "raised" waits for the signal "raise", but its subscription is lost, '
    "so no signal reaches it.",
    dead_signal: 'Stuck: the signal "own" could not be handed to it. Cause: the disk is full',
}
