"""A question that a house adds to the intake form: the counter asks it, the order shows the answer."""

import json

import engine.database
from engine import clock, definitions
from engine.roles import SYSTEM
from processes import catalogue
from tests.webapp.counter.new_repair import NEW, repairs_in

COLOUR = {
    "id": "field_case_colour",
    "type": "textfield",
    "key": "case_colour",
    "label": "Colour of the case",
    "validate": {"required": True},
}
LOCKED = {"id": "field_locked", "type": "checkbox", "key": "is_locked", "label": "Locked by a code"}
HEARD = {
    "id": "field_heard",
    "type": "select",
    "key": "heard_from",
    "label": "Heard of us from",
    "values": [{"label": "A friend", "value": "friend"}, {"label": "The street", "value": "street"}],
}


def _ask(database, *fields):
    """Deploy the intake form with these fields at its end."""
    form = json.loads((catalogue.FORMS / "repair_intake/intake.form").read_text(encoding="utf-8"))
    form["components"].extend(fields)
    with engine.database.transaction(database) as session:
        definitions.deploy(session, {"intake.form": json.dumps(form).encode()}, actor=SYSTEM, now=clock.now())


def test_a_question_that_was_added_to_the_form_is_asked_at_the_counter_and_shown_on_the_order(
    visitor, database
):
    person = visitor("frontdesk")
    assert "Colour of the case" not in person.text("/counter/new")

    _ask(database, COLOUR, LOCKED, HEARD)
    asked = person.text("/counter/new")
    sent = {**NEW, "case_colour": "Night blue", "is_locked": "1", "heard_from": "friend"}
    answer = person.post("/counter/new", sent)

    assert "Colour of the case" in asked
    assert "The street" in asked
    assert answer.status_code == 302
    [order] = repairs_in(database)
    shown = person.text(f"/orders/{order.key}")
    assert "Colour of the case Night blue" in shown
    assert "Locked by a code yes" in shown
    assert "Heard of us from A friend" in shown


def test_an_added_question_that_must_be_answered_is_refused_beside_it_and_keeps_what_was_typed(
    visitor, database
):
    _ask(database, COLOUR, HEARD)
    person = visitor("frontdesk")

    answer = person.post("/counter/new", {**NEW, "heard_from": "street"})

    assert answer.status_code == 422
    assert 'id="case_colour_hint"' in answer.text
    assert '<option value="street" selected>' in answer.text
    assert repairs_in(database) == []
