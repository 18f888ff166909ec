"""What a model refers to may be deployed after it: until then who asks for it is told, and nothing waits silently."""

from __future__ import annotations

from engine import definitions, incidents, roles
from engine.tables import Incident
from tests.engine import diagrams


def test_a_called_process_may_be_deployed_after_its_caller_until_then_the_call_is_an_incident(house):
    call = (
        '<bpmn:callActivity id="ask"><bpmn:extensionElements><zeebe:calledElement processId="later"/>'
        "</bpmn:extensionElements></bpmn:callActivity>"
    )
    parts = [
        diagrams.start(),
        call,
        diagrams.end(),
        diagrams.flow("begin", "ask"),
        diagrams.flow("ask", "done"),
    ]
    deployed = house.deploy(diagrams.process(*parts))

    key = house.start()

    assert "process_unknown" in {each.rule for each in deployed.findings}
    [incident] = house.rows(Incident)
    assert (incident.kind, incident.element_id) == ("CALLED_ELEMENT_ERROR", "ask")
    house.deploy(
        diagrams.process(diagrams.start(), diagrams.end(), diagrams.flow("begin", "done"), process_id="later")
    )
    with house.write() as session:
        incidents.resolve(session, incident.key, actor=roles.SYSTEM, now=house.now)
    assert house.state(key) == "completed"


def test_a_start_form_that_is_not_deployed_is_said_to_who_wants_to_start(house):
    form = '<bpmn:extensionElements><zeebe:formDefinition formId="later"/></bpmn:extensionElements>'
    lanes = '<bpmn:laneSet id="l"><bpmn:lane id="desk" name="staff"><bpmn:flowNodeRef>begin</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    parts = [lanes, diagrams.start(inner=form), diagrams.end(), diagrams.flow("begin", "done")]
    house.deploy(diagrams.process(*parts))

    [found] = house.ask(definitions.startable, house.actor("ann"))

    assert (found.form, found.missing) == (
        None,
        'Expected "later" to be deployed, but it is not. Deploy it, then try again.',
    )
