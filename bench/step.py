"""What one engine step costs beside vanilla SpiffWorkflow, and whether it grows with the age of an instance.

A step is: load the stored state, complete a user task, run to the next wait with all expressions, save. Both engines play
the same process of 20 nodes in turns; `vs_vanilla` = vanilla's mean step / ours (budget: at least 25).
`growth_1000_vs_10` = round 1,000 of a loop / round 10 (budget: at most 1.2); the loop then goes on to `rounds_reached`.

    python bench/step.py --json [--plays 60]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.remove(str(Path(__file__).parent))  # here lies an http.py, which would hide the library's
sys.path.insert(0, str(Path(__file__).parent.parent))
from time import process_time

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from engine import spiff
from engine.xml import parse
from tests.engine.spiff.diagrams import Node, both, diagram, end, start, user, xor

ROUNDS = 10_000
REPEATS = 400


def script(id: str, result: str, expression: str) -> Node:
    """A script task that both engines understand."""
    zeebe = f'<zeebe:script expression="={expression}" resultVariable="{result}"/>'
    return Node("scriptTask", id, zeebe, f"<script>{result} = {expression}</script>")


TWENTY = diagram(
    start(),
    user("receive"),
    script("price", "total", "amount * 2 + 10"),
    xor("is_large"),
    user("approve"),
    script("small", "approved", "amount"),
    xor("decided"),
    both("fork"),
    user("pick"),
    user("bill"),
    both("join"),
    script("sum_up", "paid", "total + approved"),
    xor("is_paid"),
    script("remind", "reminded", "paid + 1"),
    xor("on"),
    user("ship"),
    script("note", "weight_total", "weight * 3"),
    script("close", "closed", "weight_total + paid"),
    user("confirm"),
    end(),
    flows="start -> receive -> price -> is_large; is_large -> approve [=total > 100]; is_large -> small [default];"
    "approve -> decided; small -> decided -> fork -> pick -> join; fork -> bill -> join -> sum_up -> is_paid;"
    "is_paid -> on [=paid > 50]; is_paid -> remind [default]; remind -> on -> ship -> note -> close -> confirm -> end",
)
STEPS = [
    ("receive", {"amount": 60}),
    ("approve", {"approved": 7}),
    ("bill", {"bill": "b1"}),
    ("pick", {"shelf": "s1"}),
    ("ship", {"weight": 3}),
    ("confirm", {}),
]
LOOP = diagram(
    start(),
    xor("again"),
    user("work"),
    script("count", "n", "n + 1"),
    xor("decide"),
    end(),
    flows="start -> again -> work -> count -> decide; decide -> again [=n < limit]; decide -> end [default]",
)


class Nobody:
    """Surroundings of a process that needs none."""

    now = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure and print one JSON line last."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--json", action="store_true", help="only the JSON line")
    arguments.add_argument("--plays", type=int, default=60)
    options = arguments.parse_args()

    ours, vanilla, state_bytes, vanilla_bytes = against_vanilla(options.plays)
    growth, rounds = growth_of_a_loop()
    result = {
        "vs_vanilla": round(vanilla / ours, 1),
        "growth_1000_vs_10": round(growth, 3),
        "state_bytes": state_bytes,
        "ours_ms": round(ours * 1000, 4),
        "vanilla_ms": round(vanilla * 1000, 3),
        "vanilla_state_bytes": vanilla_bytes,
        "rounds_reached": rounds,
    }
    if not options.json:
        print(f"a step: {result['ours_ms']} ms, vanilla SpiffWorkflow: {result['vanilla_ms']} ms")
    print(json.dumps(result))


def against_vanilla(plays: int) -> tuple[float, float, int, int]:
    """Mean seconds of a step, ours and vanilla's, and the largest states in bytes."""
    play_ours, play_vanilla = our_player(), vanilla_player()
    play_ours(), play_vanilla()  # both have compiled and imported everything now
    ours, vanilla, sizes, vanilla_sizes = 0.0, 0.0, [], []
    for _ in range(plays):
        # Ours is so short that a single play would measure the clock.
        for _ in range(10):
            spent, size = play_ours()
            ours += spent
            sizes.append(size)
        spent, size = play_vanilla()
        vanilla += spent
        vanilla_sizes.append(size)
    steps = plays * len(STEPS)
    return ours / steps / 10, vanilla / steps, max(sizes), max(vanilla_sizes)


def our_player() -> Callable[[], tuple[float, int]]:
    process = spiff.read(parse(TWENTY))["p"]

    def play() -> tuple[float, int]:
        state = spiff.dump(spiff.Instance.start(process, Nobody(), {}))
        largest = len(state)
        began = process_time()
        for element_id, result in STEPS:
            instance = spiff.load(state, process, Nobody())
            token = next(t.id for t in instance.tasks.values() if t.task_spec.element_id == element_id)
            instance.complete(token, result)
            state = spiff.dump(instance)
            largest = max(largest, len(state))
        spent = process_time() - began
        assert instance.is_finished
        assert instance.root_variables["closed"] == 146, instance.root_variables
        return spent, largest

    return play


def vanilla_player() -> Callable[[], tuple[float, int]]:
    document = TWENTY.replace(b"<conditionExpression>=", b"<conditionExpression>")
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(document))
    spec = parser.get_spec("p")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    def play() -> tuple[float, int]:
        workflow = BpmnWorkflow(spec, {})
        workflow.do_engine_steps()
        state = serializer.serialize_json(workflow)
        largest = len(state)
        began = process_time()
        for element_id, result in STEPS:
            workflow = serializer.deserialize_json(state)
            ready = workflow.get_tasks(state=TaskState.READY, manual=True)
            task = next(t for t in ready if t.task_spec.bpmn_id == element_id)
            task.data.update(result)
            task.run()
            workflow.do_engine_steps()
            state = serializer.serialize_json(workflow)
            largest = max(largest, len(state))
        spent = process_time() - began
        assert workflow.is_completed()
        assert workflow.data["closed"] == 146
        return spent, largest

    return play


def growth_of_a_loop() -> tuple[float, int]:
    """Round 1,000 / round 10 (medians, measured in turns), and the round that was reached."""
    process = spiff.read(parse(LOOP))["p"]
    state = spiff.dump(spiff.Instance.start(process, Nobody(), {"n": 0, "limit": ROUNDS}))
    kept = {}
    instance = None
    for number in range(1, ROUNDS + 1):
        if number in (10, 1_000):
            kept[number] = state
        instance, state = one_round(process, state)
    assert instance is not None and instance.is_finished
    times: dict[int, list[float]] = {10: [], 1_000: []}
    for _ in range(REPEATS):
        for number, before in kept.items():
            began = process_time()
            for _ in range(5):
                one_round(process, before)
            times[number].append(process_time() - began)
    return statistics.median(times[1_000]) / statistics.median(times[10]), instance.root_variables["n"]


def one_round(process: spiff.Process, state: bytes) -> tuple[spiff.Instance, bytes]:
    instance = spiff.load(state, process, Nobody())
    instance.complete(next(reversed(instance.tasks)), {})
    return instance, spiff.dump(instance)


if __name__ == "__main__":
    main()
