"""The gate and the token engine agree: what passes can be read, and both know the same elements."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import spiff, xml
from engine.dialect import table
from engine.findings import stops_deployment
from engine.spiff.parsing import ELEMENTS
from tests.engine.gate.company import BROKEN_MODELS, MODELS, check
from tests.faults import amount

GOOD = (MODELS / "everything.bpmn").read_text()


def test_the_table_and_the_engine_know_the_same_elements():
    in_table = {
        name for name, each in table.ELEMENTS.items() if each.executed and each.kind in table.FLOW_NODES
    }
    events = {pair for pair, each in table.EVENTS.items() if each.executed}
    definitions = {trigger: name for name, trigger in table.TRIGGER_OF_DEFINITION.items()}
    definitions |= {"multiple": "several", "parallel multiple": "several"}
    for place, trigger in events:
        in_table.add(place if trigger == "none" else f"{place}/{definitions[trigger]}")
    in_table |= {
        "subProcess/triggeredByEvent",
        "subProcess/compensateEventDefinition",
        "adHocSubProcess/taskDefinition",
    }
    without_trigger = {place for place, _ in events} - {
        place for place, trigger in events if trigger == "none"
    }

    assert in_table - without_trigger == set(ELEMENTS)


def test_the_model_of_all_executed_elements_can_be_read_by_the_engine():
    assert set(spiff.read(xml.parse(GOOD.encode()))) == {"repair"}


def test_models_with_warnings_only_can_be_read_by_the_engine():
    files = {path.name: path.read_bytes() for path in sorted(BROKEN_MODELS.glob("*.bpmn"))}
    deployable = [data for name, data in files.items() if not stops_deployment(check({name: data}))]

    assert len(deployable) > 10
    for data in deployable:
        assert spiff.read(xml.parse(data))


VALUES = sorted({value for value in GOOD.split('"') if value and "\n" not in value and "<" not in value})


# As many as find what all 200 find where one of the gate's rules is missing: examples are the same in each run.
@settings(max_examples=amount.many(120, 200), deadline=None, derandomize=True)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(VALUES), st.sampled_from([*VALUES, ""])), min_size=1, max_size=3
    )
)
def test_what_passes_the_gate_can_be_read_by_the_engine(changes):
    text = GOOD
    for old, new in changes:
        text = text.replace(f'"{old}"', f'"{new}"', 1)
    data = text.encode()

    if not stops_deployment(check({"model.bpmn": data})):
        assert spiff.read(xml.parse(data))


LINES = GOOD.splitlines()


@settings(max_examples=amount.many(140, 200), deadline=None, derandomize=True)
@given(dropped=st.sets(st.integers(3, len(LINES) - 3), min_size=1, max_size=2))
def test_a_model_with_lines_taken_out_is_refused_or_can_be_read(dropped):
    data = "\n".join(line for number, line in enumerate(LINES) if number not in dropped).encode()

    if not stops_deployment(check({"model.bpmn": data})):
        assert spiff.read(xml.parse(data))
