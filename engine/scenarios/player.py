"""Plays one story through the real verbs: people submit, messages come, the clock is moved and the worker runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from engine import (
    accountability,
    calendars,
    database,
    errors,
    incidents,
    instances,
    messages,
    roles,
    settings,
    user_tasks,
    worker,
)
from engine.clock import MovedClock
from engine.scenarios import looks
from engine.scenarios.files import Scenario, Step
from engine.scenarios.stage import Stage
from engine.tables import Job, Membership, Person, UserTask, UserTaskCandidate

# Built once: every step of every story asks them.
_DUE = (
    select(Job.due_at)
    .where(Job.state == "ready", Job.due_at <= bindparam("until"))
    .order_by(Job.due_at)
    .limit(1)
)
_LOGIN = (
    select(Person.login)
    .where(
        or_(
            Person.login == bindparam("by"),
            Person.active
            & exists().where(Membership.login == Person.login, Membership.role_id == bindparam("by")),
        )
    )
    .order_by(Person.login != bindparam("by"), Person.login)
    .limit(1)
)
_OPEN = select(UserTask).where(
    UserTask.state == "open",
    or_(UserTask.name == bindparam("what"), UserTask.element_id == bindparam("what")),
)
_OPEN_OF_ORDER = _OPEN.where(UserTask.process_instance_key == bindparam("order"))


class StoryBroken(errors.OrderlaneError):
    """The story did not go as it is written."""


class Player:
    """One story on one database: where it is, and how each kind of step is done."""

    def __init__(self, engine: Engine, stage: Stage, scenario: Scenario):
        self.engine = engine
        self.stage = stage
        self.scenario = scenario
        self.clock = MovedClock(scenario.starts_at)
        self.orders: dict[str, int] = {}
        self.broken: set[str] = set()

    def play(self) -> None:
        """Do all steps and check the end. Raises StoryBroken with the step and the reason."""
        for step in self.scenario.steps:
            try:
                self._do(step)
                if step.kind != "expect" or step.number == 1:
                    # Who only looks changes nothing: it is as quiet as after the step before.
                    self._rest(step)
            except errors.OrderlaneError as broken:
                raise StoryBroken(f"{step.title}: {_sentence(broken)}") from broken
        with database.reading(self.engine) as session:
            try:
                self._check(session, self.scenario.then, None, "At the end")
            except looks.ConditionRefused as refused:
                raise StoryBroken(f"At the end: {refused.sentence}") from refused
            self._no_surprise(session)

    def _no_surprise(self, session: Session) -> None:
        """An incident that stays open breaks a story, unless one of its conditions speaks of incidents."""
        conditions = [text for step in self.scenario.steps if step.kind == "expect" for text in step.what]
        if any("incidents" in looks.names_in(text) for text in (*conditions, *self.scenario.then)):
            return
        for incident in incidents.open_ones(session):
            raise StoryBroken(f'At the end "{incident.element_id}" stands still: {incident.sentence}')

    def _do(self, step: Step) -> None:
        expected = step.more.get("refused")
        if expected is None:
            getattr(self, f"_{step.kind}")(step)
            return
        try:
            getattr(self, f"_{step.kind}")(step)
        except errors.Refused as refused:
            said = f"{type(refused).__name__}: {_sentence(refused)}"
            if expected not in said:
                raise StoryBroken(
                    f'Expected a refusal with "{expected}", but it was refused with "{said}".'
                ) from refused
            return
        raise StoryBroken(f'Expected a refusal with "{expected}", but it was done.')

    def _rest(self, step: Step) -> None:
        """Let the worker do what is due, then see that nothing waits silently."""
        worker.run_until_quiet(self.engine, now=self.clock)
        with database.reading(self.engine) as session:
            for stuck in accountability.stuck(session, self.clock()):
                said = str(stuck.sentence)
                if step.kind == "change" and stuck.process_instance_key is None:
                    self.broken.add(said)  # the story broke the house (a mail fails) to see who notices
                elif said not in self.broken:
                    raise StoryBroken(f"{stuck.business_key or 'Orderlane'}: {said}")

    # --- the kinds of step ------------------------------------------------------------------------------------------

    def _start(self, step: Step) -> None:
        with database.transaction(self.engine) as session:
            number = step.more.get("order_no")
            row = instances.start(
                session,
                step.what,
                business_key=str(self._looks(session, None).value(number)) if number else None,
                variables=self._values(session, step, "variables"),
                submission=self._values(session, step, "submit") if "submit" in step.more else None,
                actor=self._actor(session, step.more.get("by")),
                now=self.clock(),
            )
        self.orders[step.more.get("as", f"order {len(self.orders) + 1}")] = row.key

    def _complete(self, step: Step) -> None:
        with database.transaction(self.engine) as session:
            user_task = self._find(session, step)
            actor = self._worker_of(session, user_task, step)
            submission = self._values(session, step, "submit")
            if user_task.assignee is None and not actor.is_outside:
                user_tasks.claim(session, user_task.key, actor=actor, now=self.clock())
            user_tasks.complete(session, user_task.key, submission, actor=actor, now=self.clock())

    def _claim(self, step: Step) -> None:
        with database.transaction(self.engine) as session:
            user_task = self._find(session, step)
            actor = self._worker_of(session, user_task, step)
            user_tasks.claim(session, user_task.key, actor=actor, now=self.clock())

    def _release(self, step: Step) -> None:
        with database.transaction(self.engine) as session:
            user_task = self._find(session, step)
            actor = self._worker_of(session, user_task, step)
            user_tasks.release(session, user_task.key, actor=actor, now=self.clock())

    def _wait(self, step: Step) -> None:
        """Move the clock, stopping at everything that becomes due on the way, in order."""
        with database.reading(self.engine) as session:
            zone = settings.calendar(session).time_zone
        until = calendars.duration(step.what).after(self.clock(), zone)
        while True:
            worker.run_until_quiet(self.engine, now=self.clock)
            with database.reading(self.engine) as session:
                due = session.scalar(_DUE, {"until": until})
            if due is None:
                break
            self.clock.move(max(due - self.clock(), timedelta(0)))
        self.clock.move(until - self.clock())

    def _message(self, step: Step) -> None:
        with database.transaction(self.engine) as session:
            seen = self._looks(session, step.more.get("order"))
            published = messages.publish(
                session,
                step.what,
                str(seen.value(step.more.get("key", "=order_no"))),
                self._values(session, step, "variables"),
                actor=self._actor(session, step.more["by"]) if "by" in step.more else roles.SYSTEM,
                now=self.clock(),
            )
        for key in published.process_instance_keys:
            if key not in self.orders.values():
                self.orders[step.more.get("as", f"order {len(self.orders) + 1}")] = key

    def _change(self, step: Step) -> None:
        change = self.stage.changes.get(step.what)
        if change is None:
            raise StoryBroken(
                f'There is no change "{step.what}". There are: {", ".join(sorted(self.stage.changes))}.'
            )
        with database.transaction(self.engine) as session:
            change(session, self.clock(), **self._values(session, step, "with"))

    def _expect(self, step: Step) -> None:
        with database.reading(self.engine) as session:
            self._check(session, step.what, step.more.get("order"), "Now")

    # --- who, what and whether --------------------------------------------------------------------------------------

    def _actor(self, session: Session, by: str | None) -> roles.Actor:
        """The person of that login, else the first active one of that role; somebody outside where the role says so."""
        if by is None:
            raise StoryBroken("Say who does it: by = a login or a role.")
        if by in roles.OUTSIDE:
            return roles.customer(by)
        login = session.scalar(_LOGIN, {"by": by})
        if login is None:
            raise StoryBroken(f'Nobody has the login or the role "{by}".')
        return roles.actor(session, login)

    def _worker_of(self, session: Session, user_task: UserTask, step: Step) -> roles.Actor:
        """Who the step names, else the assignee, else the first candidate."""
        if "by" in step.more:
            return self._actor(session, step.more["by"])
        if user_task.assignee is not None:
            return roles.actor(session, user_task.assignee)
        query = select(UserTaskCandidate.name).where(UserTaskCandidate.user_task_key == user_task.key)
        return self._actor(session, session.scalar(query.order_by(UserTaskCandidate.name).limit(1)))

    def _find(self, session: Session, step: Step) -> UserTask:
        """The one open user task of that name or element id."""
        if "order" in step.more:
            order = self._order(step.more["order"])
            found = session.scalars(_OPEN_OF_ORDER, {"what": step.what, "order": order}).all()
        else:
            found = session.scalars(_OPEN, {"what": step.what}).all()
        if len(found) == 1:
            return found[0]
        if found:
            raise StoryBroken(f'{len(found)} steps named "{step.what}" are open. Say which: order = a label.')
        waiting = session.scalars(
            select(UserTask.name).where(UserTask.state == "open").order_by(UserTask.key)
        )
        raise StoryBroken(f'No step "{step.what}" is open. Open are: {", ".join(waiting) or "none"}.')

    def _order(self, label: str | None) -> int | None:
        if label is None:
            return next(iter(self.orders.values()), None)
        if label not in self.orders:
            raise StoryBroken(f'No order has the label "{label}". There are: {", ".join(self.orders)}.')
        return self.orders[label]

    def _looks(self, session: Session, label: str | None) -> looks.Looks:
        return looks.Looks(session, self._order(label), self.stage.finders, self.clock())

    def _values(self, session: Session, step: Step, name: str) -> dict[str, Any]:
        """The values of a step; a text that begins with "=" is FEEL."""
        seen = self._looks(session, step.more.get("order"))
        return {key: seen.value(value) for key, value in dict(step.more.get(name, {})).items()}

    def _check(self, session: Session, conditions: Any, label: str | None, when: str) -> None:
        seen = self._looks(session, label)
        for condition in conditions:
            if seen.is_true(condition):
                continue
            raise StoryBroken(f"{when} it should be true that {condition}, but {seen.explain(condition)}")


def _sentence(error: errors.OrderlaneError) -> str:
    fields = error.facts.get("errors") or getattr(error, "errors", None)
    if isinstance(fields, Mapping):
        return error.sentence + " " + "; ".join(f"{path}: {sentence}" for path, sentence in fields.items())
    return error.sentence
