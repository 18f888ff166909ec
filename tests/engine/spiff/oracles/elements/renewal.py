"""A new version of a process under a running instance: activities and events renamed, steps drawn into flows, events added.

It changes the plan in place, so that the oracle, which stands on its nodes and flows, goes on in the new version.
"""

from __future__ import annotations

from random import Random

from tests.engine.spiff.oracles.elements.blocks import Trigger
from tests.engine.spiff.oracles.elements.machine import Machine
from tests.engine.spiff.oracles.elements.plan import Flow, Inside, Node, Plan, join

_RENAMED = ("user", "job", "receive", "catch", "boundary", "sub", "events")


def renew(plan: Plan, machine: Machine, random: Random) -> dict[str, str]:
    """Change the process (not those it calls) and give {old id: new id} of what was renamed."""
    mapping: dict[str, str] = {}
    flows = {f: _drawn(f) for inside in _scopes(plan.process.inside) for n in inside.nodes for f in n.out}
    for inside in _scopes(plan.process.inside):
        for node in list(inside.nodes):
            if _may_be_renamed(node) and random.random() < 0.5:
                mapping[node.id] = f"new_{node.id}"
        for flow in [flow for node in inside.nodes for flow in node.out]:
            if flow.source.kind != "events" and random.random() < 0.3:
                _draw_into(flow, inside)
        for node in list(inside.nodes):
            may_have_one = node.kind in ("user", "sub", "receive") and not node.id.endswith("_undo")
            if may_have_one and node.undo is None and random.random() < 0.2:
                _add_guard(node, inside, machine)
    _rename(plan, machine, mapping)
    return mapping | {old: _drawn(flow) for flow, old in flows.items() if _drawn(flow) != old}


def _drawn(flow: Flow) -> str:
    """The id of a flow in the drawing."""
    return f"{flow.source.id}_to_{flow.target.id}"


def _scopes(inside: Inside) -> list[Inside]:
    found, fresh = [], [inside]
    while fresh:
        one = fresh.pop()
        found.append(one)
        fresh += [node.inside for node in [*one.nodes, *one.handlers] if node.inside is not None]
        fresh += [n.undo.inside for n in one.nodes if n.undo is not None and n.undo.inside is not None]
    return list({id(one): one for one in found}.values())


def _may_be_renamed(node: Node) -> bool:
    """Not what others refer to by its name, or what gives a variable its name."""
    return node.kind in _RENAMED and node.loop is None and node.undo is None and not node.id.endswith("_undo")


def _draw_into(flow: Flow, inside: Inside) -> None:
    """A step that only passes through. The half that enters the target is what the flow was (modelers give it a new id)."""
    step = Node(f"step_{flow.source.id}_{flow.target.id}", "mark")
    if any(node.id == step.id for node in inside.nodes):
        return
    inside.nodes.append(step)
    first = Flow(flow.source, step, flow.test, flow.default)
    flow.source.out[flow.source.out.index(flow)] = first
    step.into.append(first)
    step.out.append(flow)
    flow.source, flow.test, flow.default = step, None, False


def _add_guard(node: Node, inside: Inside, machine: Machine) -> None:
    """A boundary event that the old version did not have: it begins to wait wherever its activity is open."""
    guard = Node(f"added_{node.id}", "boundary", triggers=[Trigger("message", f"added_{node.id}")])
    guard.interrupting, guard.host = False, node
    after = Node(f"after_{node.id}", "user")
    inside.nodes += [guard, after]
    node.guards.append(guard)
    join(guard, after)
    for spot in machine.all():
        is_owner = spot.node is node and not spot.is_inner and not spot.is_restored
        if is_owner and spot.stage == "waiting" and not spot.is_leaving:
            machine.open_event(spot, guard)


def _rename(plan: Plan, machine: Machine, mapping: dict[str, str]) -> None:
    names = {node.id: node for inside in _scopes(plan.process.inside) for node in inside.nodes}
    for old, new in mapping.items():
        if old in names:
            names[old].id = new
    mine = set(names.values())
    for spot in machine.all():
        waits = {}
        for key, wait in spot.waits.items():
            event_id, sign, number = key.partition("#")
            waits[(mapping.get(event_id, event_id) if wait.node in mine else event_id) + sign + number] = wait
        spot.waits = waits
