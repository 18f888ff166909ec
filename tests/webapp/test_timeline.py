"""The history of an order tells in words what it told others, what came to it, and what nobody took care of."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

import engine.database
from engine import clock, definitions, instances, roles, signals
from engine.worker import run_due
from tests.engine.spiff import diagrams as d
from tests.webapp.choosing import chosen, waits_for_a_choice
from tests.webapp.visitors import words

THROWS = d.diagram(
    d.start(),
    d.throw("told", inner=d.on_signal("lights_out")),
    d.throw("sent", inner=d.on_message("parcel_packed")),
    d.throw("raised", inner=d.on_escalation("TOO_LATE")),
    d.catch("answered", d.on_signal("lights_on")),
    d.end(),
    flows="start -> told -> sent -> raised -> answered -> end",
    more=d.signal("lights_out")
    + d.signal("lights_on")
    + d.message("parcel_packed", key=None)
    + d.escalation("TOO_LATE"),
)


@pytest.fixture
def order(database: Engine) -> int:
    """An order that has given a signal, sent a message, escalated in vain, and waits for a signal."""
    with engine.database.transaction(database) as session:
        definitions.deploy(session, {"flow.bpmn": THROWS}, actor=roles.SYSTEM, now=clock.now())
        return instances.start(session, "p", actor=roles.SYSTEM, now=clock.now()).key


def test_what_was_thrown_and_what_came_of_it_stands_in_the_history(visitor, database, order):
    page = words(visitor("manager").get(f"/orders/{order}").text)

    assert "The signal “lights_out” was given" in page
    assert "The message “parcel_packed” was sent" in page
    assert "Escalation “TOO_LATE”: nothing in the process takes care of it" in page


def test_a_signal_that_came_stands_in_the_history(visitor, database, order):
    with engine.database.transaction(database) as session:
        signals.broadcast(session, "lights_on", actor=roles.SYSTEM, now=clock.now())

    run_due(database, now=clock.now)

    assert "The signal “lights_on” came" in words(visitor("manager").get(f"/orders/{order}").text)


def test_a_choice_that_was_made_says_who_began_what(visitor, database):
    order = waits_for_a_choice(database)

    chosen(visitor, order)

    assert "Begun: Polish" in words(visitor("it").get(f"/orders/{order}").text)
